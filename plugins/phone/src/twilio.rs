//! Twilio's callbacks: of a call's status, of its legs' and of its recordings
//! (<https://www.twilio.com/docs/voice/twiml#request-parameters>, <https://www.twilio.com/docs/voice/api/recording>).
//!
//! A call that comes in is picked up by TwiML, which is nobody; `<Dial>` makes a leg of it, a call of its own that names its
//! parent. Somebody answered when a leg was, or, where there are no legs, when the call was.

use crate::call::{Call, Direction};
use crate::number::{Numbering, Party};
use crate::part::{Around, LONGEST, Part, ends, recording};

/// What a callback means.
#[derive(Debug)]
pub struct Callback {
    /// The part of a call.
    pub part: Part,
    /// The leg's own id, where it names its parent.
    pub leg: Option<String>,
}

/// Reads a callback's parameters. `parent` says whose leg an id is, where that is remembered.
pub fn read(
    parameters: &[(String, String)],
    around: &Around,
    parent: impl Fn(&str) -> Option<String>,
) -> Result<Callback, String> {
    let get = |name: &str| {
        let found = parameters.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    };
    let sid = get("CallSid").ok_or("CallSid: missing")?;
    let named = get("ParentCallSid");
    if [Some(sid), named].iter().flatten().any(|id| id.len() > LONGEST || id.contains(char::is_control)) {
        return Err("CallSid: too long".into());
    }
    let at = get("Timestamp").and_then(|text| crate::time::read(text, around.offset)).unwrap_or(around.now);
    let known = if named.is_none() { parent(sid) } else { None };
    let id = named.map(str::to_owned).or(known).unwrap_or_else(|| sid.to_owned());
    let leg = named.map(|_| sid.to_owned());
    if let Some(url) = get("RecordingUrl") {
        return Ok(Callback { part: recorded(id, url, get("RecordingStatus"), at)?, leg });
    }
    let Some(status) = get("CallStatus") else {
        let detail = "a callback without CallStatus and RecordingUrl".to_owned();
        return Ok(Callback { part: Part::Kept(id, "unknown-kind", detail), leg });
    };
    let seconds =
        get("CallDuration").and_then(|text| text.parse::<u32>().ok()).filter(|seconds| *seconds > 0);
    let spoke_from = seconds.map(|seconds| at - i64::from(seconds) * 1_000_000);
    let to = get("To").unwrap_or_default();
    let mut call = match named {
        Some(_) => leg_of(to, &around.numbering),
        None => {
            let said = get("Direction").filter(|direction| direction.starts_with("outbound"));
            let mut call = ends(
                Some(get("From").unwrap_or_default()),
                Some(to),
                said.map(|_| Direction::Outbound),
                &around.numbering,
            );
            call.name = get("CallerName").unwrap_or_default().chars().take(LONGEST).collect();
            call
        }
    };
    call.latest = at;
    match (status, named.is_some()) {
        ("queued" | "initiated" | "ringing", false) => call.started = Some(at),
        ("queued" | "initiated" | "ringing", true) => {}
        ("in-progress" | "answered", false) => call.picked_up = Some(at),
        ("in-progress" | "answered", true) => call.answered = Some(at),
        ("completed", false) => (call.ended, call.picked_up) = (Some(at), spoke_from),
        ("completed", true) => (call.answered, call.talked) = (spoke_from, seconds),
        ("busy" | "no-answer" | "failed" | "canceled", is_leg) => {
            call.reason = status.to_owned();
            call.ended = Some(at).filter(|_| !is_leg);
        }
        (other, _) => {
            let detail = format!("a call's status {other:?}");
            return Ok(Callback { part: Part::Kept(id, "unknown-kind", detail), leg });
        }
    }
    if call.answered.is_some() && call.agent.is_empty() {
        call.agent.clone_from(&call.rang_at);
    }
    Ok(Callback { part: Part::Event(id, Box::new(call)), leg })
}

/// What a leg says of its call: whom it was put through to.
fn leg_of(to: &str, numbering: &Numbering) -> Call {
    let call = Call { put_through: true, ..Call::default() };
    match numbering.caller(to) {
        Party::Inside(who) => Call { rang_at: who, ..call },
        Party::Outside(number) => Call { leg: number, ..call },
        Party::Withheld => call,
    }
}

/// Twilio keeps a recording as WAV, and gives it as MP3 under the same address with that ending.
fn recorded(id: String, url: &str, status: Option<&str>, at: i64) -> Result<Part, String> {
    if let Some(status) = status.filter(|status| *status != "completed") {
        return Ok(Part::Kept(id, "service-notice", format!("a recording's status {status:?}")));
    }
    let file = url.rsplit('/').next().unwrap_or_default();
    let url = if file.contains('.') { url.to_owned() } else { format!("{url}.mp3") };
    if url.len() > 2_000 {
        return Err("RecordingUrl: longer than 2000 characters".into());
    }
    let recordings = vec![recording(url, String::new(), None)?];
    Ok(Part::Event(id, Box::new(Call { recordings, latest: at, ..Call::default() })))
}
