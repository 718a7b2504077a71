//! Records of a kind are brought into its new form by a job, some hundred at a time. Whoever reads one meanwhile sees it as it
//! will be; nobody waits.

use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::domain::event::Subject;
use crate::ops::app::App;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::queue::{self, Job, NewJob};
use crate::store::{declared_kinds, declared_records};

/// The queue of these jobs.
pub const QUEUE: &str = "kind-migration";
/// How many records such a job looks at.
const STEP: i64 = 500;

/// Which records a job brings into the new form: those of a kind after an id.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Unmigrated {
    kind: String,
    after: Uuid,
}

/// Has the records of a kind brought into its new form.
pub(super) async fn begin(tx: &mut Tx, ctx: &RequestContext, kind: &str) -> Result<(), Refusal> {
    enqueue(tx, ctx, &Unmigrated { kind: kind.to_owned(), after: Uuid::nil() }).await
}

async fn enqueue(tx: &mut Tx, ctx: &RequestContext, unmigrated: &Unmigrated) -> Result<(), Refusal> {
    let job = NewJob {
        queue: QUEUE,
        lane: format!("{QUEUE}:{}", unmigrated.kind),
        payload: json!(unmigrated),
        cause: ctx.cause,
        run_at: tx.now(),
    };
    queue::enqueue(tx, job).await?;
    Ok(())
}

/// Does a job; the last one notes that all records have the new form.
pub async fn run(app: &App, job: &Job, unmigrated: Unmigrated) -> Result<(), Refusal> {
    app.finish(job, unmigrated, |tx, ctx, unmigrated| Box::pin(step(tx, ctx, unmigrated))).await.map(|_| ())
}

async fn step(tx: &mut Tx, ctx: &RequestContext, unmigrated: &Unmigrated) -> Result<(), Refusal> {
    let Some(kind) = declared_kinds::named(tx, &unmigrated.kind).await? else { return Ok(()) };
    let Some(pending) = kind.declared.and_then(|declared| declared.kind.pending.as_ref()) else {
        return Ok(());
    };
    let last = declared_records::migrate_after(tx, kind.name, pending, unmigrated.after, STEP).await?;
    if let Some(after) = last {
        return enqueue(tx, ctx, &Unmigrated { after, ..unmigrated.clone() }).await;
    }
    let Some(known) = declared_kinds::lock(tx, kind.name).await? else { return Ok(()) };
    let done = crate::domain::declared::DeclaredKind { pending: None, ..known.clone() };
    declared_kinds::update(tx, &known, &done).await?;
    let subject = Subject::of("declared-kind", done.id);
    ctx.record(tx, "declared-kind.migrated", subject, json!({"name": done.name})).await.map(|_| ())
}
