//! Unmasking: fields of a record in full, for a purpose that stays in the event log.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::domain::actor::Permission;
use crate::domain::catalogue::{FieldClass, Kind, Record as _};
use crate::domain::customer::Customer;
use crate::domain::deal::Deal;
use crate::domain::event::Subject;
use crate::domain::order::Order;
use crate::domain::partner::PartnerUser;
use crate::domain::role::Sight;
use crate::domain::team::User;
use crate::ops::access::masking::covered;
use crate::ops::customers;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;

/// The longest purpose, in characters.
const LONGEST_PURPOSE: usize = 500;
/// A customer's identities, as a request to unmask names them.
const IDENTITIES: &str = "identities";

/// What somebody wants to see in full, and why.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unmask {
    /// The fields; a customer's `identities` among them.
    pub fields: Vec<String>,
    /// What for, 1 to 500 characters; it stays in the event log.
    pub purpose: String,
}

/// The fields of a kind that the caller may want to have unmasked, a customer's identities among them.
pub fn masked_fields(ctx: &RequestContext, kind: &'static Kind) -> Vec<&'static str> {
    let mut names: Vec<_> =
        covered(ctx, kind).map(|field| field.name).filter(|name| kind.field(name).is_some()).collect();
    if kind.name == Customer::KIND.name && ctx.actor.sights.of_class(FieldClass::Contact) != Sight::Shown {
        names.push(IDENTITIES);
    }
    if event_of(kind).is_none() {
        names.clear();
    }
    names
}

/// What an unmasking is called in the event log.
fn event_of(kind: &Kind) -> Option<&'static str> {
    if let Some(declared) = kind.declared {
        return Some(&declared.unmasked);
    }
    Some(match kind.name {
        name if name == Customer::KIND.name => "customer.unmasked",
        name if name == Deal::KIND.name => "deal.unmasked",
        name if name == Order::KIND.name => "order.unmasked",
        name if name == PartnerUser::KIND.name => "partner-user.unmasked",
        name if name == User::KIND.name => "user.unmasked",
        _ => return None,
    })
}

/// Shows fields of a record in full, for a purpose. Who asks has to see the record, and be allowed to unmask.
pub async fn unmask(
    tx: &mut Tx,
    ctx: &RequestContext,
    (kind, id, request): &(&'static Kind, Uuid, Unmask),
) -> Result<Map<String, Value>, Refusal> {
    ctx.require(Permission::RecordsUnmask)?;
    let event = event_of(kind).ok_or_else(|| Refusal::not_found("kind with masked fields", kind.name))?;
    let purpose = request.purpose.trim();
    if !(1..=LONGEST_PURPOSE).contains(&purpose.chars().count()) {
        return Err(Refusal::invalid("/purpose", format!("a purpose has 1 to {LONGEST_PURPOSE} characters")));
    }
    if request.fields.is_empty() || request.fields.len() > kind.fields.len() {
        return Err(Refusal::invalid("/fields", "name the fields that you want to see"));
    }
    let in_full = ctx.in_full();
    let record = super::get(tx, &in_full, kind, *id).await?;
    let mut shown = Map::new();
    for (place, name) in request.fields.iter().enumerate() {
        let value = if name == IDENTITIES && kind.name == Customer::KIND.name {
            let known = customers::identities(tx, &in_full, (*id).into()).await?;
            known.iter().map(|identity| json!({"scheme": identity.scheme, "value": identity.value})).collect()
        } else if kind.field(name).is_some_and(|field| !field.internal) {
            record.value(name).clone()
        } else {
            let detail = format!("a {} has no field {name:?} to unmask", kind.name);
            return Err(Refusal::invalid(format!("/fields/{place}"), detail));
        };
        shown.insert(name.clone(), value);
    }
    let data = json!({"fields": request.fields, "purpose": purpose});
    ctx.record(tx, event, Subject::of(kind.name, *id), data).await?;
    Ok(shown)
}
