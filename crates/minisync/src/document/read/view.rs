//! Views: values as readers see them, borrowed from a document.

use std::{borrow::Cow, fmt, sync::Arc};

use serde::Serialize;
#[cfg(feature = "serde_json")]
use {crate::names::error::Error, serde::de::DeserializeOwned};

use crate::{
    address::path::ToPath,
    base::impossible,
    data::{
        arena::{Arena, Body},
        register::Register,
    },
    document::{
        Document,
        read::union::{self, Candidate, ValueRef},
    },
    json::{self, Members, number},
    names::error::Result,
};

/// What kind of JSON value it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueType {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number
    Number,
    /// A string
    String,
    /// A list, `[…]`
    List,
    /// A map, `{…}`
    Map,
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ValueType::Null => "null",
            ValueType::Bool => "true or false",
            ValueType::Number => "a number",
            ValueType::String => "a string",
            ValueType::List => "a list",
            ValueType::Map => "a map",
        })
    }
}

/// A value in a document, borrowed: looking at it copies nothing.
///
/// Maps that several clients put under one key without knowing of each other read as one, at every depth, and so
/// do lists: the older list's elements first.
///
/// ```
/// let document = minisync::Document::new(serde_json::json!({ "a": [1, { "b": "two" }] }))?;
/// let list = document.get("a").unwrap();
/// assert_eq!(list.len(), 2);
/// assert_eq!(list.at(0).unwrap().as_i64(), Some(1));
/// assert_eq!(list.at(1).unwrap().get("b").unwrap().as_str().as_deref(), Some("two"));
/// assert_eq!(list.to_string(), r#"[1,{"b":"two"}]"#);
/// # Ok::<(), minisync::Error>(())
/// ```
#[derive(Clone)]
pub struct View<'a> {
    document: &'a Document,
    /// Of several containers that read as one, the first.
    value: ValueRef<'a>,
    /// Several maps, the latest first, or several lists, the oldest first, that read as one.
    union: Option<Arc<Vec<Candidate<'a>>>>,
}

