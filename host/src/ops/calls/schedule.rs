//! Plugins that run at set times.

use super::driver::PluginCalls;
use crate::domain::event::Cause;
use crate::ops::app::App;
use crate::ops::installations::schedule::{self, DueRun};
use crate::ops::installations::{note_failure, unavailable};
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::plugins::Ability;
use crate::store::queue::Job;

/// Handles the job of one time that has come. The next one is set before, so that a plugin that fails doesn't miss it; it
/// waits in its lane until this one has gone well or was given up.
pub async fn run(app: &App, job: &Job, due: DueRun) -> Result<(), Refusal> {
    let found = app.plugins.installation(&mut app.db.read().await?, &due.installation.to_string()).await?;
    let found = found.filter(|found| found.enabled && found.has(Ability::Schedule));
    let appointment = found.as_ref().and_then(|found| {
        found.manifest.schedule.iter().find(|appointment| appointment.name == due.name).cloned()
    });
    let (Some(installation), Some(appointment)) = (found, appointment) else {
        return app.done(job).await;
    };
    let ctx = RequestContext::system(Cause::default());
    let next = (due.installation, appointment);
    app.commit(&ctx, next, |tx, ctx, (id, appointment)| {
        Box::pin(schedule::set_next(tx, ctx, *id, appointment))
    })
    .await?;
    let calls = PluginCalls::of_due_job(app, job, due.due);
    let work = async || {
        let running = calls.call(&installation, Ability::Schedule, |call| {
            app.plugins.run_scheduled(&installation, call, due.name.clone(), due.due)
        });
        let staged = match running.await {
            Ok(((), staged)) => staged,
            Err(error) => {
                note_failure(app, &installation, "schedule", &error).await;
                return Err(unavailable(&error));
            }
        };
        let applied = app.finish(job, staged, |tx, ctx, staged| Box::pin(staged.apply(tx, ctx)));
        applied.await.map(|_| ())
    };
    calls.until_applied(work).await
}
