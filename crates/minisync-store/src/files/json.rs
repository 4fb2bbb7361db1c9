//! The JSON of our small files: objects with given keys, in one order and spelling, and read strictly. Knows no file.
//!
//! By hand, and not by a serializer: the engine is loaded over networks, and derived code for these few types would
//! weigh more than the engine itself.

use minisync::{
    ClientId, DocumentId, Version,
    syntax::{Node, NodeKind, push_string},
};

use crate::names::{DataName, Hash, Name, NameMap, NameSet};

/// What was read, or why it is of no use, for people.
pub(crate) type Read<T> = Result<T, String>;

/// What has a place in one of our files.
pub(crate) trait Json: Sized {
    fn write(&self, json: &mut String);

    fn read(node: Node<'_>) -> Read<Self>;
}

/// An object with given keys; it is [`Json`] by that.
pub(crate) trait Fields: Sized {
    fn write_fields(&self, object: &mut ObjectWriter<'_>);

    fn read_fields(object: &mut ObjectReader<'_>) -> Read<Self>;
}

/// Makes a struct [`Fields`]: each field with its key, in the order of the file.
macro_rules! json_fields {
    ($type:ident { $($field:ident: $key:literal),* $(,)? }) => {
        impl $crate::files::Fields for $type {
            fn write_fields(&self, object: &mut $crate::files::ObjectWriter<'_>) {
                $(object.field($key, &self.$field);)*
            }

            fn read_fields(object: &mut $crate::files::ObjectReader<'_>) -> $crate::files::Read<Self> {
                Ok($type { $($field: object.field($key)?),* })
            }
        }
    };
}
pub(crate) use json_fields;

/// Writes an object, key by key.
pub(crate) struct ObjectWriter<'j> {
    json: &'j mut String,
    is_first: bool,
}

impl<'j> ObjectWriter<'j> {
    pub(crate) fn begin(json: &'j mut String) -> ObjectWriter<'j> {
        json.push('{');
        ObjectWriter { json, is_first: true }
    }

    pub(crate) fn field(&mut self, key: &str, value: &impl Json) {
        value.write(self.key(key));
    }

    pub(crate) fn end(self) {
        self.json.push('}');
    }

    fn key(&mut self, key: &str) -> &mut String {
        if !std::mem::take(&mut self.is_first) {
            self.json.push(',');
        }
        push_string(key, self.json);
        self.json.push(':');
        self.json
    }
}

/// Reads an object, key by key; then none may be left.
pub(crate) struct ObjectReader<'t> {
    object: Node<'t>,
    keys: Vec<&'static str>,
}

impl<'t> ObjectReader<'t> {
    pub(crate) fn of(node: Node<'t>) -> Read<ObjectReader<'t>> {
        expect(node, NodeKind::Object, "an object")?;
        Ok(ObjectReader { object: node, keys: Vec::new() })
    }

    pub(crate) fn field<T: Json>(&mut self, key: &'static str) -> Read<T> {
        match T::read(self.required(key)?) {
            Ok(value) => Ok(value),
            Err(reason) => Err(at(key, &reason)),
        }
    }

    fn required(&mut self, key: &'static str) -> Read<Node<'t>> {
        self.optional(key).ok_or_else(|| format!("the key {key:?} is missing"))
    }

    /// The value under a key that may be missing.
    pub(crate) fn optional(&mut self, key: &'static str) -> Option<Node<'t>> {
        self.keys.push(key);
        self.object.get(key)
    }

    pub(crate) fn end(self) -> Read<()> {
        let is_known = |key: &str| self.keys.contains(&key);
        match self.object.entries().find(|(key, _)| !is_known(&key.unescaped())) {
            Some((key, _)) => Err(format!("the key {} is not known", key.raw())),
            None => Ok(()),
        }
    }
}

impl<T: Fields> Json for T {
    fn write(&self, json: &mut String) {
        let mut object = ObjectWriter::begin(json);
        self.write_fields(&mut object);
        object.end();
    }

    fn read(node: Node<'_>) -> Read<T> {
        let mut object = ObjectReader::of(node)?;
        let value = T::read_fields(&mut object)?;
        object.end()?;
        Ok(value)
    }
}

/// `null`, or the value.
impl<T: Json> Json for Option<T> {
    fn write(&self, json: &mut String) {
        match self {
            Some(value) => value.write(json),
            None => json.push_str("null"),
        }
    }

    fn read(node: Node<'_>) -> Read<Option<T>> {
        if node.raw() == "null" { Ok(None) } else { T::read(node).map(Some) }
    }
}

impl<T: Json> Json for Vec<T> {
    fn write(&self, json: &mut String) {
        json.push('[');
        for (index, value) in self.iter().enumerate() {
            if index > 0 {
                json.push(',');
            }
            value.write(json);
        }
        json.push(']');
    }

    fn read(node: Node<'_>) -> Read<Vec<T>> {
        let mut values = Vec::new();
        for node in elements(node)? {
            values.push(T::read(node)?);
        }
        Ok(values)
    }
}

impl<V: Fields> Json for NameMap<V> {
    fn write(&self, json: &mut String) {
        let mut object = ObjectWriter::begin(json);
        for (name, value) in self.iter() {
            object.field(name.as_str(), value);
        }
        object.end();
    }

    fn read(node: Node<'_>) -> Read<NameMap<V>> {
        let mut map = NameMap::default();
        for (key, value) in entries(node)? {
            map.insert(Name::read(key)?, V::read(value).map_err(|reason| at(&key.unescaped(), &reason))?);
        }
        Ok(map)
    }
}

/// A list of names.
impl Json for NameSet {
    fn write(&self, json: &mut String) {
        self.names().cloned().collect::<Vec<Name>>().write(json);
    }

    fn read(node: Node<'_>) -> Read<NameSet> {
        let mut set = NameSet::default();
        set.extend(Vec::<Name>::read(node)?.iter());
        Ok(set)
    }
}

/// As text: `{"alice":1795377823000123}`.
impl Json for Version {
    fn write(&self, json: &mut String) {
        json.push_str(&self.to_string());
    }

    fn read(node: Node<'_>) -> Read<Version> {
        node.raw().parse().map_err(|error: minisync::Error| error.to_string())
    }
}

impl Json for bool {
    fn write(&self, json: &mut String) {
        json.push_str(if *self { "true" } else { "false" });
    }

    fn read(node: Node<'_>) -> Read<bool> {
        match node.raw() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err("true or false is expected".to_owned()),
        }
    }
}

impl Json for u64 {
    fn write(&self, json: &mut String) {
        json.push_str(&self.to_string());
    }

    fn read(node: Node<'_>) -> Read<u64> {
        node.raw().parse().map_err(|_| "a whole number is expected".to_owned())
    }
}

impl Json for u32 {
    fn write(&self, json: &mut String) {
        u64::from(*self).write(json);
    }

    fn read(node: Node<'_>) -> Read<u32> {
        u32::try_from(u64::read(node)?).map_err(|_| "a smaller number is expected".to_owned())
    }
}

impl Json for String {
    fn write(&self, json: &mut String) {
        push_string(self, json);
    }

    fn read(node: Node<'_>) -> Read<String> {
        expect(node, NodeKind::String, "a string")?;
        Ok(node.unescaped().into_owned())
    }
}

/// Strings of a kind of their own.
macro_rules! json_strings {
    ($($type:ty, $as_text:expr, $parse:expr;)*) => {$(
        impl Json for $type {
            fn write(&self, json: &mut String) {
                let as_text: fn(&$type) -> String = $as_text;
                push_string(&as_text(self), json);
            }

            fn read(node: Node<'_>) -> Read<$type> {
                let parse: fn(String) -> Read<$type> = $parse;
                parse(String::read(node)?)
            }
        }
    )*};
}

json_strings! {
    ClientId, |id| id.as_str().to_owned(), |text| ClientId::new(text).map_err(|error| error.to_string());
    DocumentId, |id| id.as_str().to_owned(), |text| DocumentId::new(text).map_err(|error| error.to_string());
    Hash, Hash::to_string, |text| text.parse().map_err(str::to_owned);
    DataName, DataName::to_string, |text| text.parse().map_err(str::to_owned);
    Name, Name::to_string, |text| Name::parse(&text).ok_or_else(|| format!("{text:?} is not a name"));
}

// Vectors, and not iterators that every kind of value would be compiled into anew.

fn elements(node: Node<'_>) -> Read<Vec<Node<'_>>> {
    expect(node, NodeKind::Array, "a list")?;
    Ok(node.children().collect())
}

fn entries(node: Node<'_>) -> Read<Vec<(Node<'_>, Node<'_>)>> {
    expect(node, NodeKind::Object, "an object")?;
    Ok(node.entries().collect())
}

fn expect(node: Node<'_>, kind: NodeKind, what: &str) -> Read<()> {
    if node.kind() == kind { Ok(()) } else { Err(format!("{what} is expected")) }
}

fn at(key: &str, reason: &str) -> String {
    format!("at {key:?}: {reason}")
}

#[cfg(test)]
mod tests {
    use minisync::syntax::Tree;

    use super::*;

    #[derive(Debug, PartialEq)]
    struct Sample {
        flag: bool,
        number: u64,
        name: String,
        list: Vec<Option<u32>>,
    }

    json_fields!(Sample { flag: "flag", number: "number", name: "name", list: "list" });

    fn read(json: &str) -> Read<Sample> {
        Sample::read(Tree::parse(json).unwrap().root())
    }

    #[test]
    fn reads_what_it_writes() {
        let name = "\"ä\\\n\u{1}".to_owned();
        let sample = Sample { flag: true, number: u64::MAX, name, list: vec![None, Some(7)] };
        let mut json = String::new();
        sample.write(&mut json);
        assert_eq!(
            json,
            r#"{"flag":true,"number":18446744073709551615,"name":"\"ä\\\n\u0001","list":[null,7]}"#
        );
        assert_eq!(read(&json), Ok(sample));
    }

    #[test]
    fn refuses_all_else_and_says_where() {
        let error = |json: &str| read(json).unwrap_err();
        assert_eq!(error(r#"{"flag":true,"number":1,"name":"x"}"#), r#"the key "list" is missing"#);
        assert_eq!(
            error(r#"{"flag":true,"number":1,"name":"x","list":[],"more":1}"#),
            r#"the key "more" is not known"#
        );
        for (json, place) in [
            (r#"{"flag":1,"number":1,"name":"x","list":[]}"#, "flag"),
            (r#"{"flag":true,"number":1.0,"name":"x","list":[]}"#, "number"),
            (r#"{"flag":true,"number":-1,"name":"x","list":[]}"#, "number"),
            (r#"{"flag":true,"number":18446744073709551616,"name":"x","list":[]}"#, "number"),
            (r#"{"flag":true,"number":1,"name":null,"list":[]}"#, "name"),
            (r#"{"flag":true,"number":1,"name":"x","list":{}}"#, "list"),
            (r#"{"flag":true,"number":1,"name":"x","list":[4294967296]}"#, "list"),
        ] {
            assert!(error(json).starts_with(&format!("at {place:?}: ")), "{}", error(json));
        }
        assert!(Sample::read(Tree::parse("[]").unwrap().root()).is_err());
    }
}