impl<'a> View<'a> {
    /// What readers see of a register; none where everything in it is deleted.
    pub(in crate::document) fn of(document: &'a Document, register: &'a Register) -> Option<View<'a>> {
        match register {
            Register::Plain(only) => Some(View::of_value(document, ValueRef::of(only)?)),
            Register::Full(_) => View::of_candidates(document, union::candidates(register)),
        }
    }

    pub(in crate::document) fn of_value(document: &'a Document, value: ValueRef<'a>) -> View<'a> {
        View { document, value, union: None }
    }

    /// What readers see of all that competes for a place.
    #[inline(never)]
    pub(super) fn of_candidates(document: &'a Document, all: Vec<Candidate<'a>>) -> Option<View<'a>> {
        View::of_visible(document, union::split(document, all).0)
    }

    /// What readers see as one: a value, or containers of one type.
    pub(super) fn of_visible(document: &'a Document, visible: Vec<Candidate<'a>>) -> Option<View<'a>> {
        let value = visible.first()?.value;
        Some(View { document, value, union: (visible.len() > 1).then(|| Arc::new(visible)) })
    }

    pub(in crate::document) fn value(&self) -> ValueRef<'a> {
        self.value
    }

    /// The containers that read as one, if it is several.
    pub(in crate::document) fn union(&self) -> Option<&[Candidate<'a>]> {
        self.union.as_ref().map(|parts| parts.as_slice())
    }

    fn text(&self, text: &'a str) -> View<'a> {
        View::of_value(self.document, ValueRef::Text(text))
    }

    fn body(&self) -> Option<&'a Body> {
        match self.value {
            ValueRef::Node(id) => self.document.body(id),
            ValueRef::Text(_) => None,
        }
    }

    fn primitive(&self) -> Option<&'a str> {
        match self.value {
            ValueRef::Text(text) if !text.starts_with(['{', '[']) => Some(text),
            _ => None,
        }
    }

    /// What kind of value it is.
    pub fn value_type(&self) -> ValueType {
        match (self.value, self.body()) {
            (_, Some(Body::Map(_))) => ValueType::Map,
            (_, Some(Body::List(_))) => ValueType::List,
            (ValueRef::Text(text), _) => match text.as_bytes().first() {
                Some(b'{') => ValueType::Map,
                Some(b'[') => ValueType::List,
                Some(b'"') => ValueType::String,
                Some(b't' | b'f') => ValueType::Bool,
                Some(b'n') | None => ValueType::Null,
                Some(_) => ValueType::Number,
            },
            (ValueRef::Node(_), None) => ValueType::Null,
        }
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        self.value_type() == ValueType::Null
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.primitive()? {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// The number, if it is a whole one in range; also `1.0` and `1e3`.
    pub fn as_i64(&self) -> Option<i64> {
        number::to_i64(self.as_number()?)
    }

    /// The number, if it is a whole one in range; also `1.0` and `1e3`.
    pub fn as_u64(&self) -> Option<u64> {
        number::to_u64(self.as_number()?)
    }

    /// The nearest double, if it is a number that has one.
    pub fn as_f64(&self) -> Option<f64> {
        number::to_f64(self.as_number()?)
    }

    /// The number exactly as it was written.
    ///
    /// ```
    /// let document = minisync::Document::builder().create_json("{ \"n\": 1.50 }")?;
    /// assert_eq!(document.get("n").unwrap().as_number(), Some("1.50"));
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn as_number(&self) -> Option<&'a str> {
        self.primitive().filter(|_| self.value_type() == ValueType::Number)
    }

    /// The string, if it is one.
    pub fn as_str(&self) -> Option<Cow<'a, str>> {
        let inner = self.primitive()?.strip_prefix('"')?.strip_suffix('"')?;
        Some(if inner.contains('\\') { Cow::Owned(json::unescape(inner)) } else { Cow::Borrowed(inner) })
    }

    /// How many entries a map, or elements a list has; 0 for everything else.
    pub fn len(&self) -> usize {
        match (self.union(), self.value, self.body()) {
            (Some(parts), ..) => match self.value_type() {
                ValueType::Map => union::entries(self.document, parts).len(),
                _ => union::elements(self.document, parts).len(),
            },
            (_, _, Some(Body::Map(map))) => map.len(),
            (_, _, Some(Body::List(list))) => list.len(),
            (_, ValueRef::Text(text), _) => Members::new(text).count(),
            (_, ValueRef::Node(_), None) => 0,
        }
    }

    /// Whether it has no entries.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value under a key of a map.
    pub fn get(&self, key: &str) -> Option<View<'a>> {
        match (self.union(), self.value, self.body()) {
            (Some(maps), ..) => {
                View::of_candidates(self.document, union::under_key(self.document, maps, key))
            }
            (_, _, Some(Body::Map(map))) => View::of(self.document, map.register(map.find(key)?)?),
            (_, ValueRef::Text(text), _) => json::member(text, key).map(|text| self.text(text)),
            _ => None,
        }
    }

    /// The element at an index of a list, from 0.
    pub fn at(&self, index: usize) -> Option<View<'a>> {
        match (self.union(), self.value, self.body()) {
            (Some(lists), ..) => {
                let mut elements = union::elements(self.document, lists);
                (index < elements.len()).then(|| elements.swap_remove(index))
            }
            (_, _, Some(Body::List(list))) => View::of(self.document, list.register(list.at(index)?)?),
            (_, ValueRef::Text(text), _) => json::element(text, index).map(|text| self.text(text)),
            _ => None,
        }
    }

    /// The keys and values of a map, in document order.
    pub fn entries(&self) -> impl Iterator<Item = (Cow<'a, str>, View<'a>)> + use<'a> {
        let document = self.document;
        let (map, text) = match (self.union(), self.value, self.body()) {
            (None, _, Some(Body::Map(map))) => (Some(map), ""),
            (None, ValueRef::Text(text), _) => (None, text),
            _ => (None, ""),
        };
        let maps = self.union().filter(|_| self.value_type() == ValueType::Map);
        let in_union = maps.map_or_else(Vec::new, |maps| union::entries(document, maps));
        let in_map = map.into_iter().flat_map(|map| map.iter()).filter_map(move |(_, entry)| {
            Some((Cow::Borrowed(entry.key.as_str()), View::of(document, &entry.register)?))
        });
        let in_text = Members::new(text).filter_map(move |member| {
            Some((member.key?.decode(), View::of_value(document, ValueRef::Text(member.value))))
        });
        let in_union = in_union.into_iter();
        let in_union =
            in_union.filter_map(move |(key, all)| Some((key, View::of_candidates(document, all)?)));
        in_map.chain(in_text).chain(in_union)
    }

    /// The elements of a list, in order.
    pub fn items(&self) -> impl Iterator<Item = View<'a>> + use<'a> {
        let document = self.document;
        let (list, text) = match (self.union(), self.value, self.body()) {
            (None, _, Some(Body::List(list))) => (Some(list), ""),
            (None, ValueRef::Text(text), _) if text.starts_with('[') => (None, text),
            _ => (None, ""),
        };
        let in_list = list.into_iter().flat_map(|list| list.iter());
        let in_list = in_list.filter_map(move |(_, element)| View::of(document, &element.register));
        let in_text = Members::new(text);
        let in_text = in_text.map(move |member| View::of_value(document, ValueRef::Text(member.value)));
        let lists = self.union().filter(|_| self.value_type() == ValueType::List);
        let in_union = lists.map_or_else(Vec::new, |lists| union::elements(document, lists));
        in_list.chain(in_text).chain(in_union)
    }

    /// Appends the plain JSON, compact.
    pub(in crate::document) fn write(&self, out: &mut String) {
        if let (None, ValueRef::Text(text)) = (&self.union, self.value) {
            out.push_str(text);
            return;
        }
        let body = self.body();
        let is_map = match body {
            Some(body) => matches!(body, Body::Map(_)),
            None => self.value_type() == ValueType::Map,
        };
        out.push(if is_map { '{' } else { '[' });
        let start = out.len();
        let begin = |out: &mut String, key: Option<&str>| {
            if out.len() > start {
                out.push(',');
            }
            if let Some(key) = key {
                json::write_string(key, out);
                out.push(':');
            }
        };
        let document = self.document;
        let mut part = |key: Option<&str>, register: &'a Register| {
            if let Some(text) = register.plain_text() {
                begin(out, key);
                out.push_str(text);
            } else if let Some(view) = View::of(document, register) {
                begin(out, key);
                view.write(out);
            }
        };
        match (self.union(), body) {
            (None, Some(Body::Map(map))) => map.iter().for_each(|(_, e)| part(Some(&e.key), &e.register)),
            (None, Some(Body::List(list))) => list.iter().for_each(|(_, e)| part(None, &e.register)),
            (Some(maps), _) if is_map => {
                for (key, all) in union::entries(document, maps) {
                    begin(out, Some(&key));
                    View::of_candidates(document, all).iter().for_each(|view| view.write(out));
                }
            }
            (Some(lists), _) => {
                for element in union::elements(document, lists) {
                    begin(out, None);
                    element.write(out);
                }
            }
            (None, None) => impossible("a view's container is gone"),
        }
        out.push(if is_map { '}' } else { ']' });
    }

    /// As canonical text.
    pub(in crate::document) fn to_canonical(&self) -> Cow<'a, str> {
        if let (None, ValueRef::Text(text)) = (&self.union, self.value) {
            return Cow::Borrowed(text);
        }
        let mut out = String::new();
        self.write(&mut out);
        Cow::Owned(out)
    }

    /// The value as compact JSON: keys in document order, numbers as they were written.
    ///
    /// ```
    /// let document = minisync::Document::builder().create_json(r#"{ "size": { "n": 1.50 } }"#)?;
    /// assert_eq!(document.get("size").unwrap().to_json(), r#"{"n":1.50}"#);
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn to_json(&self) -> String {
        self.to_canonical().into_owned()
    }

    /// The value as a `serde_json::Value`. A number that this type cannot hold, as `1e400`, becomes its text
    /// as a string, unless serde_json's feature `arbitrary_precision` is on.
    #[cfg(feature = "serde_json")]
    pub fn to_value(&self) -> serde_json::Value {
        use serde_json::Value;
        match self.value_type() {
            ValueType::Null => Value::Null,
            ValueType::Bool => Value::Bool(self.as_bool() == Some(true)),
            ValueType::Number => {
                let text = self.as_number().unwrap_or("0");
                text.parse().map_or_else(|_| Value::String(text.to_owned()), Value::Number)
            }
            ValueType::String => Value::String(self.as_str().unwrap_or_default().into_owned()),
            ValueType::List => Value::Array(self.items().map(|item| item.to_value()).collect()),
            ValueType::Map => Value::Object(
                self.entries().map(|(key, value)| (key.into_owned(), value.to_value())).collect(),
            ),
        }
    }

    /// The value as any type that can be read from JSON.
    ///
    /// # Errors
    /// Where the value does not fit the type.
    #[cfg(feature = "serde_json")]
    pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_str(&self.to_canonical())
            .map_err(|error| Error::invalid_value("", format!("it does not fit the type asked for: {error}")))
    }
}

