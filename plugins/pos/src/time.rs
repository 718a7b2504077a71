//! Times as tills write them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// Microseconds since 1970 (UTC) of a time with its offset (`2026-01-05T16:00:00+08:00`), or of one without, which is in
/// `offset` (`2026-01-05 16:00:00`, `2026-01-05T16:00`).
pub fn read(text: &str, offset: Offset) -> Option<i64> {
    let text = text.trim();
    let instant = text.parse::<Timestamp>().ok().or_else(|| {
        let civil = text.parse::<DateTime>().or_else(|_| text.replace('/', "-").parse::<DateTime>());
        offset.to_timestamp(civil.ok()?).ok()
    })?;
    (instant.as_microsecond() > 0).then(|| instant.as_microsecond())
}

/// An offset such as `+08:00`; none when it is no offset.
pub fn offset(text: &str) -> Option<Offset> {
    let (sign, rest) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    Offset::from_seconds(sign * (hours * 3_600 + minutes * 60)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_with_and_without_an_offset() {
        let china = offset("+08:00").unwrap();
        for text in [
            "2026-01-05T08:00:00Z",
            "2026-01-05T16:00:00+08:00",
            "2026-01-05 16:00:00",
            "2026-01-05T16:00",
            "2026/01/05 16:00:00",
            " 2026-01-05T16:00:00.000 ",
        ] {
            assert_eq!(read(text, china), Some(1_767_600_000_000_000), "{text}");
        }
        for text in ["", "yesterday", "2026-13-05 16:00:00", "05.01.2026", "1900-01-01T00:00:00Z", "16:00"] {
            assert_eq!(read(text, china), None, "{text}");
        }
        assert_eq!(offset("-05:30").map(Offset::seconds), Some(-19_800));
        assert_eq!(offset("08:00"), None);
        assert_eq!(offset("+99:00"), None);
    }
}
