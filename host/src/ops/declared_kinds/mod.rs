//! Kinds of records that are declared while the host runs: declared, changed, removed, and what happens to records then.

pub mod migrate;

use serde_json::{Value, json};
use uuid::Uuid;

use super::accounts::roles;
use super::app::App;
use super::catalogue::kinds;
use super::manifests;
use super::records;
use super::refusal::{InvalidField, Refusal};
use super::request_context::RequestContext;
use crate::domain::actor::Permission;
use crate::domain::catalogue::{self, KINDS, Kind, Record as _};
use crate::domain::clock::Timestamp;
use crate::domain::declared::{DeclaredKind, DeclaredKindChange, NewDeclaredKind, Plan};
use crate::domain::event::Subject;
use crate::plugins::package::manifest::Manifest;
use crate::store::db::Tx;
use crate::store::{custom_fields, declared_kinds, declared_records, saved_views};

/// The most kinds that are declared.
const MOST: usize = 200;
/// How many records are looked at in one go.
const AT_ONCE: i64 = 500;
/// The most records that go with their kind.
const MOST_REMOVED: i64 = 10_000;
/// Records that were written so many milliseconds before a look are looked at again: a write that was under way then is
/// dated when it began.
const OVERLAP_MS: i64 = 120_000;

/// One kind.
pub async fn get(tx: &mut Tx, ctx: &RequestContext, name: &str) -> Result<DeclaredKind, Refusal> {
    let kind = kinds::get(tx, ctx, name).await?;
    let declared = kind.declared.ok_or_else(|| Refusal::not_found("declared kind", name))?;
    Ok(declared.kind.clone())
}

/// Declares a kind.
pub async fn declare(
    tx: &mut Tx,
    ctx: &RequestContext,
    new: &NewDeclaredKind,
) -> Result<DeclaredKind, Refusal> {
    declare_as(tx, ctx, new, None).await
}

pub(super) async fn declare_as(
    tx: &mut Tx,
    ctx: &RequestContext,
    new: &NewDeclaredKind,
    plugin: Option<&str>,
) -> Result<DeclaredKind, Refusal> {
    ctx.require(Permission::KindsWrite)?;
    let now = tx.now();
    let mut kind = DeclaredKind {
        id: tx.id(),
        plugin: plugin.map(str::to_owned),
        created_at: now,
        updated_at: now,
        version: 1,
        ..DeclaredKind::blank()
    };
    new.apply(&mut kind);
    check(tx, &kind).await?;
    for field in &mut kind.fields {
        field.was = None;
    }
    if declared_kinds::list(tx).await?.len() >= MOST {
        return Err(Refusal::Conflict(format!("there are {MOST} declared kinds; remove one first")));
    }
    if !declared_kinds::insert(tx, &kind).await? {
        return Err(Refusal::Conflict(format!("there is a kind {:?} already", kind.name)));
    }
    // Whoever doesn't reach all records has a line for each kind that says which of it.
    roles::settle_all(tx).await?;
    let data = json!({
        "name": kind.name, "en": kind.en, "zh": kind.zh, "plugin": kind.plugin,
        "fields": kind.fields.iter().map(|field| &field.name).collect::<Vec<_>>(),
    });
    ctx.record(tx, "declared-kind.created", Subject::of("declared-kind", kind.id), data).await?;
    Ok(kind)
}

/// A change of a kind that is wanted.
#[derive(Debug, Clone)]
pub struct WantedChange {
    /// The kind.
    pub name: String,
    /// The version that the change is based on.
    pub expected: Option<i64>,
    /// What is changed.
    pub change: DeclaredKindChange,
    /// Whether what names a field that is dropped or renamed doesn't matter.
    pub force: bool,
}

/// That the records of a kind were looked at and fit a change of it.
#[derive(Debug, Clone, Copy)]
pub struct Looked {
    /// The kind's version then.
    version: i64,
    /// What was written since then was not looked at.
    since: Timestamp,
}

/// Looks at all records of a kind for some that a change would leave no fitting value. It takes its time, and nothing waits
/// for it.
pub async fn look(app: &App, ctx: &RequestContext, wanted: &WantedChange) -> Result<Looked, Refusal> {
    ctx.require(Permission::KindsWrite)?;
    let mut tx = app.db.read().await?;
    let before = get(&mut tx, ctx, &wanted.name).await?;
    let mut after = before.clone();
    wanted.change.apply(&mut after);
    check(&mut tx, &after).await?;
    let plan = Plan::of(&before, &after).map_err(Refusal::Invalid)?;
    drop(tx);
    look_at_all(app, &before, &after, &plan).await
}

