//! Events of Asterisk's Manager Interface, as a program that listens to it passes them on: the blocks as they are, or JSON
//! (<https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Events/>).
//!
//! All channels of a call have the `Linkedid` of the first one, whose `Uniqueid` is the same. That one's end is the call's end;
//! the others are legs to colleagues. `Answer()`, a menu or a queue pick a call up; somebody answered when a `DialEnd` says so.

use crate::call::Call;
use crate::number::Party;
use crate::part::{Around, LONGEST, Part, ends};
use hospes_sdk::serde_json::{self, Value as Json};
use std::collections::BTreeMap;

/// Events that one request may carry.
const EVENTS: usize = 1_000;

/// An event's fields by their names in lower case, which some clients make them.
type Fields = BTreeMap<String, String>;

/// Reads the events of a body.
pub fn read(body: &[u8], around: &Around) -> Result<Vec<Part>, String> {
    let text = String::from_utf8_lossy(body);
    let events = match text.trim_start().chars().next() {
        Some('{' | '[') => json(&text)?,
        _ => blocks(&text),
    };
    if events.is_empty() {
        return Err("there is no event in it".into());
    }
    if events.len() > EVENTS {
        return Err(format!("{} events came; {EVENTS} are the most", events.len()));
    }
    let mut parts = Vec::new();
    let mut others: Vec<&str> = Vec::new();
    for event in &events {
        match part(event, around) {
            Some(part) => parts.push(part),
            None => others.push(event.get("event").map_or("", String::as_str)),
        }
    }
    // Beside events of calls, those that say nothing of one are only noise.
    if parts.is_empty() {
        others.sort_unstable();
        others.dedup();
        let names: String = others.join(", ").chars().take(LONGEST).collect();
        let detail = format!("nothing is said of a call as a whole by {names}");
        parts.push(Part::Kept(String::new(), "service-notice", detail));
    }
    Ok(parts)
}

fn json(text: &str) -> Result<Vec<Fields>, String> {
    let body: Json = serde_json::from_str(text).map_err(|error| format!("the body isn't JSON: {error}"))?;
    let list = match body {
        Json::Array(list) => list,
        Json::Object(mut whole) => match whole.remove("events") {
            Some(Json::Array(list)) => list,
            _ => vec![Json::Object(whole)],
        },
        _ => Vec::new(),
    };
    let text = |value: &Json| match value {
        Json::String(text) => text.trim().to_owned(),
        Json::Null => String::new(),
        other => other.to_string(),
    };
    let fields = |event: &Json| {
        let event = event.as_object()?;
        Some(event.iter().map(|(name, value)| (name.to_ascii_lowercase(), text(value))).collect())
    };
    Ok(list.iter().filter_map(fields).collect())
}

/// `Key: Value` lines; an empty line ends an event. What isn't one, such as the greeting and responses, is left out.
fn blocks(text: &str) -> Vec<Fields> {
    let mut events = vec![Fields::new()];
    for line in text.lines() {
        let line = line.trim();
        if line.is_empty() {
            events.push(Fields::new());
        } else if let (Some((name, value)), Some(event)) = (line.split_once(':'), events.last_mut()) {
            event.entry(name.trim().to_ascii_lowercase()).or_insert_with(|| value.trim().to_owned());
        }
    }
    events.retain(|event| event.contains_key("event"));
    events
}

/// What an event says of a call; none where it says nothing.
fn part(event: &Fields, around: &Around) -> Option<Part> {
    let get = |name: &str| event.get(name).map(String::as_str).unwrap_or_default();
    let unique = get("uniqueid");
    let linked = [get("linkedid"), get("destlinkedid")].into_iter().find(|id| !id.is_empty());
    let is_first = linked.is_none_or(|linked| linked == unique);
    let id = linked.unwrap_or(unique);
    let at = crate::time::read(get("timestamp"), around.offset);
    let mut call = match get("event").to_ascii_lowercase().as_str() {
        "newchannel" if is_first => {
            let began = at.or_else(|| second(unique, around)).unwrap_or(around.now);
            let dialled = Some(get("exten")).filter(|exten| !matches!(*exten, "" | "s" | "h" | "i" | "t"));
            let call = ends(Some(get("calleridnum")), dialled, None, &around.numbering);
            Call { name: name(get("calleridname")), started: Some(began), latest: began, ..call }
        }
        "dialbegin" => {
            Call { put_through: true, rang_at: extension(get("destchannel"), around), ..Call::default() }
        }
        "dialend" => {
            let answered = get("dialstatus") == "ANSWER";
            Call {
                put_through: true,
                agent: if answered { extension(get("destchannel"), around) } else { String::new() },
                answered: answered.then(|| at.unwrap_or(around.now)),
                reason: dial_status(get("dialstatus")).into(),
                ..Call::default()
            }
        }
        "hangup" if is_first => Call {
            ended: Some(at.unwrap_or(around.now)),
            reason: cause(get("cause")).into(),
            ..Call::default()
        },
        "cdr" => record(event, around),
        _ => return None,
    };
    if id.is_empty() || id.len() > LONGEST {
        return Some(Part::Kept(String::new(), "unreadable", format!("{} without an id", get("event"))));
    }
    call.latest = call.latest.max(at.unwrap_or(0)).max(call.ended.unwrap_or(0));
    if call.latest == 0 {
        call.latest = around.now;
    }
    Some(Part::Event(id.to_owned(), Box::new(call)))
}

