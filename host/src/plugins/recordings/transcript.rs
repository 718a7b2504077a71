//! Transcripts: what a call was given, what the host told it, and what came of it.
//!
//! A call that is kept costs its caller the moving of a few values: they are written down, cut to size and stripped of
//! secrets by whoever takes them from the queue, and stored many at a time. When nobody keeps up, transcripts are
//! dropped, never calls.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::recording::{Recorded, Step};
use super::redaction;
use crate::domain::clock::Timestamp;
use crate::domain::value::Attribute;
use crate::plugins::effects::{Effects, HttpExchange, Outcome, Usage, Write};
use crate::plugins::engine::call::{CallId, Function};
use crate::plugins::error::CallError;
use crate::plugins::imports::random::Seeds;
use crate::plugins::installation::Installation;
use crate::plugins::values::wit_json::wit_json;
use crate::store::plugin_calls::NewCall;

/// Bytes of a transcript; parts of a longer one are left out, the largest first.
const LONGEST: usize = 256 << 10;
/// Bytes of the answers of all requests that are kept of a call.
const MOST_HTTP: usize = 128 << 10;

/// A call as it happened, as far as it was kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transcript {
    /// The call's id, the same for every run of it.
    pub call: Uuid,
    /// The installation's name.
    pub installation: String,
    /// The plugin.
    pub plugin: String,
    /// The plugin's version.
    pub version: String,
    /// The interface and the function that was called: `scoring.score`.
    pub function: String,
    /// The installation's settings with the defaults.
    pub settings: Map<String, Value>,
    /// What the installation was granted.
    pub grants: Vec<String>,
    /// The names of the secrets that were set.
    pub secrets: Vec<String>,
    /// The function's parameters, as test cases write them.
    pub input: Value,
    /// What the clock showed at the beginning and after each host call, in microseconds since 1970.
    pub times: Vec<i64>,
    /// What random bytes and ids grew from.
    #[serde(default)]
    pub seeds: Seeds,
    /// What the host told the call, in order.
    pub steps: Vec<Step>,
    /// The requests that the call sent, with their answers.
    pub http: Vec<Exchange>,
    /// `{"ok": result}`, `{"err": error}`, or `{"failed": {"what", "message"}}`.
    pub output: Value,
    /// What it wanted to have done.
    pub effects: Value,
    /// SHA-256 of the effects, in hexadecimal.
    pub digest: String,
    /// Its log.
    pub log: Vec<Value>,
    /// What it used.
    pub usage: Usage,
    /// Parts that were too long to be kept; a call without them can't be replayed as it was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cut: Vec<String>,
}

/// A request and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    /// Its place among the call's requests.
    pub ordinal: u32,
    /// What it is recognised by: SHA-256 of method, address, headers and body.
    pub digest: String,
    /// The method.
    pub method: String,
    /// The address, with `{secret:NAME}` where a secret stands.
    pub url: String,
    /// How long it took.
    pub millis: u64,
    /// The answer's status; none when there was an error instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The answer's headers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
    /// The answer's body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// The error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<crate::plugins::types::Error>,
}

impl From<&HttpExchange> for Exchange {
    fn from(exchange: &HttpExchange) -> Self {
        let HttpExchange { ordinal, digest, method, url, answer, millis } = exchange.clone();
        let mut kept = Self {
            ordinal,
            digest,
            method,
            url,
            millis,
            status: None,
            headers: Vec::new(),
            body: None,
            error: None,
        };
        match answer {
            Ok(response) => {
                kept.status = Some(response.status);
                kept.headers =
                    response.headers.into_iter().map(|header| (header.name, header.value)).collect();
                kept.body = Some(crate::plugins::values::wit_json::bytes(&response.body));
            }
            Err(error) => kept.error = Some(error),
        }
        kept
    }
}

impl Exchange {
    /// The exchange as calls have it.
    pub(super) fn into_exchange(self) -> HttpExchange {
        let Self { ordinal, digest, method, url, millis, status, headers, body, error } = self;
        let answer = match error {
            Some(error) => Err(error),
            None => Ok(crate::plugins::types::Response {
                status: status.unwrap_or(200),
                headers: headers
                    .into_iter()
                    .map(|(name, value)| crate::plugins::types::Header { name, value })
                    .collect(),
                body: body.as_ref().and_then(crate::plugins::values::dynamic::bytes_of).unwrap_or_default(),
            }),
        };
        HttpExchange { ordinal, digest, method, url, answer, millis }
    }
}

