//! Brings a file and a document together that have no common version: what only the file has comes into the document,
//! and nothing of the document is lost. Knows only JSON.
//!
//! Where it is known what an older document said, the file's own edits are told from what it only missed since:
//!
//! ```text
//!   older   file   document            in the document
//!     1       2       1        ->        2      edited in the file
//!     1       -       1        ->        -      deleted in the file
//!     1       1       2        ->        2      edited elsewhere; so where the file has 3: it is kept beside FILE
//!             2                ->        2      only in the file
//! ```

use std::collections::HashMap;

use minisync::{
    Document, Path, Segment,
    syntax::{ID_KEYS, Node, NodeKind, SyntaxError, Tree},
};

/// What is to be done in the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Edit {
    Set(Path, String),
    Remove(Path),
}

/// How to bring what only `file` has into `document`: keys at any depth, and of lists the texts and objects. An object is
/// the one that has the same id; lists of numbers, as a colour is one, are values. `older` is what the document was
/// before it took in what the file cannot know, where that is known.
///
/// # Errors
/// Where one of them is not JSON.
pub(super) fn reconcile(file: &str, document: &str, older: Option<&str>) -> Result<Vec<Edit>, SyntaxError> {
    let (file, document) = (Tree::parse(file)?, Tree::parse(document)?);
    let older = older.map(Tree::parse).transpose()?;
    let mut edits = Edits::default();
    edits.containers(file.root(), document.root(), older.as_ref().map(Tree::root), &Path::root());
    // What is removed changes the indices behind it: from the last one on.
    edits.removed.sort_by(|one, other| other.cmp(one));
    Ok(edits.set.into_iter().chain(edits.removed.into_iter().map(Edit::Remove)).collect())
}

/// Does them.
///
/// # Errors
/// Where a value may not be in a document.
pub(super) fn apply(edits: &[Edit], document: &mut Document) -> minisync::Result<()> {
    edits.iter().try_for_each(|edit| match edit {
        Edit::Set(path, value) => document.set_json(path, value),
        Edit::Remove(path) => document.remove(path).map(drop),
    })
}

#[derive(Default)]
struct Edits {
    set: Vec<Edit>,
    removed: Vec<Path>,
}

impl Edits {
    fn set(&mut self, path: Path, value: Node<'_>) {
        self.set.push(Edit::Set(path, value.raw().to_owned()));
    }

    /// Both are there.
    fn values(&mut self, file: Node<'_>, document: Node<'_>, older: Option<Node<'_>>, path: &Path) {
        let is_same =
            |one: Node<'_>, other: Option<Node<'_>>| other.is_some_and(|other| one.means_same(other));
        if is_same(file, older) || file.means_same(document) {
            return;
        }
        if !self.containers(file, document, older, path) && is_same(document, older) {
            self.set(path.clone(), file);
        }
    }

    /// Whether they are containers that are brought together child by child.
    fn containers(
        &mut self,
        file: Node<'_>,
        document: Node<'_>,
        older: Option<Node<'_>>,
        path: &Path,
    ) -> bool {
        let older = older.filter(|older| older.kind() == file.kind());
        match (file.kind(), document.kind()) {
            (NodeKind::Object, NodeKind::Object) => self.members(file, document, older, path),
            (NodeKind::Array, NodeKind::Array) if [file, document].iter().all(|list| is_of_items(*list)) => {
                self.elements(file, document, older, path);
            }
            _ => return false,
        }
        true
    }

    fn members(&mut self, file: Node<'_>, document: Node<'_>, older: Option<Node<'_>>, path: &Path) {
        let (theirs, before) = (by_key(document), older.map(by_key).unwrap_or_default());
        for (key, value) in file.entries() {
            let (key, path) = (key.unescaped(), path.clone().key(key.unescaped()));
            match (theirs.get(&*key), before.get(&*key)) {
                (Some(other), older) => self.values(value, *other, older.copied(), &path),
                (None, None) => self.set(path, value),
                // It was deleted elsewhere.
                (None, Some(_)) => {}
            }
        }
        let ours = by_key(file);
        for (key, value) in document.entries() {
            let key = key.unescaped();
            let was = before.get(&*key).filter(|_| !ours.contains_key(&*key));
            if was.is_some_and(|was| was.means_same(value)) {
                self.removed.push(path.clone().key(key));
            }
        }
    }

