//! The way of one call: a place, a fresh sandbox, the guest, its effects.
//!
//! Whatever happens, the sandbox is dropped at the end and nothing of it comes back but the outcome. After an
//! error nothing comes back but the error and the log.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use sha2::{Digest, Sha256};
use tokio::sync::SemaphorePermit;
use uuid::Uuid;
use wasmtime::component::{Instance, ResourceTable};
use wasmtime::{PoolConcurrencyLimitError, Store, Trap, WasmBacktrace};

use super::breaker::Gate as BreakerGate;
use super::limits::{Exceeded, Limit, Limits, Meter};
use super::metered::Metered;
use super::state::{CallContext, CallState, Surroundings};
use crate::domain::clock::Timestamp;
use crate::domain::ids::InstallationId;
use crate::plugins::bindings::hospes::plugin::types;
use crate::plugins::effects::{Effects, HttpExchange, Outcome, Usage};
use crate::plugins::error::{CallError, GuestError};
use crate::plugins::exports::Exports;
use crate::plugins::grants::ability::Ability;
use crate::plugins::imports::clock::CallClock;
use crate::plugins::imports::http::Traffic;
use crate::plugins::imports::random::{Seed, Seeds};
use crate::plugins::installation::Installation;
use crate::plugins::recordings::recording::Recording;
use crate::plugins::recordings::redaction;
use crate::store::db::DbError;

/// Handles that a call may hold.
const HANDLES: usize = 1_000;
/// When to try again after all places were taken.
const RETRY_AFTER_MS: u32 = 1_000;
/// Frames of a backtrace that an error shows.
const FRAMES: usize = 8;
/// Bytes of an error's code and message, which are kept and shown.
const LONGEST_CODE: usize = 64;
const LONGEST_MESSAGE: usize = 4 << 10;

/// The id of a call: the same for every run of the same call. A UUIDv7, so that the ids drawn in it sort by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallId(pub Uuid);

impl CallId {
    /// The id of the one call for which a job or request asks this ability of an installation: the same whenever it
    /// asks again, and of the same time as the job.
    pub fn of(asked_by: Uuid, ability: Ability, installation: InstallationId) -> Self {
        let digest = Sha256::new()
            .chain_update(asked_by)
            .chain_update(ability.interface())
            .chain_update([0])
            .chain_update(installation.0)
            .finalize();
        let (mut bytes, version, variant) = (*asked_by.as_bytes(), 0x70, 0x80);
        bytes[6..].copy_from_slice(&digest[..10]);
        bytes[6] = bytes[6] & 0x0f | version;
        bytes[8] = bytes[8] & 0x3f | variant;
        Self(Uuid::from_bytes(bytes))
    }
}

impl From<Uuid> for CallId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl std::fmt::Display for CallId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A call about to be made: for the first time by its id alone, or again with what its first run already sent.
#[derive(Debug, Clone)]
pub struct Call {
    /// Its id.
    pub id: CallId,
    /// [`Effects::http`] of the run before, when this is a second one: those requests aren't sent again.
    pub replayed: Vec<HttpExchange>,
    /// What a transcript says that the host answered it.
    played: Option<Arc<(Recording, Seeds)>>,
}

impl Call {
    /// The same call once more, after its effects lost a race: what it has sent is not sent again.
    pub fn again(effects: &Effects) -> Self {
        Self { id: effects.call, replayed: effects.http.clone(), played: None }
    }

    /// A call as a transcript has it: the host tells it the same again.
    pub(in crate::plugins) fn replayed(
        id: CallId,
        http: Vec<HttpExchange>,
        recording: Recording,
        seeds: Seeds,
    ) -> Self {
        Self { id, replayed: http, played: Some(Arc::new((recording, seeds))) }
    }
}

impl From<Uuid> for Call {
    fn from(id: Uuid) -> Self {
        CallId(id).into()
    }
}

impl From<CallId> for Call {
    fn from(id: CallId) -> Self {
        Self { id, replayed: Vec::new(), played: None }
    }
}

/// A function that a guest exports, and what a call of it may take.
#[derive(Debug, Clone, Copy)]
pub(in crate::plugins) struct Function {
    /// Its interface.
    pub ability: Ability,
    /// Its name.
    pub name: &'static str,
    /// How long it may take by default.
    pub wall: Duration,
    /// Whether it may send requests.
    pub http: bool,
}