pub(super) async fn look_at_all(
    app: &App,
    before: &DeclaredKind,
    after: &DeclaredKind,
    plan: &Plan,
) -> Result<Looked, Refusal> {
    let since = app.db.now().plus_millis(-OVERLAP_MS);
    let mut last = Uuid::nil();
    while !plan.narrowed.is_empty() {
        // Each part is a read of its own, so that none of them is old when it ends.
        let found =
            declared_records::kept_after(&mut app.db.read().await?, &before.name, last, AT_ONCE).await?;
        let Some(end) = found.last().map(|record| record.id.0) else { break };
        fits(before, after, plan, &found)?;
        last = end;
    }
    Ok(Looked { version: before.version, since })
}

/// Refuses a change that some of these records, as they are kept, don't fit.
fn fits(
    before: &DeclaredKind,
    after: &DeclaredKind,
    plan: &Plan,
    found: &[crate::domain::declared::DeclaredRecord],
) -> Result<(), Refusal> {
    for record in found {
        let mut values = record.data.clone();
        if let Some(pending) = &before.pending {
            pending.apply(&mut values);
        }
        if let Some((field, expected)) = plan.misfit(after, &values) {
            let (kind, id) = (&before.name, record.id);
            let detail = match values.contains_key(&field) {
                true => {
                    format!("the {kind} {id} has another value of {field} than {expected}; change that first")
                }
                false => {
                    format!("the {kind} {id} has no value of {field}; give it one first, or say a default")
                }
            };
            return Err(Refusal::Conflict(detail));
        }
    }
    Ok(())
}

/// Changes a kind whose records were looked at. From then on they are as the kind says; those that are kept in the form before
/// are brought into the new one by and by.
pub async fn change(
    tx: &mut Tx,
    ctx: &RequestContext,
    (wanted, looked): &(WantedChange, Looked),
) -> Result<DeclaredKind, Refusal> {
    ctx.require(Permission::KindsWrite)?;
    let known = lock(tx, &wanted.name).await?;
    super::expect_version(wanted.expected, known.version - 1)?;
    is_peoples(tx, &known).await?;
    let mut after = known.clone();
    wanted.change.apply(&mut after);
    check(tx, &after).await?;
    let plan = Plan::of(&known, &after).map_err(Refusal::Invalid)?;
    if !wanted.force {
        let names: Vec<&String> = plan.pending.dropped.iter().chain(plan.pending.renamed.values()).collect();
        let users = users_of(tx, &known.name, &names, None).await?;
        if !users.is_empty() {
            let detail =
                format!("{}; change those first, or do it all the same (force=true)", users.join("; "));
            return Err(Refusal::Conflict(detail));
        }
    }
    replace(tx, ctx, &known, after, &plan, *looked).await
}

/// Puts a kind in the place of what it was; `known` is locked.
pub(super) async fn replace(
    tx: &mut Tx,
    ctx: &RequestContext,
    known: &DeclaredKind,
    mut after: DeclaredKind,
    plan: &Plan,
    looked: Looked,
) -> Result<DeclaredKind, Refusal> {
    let migrates = !plan.pending.is_nothing();
    if known.pending.is_some() && migrates {
        return Err(Refusal::Unavailable {
            reason: format!(
                "records of the kind {} are still brought into its last form; wait for that",
                known.name
            ),
            retry_after_ms: 2_000,
        });
    }
    if looked.version != known.version - 1 {
        return Err(Refusal::Conflict(format!(
            "the kind {} was changed just now; look, and ask again",
            known.name
        )));
    }
    if !plan.narrowed.is_empty() {
        fits(known, &after, plan, &declared_records::kept_since(tx, &known.name, looked.since).await?)?;
    }
    for field in &mut after.fields {
        field.was = None;
    }
    let has_records = declared_records::count(tx, &known.name, 1).await? > 0;
    if migrates && has_records {
        after.pending = Some(plan.pending.clone());
        migrate::begin(tx, ctx, &after.name).await?;
    }
    declared_kinds::update(tx, known, &after).await?;
    let mut data = catalogue::difference(known, &after);
    if let Value::Object(data) = &mut data
        && migrates
    {
        data.insert("migration".to_owned(), json!(plan.pending));
    }
    ctx.record(tx, "declared-kind.updated", Subject::of("declared-kind", after.id), data).await?;
    Ok(after)
}

/// Removes a kind, with its records if the caller insists and they are not too many.
pub async fn delete(
    tx: &mut Tx,
    ctx: &RequestContext,
    (name, force): &(String, bool),
) -> Result<(), Refusal> {
    ctx.require(Permission::KindsWrite)?;
    let kind = lock(tx, name).await?;
    is_peoples(tx, &kind).await?;
    let count = declared_records::count(tx, name, MOST_REMOVED + 1).await?;
    if count > 0 && !force {
        let detail = "there are records of it; remove them first, or with the kind (force=true)";
        return Err(Refusal::Conflict(detail.to_owned()));
    }
    if count > MOST_REMOVED {
        let detail = format!("more than {MOST_REMOVED} records are of this kind; remove them first");
        return Err(Refusal::Conflict(detail));
    }
    let fields: Vec<String> = kind.fields.iter().map(|field| field.name.clone()).collect();
    let users = match force {
        true => Vec::new(),
        false => users_of(tx, name, &fields.iter().collect::<Vec<_>>(), None).await?,
    };
    let related = related_to(tx, name).await?;
    if !users.is_empty() || !related.is_empty() {
        let related = related.iter().map(|kind| format!("the kind {kind} relates to it"));
        let detail = users.into_iter().chain(related).collect::<Vec<_>>().join("; ");
        return Err(Refusal::Conflict(format!("{detail}; change those first")));
    }
    remove(tx, ctx, &kind).await
}

