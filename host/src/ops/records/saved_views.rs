//! Lists as people have set them up. Everybody has their own; what is shared everybody sees who may see the kind.

use serde_json::json;

use crate::domain::actor::{Permission, Principal};
use crate::domain::catalogue::{self, Kind, Record as _};
use crate::domain::event::Subject;
use crate::domain::ids::{SavedViewId, UserId};
use crate::domain::saved_view::{NewSavedView, SavedView, SavedViewChange};
use crate::ops::catalogue::kinds;
use crate::ops::records;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::filter::{self, ListError, ListQuery};
use crate::store::saved_views;

/// The most views of a kind.
const MOST: usize = 200;

/// The views of a kind that the caller sees: their own and the shared ones, by their names.
pub async fn list(tx: &mut Tx, ctx: &RequestContext, kind: &str) -> Result<Vec<SavedView>, Refusal> {
    let kind = kinds::get(tx, ctx, kind).await?;
    let mut views = saved_views::of_kind(tx, kind.name).await?;
    views.retain(|view| view.is_seen_by(me(ctx)));
    Ok(views)
}

/// One view.
pub async fn get(tx: &mut Tx, ctx: &RequestContext, id: SavedViewId) -> Result<SavedView, Refusal> {
    kinds::list(tx, ctx).await?;
    let found = saved_views::get(tx, id).await?.filter(|view| view.is_seen_by(me(ctx)));
    let view = found.ok_or_else(|| Refusal::not_found("saved view", id))?;
    kinds::get(tx, ctx, &view.kind).await?;
    Ok(view)
}

/// Saves a view.
pub async fn create(tx: &mut Tx, ctx: &RequestContext, new: &NewSavedView) -> Result<SavedView, Refusal> {
    let kind = kinds::list(tx, ctx).await?.into_iter().find(|kind| kind.name == new.kind);
    let kind =
        kind.ok_or_else(|| Refusal::invalid("/kind", format!("there is no kind of records {:?}", new.kind)))?;
    let now = tx.now();
    let mut view = SavedView {
        id: tx.id(),
        owner_id: me(ctx),
        created_at: now,
        updated_at: now,
        version: 1,
        ..SavedView::blank()
    };
    new.apply(&mut view);
    check(tx, kind, &view).await?;
    if saved_views::of_kind(tx, kind.name).await?.len() >= MOST {
        return Err(Refusal::Conflict(format!("there are at most {MOST} views of a kind; remove one first")));
    }
    saved_views::insert(tx, &view).await?;
    let data = json!({"name": view.name, "kind": view.kind, "shared": view.shared});
    ctx.record(tx, "saved-view.created", Subject::of("saved-view", view.id), data).await?;
    Ok(view)
}

/// Changes a view, if it is still at the version that the change is based on.
pub async fn change(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, expected, change): &(SavedViewId, Option<i64>, SavedViewChange),
) -> Result<SavedView, Refusal> {
    let kind = own(tx, ctx, *id).await?;
    let locked = saved_views::lock(tx, *id).await?;
    let mut view = locked.ok_or_else(|| Refusal::not_found("saved view", id))?;
    crate::ops::expect_version(*expected, view.version - 1)?;
    let before = view.clone();
    change.apply(&mut view);
    check(tx, kind, &view).await?;
    saved_views::update(tx, &view).await?;
    let changed = catalogue::difference(&before, &view);
    ctx.record(tx, "saved-view.updated", Subject::of("saved-view", view.id), changed).await?;
    Ok(view)
}

/// Removes a view.
pub async fn delete(tx: &mut Tx, ctx: &RequestContext, id: SavedViewId) -> Result<(), Refusal> {
    own(tx, ctx, id).await?;
    saved_views::delete(tx, id).await?;
    ctx.record(tx, "saved-view.deleted", Subject::of("saved-view", id), json!({})).await.map(|_| ())
}

/// The person who acts.
fn me(ctx: &RequestContext) -> Option<UserId> {
    match ctx.actor.principal {
        Principal::User(id) => Some(id),
        _ => None,
    }
}

/// The kind of a view that the caller may change: their own, or a shared one for who may change the kinds.
async fn own(tx: &mut Tx, ctx: &RequestContext, id: SavedViewId) -> Result<&'static Kind, Refusal> {
    let view = get(tx, ctx, id).await?;
    if view.owner_id.is_none() || view.owner_id != me(ctx) {
        ctx.require(Permission::FieldsWrite)?;
    }
    kinds::get(tx, ctx, &view.kind).await
}

/// Refuses a view that could not be shown.
async fn check(tx: &mut Tx, kind: &'static Kind, view: &SavedView) -> Result<(), Refusal> {
    Refusal::unless_valid(catalogue::faults(view))?;
    if view.owner_id.is_none() && !view.shared {
        return Err(Refusal::invalid("/shared", "a program has no views of its own; share it"));
    }
    let known = records::fields(tx, kind).await?;
    if let Some(place) = view.columns.iter().position(|column| !known.contains(column)) {
        let (column, kind) = (&view.columns[place], kind.name);
        return Err(Refusal::invalid(
            format!("/columns/{place}"),
            format!("a {kind} has no field {column:?}"),
        ));
    }
    filter::check(tx, kind, &query(view)).await.map_err(|error| match error {
        ListError::Sort(_) => Refusal::invalid("/sort", error.to_string()),
        ListError::Filter(_) => Refusal::invalid("/filter", error.to_string()),
        other => other.into(),
    })
}

/// The list that a view shows.
fn query(view: &SavedView) -> ListQuery {
    let said = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned);
    ListQuery { sort: said(&view.sort), filter: said(&view.filter), q: said(&view.q), ..ListQuery::default() }
}
