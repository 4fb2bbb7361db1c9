//! What a file has that a document has not, when the two come together for the first time. Knows only JSON.

use std::collections::HashMap;

use minisync::{
    Path,
    syntax::{Node, NodeKind, SyntaxError, Tree},
};

/// The keys, at any depth, that only `file` has, with their values. Lists are not looked into.
///
/// # Errors
/// Where one of them is not JSON.
pub(super) fn keys_only_in(file: &str, document: &str) -> Result<Vec<(Path, String)>, SyntaxError> {
    let (file, document) = (Tree::parse(file)?, Tree::parse(document)?);
    let mut found = Vec::new();
    collect(file.root(), document.root(), &Path::root(), &mut found);
    Ok(found)
}

fn collect(file: Node<'_>, document: Node<'_>, path: &Path, found: &mut Vec<(Path, String)>) {
    let theirs: HashMap<_, _> = document.entries().map(|(key, value)| (key.unescaped(), value)).collect();
    for (key, value) in file.entries() {
        let path = path.clone().key(key.unescaped());
        match theirs.get(&key.unescaped()) {
            None => found.push((path, value.raw().to_owned())),
            Some(other) if value.kind() == NodeKind::Object && other.kind() == NodeKind::Object => {
                collect(value, *other, &path, found);
            }
            // The document's value stays.
            Some(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_missing_is_found() {
        let file = r#"{"a": 1, "b": {"c": [2], "d": 1.0}, "e": {"f": 1}, "g": [1]}"#;
        let document = r#"{"b":{"d":7},"e":5,"g":[]}"#;
        let found: Vec<_> = keys_only_in(file, document)
            .unwrap()
            .into_iter()
            .map(|(path, value)| (format!("{:?}", path.segments()), value))
            .collect();
        assert_eq!(
            found,
            [
                (r#"[Key("a")]"#.to_owned(), "1".to_owned()),
                (r#"[Key("b"), Key("c")]"#.to_owned(), "[2]".to_owned()),
            ]
        );
    }
}
