//! Test cases of plugins: a call, what the host answers meanwhile, and what must come out.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};
use uuid::Uuid;
use wasmtime::component::{Component, Val};

use super::bindings::hospes::plugin::http::Response;
use super::bindings::hospes::plugin::types::{self, Header};
use super::effects::{Outcome, Usage};
use super::engine::EngineError;
use super::engine::call::{Call, CallId, CallResult, Function, run};
use super::engine::data::Data;
use super::engine::fault::error;
use super::engine::limits::{Exceeded, Limit};
use super::error::CallError;
use super::exports::full_name;
use super::grants::ability::Ability;
use super::grants::grant::Grant;
use super::imports::config::EffectiveSettings;
use super::imports::http::Wire;
use super::installation::all_grants;
use super::keyring::{Keyring, Secret};
use super::package::check::CheckError;
use super::package::manifest::Manifest;
use super::registry::{Draft, EngineSettings, Plugins};
use super::values::dynamic::{bytes_of, bytes_to_json, differences, json_differences, to_json, to_val};
use crate::domain::clock::{Clock, Timestamp};

/// A test case, as its file says.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows, in a sentence.
    pub about: String,
    /// Interface and function: `channel.receive`.
    pub call: String,
    /// The time of the call; it stands still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<Timestamp>,
    /// The installation's settings, without defaults.
    #[serde(default)]
    pub settings: Map<String, Value>,
    /// The installation's secrets.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub secrets: BTreeMap<String, String>,
    /// What the installation keeps: texts, or bytes as elsewhere.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub kv: BTreeMap<String, Value>,
    /// What is granted; everything that the manifest wants if this is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grants: Option<Vec<Grant>>,
    /// The function's parameters.
    pub input: Vec<Value>,
    /// Requests in the order in which they must be made, with their answers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub http: Vec<ExpectedExchange>,
    /// The mails that are sent, in order; not compared if this is left out. What is left out of one isn't compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<Vec<Value>>,
    /// The function's result: `{"ok": ...}` or `{"err": ...}`.
    pub expect: Value,
}

/// A request that must be made, and its answer.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedExchange {
    /// The request.
    pub request: ExpectedRequest,
    /// Its answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<GivenResponse>,
    /// Or the error that the plugin gets instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<GivenError>,
}

/// What a request must be like; what is left out isn't compared.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedRequest {
    /// The method.
    pub method: String,
    /// The address, with `{secret:NAME}` where a secret stands.
    pub url: String,
    /// Header fields that must be there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// The body as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub json: Option<Value>,
    /// The body as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The body as bytes: `{"base64"}`, `{"text"}` or `{"json"}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
}

/// The answer to a request.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenResponse {
    /// The status.
    #[serde(default = "ok")]
    pub status: u16,
    /// Header fields.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// The body as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub json: Option<Value>,
    /// The body as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The body as bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
}

fn ok() -> u16 {
    200
}

/// An error that a plugin gets instead of an answer.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenError {
    /// Its code, such as `timed-out`.
    pub code: String,
    /// Its message.
    #[serde(default)]
    pub message: String,
}

fn body(json: Option<&Value>, text: Option<&String>, body: Option<&Value>) -> Option<Vec<u8>> {
    json.map(|json| json.to_string().into_bytes())
        .or_else(|| text.map(|text| text.clone().into_bytes()))
        .or_else(|| body.and_then(bytes_of))
}

/// The answers of a case, and what went wrong with the requests.
#[derive(Debug, Default)]
pub(super) struct Script(Mutex<Play>);

#[derive(Debug, Default)]
struct Play {
    expected: VecDeque<ExpectedExchange>,
    made: usize,
    problems: Vec<String>,
}

impl Script {
    fn new(expected: Vec<ExpectedExchange>) -> Self {
        Self(Mutex::new(Play { expected: expected.into(), ..Play::default() }))
    }