/// The second in which a channel began, by its id: `1767600000.10`, `pbx-1767600000.10`; what follows the dot only counts.
fn second(unique: &str, around: &Around) -> Option<i64> {
    let whole = unique.rsplit('-').next()?.split('.').next()?;
    crate::time::read(whole, around.offset)
}

/// A call detail record: the call as a whole, or its part at one extension.
fn record(event: &Fields, around: &Around) -> Call {
    let get = |name: &str| event.get(name).map(String::as_str).unwrap_or_default();
    let time = |name: &str| crate::time::read(get(name), around.offset);
    let to = get("destinationchannel");
    let answered = get("disposition").eq_ignore_ascii_case("ANSWERED");
    let dialled = Some(get("destination")).filter(|number| !matches!(*number, "" | "s" | "h"));
    let mut call = ends(Some(get("source")), dialled, None, &around.numbering);
    call.put_through = !to.is_empty();
    call.started = time("starttime");
    call.ended = time("endtime").or(Some(around.now));
    let who = extension(to, around);
    if answered && call.put_through {
        call.answered = time("answertime").or(call.started);
        call.talked = get("billableseconds").parse().ok();
        if call.agent.is_empty() {
            call.agent = who;
        }
    } else if answered {
        call.picked_up = time("answertime").or(call.started);
    } else {
        call.reason = match get("disposition").to_ascii_uppercase().as_str() {
            "BUSY" => "busy",
            "FAILED" | "CONGESTION" => "failed",
            _ => "no-answer",
        }
        .into();
        if call.rang_at.is_empty() {
            call.rang_at = who;
        }
    }
    call
}

/// The extension of a channel such as `PJSIP/801-0000002a` or `Local/801@from-queue-00000001;1`; empty for a trunk's.
fn extension(channel: &str, around: &Around) -> String {
    let peer = channel.split_once('/').map_or("", |(_, peer)| peer);
    let peer = peer.rsplit_once('-').map_or(peer, |(peer, _)| peer);
    let peer = peer.split('@').next().unwrap_or_default();
    let is_number = !peer.is_empty() && peer.bytes().all(|byte| byte.is_ascii_digit());
    match around.numbering.caller(peer) {
        Party::Inside(who) if is_number => who,
        _ => String::new(),
    }
}

fn name(given: &str) -> String {
    let is_none = given.eq_ignore_ascii_case("<unknown>") || given.bytes().all(|byte| byte.is_ascii_digit());
    if is_none { String::new() } else { given.chars().take(LONGEST).collect() }
}

fn dial_status(status: &str) -> &'static str {
    match status {
        "NOANSWER" => "no-answer",
        "BUSY" => "busy",
        "CANCEL" => "canceled",
        "CONGESTION" | "CHANUNAVAIL" => "failed",
        _ => "",
    }
}

/// Causes of Q.850 that say why nobody spoke.
fn cause(code: &str) -> &'static str {
    match code {
        "17" => "busy",
        "18" | "19" => "no-answer",
        "21" => "rejected",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Numbering;
    use jiff::tz::Offset;

    fn around() -> Around {
        let numbering = Numbering { extension_digits: 4, outside_prefix: String::new() };
        Around { numbering, offset: Offset::UTC, now: 1 }
    }

    #[test]
    fn channels_name_extensions() {
        for (channel, who) in [
            ("PJSIP/801-0000002a", "801"),
            ("SIP/200-00000146", "200"),
            ("Local/801@from-queue-00000001;1", "801"),
            ("PJSIP/carrier-0000002b", ""),
            ("DAHDI/1-1", "1"),
            ("Message/ast_msg_queue", ""),
            ("", ""),
        ] {
            assert_eq!(extension(channel, &around()), who, "{channel}");
        }
    }

    #[test]
    fn blocks_end_at_empty_lines() {
        let text = "Asterisk Call Manager/8.0.2\r\nResponse: Success\r\nMessage: ok\r\n\r\nEvent: Hangup\r\nCause-txt: Normal: \
                    really\r\n\r\nevent: Cdr\r\n";
        let events = blocks(text);
        assert_eq!(events.len(), 2);
        assert_eq!(events[0]["cause-txt"], "Normal: really");
        assert_eq!(events[1]["event"], "Cdr");
    }
}
