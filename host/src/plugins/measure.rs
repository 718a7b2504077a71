//! What a plugin call costs, against the bare engine doing the same.
//!
//! Both run the same code of the same guest with the same arguments, in a fresh pooled instance each time. The host's own
//! call path adds limits, deadline, accounting, grants and effects; the bare one adds nothing.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Map, Value};
use uuid::Uuid;
use wasmtime::component::{HasSelf, InstancePre, Linker};
use wasmtime::{Engine, Store};

use super::bindings::exports::hospes::plugin::scoring::{GuestIndices, Subject, Touch};
use super::bindings::hospes::plugin::{clock, config, log, random, types};
use super::cases::{CasesError, Script};
use super::engine::TICK;
use super::engine::call::{CallId, Function};
use super::engine::data::Data;
use super::grants::ability::Ability;
use super::imports::config::EffectiveSettings;
use super::imports::http::Wire;
use super::installation::{Installation, all_grants};
use super::keyring::Keyring;
use super::registry::{Draft, EngineSettings, Plugins};
use super::values;
use crate::domain::clock::Clock;

/// Calls that are timed together, so that reading the clock costs nothing.
pub const CALLS: u32 = 64;

/// What was measured: for each round the time of one call, through the host's path and bare.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    /// Through the host's own call path.
    pub host: Vec<Duration>,
    /// Bare.
    pub bare: Vec<Duration>,
}

impl Measured {
    /// The medians: host, bare.
    pub fn medians(&self) -> (Duration, Duration) {
        (median(&self.host), median(&self.bare))
    }

    /// How many times as long as bare the host's path takes.
    pub fn ratio(&self) -> f64 {
        let (host, bare) = self.medians();
        host.as_secs_f64() / bare.as_secs_f64().max(f64::MIN_POSITIVE)
    }
}

/// The middle one of times.
pub fn median(times: &[Duration]) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// Why nothing could be measured.
#[derive(Debug, thiserror::Error)]
pub enum MeasureError {
    /// The plugin can't be used.
    #[error(transparent)]
    Plugin(#[from] CasesError),
    /// The plugin doesn't score.
    #[error("the plugin {0} doesn't export `scoring`; measure one that does, such as lead-score")]
    NoScoring(String),
    /// A call failed.
    #[error("a call failed: {0}")]
    Call(String),
}

/// A plugin that scores, ready to be called through the host's own path and by the bare engine.
pub struct Calls {
    plugins: Plugins,
    installation: Arc<Installation>,
    bare: Bare,
}

impl Calls {
    /// Loads it.
    pub async fn new(artifact: &[u8], clock: Arc<dyn Clock>) -> Result<Self, MeasureError> {
        let (data, wire) = (Data::Case(BTreeMap::new()), Wire::Script(Arc::<Script>::default()));
        let plugins =
            Plugins::over(&EngineSettings::default(), data, wire, Keyring::ephemeral(), Arc::clone(&clock));
        let plugins = plugins.map_err(CasesError::from)?;
        let (package, component) = plugins.check_compiled(artifact).await.map_err(CasesError::from)?;
        let mut draft = Draft::detached(package.manifest);
        draft.grants = all_grants(&draft.manifest, &EffectiveSettings::of(&draft.manifest, &Map::new()));
        let installation = plugins.assemble(draft, &component);
        let installation = installation.map_err(|error| MeasureError::Call(format!("{error:#}")))?;
        if !installation.abilities.contains(&Ability::Scoring) {
            return Err(MeasureError::NoScoring(installation.plugin));
        }
        let installation = Arc::new(installation);
        let bare = Bare::new(plugins.engine(), &installation, clock)
            .map_err(|error| MeasureError::Call(format!("{error:#}")))?;
        Ok(Self { plugins, installation, bare })
    }

    /// How long a call through the host's own path takes, over [`CALLS`] calls.
    pub async fn by_host(&self, subjects: &[Subject]) -> Result<Duration, MeasureError> {
        let inputs: Vec<_> = (0..CALLS).map(|_| subjects.to_vec()).collect();
        let start = Instant::now();
        for input in inputs {
            let call = CallId(Uuid::nil()).into();
            let outcome = self.plugins.score(&self.installation, call, input).await;
            let outcome = outcome.map_err(|error| MeasureError::Call(error.to_string()))?;
            std::hint::black_box(outcome.value);
        }
        Ok(start.elapsed() / CALLS)
    }

