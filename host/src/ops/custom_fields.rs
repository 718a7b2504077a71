//! Fields that a company adds to a kind of records, and the values that records have of them.

use serde_json::{Map, Value, json};

use super::kinds;
use super::refusal::{InvalidField, Refusal};
use super::request_context::RequestContext;
use crate::domain::actor::Permission;
use crate::domain::catalogue::{self, KINDS, Kind, Record};
use crate::domain::custom_field::{COLUMN, CustomField, CustomFieldChange, NewCustomField, misfits};
use crate::domain::event::Subject;
use crate::store::custom_fields;
use crate::store::db::Tx;

/// The most fields that are added to a kind.
const MOST: usize = 200;

/// The fields that were added to a kind whose records the caller may see.
pub async fn list(tx: &mut Tx, ctx: &RequestContext, kind: &str) -> Result<Vec<CustomField>, Refusal> {
    Ok(custom_fields::of_kind(tx, kinds::get(ctx, kind)?).await?)
}

/// Every field that was added to the kinds that the caller may see.
pub async fn all(tx: &mut Tx, ctx: &RequestContext) -> Result<Vec<CustomField>, Refusal> {
    let kinds = kinds::list(ctx)?;
    let mut fields = custom_fields::list(tx).await?;
    fields.retain(|field| kinds.iter().any(|kind| kind.name == field.kind));
    Ok(fields)
}

/// Adds a field to a kind.
pub async fn create(
    tx: &mut Tx,
    ctx: &RequestContext,
    (kind, new): &(String, NewCustomField),
) -> Result<CustomField, Refusal> {
    let kind = changeable(ctx, kind)?;
    let now = tx.now();
    let mut field = CustomField {
        id: tx.id(),
        kind: kind.name.to_owned(),
        created_at: now,
        updated_at: now,
        version: 1,
        ..CustomField::blank()
    };
    new.apply(&mut field);
    check(&field)?;
    if custom_fields::of_kind(tx, kind).await?.len() >= MOST {
        return Err(Refusal::Conflict(format!("a {} has at most {MOST} added fields", kind.name)));
    }
    if !custom_fields::insert(tx, &field).await? {
        return Err(Refusal::Conflict(format!("a {} has a field {:?} already", kind.name, field.name)));
    }
    let data = json!({"kind": field.kind, "name": field.name, "value_type": field.value_type});
    ctx.record(tx, "custom-field.created", Subject::of("custom-field", field.id), data).await?;
    Ok(field)
}

/// Changes a field, if it is still at the version that the change is based on. A choice that records have stays.
pub async fn change(
    tx: &mut Tx,
    ctx: &RequestContext,
    (kind, name, expected, change): &(String, String, Option<i64>, CustomFieldChange),
) -> Result<CustomField, Refusal> {
    let kind = changeable(ctx, kind)?;
    let mut field = lock(tx, kind, name).await?;
    super::expect_version(*expected, field.version - 1)?;
    let before = field.clone();
    change.apply(&mut field);
    check(&field)?;
    for gone in before.choices.iter().filter(|choice| !field.choices.contains(choice)) {
        let count = custom_fields::count(tx, kind, name, Some(gone)).await?;
        if count > 0 {
            let detail = format!("{count} records have the choice {gone:?}; give them another one first");
            return Err(Refusal::Conflict(detail));
        }
    }
    custom_fields::update(tx, &field).await?;
    let data = catalogue::difference(&before, &field);
    ctx.record(tx, "custom-field.updated", Subject::of("custom-field", field.id), data).await?;
    Ok(field)
}

/// Removes a field that no record has a value of.
pub async fn delete(
    tx: &mut Tx,
    ctx: &RequestContext,
    (kind, name): &(String, String),
) -> Result<(), Refusal> {
    let kind = changeable(ctx, kind)?;
    let field = lock(tx, kind, name).await?;
    let count = custom_fields::count(tx, kind, name, None).await?;
    if count > 0 {
        let (kind, filter) = (kind.name, format!("has({COLUMN}.{name})"));
        let detail = format!(
            "{count} records of the kind {kind} have a value of it; clear those first (filter={filter})"
        );
        return Err(Refusal::Conflict(detail));
    }
    custom_fields::delete(tx, &field).await?;
    let data = json!({"kind": field.kind, "name": field.name});
    ctx.record(tx, "custom-field.deleted", Subject::of("custom-field", field.id), data).await.map(|_| ())
}

/// What is wrong with the values of added fields that a request sets.
pub(super) async fn faults<R: Record>(
    tx: &mut Tx,
    set: Option<&Map<String, Value>>,
) -> Result<Vec<InvalidField>, Refusal> {
    let Some(set) = set.filter(|set| !set.is_empty()) else { return Ok(Vec::new()) };
    Ok(misfits(&custom_fields::of_kind(tx, R::KIND).await?, set))
}

/// The kind of this name, if the caller may add fields to it.
fn changeable(ctx: &RequestContext, name: &str) -> Result<&'static Kind, Refusal> {
    ctx.require(Permission::FieldsWrite)?;
    let kind = KINDS.iter().copied().find(|kind| kind.name == name);
    let kind = kind.ok_or_else(|| Refusal::not_found("kind", name))?;
    if CustomField::can_be_added_to(kind) {
        return Ok(kind);
    }
    Err(Refusal::Conflict(format!("records of the kind {name} can't have added fields")))
}

async fn lock(tx: &mut Tx, kind: &'static Kind, name: &str) -> Result<CustomField, Refusal> {
    let locked = custom_fields::lock(tx, kind, name).await?;
    locked.ok_or_else(|| Refusal::not_found("added field", format!("{}.{name}", kind.name)))
}

fn check(field: &CustomField) -> Result<(), Refusal> {
    let mut faults = catalogue::faults(field);
    for fault in field.faults() {
        if faults.iter().all(|known| known.pointer != fault.pointer) {
            faults.push(fault);
        }
    }
    Refusal::unless_valid(faults)
}