/// Removes a kind with all there is of it.
pub(super) async fn remove(tx: &mut Tx, ctx: &RequestContext, kind: &DeclaredKind) -> Result<(), Refusal> {
    let removed = declared_records::delete_some(tx, &kind.name, MOST_REMOVED).await?;
    if let Some(kind) = declared_kinds::named(tx, &kind.name).await? {
        custom_fields::delete_of_kind(tx, kind).await?;
    }
    saved_views::delete_of_kind(tx, &kind.name).await?;
    declared_kinds::delete(tx, kind).await?;
    roles::settle_all(tx).await?;
    let data = json!({"name": kind.name, "records": removed});
    ctx.record(tx, "declared-kind.deleted", Subject::of("declared-kind", kind.id), data).await.map(|_| ())
}

/// The kinds that have a field which names records of this one.
pub(super) async fn related_to(tx: &mut Tx, name: &str) -> Result<Vec<&'static str>, Refusal> {
    let others = declared_kinds::list(tx).await?.into_iter().filter(|kind| kind.name != name);
    let relates =
        |kind: &&'static Kind| kind.fields.iter().any(|field| field.of.target().as_deref() == Some(name));
    Ok(others.filter(relates).map(|kind| kind.name).collect())
}

/// What names one of these fields of a kind, in words; the plugin that declares the kind is no one of them.
pub(super) async fn users_of(
    tx: &mut Tx,
    kind: &str,
    fields: &[&String],
    declares: Option<&str>,
) -> Result<Vec<String>, Refusal> {
    let mut users = Vec::new();
    if fields.is_empty() {
        return Ok(users);
    }
    for view in saved_views::of_kind(tx, kind).await? {
        if let Some(field) = fields.iter().find(|field| view.names(field)) {
            users.push(format!("the saved view {:?} names {field}", view.name));
        }
    }
    for (installation, manifest) in manifests::in_use(tx).await? {
        if declares == Some(manifest.id.as_str()) {
            continue;
        }
        let mut wants = manifest.wants.records.iter().filter(|want| want.kind == *kind);
        let names =
            |field: &&&String| wants.any(|want| want.read.contains(field) || want.write.contains(field));
        if let Some(field) = fields.iter().find(names) {
            users.push(format!("the plugin {installation} reads or writes {field}"));
        }
    }
    Ok(users)
}

/// Whether a plugin in use declares a kind.
pub(super) async fn is_declared(tx: &mut Tx, kind: &DeclaredKind) -> Result<bool, Refusal> {
    let Some(plugin) = &kind.plugin else { return Ok(false) };
    let declares = |manifest: &Manifest| {
        manifest.id == *plugin && manifest.kinds.iter().any(|new| new.name == kind.name)
    };
    Ok(manifests::in_use(tx).await?.iter().any(|(_, manifest)| declares(manifest)))
}

/// Refuses what people may not do with a kind as long as a plugin in use declares it.
async fn is_peoples(tx: &mut Tx, kind: &DeclaredKind) -> Result<(), Refusal> {
    if !is_declared(tx, kind).await? {
        return Ok(());
    }
    let plugin = kind.plugin.as_deref().unwrap_or_default();
    let detail = format!(
        "the plugin {plugin} declares this kind: it changes with the plugin's versions and goes with it"
    );
    Err(Refusal::Conflict(detail))
}

async fn lock(tx: &mut Tx, name: &str) -> Result<DeclaredKind, Refusal> {
    declared_kinds::lock(tx, name).await?.ok_or_else(|| Refusal::not_found("declared kind", name))
}

/// The kinds whose records a field may name: those that have pages.
async fn nameable(tx: &mut Tx) -> Result<Vec<&'static str>, Refusal> {
    let own = KINDS.iter().copied().filter(|kind| records::has_pages(kind)).map(|kind| kind.name);
    let declared = declared_kinds::list(tx).await?.into_iter().map(|kind| kind.name);
    Ok(own.chain(declared).collect())
}

pub(super) async fn check(tx: &mut Tx, kind: &DeclaredKind) -> Result<(), Refusal> {
    let mut known = nameable(tx).await?;
    known.push(&kind.name);
    let mut faults: Vec<InvalidField> = catalogue::faults(kind);
    for fault in kind.faults(&known) {
        if faults.iter().all(|other| other.pointer != fault.pointer) {
            faults.push(fault);
        }
    }
    Refusal::unless_valid(faults)
}
