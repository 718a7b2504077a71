//! `POST /v1/teams/{id}/members`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Team;
use crate::domain::ids::{TeamId, UserId};
use crate::http::extract::{Caller, Id, IdempotencyKey, Json};
use crate::http::openapi::PutProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::accounts::membership;

/// Who joins a team.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"user_id": "019b8a3e-0000-7000-8000-000000000007"}))]
pub struct NewMember {
    /// The user.
    user_id: UserId,
}

/// Takes a user into a team; nothing changes when they are in it.
#[utoipa::path(
    post, path = "/v1/teams/{id}/members", operation_id = "join_team", tag = "teams",
    params(("id" = TeamId, Path, description = "The team"), IdempotencyKey),
    responses((status = 200, description = "The team with its members", body = Team), PutProblems),
)]
pub async fn join_team(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<TeamId>,
    Json(new): Json<NewMember>,
) -> ApiResult<Record<Team>> {
    let done = app
        .commit_once(&ctx, "teams.join", (id, new.user_id), |tx, ctx, request| {
            Box::pin(async move { membership::join(tx, ctx, request).await.map(Team::from) })
        })
        .await?;
    Ok(Record(done.answer))
}
