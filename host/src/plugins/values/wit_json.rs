//! The contract's values as JSON, by the names and forms that test cases have: what the bindings' types are turned into
//! when a call is written down.
//!
//! Rust's names become the contract's (`sent_at` is `sent-at`, `PageView` is `page-view`), bytes become `{"text"}` or
//! `{"base64"}`, which give the same bytes back.

use std::fmt::Display;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::ser::{self, Impossible, Serialize, Serializer};
use serde_json::{Map, Value, json};

/// A value of the contract as JSON. What the contract has no form for becomes null.
pub(in crate::plugins) fn wit_json<T: Serialize + ?Sized>(value: &T) -> Value {
    value.serialize(Contract).map_or(Value::Null, Piece::value)
}

/// Bytes as JSON that gives exactly these bytes back.
pub(in crate::plugins) fn bytes(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => json!({ "text": text }),
        Err(_) => json!({ "base64": STANDARD.encode(bytes) }),
    }
}

/// Names as the contract writes them.
fn kebab(name: &str) -> String {
    let mut kebab = String::with_capacity(name.len() + 2);
    for (place, letter) in name.chars().enumerate() {
        match letter {
            '_' => kebab.push('-'),
            'A'..='Z' => {
                if place > 0 {
                    kebab.push('-');
                }
                kebab.push(letter.to_ascii_lowercase());
            }
            _ => kebab.push(letter),
        }
    }
    kebab
}

/// A part of a value: lists of bytes are told from other lists of numbers.
enum Piece {
    Byte(u8),
    Value(Value),
}

impl Piece {
    fn value(self) -> Value {
        match self {
            Self::Byte(byte) => byte.into(),
            Self::Value(value) => value,
        }
    }
}

/// The contract has no form for it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Unwritable(String);

impl ser::Error for Unwritable {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

type Written = Result<Piece, Unwritable>;

fn done(value: impl Into<Value>) -> Written {
    Ok(Piece::Value(value.into()))
}

fn case(name: &str, payload: Value) -> Written {
    let mut case = Map::with_capacity(1);
    case.insert(kebab(name), payload);
    done(case)
}

struct Contract;

macro_rules! plainly {
    ($($function:ident: $type:ty),+ $(,)?) => {$(
        fn $function(self, value: $type) -> Written {
            done(value)
        }
    )+};
}

impl Serializer for Contract {
    type Ok = Piece;
    type Error = Unwritable;
    type SerializeSeq = Items;
    type SerializeTuple = Items;
    type SerializeTupleStruct = Items;
    type SerializeTupleVariant = Impossible<Piece, Unwritable>;
    type SerializeMap = Impossible<Piece, Unwritable>;
    type SerializeStruct = Fields;
    type SerializeStructVariant = Impossible<Piece, Unwritable>;

    plainly! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_f32: f32, serialize_f64: f64,
        serialize_str: &str,
    }

    fn serialize_u8(self, value: u8) -> Written {
        Ok(Piece::Byte(value))
    }

    fn serialize_char(self, value: char) -> Written {
        done(value.to_string())
    }

    fn serialize_bytes(self, value: &[u8]) -> Written {
        done(bytes(value))
    }

    fn serialize_none(self) -> Written {
        done(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Written {
        done(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Written {
        done(Value::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Written {
        done(kebab(name))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Written {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Written {
        case(name, value.serialize(Self)?.value())
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Items, Unwritable> {
        Ok(Items { values: Vec::with_capacity(length.unwrap_or(0)), bytes: Vec::new() })
    }

    fn serialize_tuple(self, length: usize) -> Result<Items, Unwritable> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Items, Unwritable> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        of: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Unwritable> {
        Err(Unwritable(format!("{of} has a case with several payloads")))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Unwritable> {
        Err(Unwritable("the contract has no maps".to_owned()))
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Fields, Unwritable> {
        Ok(Fields(Map::with_capacity(length)))
    }

    fn serialize_struct_variant(
        self,
        of: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Unwritable> {
        Err(Unwritable(format!("{of} has a case with fields")))
    }
}

/// A list under way: of bytes as long as nothing else has come.
struct Items {
    values: Vec<Value>,
    bytes: Vec<u8>,
}

impl Items {
    fn add<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), Unwritable> {
        match item.serialize(Contract)? {
            Piece::Byte(byte) => self.bytes.push(byte),
            Piece::Value(value) => self.values.push(value),
        }
        Ok(())
    }

    fn finish(self) -> Written {
        if self.bytes.is_empty() { done(self.values) } else { done(bytes(&self.bytes)) }
    }
}

/// Lists, tuples and tuples with a name are all the same to the contract.
macro_rules! items {
    ($($kind:ident: $add:ident),+ $(,)?) => {$(
        impl ser::$kind for Items {
            type Ok = Piece;
            type Error = Unwritable;

            fn $add<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), Unwritable> {
                self.add(item)
            }

            fn end(self) -> Written {
                self.finish()
            }
        }
    )+};
}

items! {
    SerializeSeq: serialize_element,
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field,
}

/// A record under way.
struct Fields(Map<String, Value>);

impl ser::SerializeStruct for Fields {
    type Ok = Piece;
    type Error = Unwritable;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Unwritable> {
        self.0.insert(kebab(name), value.serialize(Contract)?.value());
        Ok(())
    }

    fn end(self) -> Written {
        done(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugins::types::{HttpRequest, Receipt, ReceiptStatus, ScoringSubject, Touch};

    #[test]
    fn values_have_the_contracts_names_and_bytes_come_back_as_they_were() {
        let request = HttpRequest {
            method: "POST".into(),
            path: String::new(),
            query: String::new(),
            headers: Vec::new(),
            body: b"{ \"a\":1 }".to_vec(),
        };
        let expected = json!([{
            "method": "POST", "path": "", "query": "", "headers": [], "body": {"text": "{ \"a\":1 }"},
        }]);
        assert_eq!(wit_json(&(request,)), expected);
        assert_eq!(bytes(b"\xff\0"), json!({"base64": "/wA="}));
        let receipt =
            Receipt { external_id: "1".into(), status: ReceiptStatus::Delivered, at: 7, error: None };
        let expected = json!({"external-id": "1", "status": "delivered", "at": 7, "error": null});
        assert_eq!(wit_json(&receipt), expected);
        let touch = Touch { kind: "call".into(), inbound: true, at: 1, text: "x".into() };
        let subject = ScoringSubject { id: "s".into(), attributes: Vec::new(), touches: vec![touch] };
        let both: Result<Vec<ScoringSubject>, String> = Ok(vec![subject]);
        let touches = json!([{"kind": "call", "inbound": true, "at": 1, "text": "x"}]);
        assert_eq!(wit_json(&both), json!({"ok": [{"id": "s", "attributes": [], "touches": touches}]}));
    }
}
