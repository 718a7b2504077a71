//! Channels that have to ask for their messages. A job asks, stores what came together with the place to go on from, and sets
//! the next one: so one host of many asks, and nothing is left out.

use std::sync::Arc;

use super::content::During;
use super::{Came, kept};
use crate::domain::event::Cause;
use crate::ops::app::App;
use crate::ops::calls::driver::PluginCalls;
use crate::ops::installations::failures::{note_failure, note_refusal};
use crate::ops::installations::polling::{self, DuePoll};
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::plugins::types::{Batch, HttpAnswer, HttpRequest, Inbound};
use crate::plugins::{Ability, Installation};
use crate::store::installations;
use crate::store::queue::Job;

/// Handles the job of a channel whose time to ask has come.
pub async fn run(app: &App, job: &Job, due: DuePoll) -> Result<(), Refusal> {
    let mut tx = app.db.read().await?;
    let found = app.plugins.installation(&mut tx, &due.installation.to_string()).await?;
    let cursor = installations::get(&mut tx, due.installation).await?.and_then(|row| row.poll_cursor);
    drop(tx);
    let found = found.filter(|found| found.enabled && found.has(Ability::ChannelPoll));
    let Some((installation, pause)) =
        found.and_then(|found| polling::pause(&found.manifest).map(|pause| (found, pause)))
    else {
        return app.done(job).await;
    };
    let calls = PluginCalls::of_job(app, job);
    calls.until_applied(async || ask(&calls, job, &installation, (cursor.as_deref(), pause)).await).await
}

/// Asks once. What can't be had is asked for again from the same place, however often that takes.
async fn ask(
    calls: &PluginCalls<'_>,
    job: &Job,
    installation: &Arc<Installation>,
    (cursor, pause): (Option<&str>, i64),
) -> Result<(), Refusal> {
    let app = calls.app;
    let from = app.db.now();
    let asking = calls.call(installation, Ability::ChannelPoll, |call| {
        app.plugins.poll(installation, call, cursor.map(str::to_owned))
    });
    let (batch, staged) = match asking.await {
        Ok(answered) => answered,
        Err(error) => {
            note_failure(app, installation, "channel-poll", &error).await;
            let wait = pause.max(error.retry_after_ms().map_or(0, i64::from));
            return later(app, job, installation, wait).await;
        }
    };
    let Batch { messages, receipts, kept, cursor: next, more } = batch;
    // Who says that there is more and brings nothing would be asked without a pause.
    let at_once = more && !(messages.is_empty() && receipts.is_empty() && kept.is_empty());
    let answer = HttpAnswer { status: 200, headers: Vec::new(), body: Vec::new() };
    let inbound = Inbound { answer, messages, receipts, kept };
    if let Some(problem) = kept::too_many(&inbound) {
        note_refusal(app, installation, &format!("channel-poll: {problem}"), &[]).await;
        return later(app, job, installation, pause).await;
    }
    // What is kept has a request; this one says from where it was asked for.
    let request = Arc::new(HttpRequest {
        method: "POLL".to_owned(),
        path: String::new(),
        query: cursor.unwrap_or_default().to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
    });
    let during = During { from, to: app.db.now() };
    let came = Came::of(app, installation, &request, inbound, staged, during).await?;
    let wait = if at_once { 0 } else { pause };
    let ctx = RequestContext::system(Cause::default()).of(installation);
    let input = (installation.clone(), came, next, wait);
    let stored = app.finish_as(&ctx, job, input, |tx, ctx, (installation, came, next, wait)| {
        Box::pin(async move {
            // What a poll was given it isn't given again, so what it staged counts even where its messages were here.
            came.store(tx, ctx, installation).await?;
            came.staged.apply(tx, ctx).await?;
            installations::set_poll_cursor(tx, installation.id, next.as_deref()).await?;
            let at = tx.now().plus_millis(*wait);
            polling::set_next(tx, ctx, installation.id, at).await
        })
    });
    stored.await.map(|_| ())
}

/// Sets when to ask again, from the same place.
async fn later(app: &App, job: &Job, installation: &Arc<Installation>, wait: i64) -> Result<(), Refusal> {
    let set = app.finish(job, (installation.id, wait), |tx, ctx, (id, wait)| {
        let at = tx.now().plus_millis(*wait);
        Box::pin(polling::set_next(tx, ctx, *id, at))
    });
    set.await.map(|_| ())
}
