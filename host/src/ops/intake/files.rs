//! Files of messages: those that came with them, and those that their provider keeps, which are fetched afterwards.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::domain::actor::Scope;
use crate::domain::ids::InteractionId;
use crate::domain::picture;
use crate::ops::app::App;
use crate::ops::calls::driver::PluginCalls;
use crate::ops::calls::effects::StagedEffects;
use crate::ops::conversations::attachments::{self, NewFile};
use crate::ops::installations::{note_failure, unavailable};
use crate::ops::job_payload::ForInstallation;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::plugins::types::{Media, Message};
use crate::plugins::{Ability, CallError, Download, Installation};
use crate::store::conversations;
use crate::store::db::Tx;
use crate::store::queue::{self, Job, NewJob};

/// The queue of the jobs that fetch files.
pub const QUEUE: &str = "fetch-file";

/// A file of a message that its provider keeps.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct File {
    message: InteractionId,
    reference: String,
}

/// Attaches the files to a message that its call has kept, and has those fetched that the provider keeps, where the
/// channel can.
pub(super) async fn attach(
    tx: &mut Tx,
    ctx: &RequestContext,
    installation: &Installation,
    (message, id): (&Message, InteractionId),
    staged: &StagedEffects,
) -> Result<(), Refusal> {
    for media in &message.attachments {
        if let Some(file) = staged.file(&media.reference) {
            staged.attach(tx, ctx, file, id).await?;
        } else if installation.has(Ability::ChannelMedia) && !media.reference.is_empty() {
            let about = File { message: id, reference: media.reference.clone() };
            let payload = json!(ForInstallation { installation: installation.id, about });
            let lane = format!("files:{id}");
            let job = NewJob { queue: QUEUE, lane, payload, cause: ctx.cause, run_at: tx.now() };
            queue::enqueue_for(tx, job, Some(installation.id)).await?;
        }
    }
    Ok(())
}

/// Handles the job: the file is fetched and put on its message, or it is noted there why it isn't.
pub async fn run(app: &App, job: &Job, of: ForInstallation<File>) -> Result<(), Refusal> {
    let ForInstallation { installation, about: file } = of;
    let mut tx = app.db.read().await?;
    let found = app.plugins.installation(&mut tx, &installation.to_string()).await?;
    let message = conversations::interaction(&mut tx, file.message, Scope::All).await?;
    drop(tx);
    let wanted = message.and_then(|message| {
        let known = message.attachments.iter().find(|known| is_missing(known, &file.reference));
        known.map(media)
    });
    let (Some(installation), Some(media)) = (found.filter(|found| found.enabled), wanted) else {
        return app.done(job).await;
    };
    let calls = PluginCalls::of_job(app, job);
    calls.until_applied(async || fetch(&calls, job, &installation, &file, &media).await).await
}

async fn fetch(
    calls: &PluginCalls<'_>,
    job: &Job,
    installation: &Arc<Installation>,
    file: &File,
    media: &Media,
) -> Result<(), Refusal> {
    let app = calls.app;
    let fetching = calls.call(installation, Ability::ChannelMedia, |call| {
        app.plugins.fetch(installation, call, media.clone())
    });
    let (found, staged) = match fetching.await {
        Ok((fetched, staged)) => (fetched.file.map_err(|error| (error.code, error.message)), Some(staged)),
        Err(CallError::Refused(guest)) if guest.retry_after_ms.is_none() && !is_passing(&guest.code) => {
            (Err((guest.code, guest.message)), None)
        }
        Err(error) => {
            note_failure(app, installation, "channel-media", &error).await;
            return Err(unavailable(&error));
        }
    };
    let kept = match found {
        Ok(download) => judged(download)?,
        Err((code, message)) if is_passing(&code) => return Err(later(message)),
        Err((code, _)) if code == "limit-exceeded" => Err("too-large"),
        Err((code, _)) if code == "not-found" => Err("gone"),
        Err((code, message)) => {
            tracing::warn!(installation = %installation.name, code, message, "a message's file wasn't fetched");
            Err("refused")
        }
    };
    let input = (file.clone(), media.clone(), kept, staged);
    let put = app.finish(job, input, |tx, ctx, (file, media, kept, staged)| {
        Box::pin(async move {
            put(tx, ctx, file, media, kept).await?;
            match staged {
                Some(staged) => staged.apply(tx, ctx).await,
                None => Ok(()),
            }
        })
    });
    put.await.map(|_| ())
}