/// Compact plain JSON, numbers as they were written.
impl fmt::Display for View<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_canonical())
    }
}

impl fmt::Debug for View<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for View<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value_type() {
            ValueType::Null => serializer.serialize_unit(),
            ValueType::Bool => serializer.serialize_bool(self.as_bool() == Some(true)),
            ValueType::String => serializer.serialize_str(&self.as_str().unwrap_or_default()),
            ValueType::Number => serialize_number(self.as_number().unwrap_or("0"), serializer),
            ValueType::List => serializer.collect_seq(self.items()),
            ValueType::Map => serializer.collect_map(self.entries()),
        }
    }
}

/// A number as it was written.
#[cfg(feature = "serde_json")]
fn serialize_number<S: serde::Serializer>(number: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let raw = serde_json::value::RawValue::from_string(number.to_owned());
    raw.map_err(serde::ser::Error::custom)?.serialize(serializer)
}

/// A number as the first type that holds it; without `serde_json` there is no way to hand over its text.
#[cfg(not(feature = "serde_json"))]
fn serialize_number<S: serde::Serializer>(number: &str, serializer: S) -> Result<S::Ok, S::Error> {
    if let Ok(number) = number.parse::<u64>() {
        return serializer.serialize_u64(number);
    }
    if let Ok(number) = number.parse::<i64>() {
        return serializer.serialize_i64(number);
    }
    serializer.serialize_f64(number.parse().map_err(serde::ser::Error::custom)?)
}

