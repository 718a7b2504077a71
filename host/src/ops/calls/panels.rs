//! Panels that plugins draw on records' pages, and what their buttons and forms do.
//!
//! A panel shows what its plugin may read to whoever may see the record. It is drawn anew before anything on it is
//! pressed: so nobody presses what the plugin doesn't offer them now.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::driver::{PluginCalls, refused};
use super::effects::StagedEffects;
use crate::domain::actor::Scope;
use crate::domain::entity::Entity;
use crate::domain::event::{Cause, Subject};
use crate::domain::ids::InstallationId;
use crate::domain::panel::{self, Block, Place, RecordReference};
use crate::ops::access::masking;
use crate::ops::app::App;
use crate::ops::installations::note_failure;
use crate::ops::records;
use crate::ops::refusal::{InvalidField, Refusal};
use crate::ops::request_context::RequestContext;
use crate::plugins::{Ability, CallError, Installation, types};
use crate::store::db::Tx;
use crate::store::entities;

/// What a repeated press is known by.
const OPERATION: &str = "panels.act";

/// A panel on a record's page.
#[derive(Debug, Clone, Serialize)]
pub struct Panel {
    /// Whose.
    pub installation: InstallationId,
    /// On which page.
    pub place: Place,
    /// The record.
    pub record: Uuid,
    /// The reader's language, BCP 47.
    pub language: String,
}

/// A press of a button, or a form that was sent.
#[derive(Debug, Clone, Serialize)]
pub struct Press {
    /// Where.
    pub panel: Panel,
    /// The button's or form's name.
    pub name: String,
    /// What was entered.
    pub parameters: Map<String, Value>,
}

/// A plugin's panel before it is drawn.
#[derive(Debug, Clone)]
pub struct Titled {
    /// Whose.
    pub installation: InstallationId,
    /// What the plugin is called.
    pub title: String,
}

/// The place of this name, for who may see records of any place.
pub fn place(ctx: &RequestContext, name: &str) -> Result<Place, Refusal> {
    let kind = Place::Customer.kind();
    if !Place::ALL.iter().any(|place| records::sees_pages(ctx, place.kind())) {
        return Err(Refusal::Denied(kind.right));
    }
    name.parse().map_err(|_| Refusal::not_found("place", name))
}

/// The panels on the page of a record, in the order in which they were installed.
pub async fn on(app: &App, tx: &mut Tx, place: Place, is_chinese: bool) -> Result<Vec<Titled>, Refusal> {
    let drawing = app.plugins.with_ability(tx, Ability::Panel).await?;
    let titled = drawing
        .iter()
        .filter(|installation| draws(installation, place))
        .map(|installation| Titled { installation: installation.id, title: title(installation, is_chinese) });
    Ok(titled.collect())
}

fn title(installation: &Installation, is_chinese: bool) -> String {
    let name = &installation.manifest.name;
    if is_chinese { &name.zh_cn } else { &name.en }.clone()
}

fn draws(installation: &Installation, place: Place) -> bool {
    let facts = installation.manifest.panel.as_ref();
    facts.is_some_and(|panel| panel.places.iter().any(|known| known == place.as_str()))
}

/// Draws a panel.
pub async fn render(app: &App, ctx: &RequestContext, panel: &Panel) -> Result<Vec<Block>, Refusal> {
    let (installation, context) = found(app, ctx, panel).await?;
    let calls = PluginCalls::of_request(app);
    // What looking at it would write is dropped.
    let (blocks, _) = drawn(&calls, &installation, context).await?;
    named(app, ctx, blocks).await
}

/// Does what a button or form says; the panel as it is then. What it changes, and that it was pressed, become durable
/// together.
pub async fn act(app: &App, ctx: &RequestContext, press: Press) -> Result<Vec<Block>, Refusal> {
    let panel = press.panel.clone();
    let (installation, context) = found(app, ctx, &panel).await?;
    if let Some(needed) = records::writing(panel.place.kind()) {
        ctx.require(needed)?;
    }
    let blocks = match app.answered(ctx, OPERATION, &press).await? {
        Some(blocks) => blocks,
        None => pressed_now(app, ctx, &installation, context, press).await?,
    };
    // What the call has written it doesn't find itself.
    if blocks.is_empty() { render(app, ctx, &panel).await } else { named(app, ctx, blocks).await }
}

/// Does it, if the panel has that button or form now and it was filled in as its inputs say.
async fn pressed_now(
    app: &App,
    ctx: &RequestContext,
    installation: &Arc<Installation>,
    context: types::PanelContext,
    press: Press,
) -> Result<Vec<Block>, Refusal> {
    let (now, _) = drawn(&PluginCalls::of_request(app), installation, context.clone()).await?;
    let inputs = panel::form(&now, &press.name).ok_or_else(|| {
        Refusal::Conflict(format!("the panel has no button or form {:?} now; look at it again", press.name))
    })?;
    let parameters = panel::entered(inputs, &press.parameters).map_err(|faults| {
        let field = |(name, detail)| InvalidField { pointer: format!("/parameters/{name}"), detail };
        Refusal::Invalid(faults.into_iter().map(field).collect())
    })?;
    let action = types::Action {
        context,
        name: press.name.clone(),
        parameters: parameters.into_iter().map(Into::into).collect(),
    };
    let calls = PluginCalls::of_request(app);
    calls.until_applied(async || pressed(&calls, ctx, installation, &press, &action).await).await
}

