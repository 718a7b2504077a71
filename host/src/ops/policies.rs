//! SLA policies: how soon tickets are to be answered and resolved.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::call::Call;
use super::refusal::{Fault, Refusal};
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

/// A policy as it is wished for. Each condition that is there must hold.
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
pub async fn put(tx: &mut Tx, call: &Call, new: &NewPolicy) -> Result<SlaPolicy, Refusal> {
    call.require(Permission::PoliciesWrite)?;
    let name = new.name.trim();
    let mut faults = Vec::new();
    if name.is_empty() || name.chars().count() > 100 {
        faults
            .push(Fault { pointer: "/name".to_owned(), detail: "a name has 1 to 100 characters".to_owned() });
    }
    let times = [
        ("first_response_minutes", new.first_response_minutes),
        ("resolution_minutes", new.resolution_minutes),
        ("hand_off_minutes", new.hand_off_minutes),
    ];
    for (field, minutes) in times {
        if !(1..=LONGEST).contains(&minutes) {
            let detail = format!("a time is 1 to {LONGEST} minutes");
            faults.push(Fault { pointer: format!("/{field}"), detail });
        }
    }
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
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
    };
    tickets::put_policy(tx, &policy).await?;
    let kind = if known.is_some() { "sla-policy.updated" } else { "sla-policy.created" };
    let before = known.as_ref().map_or_else(|| json!({}), fields);
    let data = super::changes(&before, &fields(&policy));
    call.record(tx, kind, Subject::of("sla-policy", policy.id), data).await?;
    Ok(policy)
}

fn fields(policy: &SlaPolicy) -> serde_json::Value {
    json!({
        "name": policy.name, "class": policy.class, "priority": policy.priority, "grade": policy.grade,
        "first_response_minutes": policy.first_response_minutes, "resolution_minutes": policy.resolution_minutes,
        "hand_off_minutes": policy.hand_off_minutes,
    })
}
