//! `GET /v1/users`

use axum::extract::State;

use super::User;
use crate::http::extract::Caller;
use crate::http::openapi::ListProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::App;
use crate::ops::accounts::teams;

/// Lists every user.
#[utoipa::path(
    get, path = "/v1/users", operation_id = "list_users", tag = "users",
    responses((status = 200, description = "All users", body = List<User>), ListProblems),
)]
pub async fn list_users(State(app): State<App>, Caller(ctx): Caller) -> ApiResult<List<User>> {
    let mut tx = app.db.read().await?;
    Ok(List::whole(teams::users(&mut tx, &ctx).await?))
}
