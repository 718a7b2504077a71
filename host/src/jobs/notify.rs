//! Notifies people by mail and by messengers.

use std::sync::Arc;

use super::{letters, retries};
use crate::domain::ids::OutgoingNotificationId;
use crate::domain::notification_settings::By;
use crate::domain::retry;
use crate::ops::calls::driver::PluginCalls;
use crate::ops::notifications::due::{self, Batch, Line, Outcome};
use crate::ops::notifications::plan::Addressee;
use crate::ops::{App, Refusal, installations};
use crate::plugins::egress::relay::{Letter, NOT_CONFIGURED, RelayError};
use crate::plugins::types::{Attribute, Error, StaffNotification, StaffReceipt, Value};
use crate::plugins::{Ability, Installation};
use crate::store::queue::Job;

/// How soon it is tried again when the messenger is switched off, or says no time.
const LATER_MS: u32 = 300_000;
/// What a messenger hasn't taken after so long is given up: a day and a half, as any job is.
const LONGEST_MILLIS: i64 = 36 * 3_600_000;

/// Handles the job that notifies somebody of what is due. They may get it twice when the host dies in between; a mail's
/// Message-ID and a notification's id tell that it is the same.
pub(super) async fn run(app: &App, job: &Job, to: Addressee) -> Result<(), Refusal> {
    let mut tx = app.db.read().await?;
    let Some(batch) = due::due(app, &mut tx, to).await? else {
        drop(tx);
        return app.done(job).await;
    };
    let messenger = due::messenger(app, &mut tx, to.by).await?;
    drop(tx);
    match (to.by, messenger) {
        _ if batch.lines.is_empty() => finish(app, job, to, &batch, Vec::new()).await,
        (By::Mail, _) => by_mail(app, job, to, &batch).await,
        (By::Messenger(_), Some(messenger)) => by_messenger(app, job, to, &batch, &messenger).await,
        (By::Messenger(_), None) if job.attempts >= retry::ATTEMPTS => {
            let outcomes =
                all(&batch, &Outcome::Failed("the messenger is switched off, or was removed".to_owned()));
            finish(app, job, to, &batch, outcomes).await
        }
        (By::Messenger(_), None) => {
            let reason = "the messenger is switched off".to_owned();
            Err(Refusal::Unavailable { reason, retry_after_ms: 0 })
        }
    }
}

/// Ends the job with what became of its notifications.
async fn finish(
    app: &App,
    job: &Job,
    to: Addressee,
    batch: &Batch,
    outcomes: Vec<(OutgoingNotificationId, Outcome)>,
) -> Result<(), Refusal> {
    let input = (job.cause(), batch.dropped.clone(), outcomes, batch.more);
    let noted = app.finish(job, input, move |tx, _, (cause, dropped, outcomes, more)| {
        Box::pin(due::note(tx, *cause, to, dropped, outcomes, *more))
    });
    noted.await.map(|_| ())
}

/// The same for all of a batch.
fn all(batch: &Batch, outcome: &Outcome) -> Vec<(OutgoingNotificationId, Outcome)> {
    batch.lines.iter().map(|line| (line.id, outcome.clone())).collect()
}

async fn by_mail(app: &App, job: &Job, to: Addressee, batch: &Batch) -> Result<(), Refusal> {
    let outcome = match (&app.relay, &app.mail_sender) {
        (Some(relay), Some(sender)) => match relay.send(letter(app, batch, sender)).await {
            Ok(_) => Outcome::Gone,
            Err(RelayError::Later(reason)) if job.attempts < retry::ATTEMPTS => {
                return Err(Refusal::Unavailable { reason, retry_after_ms: 0 });
            }
            Err(error) => Outcome::Failed(error.to_string()),
        },
        _ => Outcome::Failed(NOT_CONFIGURED.to_owned()),
    };
    finish(app, job, to, batch, all(batch, &outcome)).await
}

