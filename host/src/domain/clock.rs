//! Time: read from a clock that is handed in, counted in microseconds.

use std::borrow::Cow;
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

/// A text that is no time which can be kept.
#[derive(Debug, thiserror::Error)]
pub enum NotATime {
    /// It isn't written as RFC 3339 has it.
    #[error("{0:?} is not an RFC 3339 time such as 2026-01-31T08:00:00Z")]
    Form(String),
    /// It is too early or too late.
    #[error("{0:?} is out of the range of times, 0001-01-01T00:00:00Z to 9999-12-30T22:00:00Z")]
    Range(String),
}

impl Timestamp {
    /// The span that RFC 3339 can write at every offset: years 1 to 9999, but for the last day.
    const RANGE: std::ops::RangeInclusive<i64> = -62_135_596_800_000_000..=253_402_207_200_000_000;

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

    /// Later by so many microseconds.
    pub fn plus_micros(self, micros: i64) -> Self {
        Self::from_micros(self.0.saturating_add(micros))
    }

    /// Later by so many milliseconds.
    pub fn plus_millis(self, millis: i64) -> Self {
        self.plus_micros(millis.saturating_mul(1_000))
    }

    /// Later by so many minutes.
    pub fn plus_minutes(self, minutes: i64) -> Self {
        self.plus_millis(minutes.saturating_mul(60_000))
    }

    /// Microseconds from `earlier` to this.
    pub fn micros_since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }

    /// Milliseconds from `earlier` to this.
    pub fn millis_since(self, earlier: Self) -> i64 {
        self.micros_since(earlier) / 1_000
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
        use jiff::fmt::temporal::Pieces;
        let plain = to_nanoseconds(text);
        if has_impossible_offset(&plain) {
            return Err(NotATime::Form(text.to_owned()));
        }
        match plain.parse::<jiff::Timestamp>() {
            Ok(at) if Self::RANGE.contains(&at.as_microsecond()) => Ok(Self::from(at)),
            Ok(_) => Err(NotATime::Range(text.to_owned())),
            // What is well written and can't be read as a time is out of the library's own range.
            Err(_) => Err(match Pieces::parse(plain.as_ref()) {
                Ok(pieces) if pieces.time().is_some() && pieces.offset().is_some() => {
                    NotATime::Range(text.to_owned())
                }
                _ => NotATime::Form(text.to_owned()),
            }),
        }
    }
}

/// RFC 3339 has as many digits of a second as somebody likes; those behind the ninth are left out.
fn to_nanoseconds(text: &str) -> Cow<'_, str> {
    let Some(point) = text.find('.') else { return text.into() };
    let digits = text[point + 1..].bytes().take_while(u8::is_ascii_digit).count();
    match digits {
        0..=9 => text.into(),
        _ => format!("{}{}", &text[..point + 10], &text[point + 1 + digits..]).into(),
    }
}

/// Offsets go from -23:59 to +23:59; the library reads longer ones, too.
fn has_impossible_offset(text: &str) -> bool {
    let Some(sign) = text.rfind(['+', '-']).filter(|sign| *sign > "2026-01-31".len()) else { return false };
    let hours: String = text[sign + 1..].chars().take_while(char::is_ascii_digit).take(2).collect();
    hours.parse::<u8>().is_ok_and(|hours| hours > 23)
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
    fn a_time_is_kept_as_it_is_or_refused() {
        let kept = |text: &str| text.parse::<Timestamp>().map(|at| at.to_string());
        for (text, same) in [
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("9999-12-30T00:00:00Z", "9999-12-30T00:00:00Z"),
            ("2026-01-31T08:00:00.12345678912345+08:00", "2026-01-31T00:00:00.123456Z"),
            ("2026-01-31T08:00:00-23:59", "2026-02-01T07:59:00Z"),
        ] {
            assert_eq!(kept(text).unwrap(), same);
        }
        for text in ["9999-12-31T23:59:59Z", "0000-12-31T23:59:59Z", "-000001-01-01T00:00:00Z"] {
            assert!(matches!(kept(text), Err(NotATime::Range(_))), "{text}: {:?}", kept(text));
        }
        for text in [
            "2026-01-31T08:00:00+24:00",
            "2026-01-31T08:00:00-99:00",
            "2026-02-30T08:00:00Z",
            "2026-01-31",
            "",
        ] {
            assert!(matches!(kept(text), Err(NotATime::Form(_))), "{text}: {:?}", kept(text));
        }
    }

    #[test]
    fn a_time_survives_its_text_to_the_microsecond() {
        let at = Timestamp::from_micros(1_767_600_000_123_456);
        assert_eq!(at.to_string(), "2026-01-05T08:00:00.123456Z");
        assert_eq!(at.to_string().parse::<Timestamp>().unwrap(), at);
    }

    #[test]
    fn times_outside_the_calendar_are_cut_not_wrapped() {
        assert!(Timestamp::from_micros(i64::MAX).to_string().starts_with("9999-12-30T"));
        assert!(Timestamp::from_micros(i64::MIN).to_string().starts_with("0001-01-01T"));
        assert!(Timestamp::from_micros(0).plus_minutes(i64::MAX) > Timestamp::from_micros(0));
    }

    #[test]
    fn a_text_that_is_no_time_says_what_one_looks_like() {
        let error = "yesterday".parse::<Timestamp>().unwrap_err();
        assert!(error.to_string().contains("2026-01-31T08:00:00Z"));
    }
}
