//! The entry of the timeline that a call is.
//!
//! While it rings it can't be known whether anybody will answer, and an answered call wants nothing. So a call comes as an edit
//! of itself from its first event on, which is shown and opens no ticket. A missed one comes once as a plain message, too: then
//! it is a customer's request.

use crate::call::{Call, Direction, Phase};
use crate::words::{self, Language};
use hospes_sdk::serde_json::json;
use hospes_sdk::{Attribute, Identity, Kept, Media, Message, Value};

/// What entries depend on besides their call.
#[derive(Debug, Clone)]
pub struct Company {
    /// The country of numbers without a country code.
    pub region: String,
    /// Whether the carrier verifies callers' numbers.
    pub vouched: bool,
    /// The language of the line.
    pub language: Language,
    /// Recordings are fetched whose address begins with this.
    pub recordings: String,
}

/// What a call is to the host.
#[derive(Debug)]
pub enum Entry {
    /// Messages, in the order in which they count.
    Messages(Vec<Message>),
    /// No message, and why.
    Kept(Box<Kept>),
}

/// The entry of a call; notes on the call that the customer's request was made of it.
///
/// The entry's first change has the time of the call, and each later one that at which its event came: of two events at once the
/// one that is stored last has to count as the newer, or the host drops it as outdated together with what was remembered of it.
pub fn of(id: &str, call: &mut Call, company: &Company, now: i64) -> Entry {
    let kept = |reason: &str, detail: &str, message: Option<Message>| {
        let (external_id, reason, detail) = (external_id(id), reason.to_owned(), detail.to_owned());
        Entry::Kept(Box::new(Kept { external_id, reason, detail, message }))
    };
    match call.direction {
        Some(Direction::Internal) => return kept("internal", "a call between colleagues", None),
        Some(_) if !call.customer.is_empty() => {}
        Some(Direction::Inbound) if call.withheld => {
            let message = call.ended.map(|_| message(id, call, company, call.latest));
            return kept("no-sender", "the caller withheld the number", message);
        }
        _ => return kept("incomplete", "no event has said yet who called", None),
    }
    let mut messages = Vec::new();
    if call.phase() == Phase::Missed && call.direction == Some(Direction::Inbound) && !call.requested {
        call.requested = true;
        messages.push(message(id, call, company, call.latest));
    }
    call.changed = match call.revision {
        0 => call.started.unwrap_or(call.latest),
        _ => now.max(call.changed),
    };
    call.revision = call.revision.saturating_add(1);
    let mut changed = message(id, call, company, call.changed);
    changed.attributes.push(Attribute::new("edited", true));
    changed.attributes.push(Attribute::new("live", true));
    changed.attributes.push(Attribute::new("revision", call.revision));
    messages.push(changed);
    Entry::Messages(messages)
}

/// The message of a call as it is now.
fn message(id: &str, call: &Call, company: &Company, sent_at: i64) -> Message {
    // A carrier vouches for who calls, not for who is called.
    let attested = company.vouched && call.direction == Some(Direction::Inbound);
    let number = Identity { attested, ..Identity::typed("phone", "", call.customer.clone()) };
    Message {
        external_id: external_id(id),
        conversation: conversation(id, &call.customer),
        kind: "call".into(),
        sender: Some(number).filter(|number| !number.value.is_empty()).into_iter().collect(),
        sent_at,
        text: words::line(call, company.language),
        attachments: attachments(call, company),
        attributes: attributes(call, company),
    }
}

fn external_id(id: &str) -> String {
    format!("call:{id}")
}

/// All calls of a number are one thread; one of nobody's is a thread by itself.
fn conversation(id: &str, number: &str) -> String {
    let plain: String =
        number.chars().filter(|character| character.is_alphanumeric() || *character == '+').collect();
    if plain.is_empty() { external_id(id) } else { plain }
}

fn attachments(call: &Call, company: &Company) -> Vec<Media> {
    let ours = call.recordings.iter().filter(|recording| is_below(&recording.url, &company.recordings));
    let media = |(place, recording): (usize, &crate::call::Recording)| {
        let end = match recording.media_type.as_str() {
            "audio/wav" | "audio/x-wav" => "wav",
            "audio/ogg" => "ogg",
            "audio/mp4" => "m4a",
            _ => "mp3",
        };
        Media {
            name: format!("recording-{}.{end}", place + 1),
            media_type: recording.media_type.clone(),
            reference: recording.url.clone(),
            size: recording.size,
        }
    };
    ours.enumerate().map(media).collect()
}

/// Whether an address lies below another: on its host, and in its folder.
pub fn is_below(url: &str, base: &str) -> bool {
    let base = base.trim_end_matches('/');
    !base.is_empty() && url.strip_prefix(base).is_some_and(|rest| rest.starts_with('/'))
}

fn attributes(call: &Call, company: &Company) -> Vec<Attribute> {
    let text = |name: &str, value: &str| (!value.is_empty()).then(|| Attribute::new(name, value));
    let time =
        |name: &str, at: Option<i64>| at.map(|at| Attribute { name: name.into(), value: Value::Time(at) });
    let (state, spent) = match call.phase() {
        Phase::Ringing => ("ringing", "seconds"),
        Phase::Talking => ("talking", "seconds"),
        Phase::Answered => ("answered", "talked_seconds"),
        Phase::Missed => ("missed", "rang_seconds"),
    };
    let direction = if call.direction == Some(Direction::Outbound) { "outbound" } else { "inbound" };
    let links: Vec<&str> = call.recordings.iter().map(|recording| recording.url.as_str()).collect();
    [
        text("name", &call.name),
        text("region", &company.region),
        text("direction", direction),
        text("call_state", state),
        call.seconds().map(|seconds| Attribute::new(spent, seconds)),
        text("extension", if call.agent.is_empty() { &call.rang_at } else { &call.agent }),
        text("line", &call.line),
        text("reason", &call.reason),
        time("started_at", call.started),
        time("answered_at", call.answered_at()),
        time("ended_at", call.ended),
        (!links.is_empty())
            .then(|| Attribute { name: "recordings".into(), value: Value::Json(json!(links).to_string()) }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_is_ours_by_its_whole_host() {
        assert!(is_below("https://api.twilio.com/2010/x.mp3", "https://api.twilio.com"));
        assert!(is_below("https://pbx.example/rec/1.wav", "https://pbx.example/rec/"));
        assert!(!is_below("https://api.twilio.com.evil.example/x", "https://api.twilio.com"));
        assert!(!is_below("https://pbx.example/recent/1.wav", "https://pbx.example/rec"));
        assert!(!is_below("https://x/", ""));
    }
}