async fn by_messenger(
    app: &App,
    job: &Job,
    to: Addressee,
    batch: &Batch,
    messenger: &Arc<Installation>,
) -> Result<(), Refusal> {
    let calls = PluginCalls::of_job(app, job);
    // What went out can't be taken back: when the rest lost a race, it is done again without sending again.
    let work = async || {
        let given: Vec<StaffNotification> = batch.lines.iter().map(|line| guest(batch, line)).collect();
        let delivering =
            calls.call(messenger, Ability::Messenger, |call| app.plugins.deliver(messenger, call, given));
        let (receipts, staged) = match delivering.await {
            Ok(delivered) => delivered,
            Err(error) => {
                installations::note_failure(app, messenger, "messenger", &error).await;
                if !retries::is_spent(job, &error) {
                    return Err(retries::later(&error));
                }
                let failed = all(batch, &Outcome::Failed(error.to_string()));
                return finish(app, job, to, batch, failed).await;
            }
        };
        let now = app.db.now();
        let outcomes: Vec<_> = batch
            .lines
            .iter()
            .map(|line| (line.id, outcome(line, &receipts, now.millis_since(line.created_at))))
            .collect();
        let input = (batch.dropped.clone(), outcomes, batch.more, job.cause(), staged);
        let noted = app.finish(job, input, move |tx, ctx, (dropped, outcomes, more, cause, staged)| {
            Box::pin(async move {
                due::note(tx, *cause, to, dropped, outcomes, *more).await?;
                staged.apply(tx, ctx).await
            })
        });
        noted.await.map(|_| ())
    };
    calls.until_applied(work).await
}

/// What became of a line, after so many milliseconds.
fn outcome(line: &Line, receipts: &[StaffReceipt], age: i64) -> Outcome {
    let id = line.id.to_string();
    let failure = receipts
        .iter()
        .find(|receipt| receipt.notification == id)
        .and_then(|receipt| receipt.failure.as_ref());
    match failure {
        None => Outcome::Gone,
        Some(Error { code, retry_after_ms, .. })
            if age < LONGEST_MILLIS
                && (retry_after_ms.is_some() || matches!(code.as_str(), "unavailable" | "timed-out")) =>
        {
            Outcome::Later(i64::from(retry_after_ms.unwrap_or(LATER_MS)).max(1_000))
        }
        Some(error) => Outcome::Failed(error.message.clone()),
    }
}

/// A line as a messenger gets it.
fn guest(batch: &Batch, line: &Line) -> StaffNotification {
    let text =
        |name: &str, text: &str| Attribute { name: name.to_owned(), value: Value::Text(text.to_owned()) };
    StaffNotification {
        id: line.id.to_string(),
        address: batch.address.clone(),
        text: line.text.clone(),
        url: line.url.clone(),
        attributes: vec![
            text("kind", &line.kind),
            text("user", &batch.user.id.to_string()),
            text("name", &batch.user.name),
            text("email", &batch.user.email),
            text("language", &batch.user.language),
            text("reason", &line.reason),
            Attribute { name: "created_at".to_owned(), value: Value::Time(line.created_at.as_micros()) },
        ],
    }
}

/// All of a batch in one mail, in the reader's language.
fn letter(app: &App, batch: &Batch, sender: &str) -> Letter {
    let chinese = batch.user.language.starts_with("zh");
    let subject = match (batch.lines.as_slice(), chinese) {
        ([line], _) => line.text.clone(),
        (lines, true) => format!("{} 条通知", lines.len()),
        (lines, false) => format!("{} notifications", lines.len()),
    };
    let mut text = String::new();
    for line in &batch.lines {
        text.push_str(&format!("{}\n{}\n{}\n\n", line.text, line.url, line.reason));
    }
    let settings = format!("{}/account/notifications", app.public_url);
    text.push_str(&match chinese {
        true => format!("--\n您选择了用邮件接收通知。更改设置或停止某类通知：{settings}\n"),
        false => {
            format!("--\nYou chose to be notified by mail. To change that, or to stop a kind: {settings}\n")
        }
    });
    let id = batch.lines.first().map(|line| line.id.to_string()).unwrap_or_default();
    letters::own(app, sender, &format!("{id}.{}", batch.lines.len()), &batch.user.email, subject, text)
}
