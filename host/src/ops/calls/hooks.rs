//! Plugins that react to events.

use serde_json::{Map, Value};

use super::driver::PluginCalls;
use crate::domain::ids::InstallationId;
use crate::ops::app::App;
use crate::ops::installations::{note_failure, unavailable};
use crate::ops::refusal::Refusal;
use crate::plugins::{Ability, types};
use crate::store::events;
use crate::store::queue::Job;

/// The queue of this step.
pub const QUEUE: &str = "hook";

/// Handles the job that tells one installation of one event. What the plugin writes is applied together with the
/// event's consumption.
pub async fn run(app: &App, job: &Job, installation: InstallationId, sequence: i64) -> Result<(), Refusal> {
    let mut tx = app.db.read().await?;
    let found =
        app.plugins.installation(&mut tx, &installation.to_string()).await?.filter(|found| found.enabled);
    let event = events::after(&mut tx, sequence - 1, 1).await?.into_iter().next();
    drop(tx);
    let (Some(installation), Some(event)) = (found, event) else {
        return app.done(job).await;
    };
    let actor = match event.actor_id {
        Some(id) => format!("{}:{id}", event.actor_kind),
        None => event.actor_kind.clone(),
    };
    let data = match events::data(&event) {
        Value::Object(data) => data,
        _ => Map::new(),
    };
    let given = types::Event {
        id: event.id.to_string(),
        data: Value::Object(installation.readable(&event.subject_kind, event.source_id, data)).to_string(),
        kind: event.kind,
        subject_kind: event.subject_kind,
        subject_id: event.subject_id.to_string(),
        at: event.at.as_micros(),
        sequence: event.seq,
        actor,
    };
    let calls = PluginCalls::of_job(app, job);
    let work = async || {
        let reacting = calls.call(&installation, Ability::Hooks, |call| {
            app.plugins.on_event(&installation, call, given.clone())
        });
        let staged = match reacting.await {
            Ok(((), staged)) => staged,
            Err(error) => {
                note_failure(app, &installation, "hooks", &error).await;
                return Err(unavailable(&error));
            }
        };
        let applied = app.finish(job, staged, |tx, ctx, staged| Box::pin(staged.apply(tx, ctx)));
        applied.await.map(|_| ())
    };
    calls.until_applied(work).await
}
