//! The arguments of an operation: a JSON array, taken apart just as far as the operation looks. Values that go on
//! to the core stay text, and the core checks them.

use crate::failure::{Failure, Result};

/// The text of one JSON value, without white space around it. Only its extent is known to be right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Json<'a>(&'a str);

/// The values between two brackets, one after another.
#[derive(Debug, Clone)]
pub(crate) struct Elements<'a> {
    rest: &'a str,
}

/// What an operation was called with. Every argument has to be asked for, and [`Arguments::end`] at last.
#[derive(Debug, Clone)]
pub(crate) struct Arguments<'a> {
    elements: Elements<'a>,
}

const BLANK: [char; 4] = [' ', '\t', '\n', '\r'];

/// Where the value ends that a text begins with: behind its closing bracket or quote, or before what cannot belong
/// to a number or a literal.
fn end_of_value(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (0, 0_usize);
    loop {
        match bytes.get(at)? {
            b'"' => at = end_of_string(bytes, at)?,
            b'{' | b'[' => (at, depth) = (at + 1, depth + 1),
            b'}' | b']' => (at, depth) = (at + 1, depth.checked_sub(1)?),
            _ if depth > 0 => at += 1,
            _ => {
                let end = text.find(|letter| matches!(letter, ',' | '}' | ']') || BLANK.contains(&letter));
                return Some(end.unwrap_or(text.len())).filter(|end| *end > 0);
            }
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

/// Behind the closing quote of the string that begins at `at`.
fn end_of_string(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += 1;
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 1,
            _ => {}
        }
    }
}

impl<'a> Json<'a> {
    /// The only value in a text.
    fn whole(text: &'a str) -> Result<Json<'a>> {
        let text = text.trim_matches(BLANK);
        match end_of_value(text) {
            Some(end) if end == text.len() => Ok(Json(text)),
            _ => Err(Failure::call("the arguments are not one JSON array")),
        }
    }

    pub(crate) fn text(self) -> &'a str {
        self.0
    }

    pub(crate) fn is_null(self) -> bool {
        self.0 == "null"
    }

    pub(crate) fn is_array(self) -> bool {
        self.0.starts_with('[')
    }

    pub(crate) fn is_object(self) -> bool {
        self.0.starts_with('{')
    }

    pub(crate) fn is_string(self) -> bool {
        self.0.starts_with('"')
    }

    fn inside(self, open: char, close: char, what: &str) -> Result<Elements<'a>> {
        let inside = self.0.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        let rest =
            inside.ok_or_else(|| Failure::call(format!("expected {what}, found {}", self.excerpt())))?;
        Ok(Elements { rest })
    }

    /// The elements of an array.
    pub(crate) fn elements(self) -> Result<Elements<'a>> {
        self.inside('[', ']', "an array")
    }

    /// The value of a member of an object, unless it is `null`.
    pub(crate) fn member(self, name: &str) -> Result<Option<Json<'a>>> {
        let mut members = self.inside('{', '}', "an object")?;
        let mut found = None;
        while let Some(key) = members.take(':')? {
            let value = members.take(',')?.ok_or_else(|| Failure::call("a key has no value"))?;
            if key.string()? == name {
                found = Some(value);
            }
        }
        Ok(found.filter(|value| !value.is_null()))
    }

    /// A string.
    pub(crate) fn string(self) -> Result<String> {
        let inside = self.0.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let decoded = inside.and_then(decode);
        decoded.ok_or_else(|| Failure::call(format!("expected a string, found {}", self.excerpt())))
    }

    /// A whole number.
    pub(crate) fn integer(self) -> Result<i64> {
        self.0
            .parse()
            .map_err(|_| Failure::call(format!("expected a whole number, found {}", self.excerpt())))
    }

    /// `true` or `false`.
    pub(crate) fn boolean(self) -> Result<bool> {
        self.0.parse().map_err(|_| Failure::call(format!("expected true or false, found {}", self.excerpt())))
    }

    /// Enough of it for an error.
    fn excerpt(self) -> String {
        self.0.chars().take(40).collect()
    }
}

impl<'a> Elements<'a> {
    /// The next value and the separator behind it.
    fn take(&mut self, separator: char) -> Result<Option<Json<'a>>> {
        let text = self.rest.trim_start_matches(BLANK);
        if text.is_empty() {
            return Ok(None);
        }
        let end = end_of_value(text).ok_or_else(|| Failure::call("the arguments are not JSON"))?;
        let (value, rest) = text.split_at(end);
        let rest = rest.trim_start_matches(BLANK);
        self.rest = match rest.strip_prefix(separator) {
            Some(rest) => rest,
            None if rest.is_empty() => rest,
            None => return Err(Failure::call(format!("expected {separator:?} behind a value"))),
        };
        Ok(Some(Json(value)))
    }

    /// The next value.
    pub(crate) fn next(&mut self) -> Result<Option<Json<'a>>> {
        self.take(',')
    }
}

