//! `PATCH /v1/teams/{id}`

use axum::extract::State;

use super::Team;
use crate::domain::ids::TeamId;
use crate::domain::team::TeamChange;
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::accounts::membership;

/// Changes a team.
#[utoipa::path(
    patch, path = "/v1/teams/{id}", operation_id = "change_team", tag = "teams",
    params(("id" = TeamId, Path, description = "The team"), IfMatchHeader),
    request_body(content = TeamChange, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "The team as it is now", body = Team, headers(("ETag", description = "Its version"))),
        ChangeProblems,
    ),
)]
pub async fn change_team(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<TeamId>,
    IfMatch(expected): IfMatch,
    MergePatch(change): MergePatch<TeamChange>,
) -> ApiResult<Record<Team>> {
    let request = (id, expected, change);
    let changed =
        app.commit(&ctx, request, |tx, ctx, request| Box::pin(membership::change(tx, ctx, request))).await?;
    Ok(Record(changed.into()))
}
