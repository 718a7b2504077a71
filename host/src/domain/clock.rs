//! Time: read from a clock that is handed in, counted in microseconds.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Where the time comes from. The real clock is made in `boot`; tests hand in one they move.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// Microseconds since 1970-01-01T00:00:00Z. Both databases keep it as a number, so that it compares and
/// subtracts alike on both; over HTTP it is RFC 3339 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// What a timer of a due time does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClockStep {
    /// Reminds, some time before.
    Warn,
    /// Says that the time is over.
    Breach,
}

/// A text that is no RFC 3339 time.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not an RFC 3339 time such as 2026-01-31T08:00:00Z")]
pub struct NotATime(String);

impl Timestamp {
    /// The span that RFC 3339 can write: years 0 to 9999, roughly.
    const RANGE: std::ops::RangeInclusive<i64> = -60_000_000_000_000_000..=250_000_000_000_000_000;

    /// The latest time that can be written.
    pub const MAX: Self = Self(*Self::RANGE.end());

    /// From microseconds since 1970, cut to the years that RFC 3339 can write.
    pub fn from_micros(micros: i64) -> Self {
        Self(micros.clamp(*Self::RANGE.start(), *Self::RANGE.end()))
    }

    /// Microseconds since 1970.
    pub fn as_micros(self) -> i64 {
        self.0
    }

    /// Later by so many milliseconds.
    pub fn plus_millis(self, millis: i64) -> Self {
        Self::from_micros(self.0.saturating_add(millis.saturating_mul(1_000)))
    }

    /// Later by so many minutes.
    pub fn plus_minutes(self, minutes: i64) -> Self {
        self.plus_millis(minutes.saturating_mul(60_000))
    }

    /// Milliseconds from `earlier` to this.
    pub fn millis_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0) / 1_000
    }
}

impl From<jiff::Timestamp> for Timestamp {
    fn from(at: jiff::Timestamp) -> Self {
        Self::from_micros(at.as_microsecond())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(at) => at.fmt(f),
            Err(_) => self.0.fmt(f),
        }
    }
}

impl FromStr for Timestamp {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        text.parse::<jiff::Timestamp>().map(Self::from).map_err(|_| NotATime(text.to_owned()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Whether a text is a day as `YYYY-MM-DD`.
pub fn is_day(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_survives_its_text_to_the_microsecond() {
        let at = Timestamp::from_micros(1_767_600_000_123_456);
        assert_eq!(at.to_string(), "2026-01-05T08:00:00.123456Z");
        assert_eq!(at.to_string().parse::<Timestamp>().unwrap(), at);
    }

    #[test]
    fn times_outside_the_calendar_are_cut_not_wrapped() {
        assert!(Timestamp::from_micros(i64::MAX).to_string().starts_with("9892-"));
        assert!(Timestamp::from_micros(0).plus_minutes(i64::MAX) > Timestamp::from_micros(0));
    }

    #[test]
    fn a_text_that_is_no_time_says_what_one_looks_like() {
        let error = "yesterday".parse::<Timestamp>().unwrap_err();
        assert!(error.to_string().contains("2026-01-31T08:00:00Z"));
    }
}
