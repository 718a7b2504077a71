//! What partners say of what is shared with them: by the portal, or by their own systems.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{closed, history, lock, text};
use crate::domain::actor::Permission;
use crate::domain::ids::ShareId;
use crate::domain::partner::{Share, ShareState};
use crate::ops::call::Call;
use crate::ops::refusal::Refusal;
use crate::store::db::Tx;
use crate::store::shares;

/// What a partner says of a share.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Word {
    /// The partner's own number for it.
    pub reference: Option<String>,
    /// A sentence for people.
    pub message: String,
}

/// A word on a share: which one, and the version that it was read at, when that matters.
pub type Said<W> = (ShareId, Option<i64>, W);

/// What a partner's system says of a share, by its plugin.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SystemWord {
    /// `accepted` or `refused`; how it stands otherwise.
    pub state: Option<ShareState>,
    /// The partner's own number for it.
    pub reference: Option<String>,
    /// A sentence for people.
    pub message: String,
}

/// Takes a record over, as the partner.
pub async fn accept(tx: &mut Tx, call: &Call, (id, expected, word): &Said<Word>) -> Result<Share, Refusal> {
    let share = lock(tx, call, Permission::SharesWrite, *id, *expected).await?;
    answer(tx, call, share, Some(ShareState::Accepted), word).await
}

/// Refuses a record, as the partner, who doesn't see it any more.
pub async fn refuse(tx: &mut Tx, call: &Call, (id, expected, word): &Said<Word>) -> Result<Share, Refusal> {
    let share = lock(tx, call, Permission::SharesWrite, *id, *expected).await?;
    if word.message.trim().is_empty() {
        return Err(Refusal::invalid("/reason", "say why; whoever shared it is told"));
    }
    answer(tx, call, share, Some(ShareState::Refused), word).await
}

/// Says how it goes, as the partner.
pub async fn report(tx: &mut Tx, call: &Call, (id, expected, word): &Said<Word>) -> Result<Share, Refusal> {
    let share = lock(tx, call, Permission::SharesWrite, *id, *expected).await?;
    answer(tx, call, share, None, word).await
}

/// Notes what a partner's system says of a share. What it has said already it may say again: nothing changes then.
pub(in crate::ops) async fn heard(
    tx: &mut Tx,
    call: &Call,
    (id, expected, word): &Said<SystemWord>,
) -> Result<Share, Refusal> {
    let share = lock(tx, call, Permission::SharesWrite, *id, *expected).await?;
    if word.state.is_some_and(|state| !matches!(state, ShareState::Accepted | ShareState::Refused)) {
        return Err(Refusal::invalid("/attributes/state", "a partner says accepted or refused"));
    }
    let state = word.state.filter(|state| *state != share.state);
    let same = |given: &Option<String>| given.as_ref().is_none_or(|given| given.trim() == share.reference);
    if state.is_none() && same(&word.reference) && word.message.trim() == share.message {
        return Ok(share);
    }
    let said = Word { reference: word.reference.clone(), message: word.message.clone() };
    answer(tx, call, share, state, &said).await
}

/// Notes a partner's word on a locked share, whichever way it came: the portal, a receipt, its system's webhook. Without
/// a state it says how things go.
pub(super) async fn answer(
    tx: &mut Tx,
    call: &Call,
    mut share: Share,
    state: Option<ShareState>,
    word: &Word,
) -> Result<Share, Refusal> {
    let message = text("/message", &word.message)?;
    if word.reference.as_ref().is_some_and(|reference| reference.chars().count() > 200) {
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
    if let Some(reference) = &word.reference {
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
    history::say(tx, call, &share, kind, data).await?;
    Ok(share)
}
