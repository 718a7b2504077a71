//! Two hosts, one that keeps the transcript of every call and one that keeps none.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use hospes::boot::host::Host;
use hospes::boot::settings::Settings;
use hospes::plugins::types::ScoringSubject;
use hospes::plugins::{Call, Installation};
use serde_json::json;
use support::app::{TestApp, settings};
use support::clock::FakeClock;
use support::store::{Engine, Place};

/// Calls that are timed together; so many wait at most to be written down without one being lost.
const TOGETHER: u32 = 64;
/// How long the writer may take to write what was kept.
const PATIENCE: Duration = Duration::from_secs(20);

/// The hosts, each with the scoring plugin.
pub struct Hosts {
    without: One,
    with: One,
    made: AtomicI64,
}

struct One {
    app: TestApp,
    installation: Arc<Installation>,
}

impl One {
    async fn start(transcripts: f64) -> Result<Self> {
        let place = Place::new(Engine::Sqlite).await;
        let clock = Arc::new(FakeClock::new());
        let settings = Settings { transcripts, ..settings(&place, &[]) };
        let host = Host::start(settings, clock.clone()).await?;
        let app = TestApp::of(host, place, clock);
        app.install("lead-score", &json!({}), &[]).await;
        let mut tx = app.host.app().db.read().await?;
        let installation = app.host.app().plugins.installation(&mut tx, "lead-score").await?;
        drop(tx);
        Ok(Self { installation: installation.context("lead-score is installed")?, app })
    }

    async fn time(&self, subjects: &[ScoringSubject]) -> Result<Duration> {
        let host = self.app.host.app();
        let inputs: Vec<_> = (0..TOGETHER).map(|_| (Call::from(host.db.id()), subjects.to_vec())).collect();
        let start = Instant::now();
        for (call, input) in inputs {
            let outcome = host.plugins.score(&self.installation, call, input).await?;
            std::hint::black_box(outcome.value);
        }
        Ok(start.elapsed() / TOGETHER)
    }
}

impl Hosts {
    /// Starts both.
    pub async fn start() -> Result<Self> {
        Ok(Self { without: One::start(0.0).await?, with: One::start(1.0).await?, made: AtomicI64::new(0) })
    }

    /// How long a call takes that isn't kept.
    pub async fn without(&self, subjects: &[ScoringSubject]) -> Result<Duration> {
        self.without.time(subjects).await
    }

    /// How long a call takes that is kept.
    pub async fn with(&self, subjects: &[ScoringSubject]) -> Result<Duration> {
        self.made.fetch_add(TOGETHER.into(), Ordering::Relaxed);
        self.with.time(subjects).await
    }

    /// Waits until every call that was made is in the database, so that none is left out of what is measured.
    pub async fn written(&self) -> Result<()> {
        let made = self.made.load(Ordering::Relaxed);
        let deadline = Instant::now() + PATIENCE;
        loop {
            let mut tx = self.with.app.host.app().db.read().await?;
            let kept: i64 = tx.scalar("select count(*) from plugin_calls", &[]).await?;
            drop(tx);
            if kept >= made {
                return Ok(());
            }
            if Instant::now() >= deadline {
                bail!("of {made} calls only {kept} were kept");
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}
