//! `GET /v1/installations`

use axum::extract::State;

use super::Installation;
use crate::http::answer::{Answer, List};
use crate::http::extract::Caller;
use crate::http::openapi::ListProblems;
use crate::ops::{App, installed};

/// Lists every installation, the oldest first.
#[utoipa::path(
    get, path = "/v1/installations", operation_id = "list_installations", tag = "installations",
    responses((status = 200, description = "All installations", body = List<Installation>), ListProblems),
)]
pub async fn list_installations(State(app): State<App>, Caller(call): Caller) -> Answer<List<Installation>> {
    let mut tx = app.db.read().await?;
    Ok(List::whole(installed::list(&mut tx, &call).await?))
}
