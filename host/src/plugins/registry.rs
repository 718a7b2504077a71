//! All plugins in use on this host: loaded when they are first wanted, kept until their row changes.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;
use wasmtime::component::Component;

use super::effects::Outcome;
use super::egress::Egress;
use super::engine::breaker::Breaker;
use super::engine::call::{Call, Function, InvokeWith, Ran, run};
use super::engine::data::Data;
use super::engine::guests::GuestThreads;
use super::engine::linker::link;
use super::engine::state::Surroundings;
use super::engine::{Engine, EngineError};
use super::error::CallError;
use super::figures::Figures;
use super::grants::Grants;
use super::grants::ability::Ability;
use super::grants::grant::Grant;
use super::imports::config::EffectiveSettings;
use super::imports::http::Wire;
use super::installation::{Gate, Installation, wants};
use super::keyring::{KeyError, Keyring, Secret, SecretLocation};
use super::package::Package;
use super::package::compile::{CodeCache, CompileError, Compiler, Turn, WorkerLimits};
use super::package::manifest::Manifest;
use super::recordings::recorder::{KeptCalls, Recorder};
use super::recordings::recording::Recording;
use super::recordings::transcript::{Ended, Kept};
use crate::domain::clock::Clock;
use crate::domain::ids::{InstallationId, PluginVersionId};
use crate::store::db::{DbError, Tx};
use crate::store::{blobs, installations, plugins};

/// How the engine is set up.
#[derive(Debug, Clone, Default)]
pub struct EngineSettings {
    /// Where compiled plugins are kept for the next start; nowhere if none.
    pub code_cache: Option<PathBuf>,
    /// The program that plugins are checked and compiled by, in a process of its own: `hospes`, whose command
    /// `compile-worker` does it. None compiles in this process, which is for tools that are handed their user's own plugin.
    pub worker: Option<PathBuf>,
    /// What such a process may use.
    pub worker_limits: WorkerLimits,
    /// Which share of the calls that go well is kept as transcripts, from 0 to 1; failures always are.
    pub transcripts: f64,
    /// Whether the host has a relay that plugins' mail goes out by.
    pub relay: bool,
}

/// Why an installation can't be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] DbError),
    /// One of its secrets can't be opened.
    #[error("the installation {installation} can't be loaded: {error}")]
    Key {
        /// Its name.
        installation: String,
        /// Why.
        error: KeyError,
    },
    /// Its artifact can't be compiled.
    #[error("the installation {installation} can't be loaded: {error}")]
    Compile {
        /// Its name.
        installation: String,
        /// Why.
        error: CompileError,
    },
    /// Its artifact or manifest doesn't fit this version of the host.
    #[error("the installation {installation} can't be loaded: {problem}")]
    Unfit {
        /// Its name.
        installation: String,
        /// Why.
        problem: String,
    },
}