/// What a call was called with or gave back, to be written down later.
pub(in crate::plugins) trait Later: Send + Sync {
    /// As JSON.
    fn wit_json(&self) -> Value;
    /// About how many bytes it is as JSON; of what is too long for any transcript only that it is.
    fn weight(&self) -> usize;
}

impl<T: Serialize + Send + Sync + 'static> Later for T {
    fn wit_json(&self) -> Value {
        wit_json(self)
    }

    fn weight(&self) -> usize {
        weigh(self)
    }
}

/// Counts the bytes of JSON up to [`LONGEST`] and keeps none.
struct Scales(usize);

impl std::io::Write for Scales {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        if self.0 > LONGEST { Err(std::io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn weigh<T: Serialize>(value: &T) -> usize {
    let mut scales = Scales(0);
    // What can't be written weighs what was written of it; it is told to be over by its weight.
    let _too_long = serde_json::to_writer(&mut scales, value);
    scales.0
}

/// A call that is kept, not yet written down.
pub struct Kept {
    pub(in crate::plugins) installation: Arc<Installation>,
    pub(in crate::plugins) function: Function,
    pub(in crate::plugins) call: CallId,
    /// None when no transcript has room for it.
    pub(in crate::plugins) input: Option<Arc<dyn Later>>,
    pub(in crate::plugins) recorded: Recorded,
    pub(in crate::plugins) seeds: Seeds,
    pub(in crate::plugins) ended: Ended,
    pub(in crate::plugins) usage: Usage,
    /// When it began, by the host's clock.
    pub(in crate::plugins) at: Timestamp,
}

/// How a call that is kept ended.
pub(in crate::plugins) enum Ended {
    /// The output is none when no transcript has room for it.
    Well {
        output: Option<Box<dyn Later>>,
        effects: Box<Parts>,
    },
    Failed {
        outcome: &'static str,
        output: Value,
        message: String,
        log: Vec<Value>,
    },
}

/// The parts of [`Effects`] that a transcript has.
pub(in crate::plugins) struct Parts {
    effects: Effects,
    http_cut: bool,
}

/// The words of a call's outcome, as the API filters by them.
pub const OUTCOMES: [&str; 9] = [
    "ok",
    "refused",
    "limit-exceeded",
    "trapped",
    "timed-out",
    "busy",
    "broken",
    "not-offered",
    "database-failed",
];

/// The word and the message of a failed call.
pub(super) fn failed(error: &CallError) -> (&'static str, String) {
    let word = match error {
        CallError::Refused(_) => "refused",
        CallError::LimitExceeded { .. } => "limit-exceeded",
        CallError::Trapped { .. } => "trapped",
        CallError::TimedOut { .. } => "timed-out",
        CallError::Busy { .. } => "busy",
        CallError::Broken { .. } => "broken",
        CallError::NotOffered { .. } => "not-offered",
        CallError::Store(_) => "database-failed",
    };
    (word, error.to_string())
}

impl Ended {
    /// Of a call that went well.
    pub fn well<T: Serialize + Clone + Send + Sync + 'static>(outcome: &Outcome<T>) -> Self {
        let Effects { call, writes, kv, files, mails, log, http } = &outcome.effects;
        let size: usize = http.iter().map(|e| e.answer.as_ref().map_or(0, |answer| answer.body.len())).sum();
        let http_cut = size > MOST_HTTP;
        let http = if http_cut { Vec::new() } else { http.clone() };
        let effects = Effects {
            call: *call,
            writes: writes.clone(),
            kv: kv.clone(),
            files: files.clone(),
            mails: mails.clone(),
            log: log.clone(),
            http,
        };
        let parts = Box::new(Parts { effects, http_cut });
        let output = (weigh(&outcome.value) <= LONGEST)
            .then(|| Box::new(Ok::<T, ()>(outcome.value.clone())) as Box<dyn Later>);
        Self::Well { output, effects: parts }
    }

    /// About how many bytes are held for it.
    fn weight(&self) -> usize {
        match self {
            Self::Well { output, effects } => {
                output.as_ref().map_or(0, |output| output.weight()) + effects_weight(&effects.effects)
            }
            Self::Failed { output, message, log, .. } => weigh(output) + message.len() + weigh(log),
        }
    }

    /// Of a call that came to nothing.
    pub fn failure(error: &CallError) -> Self {
        let (outcome, message) = failed(error);
        let output = match error {
            CallError::Refused(guest) => json!({"err": {
                "code": guest.code, "message": guest.message, "retry-after-ms": guest.retry_after_ms,
            }}),
            _ => json!({"failed": {"what": outcome, "message": message}}),
        };
        Self::Failed { outcome, output, message, log: error.log().iter().map(line).collect() }
    }
}

fn line(line: &crate::plugins::effects::LogLine) -> Value {
    let attributes: Map<String, Value> =
        line.attributes.iter().map(|a| (a.name.clone(), a.value.to_json())).collect();
    json!({"at": line.at, "level": line.level, "text": line.text, "attributes": attributes})
}

/// About how many bytes a call's effects are, with the files that wait for their digest.
fn effects_weight(effects: &Effects) -> usize {
    let Effects { call: _, writes, kv, files, mails, log, http } = effects;
    let writes: usize = writes.iter().map(|write| weigh(&write_json(write))).sum();
    let kv: usize = kv.iter().map(|one| one.key.len() + one.value.as_ref().map_or(0, Vec::len)).sum();
    let files: usize = files.iter().map(|file| file.name.len() + file.bytes.len()).sum();
    let log: usize = log.iter().map(|one| weigh(&line(one))).sum();
    writes + kv + files + weigh(mails) + log + weigh(http)
}

/// What a call wanted to have done, as JSON.
pub(super) fn effects_json(effects: &Effects) -> Value {
    let kv = effects.kv.iter().map(
        |change| json!({"key": change.key, "value": change.value.as_deref().map(crate::plugins::values::wit_json::bytes)}),
    );
    let writes = effects.writes.iter().map(write_json);
    // What was in a file is told by its digest: a transcript has to stay small.
    let files = effects.files.iter().map(|file| {
        json!({
            "id": file.id, "record": file.record, "name": file.name, "media_type": file.media_type,
            "size": file.bytes.len(), "sha256": hexadecimal(&Sha256::digest(&file.bytes)),
        })
    });
    json!({
        "writes": writes.collect::<Vec<_>>(), "kv": kv.collect::<Vec<_>>(),
        "files": files.collect::<Vec<_>>(), "mails": effects.mails,
    })
}

fn write_json(write: &Write) -> Value {
    let fields = |attributes: &[Attribute]| -> Map<String, Value> {
        attributes.iter().map(|attribute| (attribute.name.clone(), attribute.value.to_json())).collect()
    };
    match write {
        Write::Create { id, kind, attributes } => {
            json!({"create": {"kind": kind, "id": id, "attributes": fields(attributes)}})
        }
        Write::Update { kind, id, expected, attributes } => {
            json!({"update": {"kind": kind, "id": id, "expected": expected, "attributes": fields(attributes)}})
        }
        Write::Tag { kind, id, add, remove } => {
            json!({"tag": {"kind": kind, "id": id, "add": add, "remove": remove}})
        }
        Write::Comment { id, kind, record, text } => {
            json!({"comment": {"kind": kind, "on": record, "id": id, "text": text}})
        }
        Write::Link { kind, id, relation, to_kind, to_id } => {
            json!({"link": {"kind": kind, "id": id, "relation": relation, "to_kind": to_kind, "to_id": to_id}})
        }
        Write::Message { id, conversation, text, html, attributes } => json!({"message": {
            "conversation": conversation, "id": id, "text": text, "html": html, "attributes": fields(attributes),
        }}),
    }
}

/// SHA-256 of JSON, in hexadecimal.
pub(super) fn digest(json: &Value) -> String {
    hexadecimal(&Sha256::digest(json.to_string()))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Kept {
    /// Lets go of an input that no transcript has room for, and tells about how many bytes are held for the rest.
    pub(super) fn lighten(&mut self) -> usize {
        let input = self.input.as_ref().map_or(0, |input| input.weight());
        if input > LONGEST {
            self.input = None;
        }
        let steps = self.recorded.weight();
        steps + self.ended.weight() + if input > LONGEST { 0 } else { input }
    }

    /// Writes the call down: without secrets, and no longer than a transcript may be.
    pub fn write_down(self) -> NewCall {
        let Self { installation, function, call, input, recorded, seeds, ended, usage, at } = self;
        let mut cut = Vec::new();
        cut.extend(input.is_none().then(|| "input".to_owned()));
        let (outcome, message, output, effects, log, http, http_cut) = match ended {
            Ended::Well { output, effects } => {
                cut.extend(output.is_none().then(|| "output".to_owned()));
                let output = output.map_or(Value::Null, |output| output.wit_json());
                let Parts { effects, http_cut } = *effects;
                let http = effects.http.iter().map(Exchange::from).collect();
                let log = effects.log.iter().map(line).collect();
                ("ok", None, output, effects_json(&effects), log, http, http_cut)
            }
            Ended::Failed { outcome, output, message, log } => (
                outcome,
                Some(message),
                output,
                json!({"writes": [], "kv": [], "files": [], "mails": []}),
                log,
                Vec::new(),
                false,
            ),
        };
        cut.extend(recorded.cut.then(|| "steps".to_owned()));
        cut.extend(http_cut.then(|| "http".to_owned()));
        let secrets = &installation.secrets;
        let input = input.map_or(Value::Null, |input| input.wit_json());
        let mut parts = [input, output, effects, json!(http), json!(recorded.steps), json!(log)];
        for part in &mut parts {
            strike_out(part, secrets);
        }
        let mut settings = Value::Object((*installation.settings).clone());
        strike_out(&mut settings, secrets);
        let [input, output, effects, http, steps, log] = parts;
        let mut json = json!({
            "call": call.0,
            "installation": installation.name,
            "plugin": installation.plugin,
            "version": installation.version,
            "function": function.to_string(),
            "settings": settings,
            "grants": installation.grants.given().map(ToString::to_string).collect::<Vec<_>>(),
            "secrets": secrets.keys().collect::<Vec<_>>(),
            "input": input,
            "times": recorded.times,
            "seeds": seeds,
            "steps": steps,
            "http": http,
            "output": output,
            "digest": digest(&effects),
            "effects": effects,
            "log": log,
            "usage": usage,
        });
        shorten(&mut json, &mut cut);
        if !cut.is_empty() {
            json["cut"] = json!(cut);
        }
        NewCall {
            installation: installation.id,
            call: call.0,
            version: installation.version.clone(),
            function: function.to_string(),
            outcome,
            message: message.map(|message| redaction::redact(&message, secrets)),
            at,
            wall_us: usage.wall_us,
            cpu_us: usage.cpu_us,
            memory: usage.memory,
            host_calls: usage.host_calls,
            http_requests: usage.http_requests,
            transcript: json.to_string(),
        }
    }
}

/// Leaves out the largest parts until the rest is short enough.
fn shorten(json: &mut Value, cut: &mut Vec<String>) {
    while json.to_string().len() > LONGEST {
        let parts = ["input", "output", "effects", "http", "steps", "log", "times", "settings"];
        let largest = parts.into_iter().max_by_key(|part| json[*part].to_string().len());
        let Some(largest) = largest else { return };
        json[largest] = match &json[largest] {
            Value::Array(items) if items.is_empty() => return,
            Value::Array(_) => json!([]),
            Value::Object(_) if largest == "settings" => json!({}),
            Value::Null => return,
            _ => Value::Null,
        };
        if !cut.iter().any(|part| part == largest) {
            cut.push(largest.to_owned());
        }
    }
}

/// Strikes secrets out of every text; bytes that are no text lose them too.
fn strike_out(json: &mut Value, secrets: &BTreeMap<String, crate::plugins::keyring::Secret>) {
    match json {
        Value::String(text) => *text = redaction::redact(text, secrets),
        Value::Array(items) => items.iter_mut().for_each(|item| strike_out(item, secrets)),
        Value::Object(fields) if fields.len() == 1 && fields.contains_key("base64") => {
            let Some(bytes) = crate::plugins::values::dynamic::bytes_of(json) else { return };
            let redacted = redaction::redact_bytes(&bytes, secrets);
            if redacted != bytes {
                *json = crate::plugins::values::wit_json::bytes(&redacted);
            }
        }
        Value::Object(fields) => fields.values_mut().for_each(|field| strike_out(field, secrets)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
