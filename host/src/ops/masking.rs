//! What is masked for somebody can't be asked for otherwise: not by conditions, orders or searches, and not by changing
//! it. Unmasking is an act of its own, with a purpose, and stands in the event log.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::refusal::Refusal;
use super::request_context::RequestContext;
use super::{customers, kinds, records};
use crate::domain::actor::Permission;
use crate::domain::catalogue::{Field, FieldClass, KINDS, Kind, Record};
use crate::domain::customer::{Customer, Order};
use crate::domain::deal::Deal;
use crate::domain::event::Subject;
use crate::domain::partner::PartnerUser;
use crate::domain::role::{Sight, Sights};
use crate::domain::team::User;
use crate::store::db::Tx;
use crate::store::events::{self, Event};
use crate::store::filter::ListQuery;

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

/// The fields of a kind that the caller doesn't see in full.
fn covered(ctx: &RequestContext, kind: &'static Kind) -> impl Iterator<Item = &'static Field> {
    let sights = ctx.actor.sights;
    let fields = kind.fields.iter().chain(kind.parts);
    fields.filter(move |field| sights.of_class(field.class) != Sight::Shown)
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

/// Refuses a list that would tell by its condition, order or words what is masked.
pub(super) fn require_shown(
    ctx: &RequestContext,
    kind: &'static Kind,
    query: &ListQuery,
) -> Result<(), Refusal> {
    if ctx.actor.sights == Sights::FULL {
        return Ok(());
    }
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let names = |text: &Option<String>, name: &str| {
        text.as_deref().is_some_and(|text| text.split(|c: char| !part(c)).any(|word| word == name))
    };
    for field in covered(ctx, kind) {
        for (parameter, text) in [("filter", &query.filter), ("sort", &query.sort)] {
            if names(text, field.name) {
                let detail =
                    format!("{parameter}: {} is masked for you, so nothing is asked by it", field.name);
                return Err(Refusal::Forbidden(detail));
            }
        }
    }
    if query.q.is_some() && covered(ctx, kind).next().is_some() {
        let detail = "q: some of what these records are found by is masked for you; use the search";
        return Err(Refusal::Forbidden(detail.to_owned()));
    }
    Ok(())
}

/// Refuses a change of a field that is masked, to nothing as well: what is shown would be written over what is there. A
/// change has, as JSON, the fields that it says and no others.
pub(super) fn require_changeable<C: Serialize>(
    ctx: &RequestContext,
    kind: &'static Kind,
    change: &C,
) -> Result<(), Refusal> {
    if ctx.actor.sights == Sights::FULL {
        return Ok(());
    }
    let said = serde_json::to_value(change).unwrap_or_default();
    match covered(ctx, kind).find(|field| said.get(field.name).is_some()) {
        Some(field) => {
            Err(Refusal::Forbidden(format!("{} is masked for you, so you can't change it", field.name)))
        }
        None => Ok(()),
    }
}

/// Refuses who doesn't see all of what tells of people.
pub(super) fn require_all(ctx: &RequestContext, why: &str) -> Result<(), Refusal> {
    match ctx.actor.sights == Sights::FULL {
        true => Ok(()),
        false => Err(Refusal::Forbidden(format!("{why}, and some of that is masked for you"))),
    }
}

/// Takes out of events what would tell what is masked: of their data the fields stay that are shown in full, and ids.
pub(super) async fn mask_events(
    tx: &mut Tx,
    ctx: &RequestContext,
    found: &mut [Event],
) -> Result<(), Refusal> {
    if ctx.actor.sights == Sights::FULL {
        return Ok(());
    }
    let declared = kinds::declared(tx, ctx).await?;
    for event in found {
        let Value::Object(data) = events::data(event) else { continue };
        let kinds = KINDS.iter().chain(&declared).copied();
        let kind = kinds.into_iter().find(|kind| kind.name == event.subject_kind);
        let open = |name: &str| {
            let own = kind.and_then(|kind| kind.field(name));
            let shown = own.is_some_and(|field| ctx.actor.sights.of_class(field.class) == Sight::Shown);
            // A customer's name stands in the data of events of others as `name`, too.
            shown && event.kind.split('.').next() == kind.map(|kind| kind.name) || name.ends_with("_id")
        };
        let kept: Map<String, Value> = data.into_iter().filter(|(name, _)| open(name)).collect();
        event.data = Some(Value::Object(kept).to_string());
    }
    Ok(())
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
    let record = records::get(tx, &in_full, kind, *id).await?;
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
