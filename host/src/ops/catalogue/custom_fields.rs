//! Fields that a company adds to a kind of records, and the values that records have of them.

use serde_json::{Map, Value, json};

use super::kinds;
use crate::domain::actor::Permission;
use crate::domain::catalogue::{self, Kind, Record};
use crate::domain::custom_field::{COLUMN, CustomField, CustomFieldChange, NewCustomField, misfits};
use crate::domain::event::Subject;
use crate::ops::manifests;
use crate::ops::refusal::{InvalidField, Refusal};
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::{custom_fields, saved_views};

/// The most fields that are added to a kind.
const MOST: usize = 200;
/// The most records that lose a value with a field: all of them in one transaction.
const MOST_CLEARED: i64 = 10_000;

/// The fields that were added to a kind whose records the caller may see.
pub async fn list(tx: &mut Tx, ctx: &RequestContext, kind: &str) -> Result<Vec<CustomField>, Refusal> {
    let kind = kinds::get(tx, ctx, kind).await?;
    Ok(custom_fields::of_kind(tx, kind).await?)
}

/// Every field that was added to the kinds that the caller may see.
pub async fn all(tx: &mut Tx, ctx: &RequestContext) -> Result<Vec<CustomField>, Refusal> {
    let kinds = kinds::list(tx, ctx).await?;
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
    let kind = changeable(tx, ctx, kind).await?;
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
    if field.indexed {
        custom_fields::set_index(tx, kind, &field, true).await?;
    }
    let data = json!({"kind": field.kind, "name": field.name, "value_type": field.value_type});
    ctx.record(tx, "custom-field.created", Subject::of("custom-field", field.id), data).await?;
    Ok(field)
}

/// Makes the indexes of all fields that have one, in a database that has none of them.
pub(in crate::ops) async fn make_indexes(tx: &mut Tx) -> Result<(), Refusal> {
    for field in custom_fields::list(tx).await?.iter().filter(|field| field.indexed) {
        if let Some(kind) = kinds::named(tx, &field.kind).await? {
            custom_fields::set_index(tx, kind, field, true).await?;
        }
    }
    Ok(())
}

/// Changes a field, if it is still at the version that the change is based on. A choice that records have stays.
pub async fn change(
    tx: &mut Tx,
    ctx: &RequestContext,
    (kind, name, expected, change): &(String, String, Option<i64>, CustomFieldChange),
) -> Result<CustomField, Refusal> {
    let kind = changeable(tx, ctx, kind).await?;
    let mut field = lock(tx, kind, name).await?;
    crate::ops::expect_version(*expected, field.version - 1)?;
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
    if before.indexed != field.indexed {
        custom_fields::set_index(tx, kind, &field, field.indexed).await?;
    }
    custom_fields::update(tx, &field).await?;
    let data = catalogue::difference(&before, &field);
    ctx.record(tx, "custom-field.updated", Subject::of("custom-field", field.id), data).await?;
    Ok(field)
}

/// What there is that a field's removal would break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldUses {
    /// How many records have a value of it.
    pub records: i64,
    /// The names of the saved views that have it as a column, in their condition or order.
    pub views: Vec<String>,
    /// The installations whose plugins want to read or write it.
    pub plugins: Vec<String>,
}

impl FieldUses {
    /// Whether views or plugins name the field.
    fn is_named(&self) -> bool {
        !self.views.is_empty() || !self.plugins.is_empty()
    }
}

/// What a field's removal would break.
pub async fn uses(tx: &mut Tx, ctx: &RequestContext, kind: &str, name: &str) -> Result<FieldUses, Refusal> {
    let kind = changeable(tx, ctx, kind).await?;
    let known = custom_fields::of_kind(tx, kind).await?.into_iter().any(|field| field.name == name);
    if !known {
        return Err(Refusal::not_found("added field", format!("{}.{name}", kind.name)));
    }
    uses_of(tx, kind, name).await
}

async fn uses_of(tx: &mut Tx, kind: &'static Kind, name: &str) -> Result<FieldUses, Refusal> {
    let records = custom_fields::count(tx, kind, name, None).await?;
    let named = format!("{COLUMN}.{name}");
    let views = saved_views::of_kind(tx, kind.name).await?.into_iter();
    let views = views.filter(|view| view.names(&named)).map(|view| view.name).collect();
    let mut plugins = Vec::new();
    for (installation, manifest) in manifests::in_use(tx).await? {
        let mut wants = manifest.wants.records.iter().filter(|want| want.kind == kind.name);
        if wants.any(|want| want.read.contains(&named) || want.write.contains(&named)) {
            plugins.push(installation);
        }
    }
    Ok(FieldUses { records, views, plugins })
}

/// Removes a field. One that records have values of, or that views or plugins name, goes only if the caller insists; the values
/// go with it.
pub async fn delete(
    tx: &mut Tx,
    ctx: &RequestContext,
    (kind, name, insists): &(String, String, bool),
) -> Result<(), Refusal> {
    let kind = changeable(tx, ctx, kind).await?;
    let field = lock(tx, kind, name).await?;
    let uses = uses_of(tx, kind, name).await?;
    let (count, filter) = (uses.records, format!("filter=has({COLUMN}.{name})"));
    if count > 0 && !insists {
        let detail = format!(
            "{count} records of the kind {} have a value of it ({filter}); remove it with its values (force=true), or clear \
             those first",
            kind.name
        );
        return Err(Refusal::Conflict(detail));
    }
    if count > MOST_CLEARED {
        let detail = format!(
            "{count} records have a value of it, and at most {MOST_CLEARED} are cleared with a field; clear some first ({filter})"
        );
        return Err(Refusal::Conflict(detail));
    }
    if !insists && uses.is_named() {
        let list = |names: &[String]| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let detail = format!(
            "it is used by saved views: {}; by plugins: {}; change those first, or remove it all the same (force=true)",
            list(&uses.views),
            list(&uses.plugins),
        );
        return Err(Refusal::Conflict(detail));
    }
    if field.indexed {
        custom_fields::set_index(tx, kind, &field, false).await?;
    }
    let cleared = custom_fields::clear(tx, kind, name).await?;
    custom_fields::delete(tx, &field).await?;
    let data = json!({"kind": field.kind, "name": field.name, "records": cleared});
    ctx.record(tx, "custom-field.deleted", Subject::of("custom-field", field.id), data).await.map(|_| ())
}

/// What is wrong with the values of added fields that a request sets.
pub(in crate::ops) async fn faults<R: Record>(
    tx: &mut Tx,
    set: Option<&Map<String, Value>>,
) -> Result<Vec<InvalidField>, Refusal> {
    faults_of(tx, R::KIND, set).await
}

/// As [`faults`], of a kind that is known when the program runs.
pub(in crate::ops) async fn faults_of(
    tx: &mut Tx,
    kind: &'static Kind,
    set: Option<&Map<String, Value>>,
) -> Result<Vec<InvalidField>, Refusal> {
    let Some(set) = set.filter(|set| !set.is_empty()) else { return Ok(Vec::new()) };
    Ok(misfits(&custom_fields::of_kind(tx, kind).await?, set))
}

/// The kind of this name, if the caller may add fields to it.
async fn changeable(tx: &mut Tx, ctx: &RequestContext, name: &str) -> Result<&'static Kind, Refusal> {
    ctx.require(Permission::FieldsWrite)?;
    let kind = kinds::named(tx, name).await?;
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