    fn play(&self) -> MutexGuard<'_, Play> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Compares a request with the next expected one and answers as the case says.
    pub fn answer(
        &self,
        method: &str,
        url: &str,
        headers: &[(String, String)],
        body: &[u8],
    ) -> Result<Response, types::Error> {
        let mut play = self.play();
        let at = format!("http[{}]", play.made);
        play.made += 1;
        let Some(expected) = play.expected.pop_front() else {
            play.problems
                .push(format!("{at}\n    {method} {url} is sent, but the case expects no further request"));
            return Err(error("unavailable", "the test case has no answer to this request"));
        };
        expected.request.compare(method, url, headers, body, &at, &mut play.problems);
        match (expected.response, expected.error) {
            (Some(response), _) => Ok(response.into()),
            (None, Some(given)) => Err(error(&given.code, given.message)),
            (None, None) => Ok(Response { status: ok(), headers: Vec::new(), body: Vec::new() }),
        }
    }

    fn finish(&self) -> Vec<String> {
        let mut play = self.play();
        let missing: Vec<_> = play.expected.drain(..).map(|exchange| exchange.request).collect();
        let mut problems = std::mem::take(&mut play.problems);
        for (number, request) in (play.made..).zip(missing) {
            let ExpectedRequest { method, url, .. } = request;
            problems.push(format!("http[{number}]\n    {method} {url} is expected, but never sent"));
        }
        problems
    }
}

impl ExpectedRequest {
    fn compare(
        &self,
        method: &str,
        url: &str,
        headers: &[(String, String)],
        sent: &[u8],
        at: &str,
        problems: &mut Vec<String>,
    ) {
        let mut same = |part: &str, expected: &str, got: &str| {
            if expected != got {
                problems.push(format!("{at}.{part}\n    expected {expected}\n    but got  {got}"));
            }
        };
        same("method", &self.method, method);
        same("url", &self.url, url);
        for (name, expected) in &self.headers {
            let values = headers
                .iter()
                .filter(|(sent, _)| sent.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.as_str());
            same(&format!("headers.{name}"), expected, &values.collect::<Vec<_>>().join(", "));
        }
        if let Some(expected) = &self.json {
            let sent = serde_json::from_slice(sent).unwrap_or_else(|_| bytes_to_json(sent));
            return json_differences(expected, &sent, &format!("{at}.json"), problems);
        }
        if let Some(expected) = body(None, self.text.as_ref(), self.body.as_ref())
            && expected != sent
        {
            same("body", &bytes_to_json(&expected).to_string(), &bytes_to_json(sent).to_string());
        }
    }
}

impl From<GivenResponse> for Response {
    fn from(given: GivenResponse) -> Self {
        let body = body(given.json.as_ref(), given.text.as_ref(), given.body.as_ref()).unwrap_or_default();
        let headers =
            given.headers.into_iter().map(|(name, value)| Header { name: name.to_ascii_lowercase(), value });
        Self { status: given.status, headers: headers.collect(), body }
    }
}

/// A clock that stands.
pub(super) struct Standing(pub(super) Timestamp);

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// Why cases can't be run at all.
#[derive(Debug, thiserror::Error)]
pub enum CasesError {
    /// The engine doesn't start.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The plugin isn't one.
    #[error(transparent)]
    Check(#[from] CheckError),
}

/// A plugin ready for its cases.
pub struct Rehearsal {
    plugins: Plugins,
    component: Component,
    manifest: Manifest,
}

impl Rehearsal {
    /// Checks the plugin and compiles it.
    pub async fn new(artifact: &[u8]) -> Result<Self, CasesError> {
        let clock = Arc::new(Standing(Timestamp::from_micros(0)));
        let wire = Wire::Script(Arc::default());
        let data = Data::Case(BTreeMap::new());
        let settings = EngineSettings { relay: true, ..EngineSettings::default() };
        let plugins = Plugins::over(&settings, data, wire, Keyring::ephemeral(), clock)?;
        let (package, component) = plugins.check_compiled(artifact).await?;
        Ok(Self { plugins, component, manifest: package.manifest })
    }

