//! `GET /v1/teams/{id}`

use axum::extract::State;

use super::Team;
use crate::domain::ids::TeamId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::accounts::membership;

/// One team with its members.
#[utoipa::path(
    get, path = "/v1/teams/{id}", operation_id = "get_team", tag = "teams",
    params(("id" = TeamId, Path, description = "The team")),
    responses(
        (status = 200, description = "The team", body = Team, headers(("ETag", description = "Its version"))),
        (status = 304, description = "The caller has this version already (`If-None-Match`)"),
        ReadProblems,
    ),
)]
pub async fn get_team(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<TeamId>,
) -> ApiResult<Record<Team>> {
    let mut tx = app.db.read().await?;
    Ok(Record(membership::get(&mut tx, &ctx, id).await?.into()))
}
