//! What a request holds: events of calls, and what is none; and the fields that they are read from.

use crate::call::{Call, Direction, Recording};
use crate::number::{Numbering, Party};
use hospes_sdk::serde_json::Value as Json;
use jiff::tz::Offset;

/// Characters of a field.
pub const LONGEST: usize = 200;
/// Characters of a recording's address.
const LONGEST_URL: usize = 2_000;

/// A part of a request.
#[derive(Debug)]
pub enum Part {
    /// Something that happened to the call of this id.
    Event(String, Box<Call>),
    /// Something that becomes no message: its id, the reason that programs compare, and one for people.
    Kept(String, &'static str, String),
}

/// What reading depends on besides the request.
#[derive(Debug, Clone)]
pub struct Around {
    /// How numbers are read.
    pub numbering: Numbering,
    /// Of times without one.
    pub offset: Offset,
    /// The time of events that have none.
    pub now: i64,
}

/// A field as trimmed text; numbers count as they are written, what isn't there as empty.
pub fn text(of: &Json, name: &str) -> Result<String, String> {
    let text = match &of[name] {
        Json::Null => return Ok(String::new()),
        Json::String(text) => text.trim().to_owned(),
        Json::Number(number) => number.to_string(),
        _ => return Err(format!("{name}: neither a text nor a number")),
    };
    let longest = if name.contains("url") { LONGEST_URL } else { LONGEST };
    if text.chars().count() > longest {
        return Err(format!("{name}: longer than {longest} characters"));
    }
    if text.contains(char::is_control) {
        return Err(format!("{name}: control characters"));
    }
    Ok(text)
}

/// A time's field; none where it isn't there.
pub fn time(of: &Json, name: &str, offset: Offset) -> Result<Option<i64>, String> {
    let text = text(of, name)?;
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || format!("{name}: {text:?} is no time such as \"2026-01-05T16:00:00+08:00\" or 1767600000");
    crate::time::read(&text, offset).map(Some).ok_or_else(wrong)
}

/// Who called whom, by the numbers at both ends; `from` and `to` are none where nothing was said of them.
pub fn ends(from: Option<&str>, to: Option<&str>, said: Option<Direction>, numbering: &Numbering) -> Call {
    let caller = from.map(|from| numbering.caller(from));
    let is_inside = matches!(caller, Some(Party::Inside(_)));
    let dialled = to.filter(|to| !to.trim().is_empty()).map(|to| numbering.dialled(to, is_inside));
    let direction = said.or(match (&caller, &dialled) {
        (Some(Party::Inside(_)), Some(Party::Inside(_))) => Some(Direction::Internal),
        (Some(Party::Inside(_)), _) => Some(Direction::Outbound),
        (Some(_), _) => Some(Direction::Inbound),
        (None, _) => None,
    });
    let mut call = Call { direction, ..Call::default() };
    match direction {
        Some(Direction::Outbound) => {
            match caller {
                Some(Party::Inside(who)) => call.agent = who,
                Some(Party::Outside(line)) => call.line = line,
                Some(Party::Withheld) | None => {}
            }
            match dialled {
                Some(Party::Outside(number)) => call.customer = number,
                Some(Party::Inside(_) | Party::Withheld) | None => {}
            }
        }
        _ => {
            match caller {
                Some(Party::Outside(number) | Party::Inside(number)) => call.customer = number,
                Some(Party::Withheld) => call.withheld = true,
                None => {}
            }
            match dialled {
                Some(Party::Inside(who)) => call.rang_at = who,
                Some(Party::Outside(line)) => call.line = line,
                Some(Party::Withheld) | None => {}
            }
        }
    }
    call
}

/// A recording of this address; `invalid` where it is none.
pub fn recording(url: String, media_type: String, size: Option<u64>) -> Result<Recording, String> {
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return Err(format!("{url:?} is no address of a recording"));
    }
    let path = url.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let by_name =
        [(".mp3", "audio/mpeg"), (".wav", "audio/wav"), (".ogg", "audio/ogg"), (".m4a", "audio/mp4")];
    let guess =
        || by_name.iter().find(|(end, _)| path.ends_with(end)).map_or("audio/mpeg", |(_, known)| known);
    let media_type = if media_type.starts_with("audio/") { media_type } else { guess().to_owned() };
    Ok(Recording { url, media_type, size })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbering() -> Numbering {
        Numbering { extension_digits: 4, outside_prefix: "9".into() }
    }

    #[test]
    fn the_ends_say_who_called_whom() {
        let call = ends(Some("13800138000"), Some("801"), None, &numbering());
        assert_eq!((call.direction, call.customer.as_str()), (Some(Direction::Inbound), "13800138000"));
        assert_eq!(call.rang_at, "801");
        let call = ends(Some("801"), Some("913800138000"), None, &numbering());
        assert_eq!((call.direction, call.customer.as_str()), (Some(Direction::Outbound), "13800138000"));
        assert_eq!(call.agent, "801");
        assert_eq!(ends(Some("801"), Some("802"), None, &numbering()).direction, Some(Direction::Internal));
        let call = ends(Some(""), Some("4008208820"), None, &numbering());
        assert!(call.withheld && call.customer.is_empty());
        assert_eq!(ends(None, Some("801"), None, &numbering()).direction, None);
        let call = ends(Some("+15550100"), Some("13800138000"), Some(Direction::Outbound), &numbering());
        assert_eq!((call.customer.as_str(), call.line.as_str()), ("13800138000", "+15550100"));
    }

    #[test]
    fn a_recording_has_an_address_and_a_type() {
        let of =
            |url: &str, kind: &str| recording(url.into(), kind.into(), None).map(|found| found.media_type);
        assert_eq!(of("https://x/a.WAV?sig=1", "").as_deref(), Ok("audio/wav"));
        assert_eq!(of("https://x/a", "audio/x-wav").as_deref(), Ok("audio/x-wav"));
        assert_eq!(of("https://x/a", "text/html").as_deref(), Ok("audio/mpeg"));
        assert!(of("file:///etc/passwd", "").is_err());
    }
}
