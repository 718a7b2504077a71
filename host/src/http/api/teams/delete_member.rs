//! `DELETE /v1/teams/{id}/members/{user_id}`

use axum::extract::State;
use axum::http::StatusCode;

use crate::domain::ids::{TeamId, UserId};
use crate::http::extract::{Caller, Id, Part};
use crate::http::openapi::ReadProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::accounts::membership;

/// Takes a user out of a team. The tickets and tasks that they have stay with them.
#[utoipa::path(
    delete, path = "/v1/teams/{id}/members/{user_id}", operation_id = "delete_team_member", tag = "teams",
    params(("id" = TeamId, Path, description = "The team"), ("user_id" = UserId, Path, description = "The user")),
    responses((status = 204, description = "They are out of it"), ReadProblems),
)]
pub async fn delete_team_member(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<TeamId>,
    Part(user): Part<UserId>,
) -> ApiResult<StatusCode> {
    app.commit(&ctx, (id, user), |tx, ctx, request| Box::pin(membership::leave(tx, ctx, request))).await?;
    Ok(StatusCode::NO_CONTENT)
}
