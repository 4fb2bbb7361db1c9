//! What a file has that a document has not, when the two come together for the first time. Knows only JSON.

use std::collections::HashMap;

use minisync::{
    Path, Segment,
    syntax::{Node, NodeKind, SyntaxError, Tree},
};

/// Members by which an object in a list is known again, the best first; those of
/// [`Document::update`](minisync::Document::update).
const ID_KEYS: [&str; 6] = ["id", "_id", "uuid", "guid", "key", "name"];

/// What only `file` has, with the places where it is to be set: keys at any depth, and of lists the texts and objects.
/// An object is the one that has the same id; lists of numbers, as a colour is one, are values.
///
/// # Errors
/// Where one of them is not JSON.
pub(super) fn only_in(file: &str, document: &str) -> Result<Vec<(Path, String)>, SyntaxError> {
    let (file, document) = (Tree::parse(file)?, Tree::parse(document)?);
    let mut found = Vec::new();
    collect(file.root(), document.root(), &Path::root(), &mut found);
    Ok(found)
}

fn collect(file: Node<'_>, document: Node<'_>, path: &Path, found: &mut Vec<(Path, String)>) {
    match (file.kind(), document.kind()) {
        (NodeKind::Object, NodeKind::Object) => members(file, document, path, found),
        (NodeKind::Array, NodeKind::Array) => elements(file, document, path, found),
        // The document's value stays.
        _ => {}
    }
}

fn members(file: Node<'_>, document: Node<'_>, path: &Path, found: &mut Vec<(Path, String)>) {
    let theirs: HashMap<_, _> = document.entries().map(|(key, value)| (key.unescaped(), value)).collect();
    for (key, value) in file.entries() {
        let path = path.clone().key(key.unescaped());
        match theirs.get(&key.unescaped()) {
            None => found.push((path, value.raw().to_owned())),
            Some(other) => collect(value, *other, &path, found),
        }
    }
}

fn elements(file: Node<'_>, document: Node<'_>, path: &Path, found: &mut Vec<(Path, String)>) {
    let theirs: Vec<Node<'_>> = document.children().collect();
    let mut left = theirs.clone();
    let mut by_id: HashMap<(&str, String), usize> = HashMap::new();
    for (index, element) in theirs.iter().enumerate() {
        for id in ids(*element) {
            by_id.entry(id).or_insert(index);
        }
    }
    for element in
        file.children().filter(|element| matches!(element.kind(), NodeKind::String | NodeKind::Object))
    {
        // As often as both have it, it is the same one.
        if let Some(same) = left.iter().position(|other| element.means_same(*other)) {
            left.swap_remove(same);
            continue;
        }
        match ids(element).find_map(|id| by_id.get(&id)) {
            Some(index) => {
                let path = path.clone().index(i64::try_from(*index).unwrap_or(i64::MAX));
                collect(element, theirs[*index], &path, found);
            }
            None => {
                let last = [Segment::Token("-".into())].into_iter().collect();
                found.push((path.join(&last), element.raw().to_owned()));
            }
        }
    }
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

    fn found(file: &str, document: &str) -> Vec<(String, String)> {
        let found = only_in(file, document).unwrap().into_iter();
        found.map(|(path, value)| (path.to_pointer(), value)).collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(path, value)| ((*path).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn only_what_is_missing_is_found() {
        let file = r#"{"a": 1, "b": {"c": [2], "d": 1.0}, "e": {"f": 1}, "g": [1]}"#;
        let document = r#"{"b":{"d":7},"e":5,"g":[]}"#;
        assert_eq!(found(file, document), pairs(&[("/a", "1"), ("/b/c", "[2]")]));
    }

    /// Who joined with a list of his own found his keys in the document, and his items only in the `.bak` file.
    #[test]
    fn so_are_the_items_of_lists() {
        let file = r#"{"items": ["eggs", "milk", "milk", {"id": 1, "done": true, "by": "me"}, {"id": 2}, {"x": 1}]}"#;
        let document = r#"{"items":[{"id":1,"done":false},"milk",{"x":2}]}"#;
        let expected = pairs(&[
            ("/items/-", "\"eggs\""),
            ("/items/-", "\"milk\""),
            ("/items/0/by", "\"me\""),
            ("/items/-", "{\"id\": 2}"),
            ("/items/-", "{\"x\": 1}"),
        ]);
        assert_eq!(found(file, document), expected);
    }

    /// A place `[48.1, 11.5]` that differs is one value, and not two items more.
    #[test]
    fn lists_of_numbers_are_values() {
        assert_eq!(found(r#"{"at": [48.1, 11.5], "m": [[1]]}"#, r#"{"at":[52.5,13.4],"m":[[2]]}"#), []);
    }
}
