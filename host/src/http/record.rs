//! Records of the catalogue, as the API shows them.

use serde::de::DeserializeOwned;
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::reasons::Reason;
use super::response::Versioned;
use super::sights;
use crate::domain::catalogue::{Record, Shown};
use crate::domain::masking::{self, Seen};

/// A record with the fields that its kind declares, but for those that are the host's own business.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiRecord<R>(pub R);

impl<R> From<R> for ApiRecord<R> {
    fn from(record: R) -> Self {
        Self(record)
    }
}

impl<R: Record> Versioned for ApiRecord<R> {
    fn version(&self) -> i64 {
        let version = self.0.values().find(|(field, _)| field.name == "version");
        match version {
            Some((_, Shown::Integer(version))) => version,
            _ => 1,
        }
    }
}

impl<R: Record> Serialize for ApiRecord<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let sights = sights::of_caller();
        for (field, value) in self.0.values().filter(|(field, _)| !field.internal) {
            map.serialize_key(field.name)?;
            let value = match masking::value(field, value, sights) {
                Seen::Whole(value) => value,
                Seen::Masked(text) => {
                    map.serialize_value(&text)?;
                    continue;
                }
                Seen::Nothing => Shown::Null,
            };
            match value {
                Shown::Null | Shown::Bytes(_) => map.serialize_value(&()),
                Shown::Boolean(flag) => map.serialize_value(&flag),
                Shown::Integer(number) => map.serialize_value(&number),
                Shown::Number(number) => map.serialize_value(&number),
                Shown::Text(text) => map.serialize_value(text),
                Shown::Id(id) => map.serialize_value(&id),
                Shown::Time(at) => map.serialize_value(&at),
                Shown::Money(money) => map.serialize_value(money),
                Shown::Texts(texts) => map.serialize_value(texts),
                Shown::Fields(fields) => map.serialize_value(fields),
                Shown::Reason(reason) => map.serialize_value(&Reason::from(reason)),
                Shown::Reasons(reasons) => {
                    map.serialize_value(&reasons.iter().map(Reason::from).collect::<Vec<_>>())
                }
                Shown::Json(json) => map.serialize_value(&json),
            }?;
        }
        map.end()
    }
}

/// As it was sent once, for a request that is sent again under its key.
impl<'de, R: DeserializeOwned> Deserialize<'de> for ApiRecord<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        R::deserialize(deserializer).map(Self)
    }
}