impl Document {
    /// The whole document.
    pub fn root(&self) -> View<'_> {
        View::of_value(self, ValueRef::Node(Arena::ROOT))
    }

    /// The value at a path; none where nothing is there (or the path cannot be read).
    ///
    /// ```
    /// let document = minisync::Document::new(serde_json::json!({ "a": [1, { "b.c": true }] }))?;
    /// assert_eq!(document.get("a[0]").unwrap().as_i64(), Some(1));
    /// assert_eq!(document.get("a[-1][\"b.c\"]").unwrap().as_bool(), Some(true));
    /// assert_eq!(document.get("/a/1/b.c").unwrap().as_bool(), Some(true));
    /// assert!(document.get("a.b").is_none());
    /// # Ok::<(), minisync::Error>(())
    /// ```
    pub fn get(&self, path: impl ToPath) -> Option<View<'_>> {
        let path = path.to_path().ok()?;
        self.find(path.segments()).map(|found| found.view)
    }

    /// The whole document as a `serde_json::Value`; see [`View::to_value`].
    #[cfg(feature = "serde_json")]
    pub fn to_value(&self) -> serde_json::Value {
        self.root().to_value()
    }

    /// The whole document as compact JSON: keys in document order, numbers as they were written.
    pub fn to_json(&self) -> String {
        self.root().to_json()
    }

    /// The value at a path as any type that can be read from JSON.
    ///
    /// ```
    /// let document = minisync::Document::new(serde_json::json!({ "sizes": [1, 2, 3] }))?;
    /// let sizes: Vec<u8> = document.read("sizes")?;
    /// assert_eq!(sizes, [1, 2, 3]);
    /// # Ok::<(), minisync::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where nothing is there, or the value does not fit the type.
    #[cfg(feature = "serde_json")]
    pub fn read<T: DeserializeOwned>(&self, path: impl ToPath) -> Result<T> {
        let path = path.to_path()?;
        let found = self.find(path.segments());
        found.ok_or_else(|| Error::absent(path.to_string()))?.view.read()
    }
}
