//! `PATCH /v1/sla-policies/{id}`

use axum::extract::State;

use super::SlaPolicy;
use crate::domain::ids::SlaPolicyId;
use crate::domain::triage::{Class, Priority};
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, LenientInteger, MergePatch, patch};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::http::schema::texts::{ShortName, Tag};
use crate::ops::{App, policies};

patch! {
    /// Changes of a policy, as a JSON merge patch: a field that isn't there stays, a condition that is null is dropped.
    #[schema(example = json!({"first_response_minutes": 10, "grade": null}))]
    pub struct SlaPolicyPatch for policies::PolicyChange {
        /// Its name, 1 to 100 characters, which no other policy has.
        name: String as ShortName,
        /// For this class only.
        class: Option<Class>,
        /// For this priority only.
        priority: Option<Priority>,
        /// For customers of this value grade only.
        grade: Option<String> as Option<Tag>,
        /// Minutes until the first answer.
        #[schema(minimum = 1, maximum = 5_270_400)]
        first_response_minutes: LenientInteger as i64,
        /// Minutes until the resolution.
        #[schema(minimum = 1, maximum = 5_270_400)]
        resolution_minutes: LenientInteger as i64,
        /// Minutes until a hand-off to another team is accepted.
        #[schema(minimum = 1, maximum = 5_270_400)]
        hand_off_minutes: LenientInteger as i64,
    }
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
    Caller(ctx): Caller,
    Id(id): Id<SlaPolicyId>,
    IfMatch(expected): IfMatch,
    MergePatch(patch): MergePatch<SlaPolicyPatch>,
) -> ApiResult<Record<SlaPolicy>> {
    let request = (id, expected, policies::PolicyChange::from(patch));
    let changed =
        app.commit(&ctx, request, |tx, ctx, request| Box::pin(policies::change(tx, ctx, request))).await?;
    Ok(Record(changed.into()))
}
