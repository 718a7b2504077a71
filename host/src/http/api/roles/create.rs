//! `POST /v1/roles`

use axum::extract::State;

use super::Role;
use crate::domain::role::NewRole;
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::{ApiResult, Created};
use crate::ops::App;
use crate::ops::accounts::roles;

/// Makes a role that may do no more than the caller.
#[utoipa::path(
    post, path = "/v1/roles", operation_id = "create_role", tag = "users",
    params(IdempotencyKey),
    responses((status = 201, description = "The role; `Location` is its address", body = Role), CreateProblems),
)]
pub async fn create_role(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<NewRole>,
) -> ApiResult<Created<Role>> {
    let done = app
        .commit_once(&ctx, "roles.create", new, |tx, ctx, new| {
            Box::pin(async move { roles::create(tx, ctx, new).await.map(Role::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/roles/{}", done.answer.0.id), record: done.answer })
}