    /// How long the bare engine takes for the same.
    pub async fn bare(&self, subjects: &[Subject]) -> Result<Duration, MeasureError> {
        self.bare.run(subjects).await.map_err(|error| MeasureError::Call(format!("bare: {error:#}")))
    }
}

/// Measures `score` of so many customers with ten touches of 80 bytes each, host and bare in turn.
pub async fn score(
    artifact: &[u8],
    customers: usize,
    rounds: u32,
    clock: Arc<dyn Clock>,
) -> Result<Measured, MeasureError> {
    let calls = Calls::new(artifact, clock).await?;
    let subjects: Vec<Subject> = (0..customers).map(subject).collect();
    let mut measured = Measured::default();
    // The first round warms the pool and counts for nothing.
    for round in 0..=rounds {
        let (host, bare) = (calls.by_host(&subjects).await?, calls.bare(&subjects).await?);
        if round > 0 {
            measured.host.push(host);
            measured.bare.push(bare);
        }
    }
    Ok(measured)
}

/// A customer like many: a stage, some orders, ten touches.
pub fn subject(number: usize) -> Subject {
    let attribute = |name: &str, value| types::Attribute { name: name.to_owned(), value };
    let text = "The price of the large one with delivery next week would help us to decide, pls.";
    let touches = (0..10).map(|touch| Touch {
        kind: "message".to_owned(),
        inbound: touch % 2 == 0,
        at: 1_767_600_000_000_000 - touch * 3_600_000_000,
        text: text.to_owned(),
    });
    Subject {
        id: Uuid::from_u128(number as u128 + 1).to_string(),
        attributes: vec![
            attribute("stage", types::Value::Text("lead".to_owned())),
            attribute("orders", types::Value::Integer(2)),
            attribute("open_tickets", types::Value::Integer(0)),
        ],
        touches: touches.collect(),
    }
}

/// The bare engine: no limits, no accounts, no deadline, no grants.
struct Bare {
    pre: InstancePre<BareState>,
    indices: GuestIndices,
    state: BareState,
}

#[derive(Clone)]
struct BareState {
    settings: Arc<Map<String, Value>>,
    clock: Arc<dyn Clock>,
}

impl Bare {
    fn new(engine: &Engine, installation: &Installation, clock: Arc<dyn Clock>) -> wasmtime::Result<Self> {
        type State = HasSelf<BareState>;
        let component = installation.linked.pre.component();
        let mut linker = Linker::<BareState>::new(engine);
        log::add_to_linker::<_, State>(&mut linker, |state| state)?;
        clock::add_to_linker::<_, State>(&mut linker, |state| state)?;
        random::add_to_linker::<_, State>(&mut linker, |state| state)?;
        config::add_to_linker::<_, State>(&mut linker, |state| state)?;
        linker.define_unknown_imports_as_traps(component)?;
        let pre = linker.instantiate_pre(component)?;
        let indices = GuestIndices::new(&pre)?;
        let settings = Arc::new((*installation.settings).clone());
        Ok(Self { pre, indices, state: BareState { settings, clock } })
    }

    async fn run(&self, subjects: &[Subject]) -> wasmtime::Result<Duration> {
        // Far beyond any measurement, in ticks.
        let never =
            u64::try_from(Duration::from_secs(3_600).as_nanos() / TICK.as_nanos()).unwrap_or(u64::MAX);
        let inputs: Vec<_> = (0..CALLS).map(|_| subjects.to_vec()).collect();
        let start = Instant::now();
        for input in inputs {
            let mut store = Store::new(self.pre.engine(), self.state.clone());
            store.set_epoch_deadline(never);
            let instance = self.pre.instantiate_async(&mut store).await?;
            let guest = self.indices.load(&mut store, &instance)?;
            let scores = guest.call_score(&mut store, &input).await?;
            let _ = std::hint::black_box(scores);
        }
        Ok(start.elapsed() / CALLS)
    }
}

impl types::Host for BareState {
    fn convert_error(&mut self, fault: super::engine::fault::Fault) -> wasmtime::Result<types::Error> {
        fault.into_guest()
    }
}

impl log::Host for BareState {
    fn write(&mut self, _: log::Level, _: String, _: Vec<types::Attribute>) -> wasmtime::Result<()> {
        Ok(())
    }
}

impl clock::Host for BareState {
    fn now(&mut self) -> wasmtime::Result<i64> {
        Ok(self.clock.now().as_micros())
    }
}

impl random::Host for BareState {
    fn bytes(&mut self, count: u32) -> wasmtime::Result<Vec<u8>> {
        Ok(vec![0; count as usize])
    }
}

impl config::Host for BareState {
    fn get(&mut self, name: String) -> wasmtime::Result<Option<types::Value>> {
        Ok(self.settings.get(&name).map(|setting| values::to_guest(setting.clone().into())))
    }
}

/// The limits of the measured call, to be shown beside the result.
pub fn limits_in_words() -> String {
    let function = Function::of(Ability::Scoring, "score");
    format!("64 MiB, 250 ms of processor, {} s", function.wall.as_secs())
}