/// Whether the same may succeed later.
fn is_passing(code: &str) -> bool {
    matches!(code, "unavailable" | "timed-out")
}

fn later(reason: String) -> Refusal {
    Refusal::Unavailable { reason, retry_after_ms: 0 }
}

/// The file, or a word for why it isn't one; a refusal where the provider may have it later.
fn judged(download: Download) -> Result<Result<Download, &'static str>, Refusal> {
    Ok(match download.status {
        200..=299 if download.bytes.is_empty() => Err("refused"),
        200..=299 => Ok(download),
        404 | 410 => Err("gone"),
        408 | 429 | 500..=599 => {
            return Err(later(format!("the provider answered {} for a file", download.status)));
        }
        _ => Err("refused"),
    })
}

fn is_missing(file: &Value, reference: &str) -> bool {
    file["reference"] == reference && file["attachment_id"].is_null() && file["failure"].is_null()
}

/// A file as its message describes it, for the plugin.
fn media(file: &Value) -> Media {
    let text = |name: &str| file[name].as_str().unwrap_or_default().to_owned();
    Media {
        name: text("name"),
        media_type: text("media_type"),
        reference: text("reference"),
        size: file["size"].as_u64(),
    }
}

async fn put(
    tx: &mut Tx,
    ctx: &RequestContext,
    file: &File,
    media: &Media,
    kept: &Result<Download, &'static str>,
) -> Result<(), Refusal> {
    let Some(mut message) = conversations::lock_interaction(tx, file.message).await? else { return Ok(()) };
    let place = message.attachments.iter().position(|known| is_missing(known, &file.reference));
    // An edit may have taken it out.
    let Some(place) = place else { return Ok(()) };
    let (step, data) = match kept {
        Ok(download) => {
            let media_type = media_type(media, download);
            let bytes = download.bytes.clone().into();
            let new = NewFile::new("interaction".to_owned(), file.message.0, &media.name, &media_type, bytes);
            match attachments::attach_as(tx, ctx, None, &new).await {
                Ok(attachment) => {
                    message.attachments[place]["attachment_id"] = json!(attachment.id);
                    ("interaction.file-fetched", json!({"attachment_id": attachment.id, "name": media.name}))
                }
                Err(Refusal::Store(error)) => return Err(error.into()),
                Err(refusal) => {
                    message.attachments[place]["failure"] = json!("refused");
                    ("interaction.file-failed", json!({"name": media.name, "reason": refusal.to_string()}))
                }
            }
        }
        Err(why) => {
            message.attachments[place]["failure"] = json!(why);
            ("interaction.file-failed", json!({"name": media.name, "reason": why}))
        }
    };
    conversations::rewrite(tx, &message).await?;
    ctx.record(tx, step, &message, data).await.map(|_| ())
}

/// What the file is: what its message said, or what came with it; a picture only if it looks like one.
fn media_type(media: &Media, download: &Download) -> String {
    const UNKNOWN: &str = "application/octet-stream";
    let said = Some(media.media_type.as_str()).filter(|said| !said.is_empty() && *said != UNKNOWN);
    let said = said.or(download.media_type.as_deref()).unwrap_or(UNKNOWN);
    if said.starts_with("image/") && !picture::is_picture(&download.bytes) { UNKNOWN } else { said }
        .to_owned()
}