impl Function {
    /// A function of the interface, with the limits of the contract.
    pub const fn of(ability: Ability, name: &'static str) -> Self {
        let (seconds, http) = match ability {
            Ability::Channel => (3, false),
            Ability::ChannelSend | Ability::ChannelPoll | Ability::ChannelMedia | Ability::Messenger => {
                (30, true)
            }
            _ => (5, true),
        };
        Self { ability, name, wall: Duration::from_secs(seconds), http }
    }
}

impl std::fmt::Display for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.ability, self.name)
    }
}

/// What a guest function returned: its value or its error; outside of that, how it broke down.
pub(in crate::plugins) type CallResult<T> = wasmtime::Result<Result<T, types::Error>>;

/// Calls a guest function in an instance.
pub(in crate::plugins) trait Invoke<T>:
    for<'a> FnOnce(&'a mut Store<CallState>, Instance, &'a Exports) -> BoxFuture<'a, CallResult<T>> + Send
{
}

impl<T, F> Invoke<T> for F where
    F: for<'a> FnOnce(&'a mut Store<CallState>, Instance, &'a Exports) -> BoxFuture<'a, CallResult<T>> + Send
{
}

/// Calls a guest function in an instance, with its parameters.
pub(in crate::plugins) trait InvokeWith<I, T>:
    for<'a> FnOnce(&'a mut Store<CallState>, Instance, &'a Exports, Arc<I>) -> BoxFuture<'a, CallResult<T>> + Send
{
}

impl<I, T, F> InvokeWith<I, T> for F where
    F: for<'a> FnOnce(
            &'a mut Store<CallState>,
            Instance,
            &'a Exports,
            Arc<I>,
        ) -> BoxFuture<'a, CallResult<T>>
        + Send
{
}

/// A call that was made, and what may be kept of it.
pub(in crate::plugins) struct Ran<T> {
    /// What came of it.
    pub outcome: Result<Outcome<T>, CallError>,
    /// What the host told it.
    pub recording: Recording,
    /// What its randomness grew from.
    pub seeds: Seeds,
    /// What it used.
    pub usage: Usage,
    /// When it began.
    pub at: Timestamp,
}

impl<T> Ran<T> {
    /// A call that couldn't even begin.
    fn never(error: CallError, at: Timestamp) -> Self {
        let (recording, seeds, usage) = Default::default();
        Self { outcome: Err(error), recording, seeds, usage, at }
    }
}

/// Makes one call and keeps the breaker's account of it.
pub(in crate::plugins) async fn run<T: Send + 'static>(
    shared: &Arc<Surroundings>,
    installation: &Arc<Installation>,
    function: Function,
    call: Call,
    invoke: impl Invoke<T> + 'static,
) -> Ran<T> {
    let now = shared.clock.now();
    if !installation.linked.exports.offer(function.ability) {
        return Ran::never(CallError::NotOffered { ability: function.ability.interface() }, now);
    }
    let broken = |retry_after_ms| Ran::never(CallError::Broken { retry_after_ms }, now);
    if let Some(wait) =
        installation.broken_until.map(|until| until.millis_since(now)).filter(|wait| *wait > 0)
    {
        return broken(u32::try_from(wait).unwrap_or(u32::MAX));
    }
    if let BreakerGate::Open { retry_after_ms } = installation.gate.breaker().ask(now) {
        return broken(retry_after_ms);
    }
    let ran = match place(installation).await {
        Ok(_place) => {
            let start = Instant::now();
            let ran = sandboxed(shared, installation, function, call, invoke).await;
            shared.figures.note(installation, function.ability, start.elapsed(), &ran.outcome);
            ran
        }
        Err(busy) => {
            shared.figures.turned_away(installation, function.ability);
            Ran::never(busy, now)
        }
    };
    match &ran.outcome {
        // What a channel fails at may be the request's own fault: that is counted where the request is known.
        Err(error) if error.is_failure() && function.ability == Ability::Channel => {
            tracing::warn!(installation = %installation.name, %function, %error, "A plugin failed at a request.");
        }
        Err(error) if error.is_failure() => {
            let opened = installation.gate.breaker().failed(shared.clock.now());
            tracing::warn!(installation = %installation.name, %function, opened, %error, "A plugin failed.");
        }
        // A refusal is an answer too: the guest runs.
        Ok(_) | Err(CallError::Refused(_)) => installation.gate.breaker().succeeded(),
        Err(_) => {}
    }
    ran
}

