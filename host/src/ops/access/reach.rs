//! Which records are in somebody's reach who doesn't reach all of them, and what is said of the others: a record that
//! they don't see isn't there; one that they see and may not change is refused.

use uuid::Uuid;

use crate::domain::actor::{Principal, Scope};
use crate::domain::catalogue::KINDS;
use crate::domain::declared::is_of_host;
use crate::domain::ids::{TeamId, UserId};
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::teams;
use crate::store::visible::{self, Act};

/// Whether a record is there for the caller. What is no record of its own, or nobody's, is there for everybody who works
/// here.
pub(in crate::ops) async fn sees(
    tx: &mut Tx,
    ctx: &RequestContext,
    kind: &str,
    id: Uuid,
) -> Result<bool, Refusal> {
    let own = KINDS.iter().find(|known| known.name == kind).map(|kind| kind.has_reach());
    // Records of declared kinds belong to somebody.
    let bounded = own.unwrap_or(!is_of_host(kind));
    if ctx.scope() == Scope::All || !bounded && ctx.scope().is_of_house() {
        return Ok(true);
    }
    Ok(visible::is_visible(tx, kind, id, ctx.scope(), Act::Read).await?)
}

/// Leaves those of some things whose records are there for the caller.
pub(in crate::ops) async fn retain<T>(
    tx: &mut Tx,
    ctx: &RequestContext,
    things: &mut Vec<T>,
    record: impl Fn(&T) -> (&str, Uuid),
) -> Result<(), Refusal> {
    if ctx.scope() == Scope::All {
        return Ok(());
    }
    let mut seen = Vec::with_capacity(things.len());
    for thing in &*things {
        let (kind, id) = record(thing);
        seen.push(sees(tx, ctx, kind, id).await?);
    }
    let mut seen = seen.into_iter();
    things.retain(|_| seen.next().unwrap_or(false));
    Ok(())
}

/// Why a record can't be had for a change: it isn't there for the caller, or their roles let them see it and no more.
pub(in crate::ops) async fn missing(
    tx: &mut Tx,
    ctx: &RequestContext,
    kind: &'static str,
    id: impl Into<Uuid>,
) -> Refusal {
    let id = id.into();
    match ctx.scope() {
        Scope::Person(_) => {}
        _ => return Refusal::not_found(kind, id),
    }
    match visible::is_visible(tx, kind, id, ctx.scope(), Act::Read).await {
        Ok(true) => Refusal::Forbidden(format!(
            "your roles let you see this {kind}, not change it: it belongs to somebody else"
        )),
        Ok(false) => Refusal::not_found(kind, id),
        Err(error) => error.into(),
    }
}

/// Refuses unless the caller may change a record that they see.
pub(in crate::ops) async fn require_change(
    tx: &mut Tx,
    ctx: &RequestContext,
    kind: &'static str,
    id: Uuid,
) -> Result<(), Refusal> {
    match ctx.scope() {
        Scope::Person(_) if !visible::is_visible(tx, kind, id, ctx.scope(), Act::Change).await? => {
            Err(missing(tx, ctx, kind, id).await)
        }
        _ => Ok(()),
    }
}

/// Gives a record of nobody's to who makes it, where they would lose sight of it else; and one of a person's to the first
/// of their teams, whose others look after it with them.
pub(in crate::ops) async fn give(
    tx: &mut Tx,
    ctx: &RequestContext,
    owner: &mut Option<UserId>,
    team: &mut Option<TeamId>,
) -> Result<(), Refusal> {
    if let (None, None, Scope::Person(_), Principal::User(me)) =
        (&owner, &team, ctx.scope(), ctx.actor.principal)
    {
        *owner = Some(me);
    }
    if let (Some(owner), None) = (*owner, &team) {
        *team = teams::first_of(tx, owner).await?;
    }
    Ok(())
}
