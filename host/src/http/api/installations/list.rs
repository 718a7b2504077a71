//! `GET /v1/installations`

use axum::extract::State;

use super::Installation;
use crate::http::extract::Caller;
use crate::http::openapi::ListProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::App;
use crate::ops::installations::installed;

/// Lists every installation, the oldest first.
#[utoipa::path(
    get, path = "/v1/installations", operation_id = "list_installations", tag = "installations",
    responses((status = 200, description = "All installations", body = List<Installation>), ListProblems),
)]
pub async fn list_installations(
    State(app): State<App>,
    Caller(ctx): Caller,
) -> ApiResult<List<Installation>> {
    let mut tx = app.db.read().await?;
    Ok(List::whole(installed::list(&mut tx, &ctx).await?))
}
