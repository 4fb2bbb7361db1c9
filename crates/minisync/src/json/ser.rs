//! Any `Serialize` as canonical JSON text. Must not know what the values are for.

use std::fmt::Display;

use serde::ser::{self, Serialize};

use super::cursor::Cursor;
use super::error::{JsonErrorKind, pointer_at};
use super::{canonical, float, keys, string};
use crate::names::error::Error;

/// The names under which `serde_json` hands over text that stands for itself.
pub(crate) const RAW_VALUE: &str = "$serde_json::private::RawValue";
pub(super) const NUMBER: &str = "$serde_json::private::Number";

/// The canonical JSON text of a value.
///
/// # Errors
///
/// If a number is not finite, a key is neither text nor a whole number or truth value, an object would
/// have a key twice, or the value is deeper than `depth_limit`.
pub(crate) fn to_text<T: Serialize + ?Sized>(value: &T, depth_limit: usize) -> Result<String, Error> {
    let mut writer = Writer { out: String::new(), depth: 0, depth_limit, keys: Vec::new() };
    match value.serialize(&mut writer) {
        Ok(()) => Ok(writer.out),
        Err(refusal) => Err(refusal.into_error(&writer.out)),
    }
}

/// Why a value has no JSON text; the place follows from the text written so far.
#[derive(Debug)]
struct Refusal(Box<Reason>);

#[derive(Debug)]
enum Reason {
    Invalid(String),
    /// The key that begins at the offset stands in its object twice.
    DuplicateKey(usize),
    /// The text of a [`RAW_VALUE`] is wrong at the pointer.
    Raw(String, String),
    TooDeep(usize),
}

impl Refusal {
    fn invalid(reason: impl Into<String>) -> Refusal {
        Refusal(Box::new(Reason::Invalid(reason.into())))
    }

    fn too_deep(depth_limit: usize) -> Refusal {
        Refusal(Box::new(Reason::TooDeep(depth_limit)))
    }

    fn into_error(self, written: &str) -> Error {
        let here = pointer_at(written, written.len());
        match *self.0 {
            Reason::Invalid(reason) => Error::invalid_value(here, reason),
            Reason::DuplicateKey(offset) => {
                let place = pointer_at(written, offset);
                Error::invalid_value(place, "the key stands in its object twice")
            }
            Reason::Raw(pointer, reason) => Error::invalid_value(here + &pointer, reason),
            Reason::TooDeep(depth_limit) => {
                Error::limit(format!("the value is nested deeper than {depth_limit} levels at {here}"))
            }
        }
    }
}

impl Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &*self.0 {
            Reason::Invalid(reason) | Reason::Raw(_, reason) => f.write_str(reason),
            Reason::DuplicateKey(_) => f.write_str("a key stands in its object twice"),
            Reason::TooDeep(limit) => write!(f, "nested deeper than {limit} levels"),
        }
    }
}

impl std::error::Error for Refusal {}

impl ser::Error for Refusal {
    fn custom<T: Display>(message: T) -> Refusal {
        Refusal::invalid(message.to_string())
    }
}

/// The text written so far, and what is open in it.
struct Writer {
    out: String,
    depth: usize,
    depth_limit: usize,
    /// Where the keys of the open objects begin and end in `out`.
    keys: Vec<(usize, usize)>,
}

impl Writer {
    #[inline]
    fn open(&mut self, bracket: char) -> Result<(), Refusal> {
        if self.depth >= self.depth_limit {
            return Err(Refusal::too_deep(self.depth_limit));
        }
        self.depth += 1;
        self.out.push(bracket);
        Ok(())
    }

    #[inline]
    fn close(&mut self, bracket: char) {
        self.depth -= 1;
        self.out.push(bracket);
    }

    /// Writes the comma in front of anything but a container's first part.
    #[inline]
    fn separate(&mut self) {
        if !self.out.ends_with(['[', '{']) {
            self.out.push(',');
        }
    }

    /// Writes a whole number.
    fn integer(&mut self, number: impl Display) -> Result<(), Refusal> {
        use std::fmt::Write;
        write!(self.out, "{number}").map_err(ser::Error::custom)
    }

    /// Writes a number with the fewest digits that read back the same.
    fn float(&mut self, number: impl float::Float) -> Result<(), Refusal> {
        if !number.is_finite() {
            return Err(Refusal::invalid(format!("{number} is not a JSON number")));
        }
        float::write_float(number, &mut self.out).map_err(ser::Error::custom)
    }

