//! `DELETE /v1/users/{id}/second-factor`

use axum::extract::State;
use axum::http::StatusCode;

use crate::domain::ids::UserId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ActionProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::accounts::second_factor;

/// Takes away the second factor of a user who has lost it, and signs them out everywhere.
///
/// It takes somebody who signed in, the right to change users, and every right that they have, as for a password.
#[utoipa::path(
    delete, path = "/v1/users/{id}/second-factor", operation_id = "delete_second_factor", tag = "users",
    params(("id" = UserId, Path, description = "The user")),
    responses((status = 204, description = "Their password alone lets them in, until they set one up again"), ActionProblems),
)]
pub async fn delete_second_factor(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<UserId>,
) -> ApiResult<StatusCode> {
    app.commit(&ctx, id, |tx, ctx, id| Box::pin(second_factor::reset(tx, ctx, *id))).await?;
    Ok(StatusCode::NO_CONTENT)
}
