//! Records of declared kinds: made, changed and removed by the same rules as others.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::AnyRecord;
use crate::domain::actor::Permission;
use crate::domain::attributes::too_large;
use crate::domain::catalogue::{Kind, Record as _, Type};
use crate::domain::customer::Customer;
use crate::domain::declared::{Declaration, DeclaredRecord, NewRecord, RecordChange, shown_fields};
use crate::domain::event::Subject;
use crate::domain::ids::{CustomerId, RecordId};
use crate::domain::team::{Team, User};
use crate::ops::access::{embedded, masking, reach};
use crate::ops::catalogue::{custom_fields, kinds};
use crate::ops::customers;
use crate::ops::refusal::{InvalidField, Refusal};
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::events::{self, Event};
use crate::store::filter::ListQuery;
use crate::store::page::{MAX_LIMIT, Page};
use crate::store::{declared_kinds, declared_records, records};

/// A request's fields, as the API takes them.
pub type RequestFields = Map<String, Value>;

/// The kind of this name that was declared, if the caller may see its records.
pub async fn kind(tx: &mut Tx, ctx: &RequestContext, name: &str) -> Result<&'static Kind, Refusal> {
    ctx.require(Permission::RecordsRead)?;
    let kind = kinds::get(tx, ctx, name).await?;
    if kind.is_declared() { Ok(kind) } else { Err(Refusal::not_found("declared kind", name)) }
}

/// As [`kind`], for who writes a record of it.
async fn held(
    tx: &mut Tx,
    ctx: &RequestContext,
    name: &str,
) -> Result<(&'static Kind, &'static Declaration), Refusal> {
    ctx.require(Permission::RecordsWrite)?;
    let kind = declared_kinds::held(tx, name).await?;
    let known = kind.and_then(|kind| Some((kind, kind.declared?)));
    known.ok_or_else(|| Refusal::not_found("declared kind", name))
}

/// A page of a list.
pub async fn list(
    tx: &mut Tx,
    ctx: &RequestContext,
    kind: &'static Kind,
    query: &ListQuery,
) -> Result<Page<AnyRecord, String>, Refusal> {
    ctx.require(Permission::RecordsRead)?;
    masking::require_shown(ctx, kind, query)?;
    let page = declared_records::list(tx, kind, query, ctx.scope()).await?;
    let seen = |record| AnyRecord::declared(kind, record, ctx.actor.sights);
    Ok(Page { items: page.items.iter().map(seen).collect(), next: page.next })
}

/// One record.
pub async fn get(
    tx: &mut Tx,
    ctx: &RequestContext,
    kind: &'static Kind,
    id: Uuid,
) -> Result<AnyRecord, Refusal> {
    ctx.require(Permission::RecordsRead)?;
    let found = declared_records::get(tx, kind, id.into(), ctx.scope()).await?;
    let record = found.ok_or_else(|| Refusal::not_found(kind.name, id))?;
    Ok(AnyRecord::declared(kind, &record, ctx.actor.sights))
}

/// Everything that happened to a record and is there for the caller, oldest first.
pub async fn history(
    tx: &mut Tx,
    ctx: &RequestContext,
    kind: &'static Kind,
    id: Uuid,
) -> Result<Vec<Event>, Refusal> {
    get(tx, ctx, kind, id).await?;
    let found = events::of_subject(tx, kind.name, id, MAX_LIMIT).await?;
    embedded::shown(tx, ctx, found).await
}

/// Makes a record.
pub async fn create(
    tx: &mut Tx,
    ctx: &RequestContext,
    (name, fields): &(String, RequestFields),
) -> Result<AnyRecord, Refusal> {
    create_as(tx, ctx, name, None, fields).await
}

