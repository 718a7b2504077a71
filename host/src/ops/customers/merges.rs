//! Two records of one customer: merged, and separated again. Whatever belongs to the losing record keeps its id, so that
//! an undone merge leaves both as they were; whoever reads the winning one reads both.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::domain::actor::Permission;
use crate::domain::customer::Customer;
use crate::domain::ids::CustomerId;
use crate::ops::access::reach;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::{customers, merges};

/// Two records of one customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// The one that stands for both.
    pub winner: CustomerId,
    /// The one that is merged into it.
    pub loser: CustomerId,
}

/// Merges a customer into another; the winner.
pub async fn merge(tx: &mut Tx, ctx: &RequestContext, pair: &Pair) -> Result<Customer, Refusal> {
    let (winner, loser) = lock(tx, ctx, *pair).await?;
    if winner.kind != loser.kind {
        let detail = "a person and an organisation can't be merged";
        return Err(Refusal::invalid("/customer_id", detail));
    }
    for (customer, advice) in [(&loser, "undo that first"), (&winner, "merge into that one")] {
        if let Some(into) = customer.canonical_id {
            let detail = format!("customer {} was merged into {into} already; {advice}", customer.id);
            return Err(Refusal::Conflict(detail));
        }
    }
    merges::merge(tx, loser.id, winner.id, ctx.actor.principal).await?;
    ctx.record(tx, "customer.merged", &winner, named(&loser)).await?;
    Ok(winner)
}

/// Undoes a merge; the customer that stands alone again.
pub async fn unmerge(tx: &mut Tx, ctx: &RequestContext, pair: &Pair) -> Result<Customer, Refusal> {
    let (winner, loser) = lock(tx, ctx, *pair).await?;
    let merged = loser.canonical_id == Some(winner.id);
    if !merged || !merges::undo(tx, loser.id, winner.id).await? {
        let detail = format!("customer {} isn't merged into {}", loser.id, winner.id);
        return Err(Refusal::Conflict(detail));
    }
    ctx.record(tx, "customer.unmerged", &winner, named(&loser)).await?;
    Ok(Customer { canonical_id: None, ..loser })
}

/// The winner and the loser, locked in the order of their ids, so that the same two merged both ways at once wait for
/// each other instead of forever.
async fn lock(tx: &mut Tx, ctx: &RequestContext, pair: Pair) -> Result<(Customer, Customer), Refusal> {
    ctx.require(Permission::CustomersWrite)?;
    let Pair { winner, loser } = pair;
    if winner == loser {
        return Err(Refusal::invalid("/customer_id", "name another customer than the one in the path"));
    }
    let (first, second) = (winner.min(loser), winner.max(loser));
    let first = customers::lock(tx, first, ctx.scope()).await?;
    let second = customers::lock(tx, second, ctx.scope()).await?;
    let (winning, losing) = if winner < loser { (first, second) } else { (second, first) };
    let Some(winning) = winning else { return Err(reach::missing(tx, ctx, "customer", winner).await) };
    let losing =
        losing.ok_or_else(|| Refusal::invalid("/customer_id", format!("there is no customer {loser}")))?;
    Ok((winning, losing))
}

/// The loser, as events of the winner name it.
fn named(loser: &Customer) -> Value {
    json!({"customer_id": loser.id, "customer": loser.name})
}
