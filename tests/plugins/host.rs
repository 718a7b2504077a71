//! A host with a database of its own and one installation of the guest that misbehaves on demand.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use hospes::domain::clock::{Clock, Timestamp};
use hospes::plugins::{
    CallError, Egress, EgressSettings, EngineSettings, Grant, Installation, Keyring, Outcome, Plugins, Secret,
};
use hospes::store::db::{Db, DbError, Location};
use hospes::store::installations::{self, NewInstallation, Settings};
use hospes::store::plugins::{self, NewVersion};
use serde_json::{Value, json};
use support::artifacts;

/// Everything that the guest's manifest wants from the host itself.
pub const ALL: &[&str] = &[
    "kv",
    "records:customer:read",
    "records:customer:write",
    "secrets:token:hmac-sha256",
    "secrets:token:header",
    "secrets:token:url",
];

/// A clock that moves by a millisecond whenever it is read.
struct SteppingClock(AtomicI64);

impl Clock for SteppingClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.fetch_add(1_000, Ordering::Relaxed))
    }
}

/// A host under test. Its files go with it.
pub struct Host {
    pub plugins: Plugins,
    pub db: Db,
    folder: PathBuf,
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A finished guest of the tests' own.
fn artifact(name: &str) -> Vec<u8> {
    artifacts::artifact(&format!("tests/{name}"))
}

impl Host {
    /// A host that may reach these private endpoints.
    pub async fn new(allow: &[String]) -> Self {
        let folder = std::env::temp_dir().join(format!("hospes-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&folder).expect("a folder for the test");
        let clock: Arc<dyn Clock> = Arc::new(SteppingClock(AtomicI64::new(1_767_600_000_000_000)));
        let location = Location::Sqlite(folder.join("test.db"));
        let db = Db::open(&location, Arc::clone(&clock)).await.expect("a database");
        db.migrate().await.expect("its schema");
        let allow = allow.iter().map(|endpoint| endpoint.parse().expect("an endpoint")).collect();
        let egress = Egress::new(&EgressSettings { allow, ..EgressSettings::default() }).expect("a way out");
        let settings = EngineSettings {
            code_cache: Some(folder.join("code")),
            worker: Some(support::app::worker()),
            relay: true,
            ..EngineSettings::default()
        };
        let plugins =
            Plugins::new(&settings, db.clone(), egress, Keyring::new([9; 32]), clock).expect("an engine");
        Self { plugins, db, folder }
    }

    /// Installs the guest with these grants and settings, and a secret `token`.
    pub async fn install(&self, grants: &[&str], settings: Value) -> Arc<Installation> {
        let bytes = artifact("troublemaker");
        let package = self.plugins.check(&bytes).await.expect("a plugin");
        let grants: Vec<String> =
            grants.iter().map(|grant| grant.parse::<Grant>().expect("a grant").to_string()).collect();
        let settings: Settings = settings.as_object().expect("an object").clone();
        let input = (package, bytes, grants, settings);
        let id = self.db.write(input, |tx, (package, bytes, grants, settings)| {
            Box::pin(async move {
                let manifest = json!(package.manifest);
                let new = NewVersion {
                    plugin: &package.manifest.id,
                    version: &package.manifest.version,
                    digest: &package.digest,
                    manifest: &manifest,
                    artifact: bytes,
                };
                let version = plugins::add(tx, new).await?;
                let new = NewInstallation { version, name: "trouble", enabled: true, settings, grants };
                installations::add(tx, new).await
            })
        });
        let id = id.await.map_err(|error: DbError| error).expect("an installation");
        let (key, sealed) =
            self.plugins.seal(id, "token", &Secret::new("s3cret/+")).expect("a sealed secret");
        let written = self.db.write((key, sealed), move |tx, (key, sealed)| {
            Box::pin(async move { installations::set_secret(tx, id, "token", key, sealed).await })
        });
        written.await.map_err(|error: DbError| error).expect("a secret");
        self.installation().await
    }

    /// The installation as it is now.
    pub async fn installation(&self) -> Arc<Installation> {
        let mut tx = self.db.read().await.expect("a reader");
        self.plugins.installation(&mut tx, "trouble").await.expect("loads").expect("is there")
    }

    /// Tells the guest what to do.
    pub async fn call(
        &self,
        installation: &Arc<Installation>,
        task: Value,
    ) -> Result<Outcome<String>, CallError> {
        self.plugins.call_tool(installation, self.db.id().into(), "do".to_owned(), task.to_string()).await
    }

    /// Tells the guest what to do and reads its answer.
    pub async fn answer(&self, installation: &Arc<Installation>, task: Value) -> Value {
        let outcome = self.call(installation, task).await.expect("an answer");
        serde_json::from_str(&outcome.value).expect("JSON")
    }

    /// Tells the guest what to do and returns the error that it got from the host and passed on.
    pub async fn refusal(&self, installation: &Arc<Installation>, task: Value) -> (String, String) {
        match self.call(installation, task).await {
            Err(CallError::Refused(error)) => (error.code, error.message),
            other => panic!("{other:?}"),
        }
    }
}