/// Waits for one of the installation's places, unless too many wait already.
async fn place(installation: &Installation) -> Result<(SemaphorePermit<'_>, SemaphorePermit<'_>), CallError> {
    let busy = |_| CallError::Busy { retry_after_ms: RETRY_AFTER_MS };
    let queued = installation.gate.queue.try_acquire().map_err(busy)?;
    let place = installation.gate.places.acquire().await;
    place.map(|place| (queued, place)).map_err(|_| CallError::Busy { retry_after_ms: RETRY_AFTER_MS })
}

/// Makes a sandbox, calls, takes the effects and drops the sandbox.
pub(in crate::plugins) async fn sandboxed<T: Send + 'static>(
    shared: &Arc<Surroundings>,
    installation: &Arc<Installation>,
    function: Function,
    call: Call,
    invoke: impl Invoke<T> + 'static,
) -> Ran<T> {
    let gate = &installation.gate;
    let made = in_sandbox(Arc::clone(shared), Arc::clone(installation), function, call, invoke);
    let ran = shared.guests.run(gate.is_short(), made).await;
    gate.note_length(Duration::from_micros(ran.usage.cpu_us));
    ran
}

async fn in_sandbox<T>(
    shared: Arc<Surroundings>,
    installation: Arc<Installation>,
    function: Function,
    call: Call,
    invoke: impl Invoke<T>,
) -> Ran<T> {
    let (shared, installation) = (&shared, &installation);
    let start = Instant::now();
    let _ticking = shared.ticker.during_a_call();
    let limits = Limits::of(function.wall, installation.requested_limits(), installation.grants.limits());
    let limits = match installation.request_limit() {
        Some(bytes) if function.ability == Ability::Channel => limits.for_request(bytes),
        _ => limits,
    };
    let call_id = call.id;
    let mut store = new_store(shared, installation, function, call, limits, start);
    let at = store.data().context.clock.now();
    let host_time = store.data().context.meter.host_time.clone();
    let guest = Box::pin(async {
        let linked = &installation.linked;
        let instance = linked.pre.instantiate_async(&mut store).await?;
        invoke(&mut store, instance, &linked.exports).await
    });
    let metered = Metered::new(guest, limits.cpu, host_time);
    let ended = tokio::time::timeout(limits.wall, metered).await;
    let state = store.data_mut();
    // A call whose time on the wall is up took what was left to it of the other with it.
    let cpu = ended.as_ref().map_or(Duration::ZERO, |(_, cpu)| *cpu);
    let usage = usage(state, start, cpu);
    let outcome = match ended {
        Ok((Ok(answer), _)) => judged(answer, call_id, usage, state),
        Ok((Err(exceeded), _)) => Err(over(exceeded, state)),
        Err(_) => {
            let after_ms = u64::try_from(limits.wall.as_millis()).unwrap_or(u64::MAX);
            Err(CallError::TimedOut { after_ms, tail: state.take_log() })
        }
    };
    let (recording, seeds) =
        (std::mem::take(&mut state.context.recording), state.context.seed.seeds().clone());
    Ran { outcome, recording, seeds, usage, at }
}

/// What came of a call that ran to its end.
fn judged<T>(
    answer: CallResult<T>,
    call: CallId,
    usage: Usage,
    state: &mut CallState,
) -> Result<Outcome<T>, CallError> {
    match answer {
        Ok(Ok(value)) => {
            let effects = Effects {
                call,
                writes: state.records.take(),
                kv: state.kv.take(),
                files: state.files.take(),
                mails: std::mem::take(&mut state.mails),
                log: state.take_log(),
                http: state.traffic.take(),
            };
            Ok(Outcome { value, effects, usage })
        }
        Ok(Err(error)) => {
            let message =
                redaction::redact(clip(&error.message, LONGEST_MESSAGE), &state.context.installation.secrets);
            let code = clip(&error.code, LONGEST_CODE).to_owned();
            let error = GuestError { code, message, log: state.take_log(), ..GuestError::from(error) };
            Err(CallError::Refused(error))
        }
        Err(end) => Err(broke_down(end, state)),
    }
}

