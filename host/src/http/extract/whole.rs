//! Whole numbers in bodies.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

/// A whole number. JSON knows no other kind than numbers, so `5.0` is the same one as `5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole(pub i64);

/// Below this, every whole number can be told from its neighbours as a floating-point number.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl From<Whole> for i64 {
    fn from(Whole(number): Whole) -> Self {
        number
    }
}

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_i64(WholeVisitor)
    }
}

struct WholeVisitor;

impl Visitor<'_> for WholeVisitor {
    type Value = Whole;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Whole, E> {
        Ok(Whole(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Whole, E> {
        i64::try_from(number).map(Whole).map_err(|_| E::custom(format!("{number} is too great")))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Whole, E> {
        if number.fract() == 0.0 && number.abs() < EXACT {
            return Ok(Whole(number as i64));
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
            assert_eq!(serde_json::from_str::<Whole>(json).unwrap(), Whole(number), "{json}");
        }
        for json in ["5.5", "1e300", "18446744073709551615", "\"5\"", "null", "true"] {
            assert!(serde_json::from_str::<Whole>(json).is_err(), "{json}");
        }
    }
}
