//! `/records/{kind}/views`: lists as people set them up.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::kind;
use super::list::{self, Outcome};
use crate::domain::ids::SavedViewId;
use crate::domain::saved_view::NewSavedView;
use crate::http::console::visitor::Sent;
use crate::http::extract::{Name, Part};
use crate::http::problem::Problem;
use crate::ops::records::saved_views;
use crate::ops::{App, Refusal};

/// Saves the list that is shown as a view.
pub async fn save_view(State(app): State<App>, name: Name, sent: Sent) -> Result<Response, Problem> {
    let (ctx, kind) = (&sent.person.ctx, kind(&app, &sent.person.ctx, &name).await?);
    let fields = &sent.fields;
    let text = |name: &str| Some(fields.text(name).trim().to_owned());
    let new = NewSavedView {
        kind: kind.name.to_owned(),
        name: fields.text("name").trim().to_owned(),
        shared: Some(fields.has("shared")),
        columns: Some(fields.all("column").map(str::to_owned).collect()),
        filter: text("filter"),
        sort: text("sort"),
        q: text("q"),
    };
    let done = app
        .commit(ctx, new, |tx, ctx, new| Box::pin(async move { saved_views::create(tx, ctx, new).await }))
        .await;
    match done {
        Ok(view) => Ok(Redirect::to(&format!("/records/{}?view={}", kind.name, view.id)).into_response()),
        Err(refusal @ (Refusal::Invalid(_) | Refusal::Conflict(_))) => {
            let outcome = Outcome {
                changed: 0,
                refused: vec![(sent.person.frame.t("view-save"), refusal.to_string())],
            };
            list::draw(&app, &sent.person, kind, fields, Some(outcome)).await
        }
        Err(other) => Err(other.into()),
    }
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