/// The installation that draws a panel, and the record as it gets it: what of it the plugin may read, and whoever looks
/// sees in full.
async fn found(
    app: &App,
    ctx: &RequestContext,
    panel: &Panel,
) -> Result<(Arc<Installation>, types::PanelContext), Refusal> {
    let kind = panel.place.kind();
    let mut tx = app.db.read().await?;
    let record = records::get(&mut tx, ctx, kind, panel.record).await?;
    let installation = app.plugins.installation(&mut tx, &panel.installation.to_string()).await?;
    let drawing = installation.filter(|found| found.enabled && draws(found, panel.place));
    let installation = drawing.ok_or_else(|| Refusal::not_found("panel", panel.installation))?;
    let subject = match readable(&mut tx, &installation, kind.name, panel.record).await? {
        Some(mut entity) => {
            let masked: Vec<&str> = masking::covered(ctx, kind).map(|field| field.name).collect();
            entity.attributes.retain(|attribute| {
                let name = attribute.name.split_once('.').map_or(attribute.name.as_str(), |(own, _)| own);
                !masked.contains(&name)
            });
            installation.visible(&entity)
        }
        None => types::Entity {
            kind: kind.name.to_owned(),
            id: record.id.to_string(),
            version: record.version,
            attributes: Vec::new(),
        },
    };
    let (place, language) = (panel.place.as_str().to_owned(), panel.language.clone());
    Ok((installation, types::PanelContext { place, subject: Some(subject), language }))
}

/// A record with its fields, where the plugin may read it.
async fn readable(
    tx: &mut Tx,
    installation: &Installation,
    kind: &str,
    id: Uuid,
) -> Result<Option<Entity>, Refusal> {
    let Ok(want) = installation.grants.read(kind) else { return Ok(None) };
    let scope = if want.own { Scope::Installation(installation.id) } else { Scope::All };
    Ok(entities::get(tx, kind, id, scope).await?)
}

async fn drawn(
    calls: &PluginCalls<'_>,
    installation: &Arc<Installation>,
    context: types::PanelContext,
) -> Result<(Vec<Block>, StagedEffects), Refusal> {
    let app = calls.app;
    let drawing =
        calls.call(installation, Ability::Panel, |call| app.plugins.render(installation, call, context));
    match drawing.await {
        Ok(drawn) => Ok(drawn),
        Err(error) => Err(not_drawn(app, installation, &error).await),
    }
}

/// Makes the call once, and applies what it staged.
async fn pressed(
    calls: &PluginCalls<'_>,
    ctx: &RequestContext,
    installation: &Arc<Installation>,
    press: &Press,
    action: &types::Action,
) -> Result<Vec<Block>, Refusal> {
    let app = calls.app;
    let acting =
        calls.call(installation, Ability::Panel, |call| app.plugins.act(installation, call, action.clone()));
    let (blocks, staged) = match acting.await {
        Ok(acted) => acted,
        Err(error) => return Err(not_drawn(app, installation, &error).await),
    };
    let done = Done { press: press.clone(), blocks, staged };
    let once = app.commit_once(ctx, OPERATION, done, |tx, ctx, done| {
        Box::pin(async move {
            done.staged.apply(tx, &RequestContext::system(Cause::default())).await?;
            let Panel { installation, place, record, .. } = done.press.panel;
            let customer = (place == Place::Customer).then(|| record.into());
            let subject = Subject { customer, ..Subject::of(place.kind().name, record) };
            let data = json!({"installation_id": installation, "action": done.press.name});
            ctx.record(tx, "plugin.panel-used", subject, data).await?;
            Ok(done.blocks.clone())
        })
    });
    once.await.map(|once| once.answer)
}

/// A press that was done; what was asked tells a request that is sent again from another one.
#[derive(Serialize)]
#[serde(transparent)]
struct Done {
    press: Press,
    #[serde(skip)]
    blocks: Vec<Block>,
    #[serde(skip)]
    staged: StagedEffects,
}

async fn not_drawn(app: &App, installation: &Installation, error: &CallError) -> Refusal {
    note_failure(app, installation, "panel", error).await;
    refused(error, "/parameters", "panel")
}

/// The blocks with the titles of the records in them, without those that whoever looks may not see.
async fn named(app: &App, ctx: &RequestContext, mut blocks: Vec<Block>) -> Result<Vec<Block>, Refusal> {
    let mut tx = app.db.read().await?;
    for block in &mut blocks {
        let Block::Records { records } = block else { continue };
        let mut seen = Vec::with_capacity(records.len());
        for RecordReference { kind, id, .. } in std::mem::take(records) {
            let Ok(known) = records::kind(&mut tx, ctx, &kind).await else { continue };
            match records::get(&mut tx, ctx, known, id).await {
                Ok(record) => seen.push(RecordReference { title: record.title(), kind, id }),
                Err(Refusal::Store(error)) => return Err(error.into()),
                Err(_) => {}
            }
        }
        *records = seen;
    }
    Ok(blocks)
}
