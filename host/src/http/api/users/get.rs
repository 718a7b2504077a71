//! `GET /v1/users/{id}`

use axum::extract::State;

use super::User;
use crate::domain::ids::UserId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::accounts::teams;

/// One user.
#[utoipa::path(
    get, path = "/v1/users/{id}", operation_id = "get_user", tag = "users",
    params(("id" = UserId, Path, description = "The user")),
    responses(
        (status = 200, description = "The user", body = User, headers(("ETag", description = "Their version"))),
        (status = 304, description = "The caller has this version already (`If-None-Match`)"),
        ReadProblems,
    ),
)]
pub async fn get_user(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<UserId>,
) -> ApiResult<Record<User>> {
    let mut tx = app.db.read().await?;
    Ok(Record(teams::user(&mut tx, &ctx, id).await?.into()))
}
