//! The format that any telephone system can send; the README describes it.

use crate::call::{Call, Direction};
use crate::part::{Around, Part, ends, recording, text, time};
use hospes_sdk::serde_json::{Map, Value as Json};

/// Events that one request may carry.
const EVENTS: usize = 200;

/// Reads a body: one event or `{"events": [...]}`. An error is of the whole; of many, one that can't be read is kept.
pub fn read(body: &Json, around: &Around) -> Result<Vec<Part>, String> {
    let Some(events) = body.get("events") else {
        return Ok(vec![event(body, around)?]);
    };
    let events = events.as_array().ok_or("events: not a list")?;
    if events.len() > EVENTS {
        return Err(format!("events: {} of them; {EVENTS} are the most", events.len()));
    }
    let one = |(place, given): (usize, &Json)| {
        event(given, around).unwrap_or_else(|problem| {
            let id = given["call"].as_str().unwrap_or_default().to_owned();
            Part::Kept(id, "unreadable", format!("events[{place}]: {problem}"))
        })
    };
    Ok(events.iter().enumerate().map(one).collect())
}

/// A form's fields as an event.
pub fn form(fields: &[(String, String)]) -> Json {
    let fields = fields.iter().map(|(name, value)| (name.clone(), Json::String(value.clone())));
    Json::Object(fields.collect::<Map<_, _>>())
}

fn event(event: &Json, around: &Around) -> Result<Part, String> {
    if !event.is_object() {
        return Err("an event is a JSON object".into());
    }
    let id = text(event, "call")?;
    if id.is_empty() {
        return Err("call: missing".into());
    }
    let kind = text(event, "event")?;
    let said = direction(&text(event, "direction")?)?;
    let given =
        |name: &str| event.get(name).filter(|value| !value.is_null()).map(|_| text(event, name)).transpose();
    let (from, to) = (given("from")?, given("to")?);
    let mut call = ends(from.as_deref(), to.as_deref(), said, &around.numbering);
    let at = time(event, "at", around.offset)?.unwrap_or(around.now);
    call.latest = at;
    call.name = text(event, "caller_name")?;
    call.started = time(event, "started_at", around.offset)?;
    call.answered = time(event, "answered_at", around.offset)?;
    let extension = text(event, "extension")?;
    let agent = text(event, "agent")?;
    let who = [agent, extension].into_iter().find(|who| !who.is_empty()).unwrap_or_default();
    let outbound = call.direction == Some(Direction::Outbound);
    let place = if outbound || kind == "answered" || call.answered.is_some() {
        &mut call.agent
    } else {
        &mut call.rang_at
    };
    if !who.is_empty() {
        *place = who;
    }
    match kind.as_str() {
        "ringing" => call.started = call.started.or(Some(at)),
        "answered" => call.answered = Some(at),
        "ended" => ended(&mut call, event, at)?,
        "missed" => {
            call.ended = Some(at);
            let reason = text(event, "reason")?;
            call.reason = if reason.is_empty() { "no-answer".into() } else { reason };
        }
        "recording" => {}
        "" => return Err("event: missing".into()),
        other => {
            let detail = format!(
                "an event {other:?}, which is none of ringing, answered, ended, missed and recording"
            );
            return Ok(Part::Kept(id, "unknown-kind", detail));
        }
    }
    recorded(&mut call, event)?;
    if kind == "recording" && call.recordings.is_empty() {
        return Err("recording.url: missing".into());
    }
    Ok(Part::Event(id, Box::new(call)))
}

/// An end: `duration` is how long they spoke, in seconds; 0 says that nobody answered.
fn ended(call: &mut Call, event: &Json, at: i64) -> Result<(), String> {
    call.ended = Some(at);
    call.reason = text(event, "reason")?;
    let duration = text(event, "duration")?;
    if duration.is_empty() {
        return Ok(());
    }
    let wrong = || format!("duration: {duration:?} is no number of seconds");
    let seconds: u32 = duration.split('.').next().and_then(|whole| whole.parse().ok()).ok_or_else(wrong)?;
    if seconds > 0 {
        call.talked = Some(seconds);
        call.answered = call.answered.or(Some(at - i64::from(seconds) * 1_000_000));
    }
    Ok(())
}

/// `"recording": {"url", "media_type", "size"}`, or a form's `recording_url`.
fn recorded(call: &mut Call, event: &Json) -> Result<(), String> {
    let within = |problem: String| format!("recording.{problem}");
    let given = &event["recording"];
    let (url, media_type, size) = match given {
        Json::Object(_) => (
            text(given, "url").map_err(within)?,
            text(given, "media_type").map_err(within)?,
            given["size"].as_u64(),
        ),
        _ => (text(event, "recording_url")?, text(event, "recording_media_type")?, None),
    };
    if !url.is_empty() {
        call.recordings.push(recording(url, media_type, size)?);
    }
    Ok(())
}

fn direction(named: &str) -> Result<Option<Direction>, String> {
    Ok(Some(match named {
        "" => return Ok(None),
        "inbound" | "in" => Direction::Inbound,
        "outbound" | "out" => Direction::Outbound,
        "internal" => Direction::Internal,
        other => return Err(format!("direction: {other:?} is none of inbound, outbound and internal")),
    }))
}
