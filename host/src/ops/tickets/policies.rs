//! SLA policies: how soon tickets are to be answered and resolved.

use serde_json::json;

use super::sla::recalculate;
use crate::domain::actor::Permission;
use crate::domain::catalogue::{self, Record as _};
use crate::domain::event::Subject;
use crate::domain::ids::SlaPolicyId;
use crate::domain::sla_policy::{NewSlaPolicy, SlaPolicy, SlaPolicyChange};
use crate::ops::refusal::{InvalidField, Refusal};
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::{calendars, sla_policies};

/// Makes a policy, or changes the one of its name. A new one counts for tickets that open, reopen or change their class or
/// priority from now on; of a changed one the tickets that have their clocks by it get new due times.
pub async fn put(tx: &mut Tx, ctx: &RequestContext, new: &NewSlaPolicy) -> Result<SlaPolicy, Refusal> {
    ctx.require(Permission::PoliciesWrite)?;
    let name = new.name.trim();
    let known = sla_policies::list(tx).await?.into_iter().find(|policy| policy.name == name);
    let Some(known) = known else { return make(tx, ctx, new).await };
    let mut policy = lock(tx, known.id, None).await?;
    new.apply(&mut policy);
    check(tx, &policy).await?;
    sla_policies::update(tx, &policy).await?;
    let data = catalogue::difference(&known, &policy);
    ctx.record(tx, "sla-policy.updated", Subject::of("sla-policy", policy.id), data).await?;
    recalculate::begin(tx, ctx, policy.id, "policy").await?;
    Ok(policy)
}

async fn make(tx: &mut Tx, ctx: &RequestContext, new: &NewSlaPolicy) -> Result<SlaPolicy, Refusal> {
    let mut policy = SlaPolicy { id: tx.id(), created_at: tx.now(), version: 1, ..SlaPolicy::blank() };
    new.apply(&mut policy);
    check(tx, &policy).await?;
    sla_policies::insert(tx, &policy).await?;
    let data = catalogue::difference(&SlaPolicy::blank(), &policy);
    ctx.record(tx, "sla-policy.created", Subject::of("sla-policy", policy.id), data).await?;
    Ok(policy)
}

async fn lock(tx: &mut Tx, id: SlaPolicyId, expected: Option<i64>) -> Result<SlaPolicy, Refusal> {
    let locked = sla_policies::lock(tx, id).await?;
    let policy = locked.ok_or_else(|| Refusal::not_found("SLA policy", id))?;
    crate::ops::expect_version(expected, policy.version - 1)?;
    Ok(policy)
}

/// Makes a policy whose name no other has.
pub async fn create(tx: &mut Tx, ctx: &RequestContext, new: &NewSlaPolicy) -> Result<SlaPolicy, Refusal> {
    ctx.require(Permission::PoliciesWrite)?;
    free(tx, new.name.trim(), None).await?;
    make(tx, ctx, new).await
}

/// Changes a policy, if it is still at the version that the change is based on.
pub async fn change(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, expected, change): &(SlaPolicyId, Option<i64>, SlaPolicyChange),
) -> Result<SlaPolicy, Refusal> {
    ctx.require(Permission::PoliciesWrite)?;
    let mut policy = lock(tx, *id, *expected).await?;
    let before = policy.clone();
    change.apply(&mut policy);
    check(tx, &policy).await?;
    free(tx, &policy.name, Some(policy.id)).await?;
    sla_policies::update(tx, &policy).await?;
    let data = catalogue::difference(&before, &policy);
    ctx.record(tx, "sla-policy.updated", Subject::of("sla-policy", policy.id), data).await?;
    recalculate::begin(tx, ctx, policy.id, "policy").await?;
    Ok(policy)
}

/// Removes a policy. Clocks that it has set run on.
pub async fn delete(tx: &mut Tx, ctx: &RequestContext, id: SlaPolicyId) -> Result<(), Refusal> {
    ctx.require(Permission::PoliciesWrite)?;
    if !sla_policies::delete(tx, id).await? {
        return Err(Refusal::not_found("SLA policy", id));
    }
    ctx.record(tx, "sla-policy.deleted", Subject::of("sla-policy", id), json!({})).await.map(|_| ())
}

/// One policy.
pub async fn get(tx: &mut Tx, ctx: &RequestContext, id: SlaPolicyId) -> Result<SlaPolicy, Refusal> {
    let found = list(tx, ctx).await?.into_iter().find(|policy| policy.id == id);
    found.ok_or_else(|| Refusal::not_found("SLA policy", id))
}

/// Every policy.
pub async fn list(tx: &mut Tx, ctx: &RequestContext) -> Result<Vec<SlaPolicy>, Refusal> {
    ctx.require(Permission::TicketsRead)?;
    Ok(sla_policies::list(tx).await?)
}

/// Refuses what can't be kept, or follows a calendar that isn't there.
async fn check(tx: &mut Tx, policy: &SlaPolicy) -> Result<(), Refusal> {
    let mut faults = catalogue::faults(policy);
    if let Some(id) = policy.calendar_id
        && calendars::get(tx, id).await?.is_none()
    {
        let detail = format!("there is no calendar {id}");
        faults.push(InvalidField { pointer: "/calendar_id".to_owned(), detail });
    }
    Refusal::unless_valid(faults)
}

/// Refuses a name that another policy has.
async fn free(tx: &mut Tx, name: &str, own: Option<SlaPolicyId>) -> Result<(), Refusal> {
    let taken = |policy: &SlaPolicy| policy.name == name && Some(policy.id) != own;
    match sla_policies::list(tx).await?.iter().any(taken) {
        true => Err(Refusal::Conflict(format!("there is an SLA policy {name:?} already"))),
        false => Ok(()),
    }
}
