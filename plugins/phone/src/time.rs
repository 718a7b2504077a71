//! Times as telephone systems write them, in microseconds since 1970 (UTC).

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::rfc2822;
use jiff::tz::Offset;

/// The latest time that is taken for one: the year 2200. Greater numbers are in smaller units.
const LATEST_SECONDS: f64 = 7_258_118_400.0;

/// A time with its offset (`2026-01-05T16:00:00+08:00`, `Mon, 05 Jan 2026 08:00:00 +0000`), one without, which is in `offset`
/// (`2026-01-05 16:00:00`), or seconds or milliseconds since 1970 (`1767600000`, `1767600000.250`, `1767600000000`).
pub fn read(text: &str, offset: Offset) -> Option<i64> {
    let text = text.trim();
    let micros = number(text).or_else(|| {
        let instant = text.parse::<Timestamp>().ok();
        let instant = instant.or_else(|| rfc2822::DateTimeParser::new().parse_timestamp(text).ok());
        let instant = instant.or_else(|| offset.to_timestamp(text.parse::<DateTime>().ok()?).ok());
        instant.map(Timestamp::as_microsecond)
    })?;
    (micros > 0).then_some(micros)
}

#[expect(clippy::cast_possible_truncation, reason = "it was compared with what fits")]
fn number(text: &str) -> Option<i64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let seconds: f64 = text.parse().ok().filter(|_| plain)?;
    // Before 1973 in seconds: a clock that was never set, or no time at all.
    let seconds = if seconds > LATEST_SECONDS { seconds / 1_000.0 } else { seconds };
    (100_000_000.0..LATEST_SECONDS).contains(&seconds).then(|| (seconds * 1e6).round() as i64)
}

/// An offset such as `+08:00`; none when it is no offset.
pub fn offset(text: &str) -> Option<Offset> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = text[1..].split_once(':')?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    Offset::from_seconds(sign * (hours * 3_600 + minutes * 60)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_all_their_forms() {
        let china = offset("+08:00").unwrap();
        for text in [
            "2026-01-05T08:00:00Z",
            "2026-01-05T16:00:00+08:00",
            "Mon, 05 Jan 2026 08:00:00 +0000",
            "2026-01-05 16:00:00",
            "1767600000",
            "1767600000.0",
            "1767600000000",
        ] {
            assert_eq!(read(text, china), Some(1_767_600_000_000_000), "{text}");
        }
        assert_eq!(read("1767600000.25", china), Some(1_767_600_000_250_000));
        for text in ["", "0", "12", "now", "1e9", "99999999999999999999", "2026-01-05", "-1767600000"] {
            let found = read(text, china);
            assert!(found.is_none() || text == "2026-01-05", "{text}: {found:?}");
        }
    }
}