/// Makes a record with an id that was drawn before.
pub(in crate::ops) async fn create_as(
    tx: &mut Tx,
    ctx: &RequestContext,
    name: &str,
    id: Option<RecordId>,
    fields: &RequestFields,
) -> Result<AnyRecord, Refusal> {
    let (kind, declared) = held(tx, ctx, name).await?;
    let (common, own) = apart(fields);
    let new: NewRecord = read(common)?;
    let now = tx.now();
    let mut record = DeclaredRecord {
        id: id.unwrap_or_else(|| tx.id()),
        kind: kind.name.to_owned(),
        source_id: ctx.source(),
        created_at: now,
        updated_at: now,
        version: 1,
        ..DeclaredRecord::blank()
    };
    new.apply(&mut record);
    record.fill(&declared.kind, &own);
    let faults = record.set(&declared.kind, &own);
    check(tx, ctx, kind, &mut record, faults, &own, new.custom.as_ref()).await?;
    reach::give(tx, ctx, &mut record.owner_id, &mut record.team_id).await?;
    if !declared_records::insert(tx, &record).await? {
        return Err(Refusal::Conflict(format!("there is a record {} already", record.id)));
    }
    let mut data = shown_fields(kind, &record);
    data.retain(|name, value| !value.is_null() && kind.field(name).is_some_and(|field| field.new));
    ctx.record(tx, &declared.created, subject(kind, &record), Value::Object(data)).await?;
    Ok(AnyRecord::declared(kind, &record, ctx.actor.sights))
}

/// A change of a record: the kind's name, the record, the version that the change is based on, the fields.
pub type Change = (String, Uuid, Option<i64>, RequestFields);

/// Changes a record, if it is still at the version that the change is based on.
pub async fn change(
    tx: &mut Tx,
    ctx: &RequestContext,
    (name, id, expected, fields): &Change,
) -> Result<AnyRecord, Refusal> {
    let (kind, declared) = held(tx, ctx, name).await?;
    masking::require_changeable(ctx, kind, fields)?;
    let mut record = lock(tx, ctx, kind, *id).await?;
    crate::ops::expect_version(*expected, record.version - 1)?;
    let before = record.clone();
    let (common, own) = apart(fields);
    let change: RecordChange = read(common)?;
    change.apply(&mut record);
    let faults = record.set(&declared.kind, &own);
    check(tx, ctx, kind, &mut record, faults, &own, change.custom.as_ref()).await?;
    if record.owner_id != before.owner_id {
        reach::give(tx, ctx, &mut record.owner_id, &mut record.team_id).await?;
    }
    declared_records::update(tx, &record).await?;
    let data = difference(kind, &before, &record);
    ctx.record(tx, &declared.updated, subject(kind, &record), data).await?;
    Ok(AnyRecord::declared(kind, &record, ctx.actor.sights))
}

/// Removes a record.
pub async fn delete(tx: &mut Tx, ctx: &RequestContext, (name, id): &(String, Uuid)) -> Result<(), Refusal> {
    let (kind, declared) = held(tx, ctx, name).await?;
    let record = lock(tx, ctx, kind, *id).await?;
    declared_records::delete(tx, record.id).await?;
    let title = record.data.get(kind.title).cloned().unwrap_or_default();
    let data = json!({kind.title: title});
    ctx.record(tx, &declared.deleted, subject(kind, &record), data).await.map(|_| ())
}

async fn lock(
    tx: &mut Tx,
    ctx: &RequestContext,
    kind: &'static Kind,
    id: Uuid,
) -> Result<DeclaredRecord, Refusal> {
    match declared_records::lock(tx, kind, id.into(), ctx.scope()).await? {
        Some(record) => Ok(record),
        None => Err(reach::missing(tx, ctx, kind.name, id).await),
    }
}

/// A request's fields that every record has, and those of the kind.
fn apart(fields: &RequestFields) -> (RequestFields, RequestFields) {
    let common = |name: &str| {
        let known = DeclaredRecord::KIND.field(name);
        known.is_some_and(|field| field.new && !field.internal)
    };
    fields.clone().into_iter().partition(|(name, _)| common(name))
}

