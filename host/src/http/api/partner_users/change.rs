//! `PATCH /v1/partner-users/{id}`

use axum::extract::State;

use crate::domain::ids::PartnerUserId;
use crate::domain::partner::PartnerUserChange;
use crate::http::api::partners::PartnerUser;
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::{App, partners};

/// Changes a person of a partner's. Who isn't active gets in with no token from this moment on.
#[utoipa::path(
    patch, path = "/v1/partner-users/{id}", operation_id = "change_partner_user", tag = "partners",
    params(("id" = PartnerUserId, Path, description = "The person"), IfMatchHeader),
    request_body(content = PartnerUserChange, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "The person as they are now", body = PartnerUser, headers(("ETag", description = "The version"))),
        ChangeProblems,
    ),
)]
pub async fn change_partner_user(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<PartnerUserId>,
    IfMatch(expected): IfMatch,
    MergePatch(change): MergePatch<PartnerUserChange>,
) -> ApiResult<Record<PartnerUser>> {
    let request = (id, expected, change);
    let changed = app
        .commit(&ctx, request, |tx, ctx, request| Box::pin(partners::change_user(tx, ctx, request)))
        .await?;
    Ok(Record(changed.into()))
}
