//! What is masked for somebody can't be asked for otherwise: not by conditions, orders or searches, and not by changing
//! it.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::domain::catalogue::{Field, KINDS, Kind};
use crate::domain::role::{Sight, Sights};
use crate::ops::catalogue::kinds;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::events::{self, Event};
use crate::store::filter::ListQuery;

/// The fields of a kind that the caller doesn't see in full.
pub(in crate::ops) fn covered(
    ctx: &RequestContext,
    kind: &'static Kind,
) -> impl Iterator<Item = &'static Field> {
    let sights = ctx.actor.sights;
    let fields = kind.fields.iter().chain(kind.parts);
    fields.filter(move |field| sights.of_class(field.class) != Sight::Shown)
}

/// Refuses a list that would tell by its condition, order or words what is masked.
pub(in crate::ops) fn require_shown(
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
pub(in crate::ops) fn require_changeable<C: Serialize>(
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
pub(in crate::ops) fn require_all(ctx: &RequestContext, why: &str) -> Result<(), Refusal> {
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
