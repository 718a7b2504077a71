//! SLA policies: how soon tickets are to be answered and resolved.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::refusal::{InvalidField, Refusal};
use super::request_context::RequestContext;
use crate::domain::actor::Permission;
use crate::domain::event::Subject;
use crate::domain::hand_off;
use crate::domain::ids::SlaPolicyId;
use crate::domain::ticket::SlaPolicy;
use crate::domain::triage::{Class, Priority};
use crate::store::db::Tx;
use crate::store::tickets;

/// The longest time that a policy gives: ten years, in minutes.
const LONGEST: i64 = 10 * 366 * 24 * 60;

/// A policy as it is requested for. Each condition that is there must hold.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPolicy {
    /// Its name, 1 to 100 characters; the policy of this name is changed if there is one.
    pub name: String,
    /// For this class only.
    #[serde(default)]
    pub class: Option<Class>,
    /// For this priority only.
    #[serde(default)]
    pub priority: Option<Priority>,
    /// For customers of this grade only.
    #[serde(default)]
    pub grade: Option<String>,
    /// Minutes until the first answer.
    pub first_response_minutes: i64,
    /// Minutes until the resolution.
    pub resolution_minutes: i64,
    /// Minutes until a hand-off to another team is accepted.
    #[serde(default = "usual_hand_off")]
    pub hand_off_minutes: i64,
}

fn usual_hand_off() -> i64 {
    hand_off::DEFAULT_MINUTES
}

/// Makes a policy, or changes the one of its name. It counts for tickets that open or reopen from now on.
pub async fn put(tx: &mut Tx, ctx: &RequestContext, new: &NewPolicy) -> Result<SlaPolicy, Refusal> {
    ctx.require(Permission::PoliciesWrite)?;
    let name = new.name.trim();
    let known = tickets::policies(tx).await?.into_iter().find(|policy| policy.name == name);
    let policy = SlaPolicy {
        id: known.as_ref().map_or_else(|| tx.id::<SlaPolicyId>(), |policy| policy.id),
        name: name.to_owned(),
        class: new.class,
        priority: new.priority,
        grade: new.grade.clone(),
        first_response_minutes: new.first_response_minutes,
        resolution_minutes: new.resolution_minutes,
        hand_off_minutes: new.hand_off_minutes,
        version: known.as_ref().map_or(1, |policy| policy.version + 1),
    };
    check(&policy)?;
    tickets::put_policy(tx, &policy).await?;
    let kind = if known.is_some() { "sla-policy.updated" } else { "sla-policy.created" };
    let before = known.as_ref().map_or_else(|| json!({}), fields);
    let data = super::changes(&before, &fields(&policy));
    ctx.record(tx, kind, Subject::of("sla-policy", policy.id), data).await?;
    Ok(policy)
}

fn fields(policy: &SlaPolicy) -> serde_json::Value {
    json!({
        "name": policy.name, "class": policy.class, "priority": policy.priority, "grade": policy.grade,
        "first_response_minutes": policy.first_response_minutes, "resolution_minutes": policy.resolution_minutes,
        "hand_off_minutes": policy.hand_off_minutes,
    })
}

/// Changes of a policy. A field that isn't there stays; `Some(None)` drops a condition.
#[derive(Debug, Clone, Default)]
pub struct PolicyChange {
    /// Its name.
    pub name: Option<String>,
    /// For this class only.
    pub class: Option<Option<Class>>,
    /// For this priority only.
    pub priority: Option<Option<Priority>>,
    /// For customers of this grade only.
    pub grade: Option<Option<String>>,
    /// Minutes until the first answer.
    pub first_response_minutes: Option<i64>,
    /// Minutes until the resolution.
    pub resolution_minutes: Option<i64>,
    /// Minutes until a hand-off is accepted.
    pub hand_off_minutes: Option<i64>,
}

/// Makes a policy whose name no other has.
pub async fn create(tx: &mut Tx, ctx: &RequestContext, new: &NewPolicy) -> Result<SlaPolicy, Refusal> {
    ctx.require(Permission::PoliciesWrite)?;
    free(tx, new.name.trim(), None).await?;
    put(tx, ctx, new).await
}

/// Changes a policy, if it is still at the version that the change is based on.
pub async fn change(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, expected, change): &(SlaPolicyId, Option<i64>, PolicyChange),
) -> Result<SlaPolicy, Refusal> {
    ctx.require(Permission::PoliciesWrite)?;
    let locked = tickets::lock_policy(tx, *id).await?;
    let mut policy = locked.ok_or_else(|| Refusal::not_found("SLA policy", id))?;
    let actual = policy.version - 1;
    if let Some(expected) = expected.filter(|expected| *expected != actual) {
        return Err(Refusal::Stale { expected, actual });
    }
    let before = fields(&policy);
    if let Some(name) = &change.name {
        name.trim().clone_into(&mut policy.name);
    }
    policy.class = change.class.unwrap_or(policy.class);
    policy.priority = change.priority.unwrap_or(policy.priority);
    if let Some(grade) = &change.grade {
        policy.grade.clone_from(grade);
    }
    policy.first_response_minutes = change.first_response_minutes.unwrap_or(policy.first_response_minutes);
    policy.resolution_minutes = change.resolution_minutes.unwrap_or(policy.resolution_minutes);
    policy.hand_off_minutes = change.hand_off_minutes.unwrap_or(policy.hand_off_minutes);
    check(&policy)?;
    free(tx, &policy.name, Some(policy.id)).await?;
    tickets::update_policy(tx, &policy).await?;
    let data = super::changes(&before, &fields(&policy));
    ctx.record(tx, "sla-policy.updated", Subject::of("sla-policy", policy.id), data).await?;
    Ok(policy)
}

/// Removes a policy. Clocks that it has set run on.
pub async fn delete(tx: &mut Tx, ctx: &RequestContext, id: SlaPolicyId) -> Result<(), Refusal> {
    ctx.require(Permission::PoliciesWrite)?;
    if !tickets::delete_policy(tx, id).await? {
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
    Ok(tickets::policies(tx).await?)
}

/// Refuses a name that another policy has.
async fn free(tx: &mut Tx, name: &str, own: Option<SlaPolicyId>) -> Result<(), Refusal> {
    let taken = |policy: &SlaPolicy| policy.name == name && Some(policy.id) != own;
    match tickets::policies(tx).await?.iter().any(taken) {
        true => Err(Refusal::Conflict(format!("there is an SLA policy {name:?} already"))),
        false => Ok(()),
    }
}

fn check(policy: &SlaPolicy) -> Result<(), Refusal> {
    let mut faults = Vec::new();
    let mut fault = |pointer: &str, detail: String| {
        faults.push(InvalidField { pointer: pointer.to_owned(), detail });
    };
    if policy.name.is_empty() || policy.name.chars().count() > 100 {
        fault("/name", "a name has 1 to 100 characters".to_owned());
    }
    if policy.grade.as_ref().is_some_and(|grade| grade.is_empty() || grade.chars().count() > 64) {
        fault("/grade", "a grade has 1 to 64 characters".to_owned());
    }
    for (pointer, minutes) in [
        ("/first_response_minutes", policy.first_response_minutes),
        ("/resolution_minutes", policy.resolution_minutes),
        ("/hand_off_minutes", policy.hand_off_minutes),
    ] {
        if !(1..=LONGEST).contains(&minutes) {
            fault(pointer, format!("a time is 1 to {LONGEST} minutes"));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Refusal::Invalid(faults)) }
}
