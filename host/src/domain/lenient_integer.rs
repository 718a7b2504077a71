//! Whole numbers in JSON.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

/// A whole number. JSON knows no other kind than numbers, so `5.0` is the same one as `5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LenientInteger(pub i64);

/// Below this, every whole number can be told from its neighbours as a floating-point number.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl From<LenientInteger> for i64 {
    fn from(LenientInteger(number): LenientInteger) -> Self {
        number
    }
}

impl<'de> Deserialize<'de> for LenientInteger {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_i64(LenientIntegerVisitor)
    }
}

/// Reads a field that is a whole number.
pub fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    LenientInteger::deserialize(deserializer).map(i64::from)
}

/// Reads a field that is a whole number or null.
pub fn whole_or_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(Option::<LenientInteger>::deserialize(deserializer)?.map(i64::from))
}

/// Reads a field that may be left out by null: a whole number that there may be.
pub fn optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<i64>>, D::Error> {
    Ok(whole_or_null(deserializer)?.map(Some))
}

/// Reads a field that is there: a whole number, or null.
pub fn present_or_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<i64>>, D::Error> {
    whole_or_null(deserializer).map(Some)
}

/// Reads a field that is there: a whole number.
pub fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    whole(deserializer).map(Some)
}

struct LenientIntegerVisitor;

impl Visitor<'_> for LenientIntegerVisitor {
    type Value = LenientInteger;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<LenientInteger, E> {
        Ok(LenientInteger(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<LenientInteger, E> {
        i64::try_from(number).map(LenientInteger).map_err(|_| E::custom(format!("{number} is too great")))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<LenientInteger, E> {
        if number.fract() == 0.0 && number.abs() < EXACT {
            return Ok(LenientInteger(number as i64));
        }
        Err(E::custom(format!("{number} is no whole number that can be counted exactly")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_whole_however_it_is_written() {
        for (json, number) in
            [("5", 5), ("5.0", 5), ("-2e2", -200), ("9007199254740993", 9_007_199_254_740_993)]
        {
            assert_eq!(
                serde_json::from_str::<LenientInteger>(json).unwrap(),
                LenientInteger(number),
                "{json}"
            );
        }
        for json in ["5.5", "1e300", "18446744073709551615", "\"5\"", "null", "true"] {
            assert!(serde_json::from_str::<LenientInteger>(json).is_err(), "{json}");
        }
    }
}
