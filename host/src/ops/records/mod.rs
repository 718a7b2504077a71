//! Records of any kind, by the kind's name: what pages, saved views and changes of many records do with all kinds
//! alike. What a kind's rules are stays in its own file; here stands which of its operations is which.

pub mod declared_records;
pub mod exports;
pub mod preview;
pub mod saved_views;
pub mod search;
pub mod unmask;

mod access;
mod any;

use uuid::Uuid;

use super::access::{masking, reach};
use super::catalogue::custom_fields;
use super::catalogue::kinds;
use super::refusal::Refusal;
use super::request_context::RequestContext;
use crate::domain::actor::Permission;
use crate::domain::catalogue::{FieldClass, KINDS, Kind, Record as _};
use crate::domain::custom_field::{COLUMN, CustomField};
use crate::domain::customer::Customer;
use crate::domain::masking as seen;
use crate::domain::role::Sight;
use crate::domain::team::User;
use crate::store::db::Tx;
use crate::store::events::Event;
use crate::store::filter::{self, ListQuery};
use crate::store::page::Page;
use crate::store::{custom_fields as stored_fields, customers, events, records};

use self::access::{Access, of};
pub use self::access::{RecordChange, RequestFields};
pub use self::any::AnyRecord;

/// Records are counted up to this number.
pub const MOST_COUNTED: i64 = 10_000;
/// How many events of a record are shown.
const HISTORY: i64 = 100;
/// Of so many customers that were merged into one the records are shown beside it.
const MOST_MERGED: i64 = 50;

/// A page of a list of records.
pub async fn list(
    tx: &mut Tx,
    ctx: &RequestContext,
    kind: &'static Kind,
    query: &ListQuery,
) -> Result<Page<AnyRecord, String>, Refusal> {
    if kind.is_declared() {
        return declared_records::list(tx, ctx, kind, query).await;
    }
    (access(ctx, kind)?.list)(tx, ctx, query).await
}

/// How many records a list has; one more than [`MOST_COUNTED`] where it has more.
pub async fn count(
    tx: &mut Tx,
    ctx: &RequestContext,
    kind: &'static Kind,
    query: &ListQuery,
) -> Result<i64, Refusal> {
    seen(ctx, kind)?;
    masking::require_shown(ctx, kind, query)?;
    Ok(filter::count(tx, kind, query, ctx.scope(), MOST_COUNTED).await?)
}

/// One record.
pub async fn get(
    tx: &mut Tx,
    ctx: &RequestContext,
    kind: &'static Kind,
    id: Uuid,
) -> Result<AnyRecord, Refusal> {
    if kind.is_declared() {
        return declared_records::get(tx, ctx, kind, id).await;
    }
    (access(ctx, kind)?.get)(tx, ctx, id).await
}

