//! How somebody is notified besides the console: by which ways, of what, and when not.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::catalogue::InvalidField;
use super::clock::Timestamp;
use super::cron::Cron;
use super::ids::InstallationId;

/// Ways that one person has at most.
const WAYS: usize = 10;
/// The longest wait before something is sent that wasn't read: a day.
const LONGEST_WAIT: u32 = 24 * 60;
/// Kinds that somebody mutes at most, and the longest name of one: plugins make up kinds of their own.
const KINDS: usize = 200;
const LONGEST_KIND: usize = 100;
/// The longest address, in characters.
const LONGEST_ADDRESS: usize = 200;

/// What somebody chose.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NotificationSettings {
    /// The ways in use.
    pub ways: Vec<Way>,
    /// The kinds of notifications that go no way but into the console.
    pub muted_kinds: Vec<String>,
    /// When nothing goes out.
    pub quiet_hours: Option<QuietHours>,
    /// The time zone (IANA) of all times here; empty is UTC.
    pub time_zone: String,
}

/// One way by which somebody is notified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Way {
    /// Which.
    pub by: By,
    /// Where they are reached: a messenger's name for them. Empty is their own e-mail address.
    #[serde(default)]
    pub address: String,
    /// How many minutes they have to read it in the console before it goes out.
    #[serde(default)]
    pub wait_minutes: u32,
    /// When all of a day goes out together, instead of one by one.
    #[serde(default)]
    pub digest_at: Option<TimeOfDay>,
}

/// What carries notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    /// The host's own mail.
    Mail,
    /// An installation of a messenger.
    Messenger(InstallationId),
}

/// A part of the day, past midnight where it ends before it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    /// When it begins.
    pub from: TimeOfDay,
    /// When it ends.
    pub until: TimeOfDay,
}

/// A time of day: hours and minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay(u16);

impl NotificationSettings {
    /// What is wrong with them. Whether a messenger is there isn't looked at.
    pub fn faults(&self) -> Vec<InvalidField> {
        let mut faults = Vec::new();
        let mut fault = |pointer: String, detail: String| faults.push(InvalidField { pointer, detail });
        if self.ways.len() > WAYS {
            fault("/ways".to_owned(), format!("there are at most {WAYS}"));
        }
        for (at, way) in self.ways.iter().enumerate() {
            let mut fault = |field: &str, detail: String| fault(format!("/ways/{at}/{field}"), detail);
            if self.ways[..at].iter().any(|other| other.by == way.by) {
                fault("by", format!("{} stands there twice", way.by));
            }
            if way.address.chars().count() > LONGEST_ADDRESS || way.address.chars().any(char::is_control) {
                fault("address", format!("it is one line of at most {LONGEST_ADDRESS} characters"));
            }
            if way.by == By::Mail && !way.address.is_empty() {
                fault("address", "mail goes to your own address; leave this out".to_owned());
            }
            if way.wait_minutes > LONGEST_WAIT {
                fault("wait_minutes", format!("it is at most {LONGEST_WAIT}"));
            }
        }
        for (at, kind) in self.muted_kinds.iter().enumerate() {
            let is_name =
                kind.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'_'));
            if !is_name || kind.is_empty() || kind.len() > LONGEST_KIND {
                let detail = format!("{kind:?} is no kind of notification; one is called ticket.assigned");
                fault(format!("/muted_kinds/{at}"), detail);
            }
        }
        if self.muted_kinds.len() > KINDS {
            fault("/muted_kinds".to_owned(), format!("there are at most {KINDS}"));
        }
        if self.quiet_hours.is_some_and(|quiet| quiet.from == quiet.until) {
            let detail = "it ends when it begins; leave it out to be notified at all hours";
            fault("/quiet_hours".to_owned(), detail.to_owned());
        }
        if let Err(error) = Cron::parse("0 0 * * *", self.zone()) {
            fault("/time_zone".to_owned(), error);
        }
        faults
    }

    /// When something that happens now goes out by a way.
    pub fn due(&self, way: &Way, now: Timestamp) -> Timestamp {
        let due = now.plus_millis(i64::from(way.wait_minutes) * 60_000);
        match (way.digest_at, self.quiet_hours) {
            (Some(at), _) => self.next(at, due),
            (None, Some(quiet)) => {
                let ends = self.next(quiet.until, due);
                // It is quiet now if the quiet ends before it begins again.
                if ends < self.next(quiet.from, due.plus_millis(1)) { ends } else { due }
            }
            (None, None) => due,
        }
    }

    /// The first such time of day after a moment.
    fn next(&self, at: TimeOfDay, after: Timestamp) -> Timestamp {
        let rule = format!("{} {} * * *", at.0 % 60, at.0 / 60);
        let cron = Cron::parse(&rule, self.zone()).or_else(|_| Cron::parse(&rule, None));
        // The moment itself is such a time, too.
        let before = Timestamp::from_micros(after.as_micros() - 1);
        cron.ok().and_then(|cron| cron.next(before)).unwrap_or(after)
    }

    fn zone(&self) -> Option<&str> {
        (!self.time_zone.is_empty()).then_some(self.time_zone.as_str())
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mail => f.write_str("mail"),
            Self::Messenger(installation) => installation.fmt(f),
        }
    }
}

