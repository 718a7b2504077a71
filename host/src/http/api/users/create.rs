//! `POST /v1/users`

use axum::extract::State;

use super::User;
use crate::domain::team::NewUser;
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::{ApiResult, Created};
use crate::ops::App;
use crate::ops::accounts::teams;

/// Enters a user.
#[utoipa::path(
    post, path = "/v1/users", operation_id = "create_user", tag = "users",
    params(IdempotencyKey),
    responses((status = 201, description = "The user", body = User), CreateProblems),
)]
pub async fn create_user(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<NewUser>,
) -> ApiResult<Created<User>> {
    let done = app
        .commit_once(&ctx, "users.create", new, |tx, ctx, new| {
            Box::pin(async move { teams::create_user(tx, ctx, new).await.map(User::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/users/{}", done.answer.0.id), record: done.answer })
}