    /// Turns what was written from `start` on into a key, and notes it.
    fn finish_key(&mut self, start: usize) -> Result<(), Refusal> {
        let written = &self.out[start..];
        if !written.starts_with('"') {
            let digits = written.strip_prefix('-').unwrap_or(written);
            let integer = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            if !integer && written != "true" && written != "false" {
                self.out.truncate(start);
                return Err(Refusal::invalid("a key must be a string, a whole number or a truth value"));
            }
            self.out.insert(start, '"');
            self.out.push('"');
        }
        self.keys.push((start, self.out.len()));
        self.out.push(':');
        Ok(())
    }

    /// Replaces the string that was written from `start` on by the JSON text that it holds.
    fn finish_raw(&mut self, start: usize, number: bool) -> Result<(), Refusal> {
        let written = self.out.split_off(start);
        let text = match Cursor::new(&written, 0).string() {
            Ok(text) => text.decode(),
            Err(_) => return Err(Refusal::invalid("raw JSON must be given as a string")),
        };
        let mut cursor = Cursor::new(&text, self.depth_limit - self.depth);
        let scan = match number {
            true => cursor.number().map(|_| None),
            false => cursor.skip_value().map(Some),
        };
        let scan = scan.and_then(|scan| cursor.end().map(|()| scan)).map_err(|error| {
            if error.kind == JsonErrorKind::TooDeep {
                Refusal::too_deep(self.depth_limit)
            } else {
                Refusal(Box::new(Reason::Raw(error.pointer, error.reason)))
            }
        })?;
        match scan {
            Some(scan) if !scan.canonical => {
                canonical::canonicalize(&text[scan.start..scan.end], &mut self.out);
            }
            _ => self.out.push_str(text.trim_ascii()),
        }
        Ok(())
    }
}

/// A container that is being written.
struct Container<'w> {
    writer: &'w mut Writer,
    /// The index of its first key among the keys of the open objects.
    first: usize,
    kind: ContainerKind,
}

#[derive(Clone, Copy, PartialEq)]
enum ContainerKind {
    List,
    Object,
    /// A list or object in an object with one member, named after an enum's variant.
    VariantList,
    VariantObject,
    /// Not a container at all, but text that stands for itself.
    RawValue,
    Number,
}

impl<'w> Container<'w> {
    #[inline]
    fn open(writer: &'w mut Writer, kind: ContainerKind) -> Result<Container<'w>, Refusal> {
        match kind {
            ContainerKind::List | ContainerKind::VariantList => writer.open('[')?,
            ContainerKind::Object | ContainerKind::VariantObject => writer.open('{')?,
            ContainerKind::RawValue | ContainerKind::Number => {}
        }
        Ok(Container { first: writer.keys.len(), writer, kind })
    }

    /// Opens a container behind the name of its variant.
    fn open_variant(
        writer: &'w mut Writer,
        variant: &str,
        kind: ContainerKind,
    ) -> Result<Container<'w>, Refusal> {
        writer.open('{')?;
        string::write_string(variant, &mut writer.out);
        writer.out.push(':');
        Container::open(writer, kind)
    }

    #[inline]
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refusal> {
        self.writer.separate();
        value.serialize(&mut *self.writer)
    }

    #[inline]
    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Refusal> {
        self.writer.separate();
        let start = self.writer.out.len();
        key.serialize(&mut *self.writer)?;
        self.writer.finish_key(start)
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Refusal> {
        match self.kind {
            ContainerKind::RawValue | ContainerKind::Number => {
                let start = self.writer.out.len();
                value.serialize(&mut *self.writer)?;
                self.writer.finish_raw(start, self.kind == ContainerKind::Number)
            }
            _ => {
                self.key(name)?;
                value.serialize(&mut *self.writer)
            }
        }
    }

    #[inline]
    fn close(self) -> Result<(), Refusal> {
        let Container { writer, first, kind } = self;
        match kind {
            ContainerKind::List | ContainerKind::VariantList => writer.close(']'),
            ContainerKind::Object | ContainerKind::VariantObject => {
                let keys = &writer.keys[first..];
                if let Some(index) = keys::first_duplicate(writer.out.as_bytes(), keys) {
                    return Err(Refusal(Box::new(Reason::DuplicateKey(keys[index].0))));
                }
                writer.keys.truncate(first);
                writer.close('}');
            }
            ContainerKind::RawValue | ContainerKind::Number => {}
        }
        if let ContainerKind::VariantList | ContainerKind::VariantObject = kind {
            writer.close('}');
        }
        Ok(())
    }
}

macro_rules! integers {
    ($($method:ident: $type:ty),*) => {$(
        #[inline]
        fn $method(self, number: $type) -> Result<(), Refusal> {
            self.integer(number)
        }
    )*};
}

impl<'w> ser::Serializer for &'w mut Writer {
    type Ok = ();
    type Error = Refusal;
    type SerializeSeq = Container<'w>;
    type SerializeTuple = Container<'w>;
    type SerializeTupleStruct = Container<'w>;
    type SerializeTupleVariant = Container<'w>;
    type SerializeMap = Container<'w>;
    type SerializeStruct = Container<'w>;
    type SerializeStructVariant = Container<'w>;

