//! `PATCH /v1/sla-policies/{id}`

use axum::extract::State;

use super::SlaPolicy;
use crate::domain::ids::SlaPolicyId;
use crate::domain::sla_policy::SlaPolicyChange;
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::tickets::policies;

/// Changes a policy. Open tickets whose clocks it has set get new due times; the working time that
/// has passed counts.
#[utoipa::path(
    patch, path = "/v1/sla-policies/{id}", operation_id = "change_sla_policy", tag = "tickets",
    params(("id" = SlaPolicyId, Path, description = "The policy"), IfMatchHeader),
    request_body(content = SlaPolicyChange, content_type = "application/merge-patch+json"),
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
    MergePatch(change): MergePatch<SlaPolicyChange>,
) -> ApiResult<Record<SlaPolicy>> {
    let request = (id, expected, change);
    let changed =
        app.commit(&ctx, request, |tx, ctx, request| Box::pin(policies::change(tx, ctx, request))).await?;
    Ok(Record(changed.into()))
}
