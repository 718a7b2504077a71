//! `POST /v1/users/{id}/invitation`

use axum::extract::State;
use axum::http::StatusCode;

use crate::domain::ids::UserId;
use crate::http::extract::{Caller, Id, IdempotencyKey};
use crate::http::openapi::ActionProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::accounts::password_links;

/// Sends a user who has no password yet a link by which they set one within half an hour.
///
/// Answered with 409 where they have a password, or this host sends no mail.
#[utoipa::path(
    post, path = "/v1/users/{id}/invitation", operation_id = "invite_user", tag = "users",
    params(("id" = UserId, Path, description = "The user"), IdempotencyKey),
    responses((status = 204, description = "The mail will go out"), ActionProblems),
)]
pub async fn invite_user(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<UserId>,
) -> ApiResult<StatusCode> {
    password_links::require_mail(&app, &ctx)?;
    app.commit_once(&ctx, "users.invite", id, |tx, ctx, id| Box::pin(password_links::invite(tx, ctx, *id)))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
