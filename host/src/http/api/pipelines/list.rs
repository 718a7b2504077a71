//! `GET /v1/pipelines`

use axum::extract::State;

use super::Pipeline;
use crate::http::extract::Caller;
use crate::http::openapi::ListProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::App;
use crate::ops::sales::pipelines;

/// Every pipeline, the oldest first. The first of each kind is where leads and deals come when nobody says which.
#[utoipa::path(
    get, path = "/v1/pipelines", operation_id = "list_pipelines", tag = "pipelines",
    responses((status = 200, description = "The pipelines", body = List<Pipeline>), ListProblems),
)]
pub async fn list_pipelines(State(app): State<App>, Caller(ctx): Caller) -> ApiResult<List<Pipeline>> {
    let mut tx = app.db.read().await?;
    Ok(List::whole(pipelines::list(&mut tx, &ctx).await?))
}
