//! Hands what is shared to partners' systems, through their plugins.

use super::retries;
use crate::domain::actor::Scope;
use crate::domain::ids::ShareId;
use crate::domain::partner::{Share, ShareDelivery};
use crate::ops::calls::driver::PluginCalls;
use crate::ops::partners::shares as ops;
use crate::ops::{App, Refusal, RequestContext, installations};
use crate::plugins::{Ability, types};
use crate::store::db::Tx;
use crate::store::queue::Job;
use crate::store::shares;

/// How soon a share is tried again whose partner's plugin is switched off.
const LATER_MS: u64 = 60_000;
/// The most shares that one call hands over: a plugin may send 16 requests a call, and may need some for itself.
const BATCH: usize = 10;

/// Handles the job for one share, and hands over what waits for the same partner with it. When that fails, the next try
/// is for this share alone, so that one that its system can't take doesn't hold up the others. The partner's system may
/// get a share twice when the host dies in between; the share's id tells it that it is the same.
pub(super) async fn push(app: &App, job: &Job, id: ShareId) -> Result<(), Refusal> {
    let mut tx = app.db.read().await?;
    let share = shares::get(&mut tx, id, Scope::All).await?;
    let waits = |share: &Share| {
        share.state.is_open() && matches!(share.delivery, ShareDelivery::Queued | ShareDelivery::Failed)
    };
    let Some((share, installation)) =
        share.filter(waits).and_then(|share| share.installation_id.map(|installation| (share, installation)))
    else {
        drop(tx);
        return app.done(job).await;
    };
    let installation = app.plugins.installation(&mut tx, &installation.to_string()).await?;
    let Some(installation) = installation.filter(|installation| installation.enabled) else {
        let reason = "the partner's plugin is switched off".to_owned();
        return Err(Refusal::Unavailable { reason, retry_after_ms: LATER_MS });
    };
    let mut batch = vec![share];
    if job.attempts == 1 {
        let others = shares::to_deliver(&mut tx, batch[0].partner_id, BATCH as i64).await?;
        batch.extend(others.into_iter().filter(|other| other.id != id).take(BATCH - 1));
    }
    let mut handed = Vec::with_capacity(batch.len());
    for share in &batch {
        handed.push(guest(&mut tx, share).await?);
    }
    drop(tx);
    let ctx = RequestContext::system(job.cause()).of(&installation);
    let calls = PluginCalls::of_job(app, job);
    // What went out can't be taken back: when the rest lost a race, it is done again without sending again.
    let work = async || {
        let pushing = calls.call(&installation, Ability::Partner, |call| {
            app.plugins.push(&installation, call, handed.clone())
        });
        let (receipts, staged) = match pushing.await {
            Ok(pushed) => pushed,
            Err(error) => {
                installations::note_failure(app, &installation, "partner", &error).await;
                // Several at once are tried one by one before any is given up.
                if batch.len() > 1 && error.is_final() {
                    return Err(Refusal::Unavailable { reason: error.to_string(), retry_after_ms: 0 });
                }
                return retries::after(app, job, &error, batch[0].id, |tx, ctx, id, failure| {
                    Box::pin(ops::undelivered(tx, ctx, *id, failure))
                })
                .await;
            }
        };
        let ids: Vec<ShareId> = batch.iter().map(|share| share.id).collect();
        let noted = app.finish_as(&ctx, job, (ids, receipts, staged), |tx, ctx, (ids, receipts, staged)| {
            Box::pin(async move {
                // First what the plugin itself wants, which is based on the shares as they were.
                staged.apply(tx, ctx).await?;
                for id in ids {
                    let text = id.to_string();
                    let receipt = receipts.iter().find(|receipt| receipt.share == text);
                    ops::delivered(tx, ctx, *id, receipt.map(to_receipt).as_ref()).await?;
                }
                Ok(())
            })
        });
        noted.await.map(|_| ())
    };
    calls.until_applied(work).await
}

/// A share as its plugin gets it.
async fn guest(tx: &mut Tx, share: &Share) -> Result<types::Share, Refusal> {
    let entity = ops::subject(tx, share).await?;
    Ok(types::Share {
        id: share.id.to_string(),
        subject: types::Entity {
            kind: entity.kind.as_str().to_owned(),
            id: entity.id.to_string(),
            version: entity.version,
            attributes: entity.attributes.into_iter().map(Into::into).collect(),
        },
        note: share.note.clone(),
    })
}

fn to_receipt(receipt: &types::ShareReceipt) -> ops::Receipt {
    ops::Receipt {
        accepted: receipt.accepted,
        reference: receipt.reference.clone(),
        message: receipt.message.clone(),
    }
}