/// Makes a record of what a request says.
pub async fn create(
    tx: &mut Tx,
    ctx: &RequestContext,
    (kind, fields): &(&'static Kind, RequestFields),
) -> Result<AnyRecord, Refusal> {
    if kind.is_declared() {
        return declared_records::create(tx, ctx, &(kind.name.to_owned(), fields.clone())).await;
    }
    let create = of(kind).and_then(|access| access.create);
    let create = create.ok_or_else(|| Refusal::Conflict(format!("a {} isn't made by hand", kind.name)))?;
    create(tx, ctx, fields).await
}

/// Changes a record, if it is still at the version that the change is based on.
pub async fn change(
    tx: &mut Tx,
    ctx: &RequestContext,
    (kind, change): &(&'static Kind, RecordChange),
) -> Result<AnyRecord, Refusal> {
    if kind.is_declared() {
        let (id, version, fields) = change.clone();
        return declared_records::change(tx, ctx, &(kind.name.to_owned(), id, version, fields)).await;
    }
    let known = of(kind).and_then(|access| access.change);
    let known = known.ok_or_else(|| Refusal::Conflict(format!("a {} isn't changed by hand", kind.name)))?;
    known(tx, ctx, change).await
}

/// Whether people work with records of a kind on pages of their own; others are seen within others only.
pub fn has_pages(kind: &Kind) -> bool {
    kind.is_declared() || of(kind).is_some()
}

/// Whether the caller may make records of a kind by hand.
pub fn may_create(ctx: &RequestContext, kind: &Kind) -> bool {
    let by_hand = kind.is_declared() || of(kind).is_some_and(|access| access.create.is_some());
    by_hand && may_write(ctx, kind)
}

/// Whether the caller may change records of a kind by hand.
pub fn may_change(ctx: &RequestContext, kind: &Kind) -> bool {
    let by_hand = kind.is_declared() || of(kind).is_some_and(|access| access.change.is_some());
    by_hand && may_write(ctx, kind)
}

/// What happened to a record, the newest first, as far as the caller may see it.
pub async fn history(tx: &mut Tx, ctx: &RequestContext, record: &AnyRecord) -> Result<Vec<Event>, Refusal> {
    seen(ctx, record.kind)?;
    let found = events::latest_of_subject(tx, record.kind.name, record.id, HISTORY).await?;
    super::access::embedded::shown(tx, ctx, found).await
}

/// What people know records by, as far as the caller may see the kind.
pub async fn titles(
    tx: &mut Tx,
    ctx: &RequestContext,
    kind: &'static Kind,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, String)>, Refusal> {
    if !ctx.scope().is_of_house() || !kinds::sees(ctx, kind) {
        return Ok(Vec::new());
    }
    let mut found = records::titles(tx, kind, ids).await?;
    reach::retain(tx, ctx, &mut found, |(id, _)| (kind.name, *id)).await?;
    let class = kind.field(kind.title).map_or(FieldClass::Plain, |field| field.class);
    for (_, title) in &mut found {
        *title = seen::text_or_empty(class, title, ctx.actor.sights);
    }
    Ok(found)
}

/// The records of a kind that people know by exactly this, two at most.
pub async fn called(
    tx: &mut Tx,
    ctx: &RequestContext,
    kind: &'static Kind,
    title: &str,
) -> Result<Vec<Uuid>, Refusal> {
    if !ctx.scope().is_of_house() || !kinds::sees(ctx, kind) {
        return Ok(Vec::new());
    }
    let masked =
        kind.field(kind.title).is_some_and(|field| ctx.actor.sights.of_class(field.class) != Sight::Shown);
    if masked {
        return Ok(Vec::new());
    }
    let mut found = records::called(tx, kind, title).await?;
    reach::retain(tx, ctx, &mut found, |id| (kind.name, *id)).await?;
    Ok(found)
}

/// The titles of the first records of a kind that has no pages, for who may see them.
pub async fn some_titles(
    tx: &mut Tx,
    ctx: &RequestContext,
    kind: &'static Kind,
    limit: i64,
) -> Result<Vec<(String, String)>, Refusal> {
    if !ctx.scope().is_of_house() || !kinds::sees(ctx, kind) || kind.has_reach() {
        return Ok(Vec::new());
    }
    let found = records::first_titles(tx, kind, limit).await?;
    Ok(found.into_iter().map(|(id, title)| (id.to_string(), title)).collect())
}

/// The names of people who work here, as far as the caller may see them.
pub async fn names_of_people(
    tx: &mut Tx,
    ctx: &RequestContext,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, String)>, Refusal> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    titles(tx, ctx, User::KIND, &ids).await
}

/// The names of a kind's fields, those that were added among them.
pub(super) async fn fields(tx: &mut Tx, kind: &'static Kind) -> Result<Vec<String>, Refusal> {
    let own = kind.fields.iter().filter(|field| !field.internal).map(|field| field.name.to_owned());
    let mut names: Vec<String> = own.collect();
    if CustomField::can_be_added_to(kind) {
        let added = stored_fields::of_kind(tx, kind).await?;
        names.extend(added.iter().map(|field| format!("{COLUMN}.{}", field.name)));
    }
    Ok(names)
}

/// The fields that the company has added to a kind.
pub async fn added(
    tx: &mut Tx,
    ctx: &RequestContext,
    kind: &'static Kind,
) -> Result<Vec<CustomField>, Refusal> {
    if CustomField::can_be_added_to(kind) {
        custom_fields::list(tx, ctx, kind.name).await
    } else {
        Ok(Vec::new())
    }
}

/// Where records of a kind name those of another: the kinds and fields, for the records beside a record.
pub async fn relations(
    tx: &mut Tx,
    ctx: &RequestContext,
    to: &Kind,
) -> Result<Vec<(&'static Kind, &'static str)>, Refusal> {
    let related = |kind: &'static Kind| {
        let fields = kind.fields.iter().filter(|field| field.filters() && field.name != "id");
        let naming = fields.filter(|field| field.of.target().as_deref() == Some(to.name));
        naming.map(move |field| (kind, field.name))
    };
    let own = KINDS.iter().copied().filter(|kind| of(kind).is_some() && kinds::sees(ctx, kind));
    let declared = kinds::declared(tx, ctx).await?;
    Ok(own.chain(declared).flat_map(related).collect())
}

/// The ids that others may name a record by: its own, and those of customers that were merged into it.
pub async fn stands_for(tx: &mut Tx, record: &AnyRecord) -> Result<Vec<Uuid>, Refusal> {
    let mut ids = vec![record.id];
    if record.kind.name == Customer::KIND.name {
        let merged = customers::merged_into(tx, record.id.into(), MOST_MERGED).await?;
        ids.extend(merged.into_iter().map(|id| id.0));
    }
    Ok(ids)
}

/// The kind of this name that has pages, if the caller may see its records.
pub async fn kind(tx: &mut Tx, ctx: &RequestContext, name: &str) -> Result<&'static Kind, Refusal> {
    let kind = kinds::get(tx, ctx, name).await?;
    if has_pages(kind) { Ok(kind) } else { Err(Refusal::not_found("kind", name)) }
}

/// Whether a kind that the host has itself has pages, and the caller may see its records.
pub fn sees_pages(ctx: &RequestContext, kind: &Kind) -> bool {
    of(kind).is_some() && kinds::sees(ctx, kind)
}

/// Whether the caller may change records of a kind.
pub fn may_write(ctx: &RequestContext, kind: &Kind) -> bool {
    writing(kind).is_some_and(|needed| ctx.covers([needed].into_iter().collect()))
}

/// Refuses who may not see records of a kind that has pages.
fn seen(ctx: &RequestContext, kind: &'static Kind) -> Result<(), Refusal> {
    if !kinds::sees(ctx, kind) {
        return Err(Refusal::Denied(kind.right));
    }
    if has_pages(kind) { Ok(()) } else { Err(Refusal::not_found("kind", kind.name)) }
}

fn access(ctx: &RequestContext, kind: &'static Kind) -> Result<&'static Access, Refusal> {
    seen(ctx, kind)?;
    of(kind).ok_or_else(|| Refusal::not_found("kind", kind.name))
}

/// The permission that changing records of a kind takes.
pub fn writing(kind: &Kind) -> Option<Permission> {
    if kind.is_declared() {
        return Some(Permission::RecordsWrite);
    }
    of(kind).map(|access| access.write)
}
