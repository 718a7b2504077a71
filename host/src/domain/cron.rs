//! Times that come again and again, as crontab writes them: minute, hour, day of month, month, day of week.

use std::str::FromStr as _;

use jiff::tz::TimeZone;

use super::clock::Timestamp;

/// A rule in five fields, in a time zone.
#[derive(Debug, Clone)]
pub struct Cron {
    rule: croner::Cron,
    zone: TimeZone,
}

impl Cron {
    /// Reads a rule and the name of a time zone (IANA); none is UTC. The error says what would be right.
    pub fn parse(rule: &str, zone: Option<&str>) -> Result<Self, String> {
        if rule.split_whitespace().count() != 5 {
            return Err("write five fields: minute, hour, day of month, month, day of week".to_owned());
        }
        let rule = croner::Cron::from_str(rule).map_err(|error| format!("this is no time: {error}"))?;
        let name = zone.unwrap_or("UTC");
        let zone = TimeZone::get(name)
            .map_err(|_| format!("there is no time zone {name:?}; write one such as Asia/Shanghai"))?;
        Ok(Self { rule, zone })
    }

    /// The first time after a moment. None: it never comes, as the 31st of February.
    pub fn next(&self, after: Timestamp) -> Option<Timestamp> {
        let after = jiff::Timestamp::from_microsecond(after.as_micros()).ok()?.to_zoned(self.zone.clone());
        let next = self.rule.find_next_occurrence(&after, false).ok()?;
        Some(next.timestamp().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_next_time_is_that_of_the_zone() {
        for (rule, zone, after, next) in [
            ("0 8 * * *", Some("Asia/Shanghai"), "2026-01-05T08:00:00Z", "2026-01-06T00:00:00Z"),
            ("0 8 * * *", None, "2026-01-05T08:00:00Z", "2026-01-06T08:00:00Z"),
            ("*/15 * * * *", None, "2026-01-05T08:00:01Z", "2026-01-05T08:15:00Z"),
            ("30 9 * * 1-5", Some("Europe/Berlin"), "2026-01-09T12:00:00Z", "2026-01-12T08:30:00Z"),
            ("0 0 29 2 *", None, "2026-01-05T08:00:00Z", "2028-02-29T00:00:00Z"),
            // An hour that the clocks skip comes when they have been put on; one that comes twice comes once.
            ("30 2 * * *", Some("Europe/Berlin"), "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"),
            ("30 2 * * *", Some("Europe/Berlin"), "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"),
        ] {
            let cron = Cron::parse(rule, zone).unwrap();
            assert_eq!(cron.next(at(after)), Some(at(next)), "{rule} in {zone:?} after {after}");
        }
    }

    #[test]
    fn what_is_no_time_is_said() {
        for (rule, zone, wanted) in [
            ("0 8 * *", None, "five fields"),
            ("0 8 * * * *", None, "five fields"),
            ("61 8 * * *", None, "this is no time"),
            ("at eight o'clock every day", None, "this is no time"),
            ("0 8 * * *", Some("Asia/Nowhere"), "Asia/Nowhere"),
        ] {
            let error = Cron::parse(rule, zone).unwrap_err();
            assert!(error.contains(wanted), "{rule}: {error}");
        }
        assert_eq!(Cron::parse("0 0 31 2 *", None).unwrap().next(at("2026-01-05T08:00:00Z")), None);
    }
}
