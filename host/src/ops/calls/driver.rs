//! The one way in which plugins are called: the call, what came of it in one transaction, and the same once more when
//! that transaction lost a race.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use super::effects::StagedEffects;
use crate::domain::clock::Timestamp;
use crate::ops::app::App;
use crate::ops::refusal::Refusal;
use crate::plugins::{self, Ability, CallError, CallId, Installation, Outcome};
use crate::store::queue::Job;

/// So often the calls are made in a row. Four calls of an installation run side by side on a host, and one of those
/// that race always wins; the others of several hosts may come between.
const RUNS: usize = 10;

/// How long to wait for a plugin when nobody says.
pub(super) const LATER_MS: u64 = 10_000;

/// The calls of plugins that one job or one request makes.
///
/// Each has an id that follows from the job, the ability and the installation. A job that is tried again calls under the
/// same ids, so that the providers get the same idempotency keys.
pub struct PluginCalls<'a> {
    /// The host.
    pub app: &'a App,
    base: Uuid,
    /// The calls that were made, to be made again with what they have sent.
    made: Mutex<HashMap<CallId, plugins::Call>>,
}

impl<'a> PluginCalls<'a> {
    /// The calls of a job.
    pub fn of_job(app: &'a App, job: &Job) -> Self {
        Self { app, base: job.id.0, made: Mutex::default() }
    }

    /// The calls of a job that was queued long before it is due. What they make is dated when it is due.
    pub fn of_due_job(app: &'a App, job: &Job, due: Timestamp) -> Self {
        let millis = u64::try_from(due.as_micros() / 1_000).unwrap_or_default();
        let mut random = [0; 10];
        random.copy_from_slice(&job.id.0.as_bytes()[6..]);
        let base = uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
        Self { app, base, made: Mutex::default() }
    }

    /// The calls of a request, which nothing tries again but who has sent it.
    pub fn of_request(app: &'a App) -> Self {
        Self { app, base: app.db.id(), made: Mutex::default() }
    }

    /// Makes one call, at most one for each ability of an installation. What it sent in an earlier run is not sent again.
    pub async fn call<V, F>(
        &self,
        installation: &Arc<Installation>,
        ability: Ability,
        invoke: impl FnOnce(plugins::Call) -> F,
    ) -> Result<(V, StagedEffects), CallError>
    where
        F: Future<Output = Result<Outcome<V>, CallError>>,
    {
        let id = CallId::of(self.base, ability, installation.id);
        let ctx = self.made().get(&id).cloned().unwrap_or_else(|| id.into());
        let Outcome { value, effects, .. } = invoke(ctx).await?;
        self.made().insert(id, plugins::Call::again(&effects));
        Ok((value, StagedEffects::new(installation, effects)))
    }

    /// Does work that makes calls and applies what they staged, and does it again while that loses races, a few times.
    pub async fn until_applied<T, F>(&self, work: impl Fn() -> F) -> Result<T, Refusal>
    where
        F: Future<Output = Result<T, Refusal>>,
    {
        for _ in 1..RUNS {
            match work().await {
                Err(Refusal::LostRace) => {}
                outcome => return outcome,
            }
        }
        work().await
    }

    fn made(&self) -> std::sync::MutexGuard<'_, HashMap<CallId, plugins::Call>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a person or program that has asked gets no answer of a plugin's: `place` is where what it was given stands in the
/// request, `what` the part of the plugin that was asked.
pub(super) fn refused(error: &CallError, place: &'static str, what: &str) -> Refusal {
    if let CallError::Refused(guest) = error {
        match guest.code.as_str() {
            "invalid" | "not-found" => return Refusal::invalid(place, guest.message.clone()),
            "conflict" | "denied" | "unsupported" => return Refusal::Conflict(guest.message.clone()),
            _ => {}
        }
    }
    // What went wrong inside is for the operator.
    let reason = format!("the plugin's {what} doesn't answer now; its log says why");
    Refusal::Unavailable { reason, retry_after_ms: error.retry_after_ms().map_or(LATER_MS, u64::from) }
}
