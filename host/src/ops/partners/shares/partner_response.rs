//! Partners' responses to what is shared with them: by the portal, or by their own systems.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{closed, history, lock, text};
use crate::domain::actor::Permission;
use crate::domain::ids::ShareId;
use crate::domain::partner::{Share, ShareState};
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::shares;

/// A partner's response to a share.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct PartnerResponse {
    /// The partner's own number for it.
    pub reference: Option<String>,
    /// A sentence for people.
    pub message: String,
}

/// A response to a share: which one, and the version that it was read at, when that matters.
pub type ResponseTo<W> = (ShareId, Option<i64>, W);

/// The response of a partner's system to a share, by its plugin.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SystemResponse {
    /// `accepted` or `refused`; none for a message alone.
    pub state: Option<ShareState>,
    /// The partner's own number for it.
    pub reference: Option<String>,
    /// A sentence for people.
    pub message: String,
}

/// Takes a record over, as the partner.
pub async fn accept(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, expected, response): &ResponseTo<PartnerResponse>,
) -> Result<Share, Refusal> {
    let share = lock(tx, ctx, Permission::SharesWrite, *id, *expected).await?;
    answer(tx, ctx, share, Some(ShareState::Accepted), response).await
}

/// Refuses a record, as the partner, who doesn't see it any more.
pub async fn refuse(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, expected, response): &ResponseTo<PartnerResponse>,
) -> Result<Share, Refusal> {
    let share = lock(tx, ctx, Permission::SharesWrite, *id, *expected).await?;
    if response.message.trim().is_empty() {
        return Err(Refusal::invalid("/reason", "say why; whoever shared it is told"));
    }
    answer(tx, ctx, share, Some(ShareState::Refused), response).await
}

/// Says how it goes, as the partner.
pub async fn report(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, expected, response): &ResponseTo<PartnerResponse>,
) -> Result<Share, Refusal> {
    let share = lock(tx, ctx, Permission::SharesWrite, *id, *expected).await?;
    answer(tx, ctx, share, None, response).await
}

/// Notes what a partner's system says of a share. What it has said already it may say again: nothing changes then.
pub(in crate::ops) async fn received(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, expected, response): &ResponseTo<SystemResponse>,
) -> Result<Share, Refusal> {
    let share = lock(tx, ctx, Permission::SharesWrite, *id, *expected).await?;
    if response.state.is_some_and(|state| !matches!(state, ShareState::Accepted | ShareState::Refused)) {
        return Err(Refusal::invalid("/attributes/state", "a partner says accepted or refused"));
    }
    let state = response.state.filter(|state| *state != share.state);
    let same = |given: &Option<String>| given.as_ref().is_none_or(|given| given.trim() == share.reference);
    if state.is_none() && same(&response.reference) && response.message.trim() == share.message {
        return Ok(share);
    }
    let relayed =
        PartnerResponse { reference: response.reference.clone(), message: response.message.clone() };
    answer(tx, ctx, share, state, &relayed).await
}

/// Notes a partner's word on a locked share, whichever way it came: the portal, a receipt, its system's webhook. Without
/// a state it says how things go.
pub(super) async fn answer(
    tx: &mut Tx,
    ctx: &RequestContext,
    mut share: Share,
    state: Option<ShareState>,
    response: &PartnerResponse,
) -> Result<Share, Refusal> {
    let message = text("/message", &response.message)?;
    if response.reference.as_ref().is_some_and(|reference| reference.chars().count() > 200) {
        return Err(Refusal::invalid("/reference", "at most 200 characters"));
    }
    let before = share.state;
    let may = match state {
        Some(ShareState::Accepted) => matches!(before, ShareState::Shared | ShareState::Offered),
        _ => before.is_open(),
    };
    if !may {
        return Err(closed(&share));
    }
    share.state = state.unwrap_or(before);
    if let Some(reference) = &response.reference {
        reference.trim().clone_into(&mut share.reference);
    }
    message.clone_into(&mut share.message);
    let kind = match state {
        Some(ShareState::Accepted) => "partner.accepted",
        Some(_) => "partner.refused",
        None => "partner.reported",
    };
    if state.is_some() {
        share.answered_at = Some(tx.now());
    }
    shares::update(tx, &share).await?;
    let in_time = share.due_at.map(|due| tx.now() <= due);
    let data = json!({
        "state": {"old": before, "new": share.state}, "reference": share.reference, "message": share.message,
        "in_time": in_time.filter(|_| before == ShareState::Offered && state.is_some()),
    });
    history::say(tx, ctx, &share, kind, data).await?;
    Ok(share)
}
