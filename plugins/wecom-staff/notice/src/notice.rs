//! A notification as a messenger shows it.

use hospes_sdk::messenger::Notification;
use hospes_sdk::{Attribute, Value};
use jiff::Timestamp;
pub use jiff::tz::Offset;

use crate::cut;
use crate::language::Language;

/// One notification, ready to be put into a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Where the person is reached, as they entered it; perhaps empty.
    pub address: String,
    /// Their e-mail address; perhaps empty.
    pub email: String,
    /// Their name; perhaps empty.
    pub name: String,
    /// The language to write in.
    pub language: Language,
    /// What happened, one line that is never empty.
    pub text: String,
    /// Why they are notified, one line; perhaps empty.
    pub reason: String,
    /// When it happened, such as `2026-01-05 16:00:05`. Both messengers drop a text that they have shown before, so this
    /// also tells two happenings in the same words apart, while a repeated delivery stays the same.
    pub time: String,
    /// The page that shows it, an `http` or `https` address; perhaps empty.
    pub url: String,
}

impl Notice {
    /// Reads a notification; times are shown at `offset` from UTC.
    pub fn of(notification: &Notification, offset: Offset) -> Self {
        let text = |name: &str| {
            let value = Attribute::find(&notification.attributes, name).and_then(Value::as_text);
            cut::line(value.unwrap_or_default())
        };
        let language = Language::of(&text("language"));
        let mut said = cut::line(&notification.text);
        if said.is_empty() {
            said = language.pick("有一条新通知", "There is a new notification").to_owned();
        }
        let url = notification.url.trim();
        let is_page = url.starts_with("https://") || url.starts_with("http://");
        Self {
            address: notification.address.trim().to_owned(),
            email: text("email"),
            name: text("name"),
            language,
            text: said,
            reason: text("reason"),
            time: time(notification, offset),
            url: if is_page { url.to_owned() } else { String::new() },
        }
    }
}

/// When it happened: as the host says, or else as its id does, which is a UUIDv7 and begins with the milliseconds.
fn time(notification: &Notification, offset: Offset) -> String {
    let said = match Attribute::find(&notification.attributes, "created_at") {
        Some(Value::Time(micros)) => Timestamp::from_microsecond(*micros).ok(),
        Some(Value::Text(text)) => text.parse().ok(),
        _ => None,
    };
    let of_id = || {
        let digits: String = notification.id.chars().filter(char::is_ascii_hexdigit).take(12).collect();
        Timestamp::from_millisecond(i64::from_str_radix(&digits, 16).ok()?).ok()
    };
    let shown = |at| offset.to_datetime(at).strftime("%Y-%m-%d %H:%M:%S").to_string();
    said.or_else(of_id).map(shown).unwrap_or_default()
}

/// An offset such as `+08:00`; UTC when it is none.
pub fn offset(text: &str) -> Offset {
    let seconds = || {
        let sign = if text.starts_with('-') { -1 } else { 1 };
        let (hours, minutes) = text.trim_start_matches(['+', '-']).split_once(':')?;
        let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
        Offset::from_seconds(sign * (hours * 3_600 + minutes * 60)).ok()
    };
    seconds().unwrap_or(Offset::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notification(text: &str, url: &str, attributes: Vec<Attribute>) -> Notification {
        let id = "019b8d1e-bc00-7000-8000-000000000001".to_owned();
        Notification { id, address: " lilei ".into(), text: text.into(), url: url.into(), attributes }
    }

    #[test]
    fn what_is_missing_is_filled_or_empty() {
        let notice = Notice::of(&notification(" \n", "/tickets/7", Vec::new()), offset("+08:00"));
        assert_eq!(notice.text, "There is a new notification");
        assert_eq!((notice.address.as_str(), notice.url.as_str()), ("lilei", ""));
        assert!(notice.time.starts_with("2026-01-0"), "{}", notice.time);
    }

    #[test]
    fn times_are_at_their_offset() {
        let at = |value: Value, zone: &str| {
            let attributes = vec![Attribute::new("created_at", value)];
            Notice::of(&notification("x", "", attributes), offset(zone)).time
        };
        let year_end = 1_767_225_599_000_000;
        assert_eq!(at(Value::Time(year_end), "+08:00"), "2026-01-01 07:59:59");
        assert_eq!(at(Value::Time(year_end), "-03:30"), "2025-12-31 20:29:59");
        assert_eq!(at(Value::Time(year_end), "nowhere"), "2025-12-31 23:59:59");
        assert_eq!(at(Value::from("2026-01-05T08:00:05Z"), "+08:00"), "2026-01-05 16:00:05");
        assert!(at(Value::Time(i64::MAX), "+08:00").starts_with("2026-"));
    }
}