impl<'a> Arguments<'a> {
    /// No text at all stands for no arguments.
    pub(crate) fn new(text: &'a str) -> Result<Arguments<'a>> {
        let elements = if text.is_empty() { Elements { rest: "" } } else { Json::whole(text)?.elements()? };
        Ok(Arguments { elements })
    }

    /// Those of an operation in a batch, of which the name was taken already.
    pub(crate) fn of(elements: Elements<'a>) -> Arguments<'a> {
        Arguments { elements }
    }

    /// The next one; missing or `null` is none.
    pub(crate) fn optional(&mut self) -> Result<Option<Json<'a>>> {
        Ok(self.elements.next()?.filter(|value| !value.is_null()))
    }

    /// The next one, if there is one.
    pub(crate) fn next(&mut self) -> Result<Option<Json<'a>>> {
        self.elements.next()
    }

    /// The next one, which may be `null`.
    pub(crate) fn value(&mut self) -> Result<Json<'a>> {
        self.elements.next()?.ok_or_else(|| Failure::call("there are too few arguments"))
    }

    /// The next one, a string.
    pub(crate) fn string(&mut self) -> Result<String> {
        self.value()?.string()
    }

    /// The next one, a whole number.
    pub(crate) fn integer(&mut self) -> Result<i64> {
        self.value()?.integer()
    }

    /// There must be no more.
    pub(crate) fn end(mut self) -> Result<()> {
        match self.elements.next()? {
            Some(_) => Err(Failure::call("there are too many arguments")),
            None => Ok(()),
        }
    }
}

/// What stands between the quotes of a JSON string; none where an escape is wrong.
fn decode(inside: &str) -> Option<String> {
    let mut decoded = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some((plain, escaped)) = rest.split_once('\\') {
        decoded.push_str(plain);
        let (letter, behind) = (escaped.chars().next()?, escaped.get(1..)?);
        rest = behind;
        decoded.push(match letter {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            '"' | '\\' | '/' => letter,
            'u' => {
                let first = hexadecimal(&mut rest)?;
                if (0xd800..0xdc00).contains(&first) {
                    rest = rest.strip_prefix("\\u")?;
                    let second = hexadecimal(&mut rest)?.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
                    char::from_u32(0x10000 + ((first - 0xd800) << 10) + second)?
                } else {
                    char::from_u32(first)?
                }
            }
            _ => return None,
        });
    }
    decoded.push_str(rest);
    Some(decoded)
}

/// Four hexadecimal digits, which are taken off `rest`.
fn hexadecimal(rest: &mut &str) -> Option<u32> {
    let (digits, behind) = rest.split_at_checked(4)?;
    *rest = behind;
    digits.bytes().try_fold(0, |number, digit| Some(number * 16 + char::from(digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Result<Vec<&str>> {
        let mut arguments = Arguments::new(text)?;
        let mut found = Vec::new();
        while let Some(value) = arguments.elements.next()? {
            found.push(value.text());
        }
        Ok(found)
    }

    #[test]
    fn arguments_are_taken_apart() {
        let text = " [ 1.50 , \"a,]\\\"\" ,{\"k\": [1, {}]},[], null ] ";
        assert_eq!(all(text).unwrap(), ["1.50", "\"a,]\\\"\"", "{\"k\": [1, {}]}", "[]", "null"]);
        assert!(all("").unwrap().is_empty() && all("[]").unwrap().is_empty());
        for bad in ["[1", "1]", "[1 2]", "{}", "[\"]", "[1],[2]", "[1]]"] {
            assert!(all(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn strings_are_decoded() {
        let string = |text| Json::whole(text).and_then(Json::string);
        assert_eq!(string(r#""a\n\"\\\/\u00e4\ud83d\ude00ä""#).unwrap(), "a\n\"\\/ä😀ä");
        for bad in [r#""\x""#, r#""\ud800""#, r#""\ud800\u0041""#, r#""\u12""#, "1", r#""\u+123""#] {
            assert!(string(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn members_are_found() {
        let object = Json::whole(r#"{ "a" : 1, "b": null, "c":{"a":2} }"#).unwrap();
        assert_eq!(object.member("a").unwrap().unwrap().integer().unwrap(), 1);
        assert!(object.member("b").unwrap().is_none() && object.member("d").unwrap().is_none());
        assert_eq!(object.member("c").unwrap().unwrap().text(), r#"{"a":2}"#);
        assert!(Json::whole(r#"{"a"}"#).unwrap().member("a").is_err());
        assert!(Json::whole("[1]").unwrap().member("a").is_err());
    }
}
