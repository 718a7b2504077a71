//! The event log, as programs follow it.

use super::call::Call;
use super::refusal::Refusal;
use crate::domain::actor::Permission;
use crate::store::db::Tx;
use crate::store::events::{self, Event};
use crate::store::page::MAX_LIMIT;

/// A stretch of the log.
#[derive(Debug, Clone)]
pub struct Stretch {
    /// Its events, oldest first; those of rows that aren't there for the caller are left out.
    pub items: Vec<Event>,
    /// After which place the log goes on; none at its end.
    pub next: Option<i64>,
}

/// Sealed events after a place in the log, 0 for the first: at most `limit`.
pub async fn after(tx: &mut Tx, call: &Call, sequence: i64, limit: i64) -> Result<Stretch, Refusal> {
    call.require(Permission::EventsRead)?;
    let limit = limit.clamp(1, MAX_LIMIT);
    let mut items = events::after(tx, sequence.max(0), limit + 1).await?;
    let length = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > length;
    items.truncate(length);
    let next = items.last().map(|event| event.seq).filter(|_| more);
    if let Some(source) = call.scope().source() {
        items.retain(|event| event.source_id == Some(source));
    }
    Ok(Stretch { items, next })
}