/// Why there is no code of a version.
#[derive(Debug, thiserror::Error)]
enum CodeError {
    #[error(transparent)]
    Store(#[from] DbError),
    #[error(transparent)]
    Compile(#[from] CompileError),
}

/// The engine and all that it has loaded. Cheap to clone.
#[derive(Clone)]
pub struct Plugins(Arc<Inner>);

struct Inner {
    engine: Engine,
    compiler: Compiler,
    keyring: Keyring,
    shared: Arc<Surroundings>,
    components: Mutex<HashMap<String, Component>>,
    installations: Mutex<HashMap<InstallationId, Arc<Installation>>>,
    gates: Mutex<HashMap<InstallationId, Arc<Gate>>>,
    recorder: Recorder,
}

/// Everything that an installation is assembled from, but its code.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub id: InstallationId,
    pub name: String,
    pub version_id: PluginVersionId,
    pub manifest: Arc<Manifest>,
    pub enabled: bool,
    pub settings: Map<String, Value>,
    pub grants: Vec<Grant>,
    pub secrets: BTreeMap<String, Secret>,
    pub row_version: i64,
    pub broken_until: Option<crate::domain::clock::Timestamp>,
}

impl Draft {
    /// An installation that isn't in the database: for checks, tests and measurements.
    pub fn detached(manifest: Manifest) -> Self {
        Self {
            id: InstallationId(Uuid::nil()),
            name: manifest.id.clone(),
            version_id: PluginVersionId(Uuid::nil()),
            manifest: Arc::new(manifest),
            enabled: true,
            settings: Map::new(),
            grants: Vec::new(),
            secrets: BTreeMap::new(),
            row_version: 0,
            broken_until: None,
        }
    }
}

/// The caches have no state that a panic could leave half done.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The error of a call whose interface went away between the check and the call, which it can't.
pub(super) fn absent() -> wasmtime::Error {
    wasmtime::format_err!("the component doesn't export the interface")
}

impl Plugins {
    /// Starts the engine. `data` is the database, or for tools what a test case says.
    pub fn new(
        settings: &EngineSettings,
        data: impl Into<Data>,
        egress: Egress,
        keyring: Keyring,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, EngineError> {
        Self::over(settings, data.into(), Wire::Live(egress), keyring, clock)
    }

    /// As [`new`](Self::new), over any wire.
    pub(super) fn over(
        settings: &EngineSettings,
        data: Data,
        wire: Wire,
        keyring: Keyring,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, EngineError> {
        let engine = Engine::new()?;
        let directory = settings.code_cache.clone();
        let cache = directory.map(|directory| CodeCache { directory, key: keyring.derive("compiled code") });
        let worker = settings.worker.clone().map(|program| (program, settings.worker_limits));
        let compiler = Compiler::new(&engine, cache, worker)?;
        let seed_key = keyring.derive("seeds of calls");
        let ticker = Arc::clone(engine.ticker());
        let (relay, figures) = (settings.relay, Figures::default());
        let guests = Arc::new(GuestThreads::start()?);
        let shared = Arc::new(Surroundings { data, wire, clock, ticker, guests, relay, seed_key, figures });
        let (components, installations, gates) = Default::default();
        let recorder = Recorder::new(settings.transcripts);
        Ok(Self(Arc::new(Inner {
            engine,
            compiler,
            keyring,
            shared,
            components,
            installations,
            gates,
            recorder,
        })))
    }

    /// The same engine and code over other surroundings: each test case has data, answers and a time of its own.
    pub(super) fn amid(&self, data: Data, wire: Wire, clock: Arc<dyn Clock>) -> Arc<Surroundings> {
        let Surroundings { ticker, guests, relay, seed_key, .. } = self.0.shared.as_ref();
        let (ticker, guests, figures) = (Arc::clone(ticker), Arc::clone(guests), Figures::default());
        Arc::new(Surroundings {
            data,
            wire,
            clock,
            ticker,
            guests,
            relay: *relay,
            seed_key: *seed_key,
            figures,
        })
    }

    pub(super) fn shared(&self) -> &Arc<Surroundings> {
        &self.0.shared
    }

    pub(super) fn engine(&self) -> &wasmtime::Engine {
        self.0.engine.wasmtime()
    }

    /// The compiler's attention for what came just now.
    pub(super) async fn turn_of_upload(&self) -> Result<Turn<'_>, CompileError> {
        self.0.compiler.turn_of_upload().await
    }

    /// What an artifact that came just now says of itself, and its code.
    pub(super) async fn checked_component(
        &self,
        artifact: Arc<[u8]>,
    ) -> Result<(Package, Component), CompileError> {
        let (package, component) = self.turn_of_upload().await?.check(artifact).await?;
        let mut components = locked(&self.0.components);
        let component = components.entry(package.digest.clone()).or_insert(component).clone();
        Ok((package, component))
    }

    /// Lets go of code that was only tried; whoever uses it has it.
    pub(super) fn forget_component(&self, digest: &str) {
        locked(&self.0.components).remove(digest);
    }

    /// The code of a version, compiled at most once.
    async fn component(&self, tx: &mut Tx, version: &plugins::Version) -> Result<Component, CodeError> {
        if let Some(component) = self.known_component(&version.digest) {
            return Ok(component);
        }
        let turn = self.0.compiler.turn().await?;
        if let Some(component) = self.known_component(&version.digest) {
            return Ok(component);
        }
        let component = match turn.kept(&version.digest).await? {
            Some(component) => component,
            None => {
                let artifact = blobs::get(tx, version.artifact_id).await?;
                turn.compile(&version.digest, artifact.into()).await?
            }
        };
        locked(&self.0.components).insert(version.digest.clone(), component.clone());
        Ok(component)
    }

    fn known_component(&self, digest: &str) -> Option<Component> {
        locked(&self.0.components).get(digest).cloned()
    }

    /// Joins an installation with its code.
    pub(super) fn assemble(&self, draft: Draft, component: &Component) -> wasmtime::Result<Installation> {
        let manifest = draft.manifest;
        let settings = EffectiveSettings::of(&manifest, &draft.settings);
        let grants = Grants::new(draft.name.clone(), wants(&manifest, &settings), draft.grants);
        let linked = link(self.engine(), component, &grants)?;
        let abilities = Ability::ALL.into_iter().filter(|ability| linked.exports.offer(*ability)).collect();
        let gate = Arc::clone(locked(&self.0.gates).entry(draft.id).or_default());
        Ok(Installation {
            id: draft.id,
            name: draft.name,
            plugin: manifest.id.clone(),
            version: manifest.version.clone(),
            version_id: draft.version_id,
            manifest,
            grants,
            settings,
            abilities,
            enabled: draft.enabled,
            row_version: draft.row_version,
            broken_until: draft.broken_until,
            secrets: draft.secrets,
            linked,
            gate,
        })
    }

    /// The calls that are kept from now on; none when somebody takes them already.
    pub fn kept_calls(&self) -> Option<KeptCalls> {
        self.0.recorder.start()
    }

    /// Makes one call of a guest function with these parameters.
    pub(super) async fn call<I, T>(
        &self,
        installation: &Arc<Installation>,
        function: Function,
        call: Call,
        input: I,
        invoke: impl InvokeWith<I, T> + 'static,
    ) -> Result<Outcome<T>, CallError>
    where
        I: Serialize + Send + Sync + 'static,
        T: Serialize + Clone + Send + Sync + 'static,
    {
        let (id, input) = (call.id, Arc::new(input));
        let given = Arc::clone(&input);
        let ran = run(&self.0.shared, installation, function, call, move |store, instance, exports| {
            invoke(store, instance, exports, given)
        });
        let Ran { outcome, recording, seeds, usage, at } = ran.await;
        let recorder = &self.0.recorder;
        if let Recording::Live(recorded) = recording
            && recorder.wants(installation, &outcome, at)
        {
            let ended = match &outcome {
                Ok(outcome) => Ended::well(outcome),
                Err(error) => Ended::failure(error),
            };
            let installation = Arc::clone(installation);
            recorder.keep(Kept {
                installation,
                function,
                call: id,
                input: Some(input),
                recorded,
                seeds,
                ended,
                usage,
                at,
            });
        }
        outcome
    }

    /// The installation of this name or id, whether enabled or not. The first time its code may have to be
    /// compiled, which can take seconds: never ask within a write. One that can't be loaded counts as unavailable; the
    /// log says why.
    pub async fn installation(
        &self,
        tx: &mut Tx,
        name_or_id: &str,
    ) -> Result<Option<Arc<Installation>>, DbError> {
        let row = match name_or_id.parse() {
            Ok(id) => installations::get(tx, id).await?,
            Err(_) => installations::by_name(tx, name_or_id).await?,
        };
        let Some(row) = row else { return Ok(None) };
        match self.load(tx, row).await {
            Ok(installation) => Ok(Some(installation)),
            Err(LoadError::Store(error)) => Err(error),
            Err(error) => {
                tracing::error!(%error, "A plugin can't be loaded.");
                Err(DbError::Unavailable(error.to_string()))
            }
        }
    }

    /// The enabled installations that have the ability, the oldest first.
    pub async fn with_ability(
        &self,
        tx: &mut Tx,
        ability: Ability,
    ) -> Result<Vec<Arc<Installation>>, DbError> {
        let mut able = self.enabled(tx).await?;
        able.retain(|installation| installation.has(ability));
        Ok(able)
    }

    /// The enabled installations, the oldest first. One that can't be loaded is left out and said so in the log, so that
    /// a broken plugin doesn't take the others with it.
    pub async fn enabled(&self, tx: &mut Tx) -> Result<Vec<Arc<Installation>>, DbError> {
        let mut able = Vec::new();
        for row in installations::enabled(tx).await? {
            match self.load(tx, row).await {
                Ok(installation) => able.push(installation),
                Err(LoadError::Store(error)) => return Err(error),
                Err(error) => tracing::error!(%error, "An enabled plugin can't be loaded."),
            }
        }
        Ok(able)
    }

    /// The installation of a row, from memory if it hasn't changed.
    pub async fn load(
        &self,
        tx: &mut Tx,
        row: installations::InstallationRow,
    ) -> Result<Arc<Installation>, LoadError> {
        let known = locked(&self.0.installations).get(&row.id).cloned();
        let known_version = known.as_ref().map(|known| known.version_id);
        if let Some(known) = known
            && known.row_version == row.version
            && known.broken_until == row.broken_until
        {
            return Ok(known);
        }
        let name = row.name.clone();
        let unfit = |problem: String| LoadError::Unfit { installation: name.clone(), problem };
        let version = plugins::version(tx, row.version_id).await?;
        let version = version.ok_or(DbError::Missing("the plugin's version"))?;
        let manifest = Manifest::kept(&version.manifest.0);
        let manifest = manifest.map_err(|error| unfit(error.to_string()))?;
        let grants = row.grants.0.iter().map(|grant| grant.parse()).collect::<Result<Vec<Grant>, _>>();
        let grants = grants.map_err(|error| unfit(error.to_string()))?;
        let mut secrets = BTreeMap::new();
        let row_key = row.id.to_string();
        for sealed in installations::secrets(tx, row.id).await? {
            let place = SecretLocation { table: "installation_secrets", row: &row_key, column: &sealed.name };
            let opened = self.0.keyring.open(place, &sealed.key_id, &sealed.sealed);
            let opened = opened.map_err(|error| LoadError::Key { installation: name.clone(), error })?;
            secrets.insert(sealed.name, opened);
        }
        let component = self.code(tx, &name, &version).await?;
        let draft = Draft {
            id: row.id,
            name: row.name,
            version_id: row.version_id,
            manifest: Arc::new(manifest),
            enabled: row.enabled,
            settings: row.settings.0,
            grants,
            secrets,
            row_version: row.version,
            broken_until: row.broken_until,
        };
        let installation = self.assemble(draft, &component).map_err(|error| unfit(format!("{error:#}")))?;
        if known_version.is_some_and(|before| before != installation.version_id) {
            // The failures were another version's.
            *installation.gate.breaker() = Breaker::default();
        }
        let installation = Arc::new(installation);
        locked(&self.0.installations).insert(row.id, Arc::clone(&installation));
        Ok(installation)
    }

    /// Compiles a version for an installation ahead of its use, so that the switch to it holds no call up.
    pub async fn prepare(
        &self,
        tx: &mut Tx,
        installation: &str,
        version: &plugins::Version,
    ) -> Result<(), LoadError> {
        self.code(tx, installation, version).await.map(|_| ())
    }

    async fn code(
        &self,
        tx: &mut Tx,
        installation: &str,
        version: &plugins::Version,
    ) -> Result<Component, LoadError> {
        self.component(tx, version).await.map_err(|error| match error {
            CodeError::Store(error) => LoadError::Store(error),
            CodeError::Compile(error) => LoadError::Compile { installation: installation.to_owned(), error },
        })
    }

    /// How calls have fared on this host.
    pub fn figures(&self) -> &Figures {
        &self.0.shared.figures
    }

    /// What this host has loaded of installations, for figures: by id.
    pub fn loaded(&self) -> Vec<Arc<Installation>> {
        locked(&self.0.installations).values().cloned().collect()
    }

    /// Seals a secret for `installations::set_secret`, with the id of the key.
    pub fn seal(
        &self,
        installation: InstallationId,
        name: &str,
        secret: &Secret,
    ) -> Result<(String, Vec<u8>), KeyError> {
        let row = installation.to_string();
        let place = SecretLocation { table: "installation_secrets", row: &row, column: name };
        Ok((self.0.keyring.id().to_owned(), self.0.keyring.seal(place, secret)?))
    }
}
