//! `GET /v1/teams`

use axum::extract::State;

use super::Team;
use crate::http::extract::Caller;
use crate::http::openapi::ListProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::App;
use crate::ops::accounts::teams;

/// Lists every team with its members.
#[utoipa::path(
    get, path = "/v1/teams", operation_id = "list_teams", tag = "teams",
    responses((status = 200, description = "All teams", body = List<Team>), ListProblems),
)]
pub async fn list_teams(State(app): State<App>, Caller(ctx): Caller) -> ApiResult<List<Team>> {
    let mut tx = app.db.read().await?;
    Ok(List::whole(teams::list(&mut tx, &ctx).await?))
}