    fn elements(&mut self, file: Node<'_>, document: Node<'_>, older: Option<Node<'_>>, path: &Path) {
        let ours: Vec<Node<'_>> = file.children().collect();
        let (mut theirs, mut before) = (Items::of(Some(document)), Items::of(older));
        let mut kept = vec![false; before.nodes.len()];
        for element in &ours {
            let was = before.take(*element);
            was.iter().for_each(|was| kept[*was] = true);
            let was = was.map(|was| before.nodes[was]);
            match theirs.take(*element) {
                Some(index) => {
                    let path = path.clone().index(i64::try_from(index).unwrap_or(i64::MAX));
                    self.values(*element, theirs.nodes[index], was, &path);
                }
                None if was.is_none() => {
                    let last = [Segment::Token("-".into())].into_iter().collect();
                    self.set(path.join(&last), *element);
                }
                // It was deleted elsewhere.
                None => {}
            }
        }
        let mut gone = Items { nodes: Vec::new(), by_id: HashMap::new(), taken: Vec::new() };
        for (element, _) in before.nodes.iter().zip(kept).filter(|(_, kept)| !kept) {
            gone.push(*element);
        }
        for (index, element) in theirs.nodes.iter().enumerate().filter(|(index, _)| !theirs.taken[*index]) {
            let was = gone.take(*element).map(|was| gone.nodes[was]);
            if was.is_some_and(|was| was.means_same(*element)) {
                let index = i64::try_from(index).unwrap_or(i64::MAX);
                self.removed.push(path.clone().index(index));
            }
        }
    }
}

/// The elements of a list, of which each is found once.
struct Items<'t> {
    nodes: Vec<Node<'t>>,
    by_id: HashMap<(&'static str, String), usize>,
    taken: Vec<bool>,
}

impl<'t> Items<'t> {
    fn of(list: Option<Node<'t>>) -> Items<'t> {
        let mut items = Items { nodes: Vec::new(), by_id: HashMap::new(), taken: Vec::new() };
        list.into_iter().flat_map(Node::children).for_each(|element| items.push(element));
        items
    }

    fn push(&mut self, element: Node<'t>) {
        for id in ids(element) {
            self.by_id.entry(id).or_insert(self.nodes.len());
        }
        self.nodes.push(element);
        self.taken.push(false);
    }

    /// The one that means the same, or else has the same id.
    fn take(&mut self, element: Node<'_>) -> Option<usize> {
        let is_free = |index: &usize| !self.taken[*index];
        let is_same = |index: &usize| element.means_same(self.nodes[*index]);
        let known = ids(element).find_map(|id| self.by_id.get(&id).copied().filter(is_free));
        // Most are found by their ids, as they were; only for the others all are looked through.
        let same = known.filter(is_same);
        let same = same.or_else(|| (0..self.nodes.len()).filter(is_free).find(is_same));
        let found = same.or(known)?;
        self.taken[found] = true;
        Some(found)
    }
}

/// Whether a list is one of items, and no value such as a place or a colour.
fn is_of_items(list: Node<'_>) -> bool {
    list.children().all(|element| matches!(element.kind(), NodeKind::String | NodeKind::Object))
}

fn by_key<'t>(object: Node<'t>) -> HashMap<std::borrow::Cow<'t, str>, Node<'t>> {
    object.entries().map(|(key, value)| (key.unescaped(), value)).collect()
}