    /// Checks the plugin and compiles it as a host does, whose engine it is tried in. It gets nothing of the host's: neither
    /// its records nor its network.
    pub async fn within(plugins: &Plugins, artifact: &[u8]) -> Result<Self, CheckError> {
        let (package, component) = plugins.check_compiled(artifact).await?;
        plugins.forget_component(&package.digest);
        Ok(Self { plugins: plugins.clone(), component, manifest: package.manifest })
    }

    /// What the plugin is called.
    pub fn id(&self) -> &str {
        &self.manifest.id
    }

    pub(super) fn plugins(&self) -> &Plugins {
        &self.plugins
    }

    pub(super) fn component(&self) -> &Component {
        &self.component
    }

    pub(super) fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Runs a case and says what is wrong, each thing with its place; nothing when the case passes.
    pub async fn run(&self, case: &Case) -> Vec<String> {
        self.compare(case).await.0
    }

    /// As [`run`](Self::run), with what came out where something did, as a case expects it.
    pub async fn compare(&self, case: &Case) -> (Vec<String>, Option<CameOut>) {
        match self.attempt(case).await {
            Ok(ran) => ran,
            Err(problem) => (vec![problem], None),
        }
    }

    async fn attempt(&self, case: &Case) -> Result<(Vec<String>, Option<CameOut>), String> {
        let (interface, function) = case.call.split_once('.').ok_or("call\n    write INTERFACE.FUNCTION")?;
        let ability =
            Ability::from_interface(interface).ok_or_else(|| format!("call\n    there is no {interface}"))?;
        let script = Arc::new(Script::new(case.http.clone()));
        let mut kept = BTreeMap::new();
        for (key, value) in &case.kv {
            let bytes = value.as_str().map(|text| text.as_bytes().to_vec()).or_else(|| bytes_of(value));
            let wrong =
                || format!("kv.{key}\n    write a text, {{\"text\"}}, {{\"json\"}} or {{\"base64\"}}");
            kept.insert(key.clone(), bytes.ok_or_else(wrong)?);
        }
        let now = case.now.unwrap_or(Timestamp::from_micros(1_767_600_000_000_000));
        let shared =
            self.plugins.amid(Data::Case(kept), Wire::Script(Arc::clone(&script)), Arc::new(Standing(now)));
        let mut draft = Draft::detached(self.manifest.clone());
        draft.settings = case.settings.clone();
        draft.grants = case.grants.clone().unwrap_or_else(|| {
            all_grants(&self.manifest, &EffectiveSettings::of(&self.manifest, &case.settings))
        });
        draft.secrets =
            case.secrets.iter().map(|(name, text)| (name.clone(), Secret::new(text.clone()))).collect();
        let installation =
            self.plugins.assemble(draft, &self.component).map_err(|error| format!("{error:#}"))?;
        let invoke = invocation(interface, function, case.input.clone());
        let call: Call = CallId(Uuid::nil()).into();
        let ran = run(&shared, &Arc::new(installation), Function::of(ability, "case"), call, invoke).await;
        let mut problems = Vec::new();
        let mut came_out = None;
        match ran.outcome {
            Ok(Outcome { value: Ok(result), effects, usage }) => {
                differences(&case.expect, &result, "expect", &mut problems);
                let mail = serde_json::json!(effects.mails);
                if let Some(expected) = &case.mail {
                    json_differences(&serde_json::json!(expected), &mail, "mail", &mut problems);
                }
                if !problems.is_empty() {
                    let log = effects.log.iter();
                    problems.extend(log.map(|line| format!("log {}: {}", line.level.word(), line.text)));
                }
                came_out = Some(CameOut { expect: to_json(&result), mail, usage });
            }
            Ok(Outcome { value: Err(problem), .. }) => problems.push(problem),
            Err(CallError::NotOffered { ability }) => {
                problems.push(format!("call\n    the plugin exports no {ability}"));
            }
            Err(failed) => problems.push(format!("the call failed\n    {failed}")),
        }
        problems.extend(script.finish());
        Ok((problems, came_out))
    }
}

/// What came out of a call, as a case expects it.
#[derive(Debug)]
pub struct CameOut {
    /// Its result: `{"ok": ...}` or `{"err": ...}`.
    pub expect: Value,
    /// The mails that it sent.
    pub mail: Value,
    /// What it used.
    pub usage: Usage,
}

/// Calls a function by its name. What comes back is its result, or why the case's input doesn't fit it.
pub(super) fn invocation(
    interface: &str,
    function: &str,
    input: Vec<Value>,
) -> impl super::engine::call::Invoke<Result<Val, String>> + use<> {
    let (interface, function) = (full_name(interface), function.to_owned());
    invoke(move |store, instance, _| {
        Box::pin(async move {
            let parent = instance.get_export_index(&mut *store, None, &interface);
            let index =
                parent.and_then(|parent| instance.get_export_index(&mut *store, Some(&parent), &function));
            let Some(callee) = index.and_then(|index| instance.get_func(&mut *store, index)) else {
                return Ok(Ok(Err(format!("call\n    {interface} has no function {function}"))));
            };
            let ty = callee.ty(&*store);
            if ty.params().len() != input.len() {
                let names = ty.params().map(|(name, _)| name.to_owned()).collect::<Vec<_>>().join(", ");
                let problem = format!("input\n    has {} values; {function} takes: {names}", input.len());
                return Ok(Ok(Err(problem)));
            }
            let converted =
                ty.params().zip(&input).map(|((name, ty), json)| to_val(json, &ty, &format!("input.{name}")));
            let arguments = match converted.collect::<Result<Vec<_>, _>>() {
                Ok(arguments) => arguments,
                Err(problem) => return Ok(Ok(Err(problem))),
            };
            // A value of any type takes so much more room than one of a known type, byte by byte; the limit is the result's.
            let most = store.data().context.meter.limits().transfer;
            store.set_hostcall_fuel(most.saturating_mul(size_of::<Val>()));
            let mut results = [Val::Bool(false)];
            callee.call_async(&mut *store, &arguments, &mut results).await?;
            let [result] = results;
            let used = size(&result) as u64;
            if used > most as u64 {
                let over = Exceeded { which: Limit::Transfer, allowed: most as u64, used };
                return Ok(Ok(Err(format!("the call failed\n    {over}"))));
            }
            Ok(Ok(Ok(result)))
        })
    })
}

/// How many bytes of a result the host copies, about.
fn size(val: &Val) -> usize {
    const POINTER: usize = size_of::<String>();
    let all = |vals: &mut dyn Iterator<Item = &Val>| vals.map(size).sum::<usize>();
    match val {
        Val::Bool(_) | Val::S8(_) | Val::U8(_) => 1,
        Val::S16(_) | Val::U16(_) => 2,
        Val::S32(_) | Val::U32(_) | Val::Float32(_) | Val::Char(_) => 4,
        Val::String(text) => POINTER + text.len(),
        Val::Enum(_) => 1,
        Val::List(vals) => POINTER + all(&mut vals.iter()),
        Val::Tuple(vals) => all(&mut vals.iter()),
        Val::Record(fields) => all(&mut fields.iter().map(|(_, val)| val)),
        Val::Variant(_, val) => 8 + all(&mut val.as_deref().into_iter()),
        Val::Option(val) => 8 + all(&mut val.as_deref().into_iter()),
        Val::Result(Ok(val) | Err(val)) => 8 + all(&mut val.as_deref().into_iter()),
        _ => 8,
    }
}

/// Lets the compiler see the closure's form.
fn invoke<T, F>(call: F) -> F
where
    F: for<'a> FnOnce(
            &'a mut wasmtime::Store<super::engine::state::CallState>,
            wasmtime::component::Instance,
            &'a super::exports::Exports,
        ) -> futures::future::BoxFuture<'a, CallResult<T>>
        + Send,
{
    call
}
