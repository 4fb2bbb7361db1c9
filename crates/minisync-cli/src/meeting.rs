//! What a file has that a document has not, when the two meet for the first time. Knows only JSON.

use std::collections::HashMap;

use minisync::Path;

use crate::file::{Kind, Tree, Value};

/// The keys, at any depth, that only `file` has, with their values. Lists are not looked into.
pub(crate) fn keys_only_in(file: &str, document: &str) -> Vec<(Path, String)> {
    let mut found = Vec::new();
    if let (Ok(file), Ok(document)) = (Tree::parse(file), Tree::parse(document)) {
        collect(file.root(), document.root(), &Path::root(), &mut found);
    }
    found
}

fn collect(file: Value<'_>, document: Value<'_>, path: &Path, found: &mut Vec<(Path, String)>) {
    let theirs: HashMap<_, _> = document.entries().map(|(key, value)| (key.chars(), value)).collect();
    for (key, value) in file.entries() {
        let path = path.clone().key(key.chars());
        match theirs.get(&key.chars()) {
            None => found.push((path, value.raw().to_owned())),
            Some(other) if value.kind() == Kind::Object && other.kind() == Kind::Object => {
                collect(value, *other, &path, found);
            }
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