impl FromStr for By {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "mail" {
            return Ok(Self::Mail);
        }
        let wrong = |_| format!("{text:?} is neither \"mail\" nor the id of an installation");
        text.parse().map(Self::Messenger).map_err(wrong)
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for TimeOfDay {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let read = |text: &str, below: u16| {
            let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|number: &u16| digits && *number < below)
        };
        let parts =
            text.split_once(':').and_then(|(hour, minute)| Some((read(hour, 24)?, read(minute, 60)?)));
        let (hour, minute) =
            parts.ok_or_else(|| format!("{text:?} is no time of day; write one such as 08:30"))?;
        Ok(Self(hour * 60 + minute))
    }
}

macro_rules! as_text {
    ($($name:ident),+) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

as_text!(By, TimeOfDay);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn settings(value: serde_json::Value) -> NotificationSettings {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn it_goes_out_when_the_person_wants_it() {
        let night = json!({"from": "22:00", "until": "07:00"});
        for (way, quiet, zone, now, due) in [
            (json!({}), json!(null), "", "2026-01-05T08:00:00Z", "2026-01-05T08:00:00Z"),
            (json!({"wait_minutes": 5}), json!(null), "", "2026-01-05T08:00:00Z", "2026-01-05T08:05:00Z"),
            // Quiet is the person's night, past midnight.
            (json!({}), night.clone(), "Asia/Shanghai", "2026-01-05T13:59:59Z", "2026-01-05T13:59:59Z"),
            (json!({}), night.clone(), "Asia/Shanghai", "2026-01-05T14:00:00Z", "2026-01-05T23:00:00Z"),
            (json!({}), night.clone(), "Asia/Shanghai", "2026-01-05T20:00:00Z", "2026-01-05T23:00:00Z"),
            (json!({}), night.clone(), "Asia/Shanghai", "2026-01-05T23:00:00Z", "2026-01-05T23:00:00Z"),
            // What waits into the night goes out when it is over.
            (json!({"wait_minutes": 60}), night.clone(), "", "2026-01-05T21:30:00Z", "2026-01-06T07:00:00Z"),
            // The night in which clocks are put on, and the one in which they are put back.
            (json!({}), night.clone(), "Europe/Berlin", "2026-03-29T00:30:00Z", "2026-03-29T05:00:00Z"),
            (json!({}), night.clone(), "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T06:00:00Z"),
            // A time that was chosen isn't quiet.
            (
                json!({"digest_at": "06:30"}),
                night.clone(),
                "",
                "2026-01-05T08:00:00Z",
                "2026-01-06T06:30:00Z",
            ),
            (json!({"digest_at": "08:00"}), json!(null), "", "2026-01-05T08:00:00Z", "2026-01-05T08:00:00Z"),
            (
                json!({"digest_at": "18:00"}),
                json!(null),
                "Asia/Shanghai",
                "2026-01-05T08:00:00Z",
                "2026-01-05T10:00:00Z",
            ),
        ] {
            let mut way = way;
            way["by"] = json!("mail");
            let all = settings(json!({"ways": [way], "quiet_hours": quiet, "time_zone": zone}));
            assert_eq!(all.faults(), []);
            assert_eq!(all.due(&all.ways[0], now.parse().unwrap()), due.parse().unwrap(), "{all:?} at {now}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let id = "01900000-0000-7000-8000-000000000001";
        for (value, place) in [
            (json!({"ways": [{"by": "mail"}, {"by": "mail"}]}), "/ways/1/by"),
            (json!({"ways": [{"by": "mail", "address": "a@b.example"}]}), "/ways/0/address"),
            (json!({"ways": [{"by": id, "address": "a\nb"}]}), "/ways/0/address"),
            (json!({"ways": [{"by": id, "wait_minutes": 1441}]}), "/ways/0/wait_minutes"),
            (json!({"muted_kinds": ["mention", "Ticket sold"]}), "/muted_kinds/1"),
            (json!({"quiet_hours": {"from": "07:00", "until": "07:00"}}), "/quiet_hours"),
            (json!({"time_zone": "Asia/Nowhere"}), "/time_zone"),
        ] {
            let faults = settings(value.clone()).faults();
            assert_eq!(
                faults.iter().map(|fault| fault.pointer.as_str()).collect::<Vec<_>>(),
                [place],
                "{value}"
            );
        }
        for unreadable in [
            json!({"by": "pigeon"}),
            json!({"by": "mail", "digest_at": "24:00"}),
            json!({"by": "mail", "digest_at": "8:00"}),
        ] {
            assert!(serde_json::from_value::<Way>(unreadable).is_err());
        }
    }
}
