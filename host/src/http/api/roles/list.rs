//! `GET /v1/roles`

use axum::extract::State;

use super::Role;
use crate::http::extract::Caller;
use crate::http::openapi::ListProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::App;
use crate::ops::accounts::roles;

/// Lists every role, by their names.
#[utoipa::path(
    get, path = "/v1/roles", operation_id = "list_roles", tag = "users",
    responses((status = 200, description = "The roles", body = List<Role>), ListProblems),
)]
pub async fn list_roles(State(app): State<App>, Caller(ctx): Caller) -> ApiResult<List<Role>> {
    Ok(List::whole(roles::list(&mut app.db.read().await?, &ctx).await?))
}