/// A store for one call, with its limits on.
pub(super) fn new_store(
    shared: &Arc<Surroundings>,
    installation: &Arc<Installation>,
    function: Function,
    call: Call,
    limits: Limits,
    start: Instant,
) -> Store<CallState> {
    let mut table = ResourceTable::new();
    table.set_max_capacity(HANDLES);
    let (mut recording, seed) = match call.played {
        // Whoever replays gives it away; another holder would only read it.
        Some(played) => match Arc::try_unwrap(played) {
            Ok((recording, seeds)) => (recording, Seed::given(seeds)),
            Err(_) => Default::default(),
        },
        None => Default::default(),
    };
    let clock = CallClock::new(recording.time(|| shared.clock.now()));
    let context = CallContext {
        shared: Arc::clone(shared),
        installation: Arc::clone(installation),
        id: call.id.0,
        meter: Meter::new(limits),
        clock,
        recording,
        seed,
        log: Default::default(),
        deadline: start + limits.wall,
    };
    let state = CallState {
        context,
        table,
        kv: Default::default(),
        records: Default::default(),
        files: Default::default(),
        mails: Default::default(),
        traffic: Traffic::new(function.http, call.replayed),
        wasi: Default::default(),
    };
    let mut store = Store::new(installation.linked.pre.engine(), state);
    store.limiter(|state| &mut state.context.meter);
    // Counted before anything is copied out of the sandbox, so that a claimed length can't fill the host's memory.
    store.set_hostcall_fuel(limits.transfer);
    store.set_epoch_deadline(1);
    store.epoch_deadline_async_yield_and_update(1);
    store
}

fn clip(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

fn usage(state: &CallState, start: Instant, cpu: Duration) -> Usage {
    let micros = |span: Duration| u64::try_from(span.as_micros()).unwrap_or(u64::MAX);
    Usage {
        wall_us: micros(start.elapsed()),
        cpu_us: micros(cpu),
        memory: state.context.meter.memory() as u64,
        transferred: state.context.meter.transferred() as u64,
        host_calls: state.context.meter.host_calls,
        http_requests: state.context.meter.http_requests,
    }
}

fn over(exceeded: Exceeded, state: &mut CallState) -> CallError {
    let Exceeded { which, allowed, used } = exceeded;
    CallError::LimitExceeded { which, allowed, used, tail: state.take_log() }
}

/// Says how a guest ended that didn't return.
fn broke_down(end: wasmtime::Error, state: &mut CallState) -> CallError {
    if let Some(exceeded) = end.downcast_ref::<Exceeded>() {
        return over(*exceeded, state);
    }
    if end.downcast_ref::<PoolConcurrencyLimitError>().is_some() {
        return CallError::Busy { retry_after_ms: RETRY_AFTER_MS };
    }
    let end = match end.downcast::<DbError>() {
        Ok(error) => return CallError::Store(error),
        Err(end) => end,
    };
    // The engine has no type for this one that could be asked for.
    if end.root_cause().to_string().contains("fuel allocated for hostcalls") {
        let allowed = state.context.meter.limits().transfer as u64;
        return over(Exceeded { which: Limit::Transfer, allowed, used: allowed + 1 }, state);
    }
    let cause = match end.downcast_ref::<Trap>() {
        Some(trap) => trap.to_string(),
        None => end.root_cause().to_string(),
    };
    let message = redaction::redact(&format!("{cause}{}", frames(&end)), &state.context.installation.secrets);
    CallError::Trapped { message, tail: state.take_log() }
}

/// The innermost functions of the guest, where their names are known.
fn frames(end: &wasmtime::Error) -> String {
    let Some(backtrace) = end.downcast_ref::<WasmBacktrace>() else { return String::new() };
    let names: Vec<_> =
        backtrace.frames().iter().filter_map(|frame| frame.func_name()).take(FRAMES).collect();
    if names.is_empty() { String::new() } else { format!(" in {}", names.join(" < ")) }
}