/// What an object may be known by, the best first.
fn ids(element: Node<'_>) -> impl Iterator<Item = (&'static str, String)> {
    ID_KEYS.into_iter().filter_map(move |key| {
        let id = Some(element).filter(|element| element.kind() == NodeKind::Object)?.get(key)?;
        let is_id = matches!(id.kind(), NodeKind::String | NodeKind::Number);
        is_id.then(|| (key, id.raw().to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `/a 1` sets, `/a` removes.
    fn edits(file: &str, document: &str, older: Option<&str>) -> Vec<String> {
        let edits = reconcile(file, document, older).unwrap().into_iter();
        edits
            .map(|edit| match edit {
                Edit::Set(path, value) => format!("{} {value}", path.to_pointer()),
                Edit::Remove(path) => path.to_pointer(),
            })
            .collect()
    }

    #[test]
    fn only_what_is_missing_is_found() {
        let file = r#"{"a": 1, "b": {"c": [2], "d": 1.0}, "e": {"f": 1}, "g": [1]}"#;
        let document = r#"{"b":{"d":7},"e":5,"g":[],"h":1}"#;
        assert_eq!(edits(file, document, None), ["/a 1", "/b/c [2]"]);
    }

    /// Who joined with a list of his own found his keys in the document, and his items only in the `.bak` file.
    #[test]
    fn so_are_the_items_of_lists() {
        let file = r#"{"items": ["eggs", "milk", "milk", {"id": 1, "done": true, "by": "me"}, {"id": 2}, {"x": 1}]}"#;
        let document = r#"{"items":[{"id":1,"done":false},"milk",{"x":2}]}"#;
        let expected = [
            "/items/- \"eggs\"",
            "/items/- \"milk\"",
            "/items/0/by \"me\"",
            "/items/- {\"id\": 2}",
            "/items/- {\"x\": 1}",
        ];
        assert_eq!(edits(file, document, None), expected);
    }

    /// A place `[48.1, 11.5]` that differs is one value, and not two items more.
    #[test]
    fn lists_of_numbers_are_values() {
        let (file, document) = (r#"{"at": [48.1, 11.5], "m": [[1]]}"#, r#"{"at":[52.5,13.4],"m":[[2]]}"#);
        assert_eq!(edits(file, document, None), [""; 0]);
        assert_eq!(edits(file, document, Some(document)), ["/at [48.1, 11.5]", "/m [[1]]"]);
    }

    #[test]
    fn the_files_own_edits_are_told_from_what_it_missed() {
        let older = r#"{"a":1,"b":1,"c":1,"d":1,"e":1,"l":["x","y",{"id":1,"n":1},{"id":2},"z"]}"#;
        let file = r#"{"a": 2, "b": 1, "c": 3, "e": 2, "f": 1, "l": ["x", {"id": 1, "n": 2}, "w"]}"#;
        let document =
            r#"{"a":1,"b":2,"c":2,"d":1,"g":1,"l":["v","x","y",{"id":1,"n":1},{"id":2,"n":9},"z"]}"#;
        // `c` was edited on both sides, `e` was deleted elsewhere, and so was `{"id":2}` edited.
        let expected = ["/a 2", "/f 1", "/l/3/n 2", "/l/- \"w\"", "/l/5", "/l/2", "/d"];
        assert_eq!(edits(file, document, Some(older)), expected);
    }

    #[test]
    fn what_is_removed_moves_nothing_that_is_removed_after_it() {
        let older = r#"{"l":["x",{"id":1,"m":["a","b"]}]}"#;
        let file = r#"{"l":[{"id":1,"m":["b"]}]}"#;
        assert_eq!(edits(file, older, Some(older)), ["/l/1/m/0", "/l/0"]);
    }

    #[test]
    fn where_nothing_came_the_document_becomes_the_file() {
        let texts = [
            r#"{"a":1,"l":["x",{"id":1,"n":[1,2]}],"o":{"p":{}}}"#,
            r#"{"l":[{"id":1,"n":[2]},"y"],"o":{"q":null}}"#,
            r#"{"l":{},"o":[]}"#,
            "{}",
        ];
        for older in texts {
            for file in texts {
                let mut document = Document::builder().create_json(older).unwrap();
                apply(&reconcile(file, older, Some(older)).unwrap(), &mut document).unwrap();
                let (got, wanted) =
                    (document.to_value(), serde_json::from_str::<serde_json::Value>(file).unwrap());
                // Items that are new come last.
                let len = |value: &serde_json::Value| value.to_string().len();
                assert_eq!(len(&got), len(&wanted), "{older} {file} {got}");
            }
        }
    }
}
