//! Hands mail over to the relay.

use super::retries;
use crate::domain::attachment::Attachment;
use crate::domain::ids::{AttachmentId, MailId};
use crate::domain::retry;
use crate::domain::undeliverable::Undeliverable;
use crate::ops::conversations::mails as ops;
use crate::ops::installations::failures::note_refusal;
use crate::ops::{App, Refusal, RequestContext};
use crate::plugins::egress::relay::{Enclosure, Letter, NOT_CONFIGURED, RelayError};
use crate::store::db::{DbError, Tx};
use crate::store::mails::{self, Mail};
use crate::store::queue::Job;
use crate::store::{attachments, blobs};

/// Handles the job for one mail. The relay may get it twice when the host dies in between; its Message-ID tells that it
/// is the same.
pub(super) async fn send(app: &App, job: &Job, id: MailId) -> Result<(), Refusal> {
    let mut tx = app.db.read().await?;
    let Some(mail) = mails::get(&mut tx, id).await? else {
        drop(tx);
        return app.done(job).await;
    };
    let letter = letter(&mut tx, &mail).await?;
    drop(tx);
    let handed = match (&app.relay, letter) {
        (_, Err(gone)) => Err(RelayError::Refused(gone)),
        (None, _) => Err(RelayError::Later(NOT_CONFIGURED.to_owned())),
        (Some(relay), Ok(letter)) => relay.send(letter).await,
    };
    match handed {
        Ok(answer) => {
            app.finish(job, (mail, answer), |tx, ctx, (mail, answer)| {
                Box::pin(ops::sent(tx, ctx, mail, answer))
            })
            .await?;
            Ok(())
        }
        Err(RelayError::Later(reason)) if job.attempts < retry::ATTEMPTS => {
            tracing::warn!(mail = %mail.id, attempt = job.attempts, reason, "a mail was not taken");
            Err(Refusal::Unavailable { reason, retry_after_ms: 0 })
        }
        Err(error) => {
            note_in_log(app, &mail, &error).await;
            let shown = match &error {
                RelayError::Later(reason) if reason == NOT_CONFIGURED => {
                    Undeliverable::NotSetUp.text().to_owned()
                }
                RelayError::Later(_) => Undeliverable::MailServerDown.text().to_owned(),
                refused => refused.to_string(),
            };
            let input = (mail, error.to_string(), shown, job.clone());
            app.db.write(input, |tx, input| Box::pin(give_up(tx, input))).await
        }
    }
}

/// Keeps in the channel's log why a mail was given up.
async fn note_in_log(app: &App, mail: &Mail, error: &RelayError) {
    let installation = match app.db.read().await {
        Ok(mut tx) => app.plugins.installation(&mut tx, &mail.installation_id.to_string()).await,
        Err(error) => Err(error),
    };
    if let Ok(Some(installation)) = installation {
        let text = format!("mail: the mail {} was given up: {error}", mail.message_id);
        note_refusal(app, &installation, &text, &[]).await;
    }
}

/// Gives a mail up: the relay has refused it, or it was tried often enough.
async fn give_up(
    tx: &mut Tx,
    (mail, failure, shown, job): &(Mail, String, String, Job),
) -> Result<(), Refusal> {
    if !retries::give_up(tx, job, failure).await? {
        return Ok(());
    }
    ops::failed(tx, &RequestContext::system(job.cause()), mail, failure, shown).await
}

/// The mail with its files, or why it can't be put together any more.
async fn letter(tx: &mut Tx, mail: &Mail) -> Result<Result<Letter, String>, Refusal> {
    let unreadable = |error: serde_json::Error| Refusal::Store(DbError::Decode(format!("a mail: {error}")));
    let headers = serde_json::from_value(mail.headers.0.clone()).map_err(unreadable)?;
    let ids: Vec<AttachmentId> = serde_json::from_value(mail.attachments.0.clone()).map_err(unreadable)?;
    let mut files = Vec::with_capacity(ids.len());
    for id in ids {
        let Some(Attachment { blob_id, name, media_type, .. }) = attachments::get(tx, id).await? else {
            return Ok(Err(format!("the attachment {id} was removed before the mail went out")));
        };
        files.push(Enclosure { name, media_type, bytes: blobs::get(tx, blob_id.0).await? });
    }
    Ok(Ok(Letter {
        message_id: mail.message_id.clone(),
        sender: mail.sender.clone(),
        recipients: mail.recipients.0.clone(),
        subject: mail.subject.clone(),
        text: mail.text.clone(),
        html: mail.html.clone(),
        headers,
        files,
        date: mail.created_at,
    }))
}
