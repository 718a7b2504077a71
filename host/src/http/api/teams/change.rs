//! `PATCH /v1/teams/{id}`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Team;
use crate::domain::ids::TeamId;
use crate::domain::triage::Class;
use crate::http::answer::{Answer, Record};
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch, present};
use crate::http::openapi::ChangeProblems;
use crate::ops::{App, membership};

/// Changes of a team, as a JSON merge patch: a field that isn't there stays. None can be null.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"watches": ["complaint"]}))]
pub struct TeamPatch {
    /// Its name, 1 to 100 characters, which no other team has.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String)]
    name: Option<String>,
    /// The classes of tickets that it takes; they take the place of those before. Tickets that it has stay with it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<Class>)]
    classes: Option<Vec<Class>>,
    /// The classes whose urgent tickets it is told of besides.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<Class>)]
    watches: Option<Vec<Class>>,
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
    Caller(call): Caller,
    Id(id): Id<TeamId>,
    IfMatch(expected): IfMatch,
    MergePatch(patch): MergePatch<TeamPatch>,
) -> Answer<Record<Team>> {
    let change = membership::TeamChange { name: patch.name, classes: patch.classes, watches: patch.watches };
    let wish = (id, expected, change);
    let changed =
        app.commit(&call, wish, |tx, call, wish| Box::pin(membership::change(tx, call, wish))).await?;
    Ok(Record(changed.into()))
}
