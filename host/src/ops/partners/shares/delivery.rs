//! What becomes of a share on its way to its partner's own system.

use serde_json::json;

use super::partner_response::{PartnerResponse, answer};
use super::{LONGEST, history};
use crate::domain::actor::Scope;
use crate::domain::ids::ShareId;
use crate::domain::partner::{Share, ShareDelivery, ShareState};
use crate::domain::text;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::queue::{self, NewJob};
use crate::store::shares;

/// The queue of what goes to partners' systems.
pub const PUSH: &str = "partner-push";

/// What a partner's system answers to a share.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// Whether the partner takes it.
    pub accepted: bool,
    /// The partner's own number for it; empty when there is none.
    pub reference: String,
    /// For people.
    pub message: String,
}

/// A partner's system has got a share. Without a receipt its word comes later.
pub async fn delivered(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: ShareId,
    receipt: Option<&Receipt>,
) -> Result<(), Refusal> {
    let Some(mut share) = shares::lock(tx, id, Scope::All).await? else { return Ok(()) };
    share.delivery = ShareDelivery::Delivered;
    share.failure = None;
    let Some(receipt) = receipt.filter(|_| share.state.is_open()) else {
        shares::update(tx, &share).await?;
        let data = json!({"delivery": share.delivery});
        return history::note(tx, ctx, &share, "partner.delivered", data).await.map(|_| ());
    };
    let reference = receipt.reference.trim();
    let response = PartnerResponse {
        reference: (!reference.is_empty()).then(|| text::cut(reference, 200).to_owned()),
        message: text::cut(receipt.message.trim(), LONGEST).to_owned(),
    };
    let state = match (receipt.accepted, share.state) {
        (true, ShareState::Accepted) => None,
        (true, _) => Some(ShareState::Accepted),
        (false, _) => Some(ShareState::Refused),
    };
    answer(tx, ctx, share, state, &response).await?;
    Ok(())
}

/// A partner's system won't get a share.
pub async fn undelivered(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: ShareId,
    failure: &str,
) -> Result<(), Refusal> {
    let Some(mut share) = shares::lock(tx, id, Scope::All).await? else { return Ok(()) };
    share.delivery = ShareDelivery::Failed;
    share.failure = Some(failure.to_owned());
    shares::update(tx, &share).await?;
    let data = json!({"delivery": share.delivery, "failure": failure});
    history::say(tx, ctx, &share, "partner.not-delivered", data).await
}

/// Has a share handed to its partner's system.
pub(super) async fn enqueue(tx: &mut Tx, ctx: &RequestContext, share: &Share) -> Result<(), Refusal> {
    let job = NewJob {
        queue: PUSH,
        lane: format!("partner:{}", share.partner_id),
        payload: json!({"share": share.id}),
        cause: ctx.cause,
        run_at: tx.now(),
    };
    queue::enqueue(tx, job).await?;
    Ok(())
}
