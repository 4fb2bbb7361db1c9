//! JSON text out of what any deserializer hands over, for where the text itself is not to be had. Must not know what
//! the values are for.

use std::fmt;

use serde::{Deserialize, Deserializer, de};

use super::{
    float,
    ser::{NUMBER, RAW_VALUE},
    string,
};

/// The JSON text of a value, members in the order in which they came.
#[derive(Debug)]
pub(crate) struct JsonText(pub(crate) String);

impl JsonText {
    fn of(text: impl Into<String>) -> JsonText {
        JsonText(text.into())
    }
}

impl<'de> Deserialize<'de> for JsonText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> de::Visitor<'de> for JsonVisitor {
    type Value = JsonText;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<JsonText, E> {
        Ok(JsonText::of(if value { "true" } else { "false" }))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<JsonText, E> {
        Ok(JsonText::of(value.to_string()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<JsonText, E> {
        Ok(JsonText::of(value.to_string()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<JsonText, E> {
        if !value.is_finite() {
            return Err(E::custom("JSON has no such number"));
        }
        let mut text = String::new();
        float::write_float(value, &mut text).map_err(E::custom)?;
        Ok(JsonText::of(text))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<JsonText, E> {
        let mut text = String::new();
        string::write_string(value, &mut text);
        Ok(JsonText(text))
    }

    fn visit_unit<E: de::Error>(self) -> Result<JsonText, E> {
        Ok(JsonText::of("null"))
    }

    fn visit_none<E: de::Error>(self) -> Result<JsonText, E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<JsonText, D::Error> {
        JsonText::deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<JsonText, D::Error> {
        JsonText::deserialize(deserializer)
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<JsonText, A::Error> {
        let mut text = String::from("[");
        while let Some(item) = items.next_element::<JsonText>()? {
            if text.len() > 1 {
                text.push(',');
            }
            text.push_str(&item.0);
        }
        text.push(']');
        Ok(JsonText::of(text))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut members: A) -> Result<JsonText, A::Error> {
        let mut text = String::from("{");
        while let Some(key) = members.next_key::<String>()? {
            // `serde_json` hands over numbers of any size, and text that stands for itself, as maps of one member.
            if key == RAW_VALUE || key == NUMBER {
                return Ok(JsonText::of(members.next_value::<String>()?));
            }
            if text.len() > 1 {
                text.push(',');
            }
            string::write_string(&key, &mut text);
            text.push(':');
            text.push_str(&members.next_value::<JsonText>()?.0);
        }
        text.push('}');
        Ok(JsonText::of(text))
    }
}
