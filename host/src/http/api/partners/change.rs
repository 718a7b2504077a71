//! `PATCH /v1/partners/{id}`

use axum::extract::State;

use super::Partner;
use crate::domain::ids::PartnerId;
use crate::domain::partner::PartnerChange;
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::{App, partners};

/// Changes a partner.
#[utoipa::path(
    patch, path = "/v1/partners/{id}", operation_id = "change_partner", tag = "partners",
    params(("id" = PartnerId, Path, description = "The partner"), IfMatchHeader),
    request_body(content = PartnerChange, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "The partner as it is now", body = Partner, headers(("ETag", description = "Its version"))),
        ChangeProblems,
    ),
)]
pub async fn change_partner(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<PartnerId>,
    IfMatch(expected): IfMatch,
    MergePatch(change): MergePatch<PartnerChange>,
) -> ApiResult<Record<Partner>> {
    partners::check_joins(&app, &ctx, change.installation_id.flatten()).await?;
    let request = (id, expected, change);
    let changed =
        app.commit(&ctx, request, |tx, ctx, request| Box::pin(partners::change(tx, ctx, request))).await?;
    Ok(Record(changed.into()))
}
