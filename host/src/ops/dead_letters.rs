//! Work that was given up after its last try: seen, replayed once its cause is mended, or discarded.

use serde_json::json;

use super::conversations::{mails, resending};
use super::job_payload;
use super::refusal::Refusal;
use super::request_context::RequestContext;
use crate::domain::actor::Permission;
use crate::domain::event::Subject;
use crate::domain::ids::{InstallationId, JobId};
use crate::store::db::Tx;
use crate::store::page::{Page, PageRequest};
use crate::store::queue::{self, DeadLetter};

/// How many dead letters can be replayed by one request.
pub const MOST: usize = 1_000;

/// What a dead letter was about, as `kind/id`.
pub fn subject(letter: &DeadLetter) -> Option<String> {
    let payload = &letter.payload.0;
    let named = |kind: &str, id: &serde_json::Value| id.as_str().map(|id| format!("{kind}/{id}"));
    let about = &payload["about"];
    named("interaction", &payload["message"])
        .or_else(|| named("mail", &payload["mail"]))
        .or_else(|| named("ticket", &payload["ticket"]))
        .or_else(|| named("customer", about))
        .or_else(|| about.as_i64().map(|place| format!("event/{place}")))
}

/// Whose call it was, of work that an installation does.
pub fn installation(letter: &DeadLetter) -> Option<InstallationId> {
    letter.installation_id.or_else(|| job_payload::installation_of(&letter.payload.0))
}

/// Dead letters, newest first; of one queue or of all.
pub async fn list(
    tx: &mut Tx,
    ctx: &RequestContext,
    page: PageRequest,
    queue: Option<&str>,
) -> Result<Page<DeadLetter>, Refusal> {
    ctx.require(Permission::DeadLettersRead)?;
    Ok(queue::dead_letters(tx, page, queue).await?)
}

/// Puts one back into its queue, with fresh attempts and in its old place: before whatever of its lane waits.
pub async fn replay(tx: &mut Tx, ctx: &RequestContext, id: JobId) -> Result<(), Refusal> {
    ctx.require(Permission::DeadLettersWrite)?;
    let letter = there(tx, id).await?;
    if !queue::revive(tx, id).await? {
        return Err(Refusal::not_found("dead letter", id));
    }
    resending::requeue_of(tx, ctx, &letter).await?;
    let data = json!({"queue": letter.queue, "subject": subject(&letter)});
    ctx.record(tx, "job.replayed", Subject::of("job", id), data).await.map(|_| ())
}

/// Replays these, all or none.
pub async fn replay_these(tx: &mut Tx, ctx: &RequestContext, ids: &[JobId]) -> Result<(), Refusal> {
    ctx.require(Permission::DeadLettersWrite)?;
    if ids.is_empty() || ids.len() > MOST {
        return Err(Refusal::invalid("/ids", format!("1 to {MOST} dead letters can be replayed at once")));
    }
    for (index, id) in ids.iter().enumerate() {
        if ids[..index].contains(id) {
            return Err(Refusal::invalid(format!("/ids/{index}"), "this one is named twice"));
        }
        match replay(tx, ctx, *id).await {
            Err(Refusal::NotFound { .. }) => {
                let detail = format!("there is no dead letter {id}; it may have been replayed already");
                return Err(Refusal::invalid(format!("/ids/{index}"), detail));
            }
            other => other?,
        }
    }
    Ok(())
}

/// Throws one away. A message of it stays failed.
pub async fn discard(tx: &mut Tx, ctx: &RequestContext, id: JobId) -> Result<(), Refusal> {
    ctx.require(Permission::DeadLettersWrite)?;
    let letter = there(tx, id).await?;
    queue::discard(tx, id).await?;
    mails::forget_of(tx, &letter).await?;
    let data = json!({"queue": letter.queue, "subject": subject(&letter), "error": letter.last_error});
    ctx.record(tx, "job.discarded", Subject::of("job", id), data).await.map(|_| ())
}

async fn there(tx: &mut Tx, id: JobId) -> Result<DeadLetter, Refusal> {
    queue::dead_letter(tx, id).await?.ok_or_else(|| Refusal::not_found("dead letter", id))
}
