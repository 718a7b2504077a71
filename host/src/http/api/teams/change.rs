//! `PATCH /v1/teams/{id}`

use axum::extract::State;

use super::Team;
use crate::domain::ids::TeamId;
use crate::domain::triage::Class;
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch, patch};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::http::schema::texts::ShortName;
use crate::ops::{App, membership};

patch! {
    /// Changes of a team, as a JSON merge patch: a field that isn't there stays. None can be null.
    #[schema(example = json!({"watches": ["complaint"]}))]
    pub struct TeamPatch for membership::TeamChange {
        /// Its name, 1 to 100 characters, which no other team has.
        name: String as ShortName,
        /// The classes of tickets that it takes; they take the place of those before. Tickets that it has stay with it.
        classes: Vec<Class>,
        /// The classes whose urgent tickets it is told of besides.
        watches: Vec<Class>,
    }
}

/// Changes a team.
#[utoipa::path(
    patch, path = "/v1/teams/{id}", operation_id = "change_team", tag = "teams",
    params(("id" = TeamId, Path, description = "The team"), IfMatchHeader),
    request_body(content = TeamPatch, content_type = "application/merge-patch+json"),
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
    MergePatch(patch): MergePatch<TeamPatch>,
) -> ApiResult<Record<Team>> {
    let request = (id, expected, membership::TeamChange::from(patch));
    let changed =
        app.commit(&ctx, request, |tx, ctx, request| Box::pin(membership::change(tx, ctx, request))).await?;
    Ok(Record(changed.into()))
}