fn read<T: serde::de::DeserializeOwned>(fields: RequestFields) -> Result<T, Refusal> {
    let mut faults = Vec::new();
    for (name, value) in &fields {
        let alone = json!({name: value});
        if let Err(error) = serde_json::from_value::<T>(alone) {
            faults.push(InvalidField { pointer: format!("/{name}"), detail: error.to_string() });
        }
    }
    Refusal::unless_valid(faults)?;
    serde_json::from_value(Value::Object(fields)).map_err(|error| Refusal::invalid("", error.to_string()))
}

/// Refuses a record that breaks the rules of its kind, among them that the records are there which a request names. What
/// names a customer that was merged names the one that stands for it from then on.
async fn check(
    tx: &mut Tx,
    ctx: &RequestContext,
    kind: &'static Kind,
    record: &mut DeclaredRecord,
    mut faults: Vec<InvalidField>,
    said: &RequestFields,
    custom: Option<&Map<String, Value>>,
) -> Result<(), Refusal> {
    faults.extend(custom_fields::faults_of(tx, kind, custom).await?);
    if let Some(detail) = too_large(&record.data) {
        faults.push(InvalidField { pointer: String::new(), detail });
    }
    for (field, of, id) in [
        ("owner_id", User::KIND, record.owner_id.map(|id| id.0)),
        ("team_id", Team::KIND, record.team_id.map(|id| id.0)),
    ] {
        if let Some(id) = id
            && records::titles(tx, of, &[id]).await?.is_empty()
        {
            faults.push(InvalidField {
                pointer: format!("/{field}"),
                detail: format!("there is no {} {id}", of.name),
            });
        }
    }
    Refusal::unless_valid(faults)?;
    for field in kind.fields.iter().filter(|field| said.contains_key(field.name)) {
        let (Type::Id(Some(target)), Some(id)) = (field.of, record.data.get(field.name)) else { continue };
        let Some(id) = id.as_str().and_then(|id| id.parse::<Uuid>().ok()) else { continue };
        let missing = || Refusal::invalid(format!("/{}", field.name), format!("there is no {target} {id}"));
        if target == Customer::KIND.name {
            let named = customers::named(tx, ctx, id.into()).await.map_err(|refusal| match refusal {
                Refusal::Invalid(_) | Refusal::NotFound { .. } => missing(),
                other => other,
            })?;
            record.data.insert(field.name.to_owned(), json!(named.id));
            continue;
        }
        let of = kinds::named(tx, target).await?.ok_or_else(missing)?;
        let there =
            !records::titles(tx, of, &[id]).await?.is_empty() && reach::sees(tx, ctx, of.name, id).await?;
        if !there {
            return Err(missing());
        }
    }
    Ok(())
}

/// What a change did to a record, as events have it.
fn difference(kind: &Kind, before: &DeclaredRecord, after: &DeclaredRecord) -> Value {
    let (old, new) = (shown_fields(kind, before), shown_fields(kind, after));
    let changeable = kind.fields.iter().filter(|field| field.change);
    let changed = changeable.filter_map(|field| {
        let (old, new) = (old.get(field.name)?, new.get(field.name)?);
        (old != new).then(|| (field.name.to_owned(), json!({"old": old, "new": new})))
    });
    Value::Object(changed.collect())
}

/// A record as events name it: on the timeline of the customer that it names.
fn subject(kind: &'static Kind, record: &DeclaredRecord) -> Subject {
    Subject {
        kind: kind.name,
        id: record.id.0,
        customer: customer_of(kind, record),
        source: record.source_id,
    }
}

/// The first customer that a record names.
pub(super) fn customer_of(kind: &Kind, record: &DeclaredRecord) -> Option<CustomerId> {
    let customers = kind.fields.iter().filter(|field| field.of == Type::Id(Some(Customer::KIND.name)));
    let mut named = customers.filter_map(|field| record.data.get(field.name)?.as_str()?.parse().ok());
    named.next()
}
