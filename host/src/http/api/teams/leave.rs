//! `DELETE /v1/teams/{id}/members/{user_id}`

use axum::extract::State;
use axum::http::StatusCode;

use crate::domain::ids::{TeamId, UserId};
use crate::http::answer::Answer;
use crate::http::extract::{Caller, Id, Part};
use crate::http::openapi::ReadProblems;
use crate::ops::{App, membership};

/// Takes a user out of a team. The tickets and tasks that they have stay with them.
#[utoipa::path(
    delete, path = "/v1/teams/{id}/members/{user_id}", operation_id = "leave_team", tag = "teams",
    params(("id" = TeamId, Path, description = "The team"), ("user_id" = UserId, Path, description = "The user")),
    responses((status = 204, description = "They are out of it"), ReadProblems),
)]
pub async fn leave_team(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<TeamId>,
    Part(user): Part<UserId>,
) -> Answer<StatusCode> {
    app.commit(&call, (id, user), |tx, call, wish| Box::pin(membership::leave(tx, call, wish))).await?;
    Ok(StatusCode::NO_CONTENT)
}
