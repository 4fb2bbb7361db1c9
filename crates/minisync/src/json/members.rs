//! What lies directly below a container in canonical text. Must not know what the text means.

use super::{cursor::Cursor, string::JsonStr};

/// The members of an object or the elements of a list, in canonical (so valid) text; nothing for others.
#[derive(Debug)]
pub(crate) struct Members<'a> {
    cursor: Cursor<'a>,
    is_object: bool,
    done: bool,
}

/// One of them: the key in an object, and the value's text.
#[derive(Debug, Clone)]
pub(crate) struct Member<'a> {
    pub(crate) key: Option<JsonStr<'a>>,
    pub(crate) value: &'a str,
}

impl<'a> Members<'a> {
    pub(crate) fn new(text: &'a str) -> Members<'a> {
        let mut cursor = Cursor::trusted(text);
        let is_object = cursor.eat(b'{');
        let done = !is_object && !cursor.eat(b'[');
        Members { cursor, is_object, done }
    }

    fn take(&mut self) -> Option<Member<'a>> {
        if self.done || self.cursor.eat(b'}') || self.cursor.eat(b']') {
            return None;
        }
        let key = if self.is_object { Some(self.cursor.string().ok()?) } else { None };
        if key.is_some() {
            self.cursor.eat(b':');
        }
        let (start, end) = self.cursor.skip_unchecked().ok()?;
        self.cursor.eat(b',');
        Some(Member { key, value: &self.cursor.text()[start..end] })
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = Member<'a>;

    fn next(&mut self) -> Option<Member<'a>> {
        let member = self.take();
        self.done = member.is_none();
        member
    }
}

/// The value under a key of an object in canonical text.
pub(crate) fn member<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    if !text.starts_with('{') {
        return None;
    }
    let same = |found: &JsonStr<'_>| {
        let inner = &found.raw[1..found.raw.len() - 1];
        if found.escaped { found.decode() == key } else { inner == key }
    };
    Members::new(text).find(|member| member.key.as_ref().is_some_and(same)).map(|member| member.value)
}

/// The element at an index of a list in canonical text.
pub(crate) fn element(text: &str, index: usize) -> Option<&str> {
    if !text.starts_with('[') {
        return None;
    }
    Members::new(text).nth(index).map(|member| member.value)
}

/// How many values lie below a value in canonical text, at every depth.
pub(crate) fn entries(text: &str) -> u64 {
    let bytes = text.as_bytes();
    if !matches!(bytes.first(), Some(b'{' | b'[')) {
        return 0;
    }
    let (mut count, mut at) = (0, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = super::string::lenient_end(bytes, at);
                continue;
            }
            b',' => count += 1,
            b'{' | b'[' if !matches!(bytes.get(at + 1), Some(b'}' | b']')) => count += 1,
            _ => {}
        }
        at += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found() {
        let text = r#"{"a":[1,{"b":[]},[]],"c\n":"x,{","d":null}"#;
        assert_eq!(member(text, "c\n"), Some(r#""x,{""#));
        assert_eq!(member(text, "d"), Some("null"));
        assert_eq!(member(text, "e"), None);
        assert_eq!(element(member(text, "a").unwrap(), 1), Some(r#"{"b":[]}"#));
        assert_eq!(entries(text), 7);
        assert_eq!(entries(r#""{,""#), 0);
        assert_eq!(Members::new("[]").count(), 0);
        assert_eq!(Members::new("1").count(), 0);
    }
}
