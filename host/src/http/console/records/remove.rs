//! `POST /records/{kind}/{id}/remove`: a record of a declared kind goes.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use uuid::Uuid;

use super::change::ended;
use super::kind;
use crate::http::console::visitor::Sent;
use crate::http::extract::{Id, Name};
use crate::http::problem::Problem;
use crate::ops::App;
use crate::ops::records::declared_records;

/// Removes a record, and goes to the list of its kind.
pub async fn remove(
    State(app): State<App>,
    name: Name,
    Id(id): Id<Uuid>,
    sent: Sent,
) -> Result<Response, Problem> {
    let ctx = &sent.person.ctx;
    let kind = kind(&app, ctx, &name).await?;
    let request = (kind.name.to_owned(), id);
    match app
        .commit(ctx, request, |tx, ctx, request| Box::pin(declared_records::delete(tx, ctx, request)))
        .await
    {
        Ok(()) => Ok(Redirect::to(&format!("/records/{}", kind.name)).into_response()),
        Err(refusal) => ended::<()>(&app, &sent, kind, id, Err(refusal)).await,
    }
}
