//! Days in the company's time zone.

use hospes_sdk::{Timestamp, Value};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan as _};

/// The time at a place; UTC where there is no such zone.
pub fn local(now: Timestamp, zone: &str) -> DateTime {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let now = jiff::Timestamp::from_microsecond(now).unwrap_or_default();
    zone.to_datetime(now)
}

/// A day as records have it.
pub fn parse(text: &str) -> Option<Date> {
    text.parse().ok()
}

/// A day as a record's value.
pub fn value(day: Date) -> Value {
    Value::Date(day.to_string())
}

/// So many days later; the day itself at the end of time.
pub fn plus_days(day: Date, days: i64) -> Date {
    let span = Span::new().try_days(days).unwrap_or_default();
    day.checked_add(span).unwrap_or(day)
}

/// So many months later. The last day of a month stands for one that the month hasn't: 31 January and a month are 28
/// February, or the 29th in a leap year.
pub fn plus_months(day: Date, months: i64) -> Date {
    let span = Span::new().try_months(months).unwrap_or_default();
    day.checked_add(span).unwrap_or(day)
}

/// The day after.
pub fn tomorrow(day: Date) -> Date {
    day.checked_add(1.day()).unwrap_or(day)
}

/// How many days lie between two.
pub fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        parse(text).unwrap_or_default()
    }

    #[test]
    fn leap_days_are_kept() {
        assert_eq!(plus_days(day("2028-01-30"), 30), day("2028-02-29"));
        assert_eq!(plus_days(day("2027-01-30"), 30), day("2027-03-01"));
        assert_eq!(plus_months(day("2028-01-31"), 1), day("2028-02-29"));
        assert_eq!(plus_months(day("2027-01-31"), 1), day("2027-02-28"));
        assert_eq!(plus_months(day("2028-02-29"), 12), day("2029-02-28"));
        assert_eq!(days_between(day("2028-02-28"), day("2028-03-01")), 2);
        assert_eq!(parse("2027-02-29"), None);
    }

    #[test]
    fn a_day_ends_where_the_company_is() {
        // 2026-12-31T16:30:00Z.
        let now = 1_798_734_600_000_000;
        assert_eq!(local(now, "Asia/Shanghai").date(), day("2027-01-01"));
        assert_eq!(local(now, "Europe/Berlin").date(), day("2026-12-31"));
        assert_eq!(local(now, "Nowhere/At-All").date(), day("2026-12-31"));
        assert_eq!(local(i64::MAX, "UTC").date(), day("1970-01-01"));
    }

    #[test]
    fn time_has_an_end() {
        assert_eq!(plus_days(day("9999-12-31"), 30), day("9999-12-31"));
        assert_eq!(plus_days(day("2026-01-01"), i64::MAX), day("2026-01-01"));
    }
}