    integers! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_i128: i128, serialize_u128: u128
    }

    fn serialize_bool(self, value: bool) -> Result<(), Refusal> {
        self.out.push_str(if value { "true" } else { "false" });
        Ok(())
    }

    fn serialize_f32(self, number: f32) -> Result<(), Refusal> {
        self.float(number)
    }

    fn serialize_f64(self, number: f64) -> Result<(), Refusal> {
        self.float(number)
    }

    fn serialize_char(self, character: char) -> Result<(), Refusal> {
        self.serialize_str(character.encode_utf8(&mut [0; 4]))
    }

    #[inline]
    fn serialize_str(self, text: &str) -> Result<(), Refusal> {
        string::write_string(text, &mut self.out);
        Ok(())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), Refusal> {
        self.collect_seq(bytes)
    }

    fn serialize_none(self) -> Result<(), Refusal> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Refusal> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Refusal> {
        self.out.push_str("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), Refusal> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<(), Refusal> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), Refusal> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Refusal> {
        let mut object = Container::open(self, ContainerKind::Object)?;
        object.field(variant, value)?;
        object.close()
    }

    fn serialize_seq(self, _len: Option<usize>) -> Result<Container<'w>, Refusal> {
        Container::open(self, ContainerKind::List)
    }

    fn serialize_tuple(self, _len: usize) -> Result<Container<'w>, Refusal> {
        Container::open(self, ContainerKind::List)
    }

    fn serialize_tuple_struct(self, _name: &'static str, _len: usize) -> Result<Container<'w>, Refusal> {
        Container::open(self, ContainerKind::List)
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Container<'w>, Refusal> {
        Container::open_variant(self, variant, ContainerKind::VariantList)
    }

    fn serialize_map(self, _len: Option<usize>) -> Result<Container<'w>, Refusal> {
        Container::open(self, ContainerKind::Object)
    }

    fn serialize_struct(self, name: &'static str, _len: usize) -> Result<Container<'w>, Refusal> {
        let kind = match name {
            RAW_VALUE => ContainerKind::RawValue,
            NUMBER => ContainerKind::Number,
            _ => ContainerKind::Object,
        };
        Container::open(self, kind)
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Container<'w>, Refusal> {
        Container::open_variant(self, variant, ContainerKind::VariantObject)
    }
}

macro_rules! container {
    ($trait:ident: $($method:ident($($name:ident: $type:ty),*) as $part:ident),*) => {
        impl ser::$trait for Container<'_> {
            type Ok = ();
            type Error = Refusal;

            $(
                #[inline]
                fn $method<T: Serialize + ?Sized>(
                    &mut self,
                    $($name: $type,)*
                    value: &T,
                ) -> Result<(), Refusal> {
                    self.$part($($name,)* value)
                }
            )*

            #[inline]
            fn end(self) -> Result<(), Refusal> {
                self.close()
            }
        }
    };
}

impl Container<'_> {
    #[inline]
    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refusal> {
        value.serialize(&mut *self.writer)
    }
}

container!(SerializeSeq: serialize_element() as element);
container!(SerializeTuple: serialize_element() as element);
container!(SerializeTupleStruct: serialize_field() as element);
container!(SerializeTupleVariant: serialize_field() as element);
container!(SerializeMap: serialize_key() as key, serialize_value() as value);
container!(SerializeStruct: serialize_field(name: &'static str) as field);
container!(SerializeStructVariant: serialize_field(name: &'static str) as field);
