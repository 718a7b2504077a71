//! Kinds that a plugin's manifest declares: made when it is installed, changed with its versions, kept as long as there are
//! records.

use crate::domain::actor::Permission;
use crate::domain::declared::{DeclaredKind, NewDeclaredKind, Plan};
use crate::ops::app::App;
use crate::ops::declared_kinds::{
    Looked, check, declare_as, is_declared, look_at_all, related_to, remove, replace, users_of,
};
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::plugins::package::manifest::Manifest;
use crate::store::db::Tx;
use crate::store::{declared_kinds, declared_records};

/// That the records of the kinds that a manifest declares were looked at and fit it.
#[derive(Debug, Clone, Default)]
pub struct LookedForPlugin(Vec<(String, Looked)>);

/// A kind as a manifest has it. A version that is gone back to doesn't know what later ones have renamed; they say so.
fn wanted(known: &DeclaredKind, new: &NewDeclaredKind, left: Option<&Manifest>) -> DeclaredKind {
    let mut after = known.clone();
    new.apply(&mut after);
    let later = left.into_iter().flat_map(|left| &left.kinds).find(|kind| kind.name == new.name);
    for field in &mut after.fields {
        let renamed =
            later.and_then(|kind| kind.fields.iter().find(|later| later.was.as_ref() == Some(&field.name)));
        if let Some(renamed) = renamed.filter(|_| known.field(&field.name).is_none()) {
            field.was = Some(renamed.name.clone());
        }
    }
    after
}

/// Looks at the records of the kinds that a manifest declares, where it says more of them than the one in use.
pub async fn look(
    app: &App,
    ctx: &RequestContext,
    manifest: &Manifest,
    left: Option<&Manifest>,
) -> Result<LookedForPlugin, Refusal> {
    let mut looked = LookedForPlugin::default();
    if manifest.kinds.is_empty() {
        return Ok(looked);
    }
    ctx.require(Permission::KindsWrite)?;
    for new in &manifest.kinds {
        let mut tx = app.db.read().await?;
        let Some(known) = declared_kinds::named(&mut tx, &new.name).await? else { continue };
        let Some(known) = known.declared.map(|declared| &declared.kind) else { continue };
        belongs(known, manifest)?;
        let after = wanted(known, new, left);
        check(&mut tx, &after).await?;
        let plan = Plan::of(known, &after).map_err(Refusal::Invalid)?;
        drop(tx);
        looked.0.push((known.name.clone(), look_at_all(app, known, &after, &plan).await?));
    }
    Ok(looked)
}

fn belongs(known: &DeclaredKind, manifest: &Manifest) -> Result<(), Refusal> {
    if known.plugin.as_deref() == Some(manifest.id.as_str()) {
        return Ok(());
    }
    let by = match &known.plugin {
        Some(plugin) => format!("the plugin {plugin} declares it"),
        None => "people here have declared it".to_owned(),
    };
    Err(Refusal::Conflict(format!("there is a kind {:?} already: {by}", known.name)))
}

/// Declares and changes the kinds that a manifest declares; `left` is the manifest whose place it takes. Those of its plugin's
/// that it doesn't declare any more are let go.
pub(super) async fn settle(
    tx: &mut Tx,
    ctx: &RequestContext,
    manifest: &Manifest,
    left: Option<&Manifest>,
    looked: &LookedForPlugin,
) -> Result<(), Refusal> {
    for new in &manifest.kinds {
        ctx.require(Permission::KindsWrite)?;
        let Some(known) = declared_kinds::lock(tx, &new.name).await? else {
            declare_as(tx, ctx, new, Some(&manifest.id)).await?;
            continue;
        };
        belongs(&known, manifest)?;
        let after = wanted(&known, new, left);
        if same(&known, &after) {
            continue;
        }
        check(tx, &after).await?;
        let plan = Plan::of(&known, &after).map_err(Refusal::Invalid)?;
        let names: Vec<&String> = plan.pending.dropped.iter().chain(plan.pending.renamed.values()).collect();
        let users = users_of(tx, &known.name, &names, Some(&manifest.id)).await?;
        if !users.is_empty() {
            return Err(Refusal::Conflict(format!("{}; change those first", users.join("; "))));
        }
        let seen = looked.0.iter().find(|(name, _)| *name == known.name).map(|(_, looked)| *looked);
        let seen = seen.ok_or_else(|| {
            Refusal::Conflict(format!("the kind {} was declared just now by somebody else", known.name))
        })?;
        replace(tx, ctx, &known, after, &plan, seen).await?;
    }
    let declares = |kind: &str| manifest.kinds.iter().any(|new| new.name == kind);
    for kind in declared_by(tx, &manifest.id).await?.into_iter().filter(|kind| !declares(&kind.name)) {
        release(tx, ctx, &kind.name).await?;
    }
    Ok(())
}

/// Whether a kind is already as a manifest has it.
fn same(known: &DeclaredKind, after: &DeclaredKind) -> bool {
    let mut after = after.clone();
    for field in &mut after.fields {
        field.was = None;
    }
    *known == after
}

/// Lets go of the kinds of a plugin that is out of use: one without records goes, the others stay, and people may change and
/// remove them.
pub(super) async fn let_go(tx: &mut Tx, ctx: &RequestContext, plugin: &str) -> Result<(), Refusal> {
    for kind in declared_by(tx, plugin).await? {
        if !is_declared(tx, kind).await? {
            release(tx, ctx, &kind.name).await?;
        }
    }
    Ok(())
}

async fn declared_by(tx: &mut Tx, plugin: &str) -> Result<Vec<&'static DeclaredKind>, Refusal> {
    let all = declared_kinds::list(tx).await?.into_iter().filter_map(|kind| kind.declared);
    Ok(all.map(|declared| &declared.kind).filter(|kind| kind.plugin.as_deref() == Some(plugin)).collect())
}

async fn release(tx: &mut Tx, ctx: &RequestContext, name: &str) -> Result<(), Refusal> {
    let Some(known) = declared_kinds::lock(tx, name).await? else { return Ok(()) };
    if declared_records::count(tx, name, 1).await? == 0 && related_to(tx, name).await?.is_empty() {
        return remove(tx, ctx, &known).await;
    }
    Ok(())
}
