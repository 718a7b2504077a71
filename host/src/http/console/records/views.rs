//! `/records/{kind}/views`: lists as people set them up.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::kind;
use super::list::{self, Outcome};
use crate::domain::catalogue::Kind;
use crate::domain::ids::SavedViewId;
use crate::domain::saved_view::{NewSavedView, SavedView, SavedViewChange};
use crate::http::console::visitor::Sent;
use crate::http::extract::{Name, Part};
use crate::http::problem::Problem;
use crate::ops::records::saved_views;
use crate::ops::{App, Refusal};

/// Saves the list that is shown as a view.
pub async fn save_view(State(app): State<App>, name: Name, sent: Sent) -> Result<Response, Problem> {
    let (ctx, kind) = (&sent.person.ctx, kind(&app, &sent.person.ctx, &name).await?);
    let SavedViewChange { name, shared, columns, filter, sort, q } = shown(&sent);
    let kind_name = kind.name.to_owned();
    let new =
        NewSavedView { kind: kind_name, name: name.unwrap_or_default(), shared, columns, filter, sort, q };
    let done = app
        .commit(ctx, new, |tx, ctx, new| Box::pin(async move { saved_views::create(tx, ctx, new).await }))
        .await;
    ended(&app, &sent, kind, "view-save", done).await
}

/// Changes a view into the list that is shown.
pub async fn change_view(
    State(app): State<App>,
    name: Name,
    Part(id): Part<SavedViewId>,
    sent: Sent,
) -> Result<Response, Problem> {
    let (ctx, kind) = (&sent.person.ctx, kind(&app, &sent.person.ctx, &name).await?);
    let request = (id, sent.fields.read::<i64>("version"), shown(&sent));
    let done =
        app.commit(ctx, request, |tx, ctx, request| Box::pin(saved_views::change(tx, ctx, request))).await;
    ended(&app, &sent, kind, "view-change", done).await
}

/// The list that is shown, as views have it.
fn shown(sent: &Sent) -> SavedViewChange {
    let text = |name: &str| Some(sent.fields.text(name).trim().to_owned());
    SavedViewChange {
        name: text("name"),
        shared: Some(sent.fields.has("shared")),
        columns: Some(sent.fields.all("column").map(str::to_owned).collect()),
        filter: text("filter"),
        sort: text("sort"),
        q: text("q"),
    }
}

/// Shows the view, or the list with what was wrong.
async fn ended(
    app: &App,
    sent: &Sent,
    kind: &'static Kind,
    act: &str,
    done: Result<SavedView, Refusal>,
) -> Result<Response, Problem> {
    let frame = &sent.person.frame;
    let why = match done {
        Ok(view) => {
            return Ok(Redirect::to(&format!("/records/{}?view={}", kind.name, view.id)).into_response());
        }
        Err(Refusal::Stale { .. }) => frame.t("view-changed-meanwhile"),
        Err(refusal @ (Refusal::Invalid(_) | Refusal::Conflict(_) | Refusal::Forbidden(_))) => {
            refusal.to_string()
        }
        Err(other) => return Err(other.into()),
    };
    let outcome = Outcome { changed: 0, refused: vec![(frame.t(act), why)] };
    list::draw(app, &sent.person, kind, &sent.fields, Some(outcome)).await
}

/// Removes a view.
pub async fn forget_view(
    State(app): State<App>,
    name: Name,
    Part(id): Part<SavedViewId>,
    sent: Sent,
) -> Result<Redirect, Problem> {
    let (ctx, kind) = (&sent.person.ctx, kind(&app, &sent.person.ctx, &name).await?);
    app.commit(ctx, id, |tx, ctx, id| Box::pin(saved_views::delete(tx, ctx, *id))).await?;
    Ok(Redirect::to(&format!("/records/{}", kind.name)))
}
