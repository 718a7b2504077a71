//! `PATCH /v1/sla-policies/{id}`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::SlaPolicy;
use crate::domain::ids::SlaPolicyId;
use crate::domain::triage::{Class, Priority};
use crate::http::answer::{Answer, Record};
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch, present};
use crate::http::openapi::ChangeProblems;
use crate::ops::{App, nullable, policies};

/// Changes of a policy, as a JSON merge patch: a field that isn't there stays, a condition that is null is dropped.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"first_response_minutes": 10, "grade": null}))]
pub struct SlaPolicyPatch {
    /// Its name, 1 to 100 characters, which no other policy has.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String)]
    name: Option<String>,
    /// For this class only.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<Class>)]
    class: Option<Option<Class>>,
    /// For this priority only.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<Priority>)]
    priority: Option<Option<Priority>>,
    /// For customers of this value grade only.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    grade: Option<Option<String>>,
    /// Minutes until the first answer.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i64)]
    first_response_minutes: Option<i64>,
    /// Minutes until the resolution.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i64)]
    resolution_minutes: Option<i64>,
    /// Minutes until a hand-off to another team is accepted.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i64)]
    hand_off_minutes: Option<i64>,
}

/// Changes a policy. It counts for tickets that open or reopen from now on; clocks that run keep their times.
#[utoipa::path(
    patch, path = "/v1/sla-policies/{id}", operation_id = "change_sla_policy", tag = "tickets",
    params(("id" = SlaPolicyId, Path, description = "The policy"), IfMatchHeader),
    request_body(content = SlaPolicyPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "The policy as it is now", body = SlaPolicy, headers(("ETag", description = "Its version"))),
        ChangeProblems,
    ),
)]
pub async fn change_sla_policy(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<SlaPolicyId>,
    IfMatch(expected): IfMatch,
    MergePatch(patch): MergePatch<SlaPolicyPatch>,
) -> Answer<Record<SlaPolicy>> {
    let change = policies::PolicyChange {
        name: patch.name,
        class: patch.class,
        priority: patch.priority,
        grade: patch.grade,
        first_response_minutes: patch.first_response_minutes,
        resolution_minutes: patch.resolution_minutes,
        hand_off_minutes: patch.hand_off_minutes,
    };
    let wish = (id, expected, change);
    let changed =
        app.commit(&call, wish, |tx, call, wish| Box::pin(policies::change(tx, call, wish))).await?;
    Ok(Record(changed.into()))
}
