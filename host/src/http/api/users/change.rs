//! `PATCH /v1/users/{id}`

use axum::extract::State;

use super::User;
use crate::domain::ids::UserId;
use crate::domain::team::UserChange;
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::accounts::teams;

/// Changes a user: presence, capacity, skills, roles.
#[utoipa::path(
    patch, path = "/v1/users/{id}", operation_id = "change_user", tag = "users",
    params(("id" = UserId, Path, description = "The user"), IfMatchHeader),
    request_body(content = UserChange, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "The user as they are now", body = User, headers(("ETag", description = "Their version"))),
        ChangeProblems,
    ),
)]
pub async fn change_user(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<UserId>,
    IfMatch(expected): IfMatch,
    MergePatch(change): MergePatch<UserChange>,
) -> ApiResult<Record<User>> {
    let request = (id, expected, change);
    let changed =
        app.commit(&ctx, request, |tx, ctx, request| Box::pin(teams::change_user(tx, ctx, request))).await?;
    Ok(Record(changed.into()))
}
