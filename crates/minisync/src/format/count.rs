//! How many changes a change set carries, for people. Knows of the content only that it is a list of
//! `[container, entries]`, with the entries in an object or a list.

use crate::{
    format::{Changes, tag::BUNCHES},
    json::{Members, element},
};

impl Changes {
    /// How many entries of maps and elements of lists it sets or deletes; a value that was set in one go counts
    /// once. Of a full change set, the entries of the document. For people: nothing depends on it. Costs in
    /// proportion to the size of the change set.
    ///
    /// ```
    /// use minisync::Document;
    /// let mut document = Document::new(serde_json::json!({ "milk": 1, "list": [] }))?;
    /// let before = document.version();
    /// document.set("milk", 2)?;
    /// document.list("list")?.push("bread")?;
    /// assert_eq!(document.changes_since(&before).count(), 2);
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn count(&self) -> usize {
        count(self.content())
    }
}

/// `content` is valid JSON; what merging would refuse counts as nothing.
fn count(content: &str) -> usize {
    let containers = Members::new(content).filter_map(|container| element(container.value, 1));
    containers.map(|entries| Members::new(entries).filter(|entry| !is_bunches(entry.value)).count()).sum()
}

/// Whether an element of a list is no element, but tells only how positions are bunched.
fn is_bunches(value: &str) -> bool {
    let first = value.starts_with('{').then(|| Members::new(value).next()).flatten();
    let key = first.and_then(|member| member.key);
    key.is_some_and(|key| key.decode().chars().eq([BUNCHES]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bunches_of_positions_do_not_count() {
        assert_eq!(count(r#"[[["x",7],[{"|":[1]},"one",{"^":[0,1],"=":"two"}]]]"#), 2);
    }

    #[test]
    fn entries_and_elements_count_once_however_large_they_are() {
        let content = r#"[[null,{"a":1,"b":{"c":[1,2,3]}}],[["x",7],["one","two"]]]"#;
        assert_eq!(count(content), 4);
        assert_eq!(count("[]"), 0);
    }
}
