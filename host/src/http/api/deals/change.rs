//! `PATCH /v1/deals/{id}`

use axum::extract::State;

use super::Deal;
use crate::domain::deal::DealChange;
use crate::domain::ids::DealId;
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::sales::deals;

/// Changes a deal.
#[utoipa::path(
    patch, path = "/v1/deals/{id}", operation_id = "change_deal", tag = "deals",
    params(("id" = DealId, Path, description = "The deal"), IfMatchHeader),
    request_body(content = DealChange, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "The deal as it is now", body = Deal, headers(("ETag", description = "Its version"))),
        ChangeProblems,
    ),
)]
pub async fn change_deal(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<DealId>,
    IfMatch(expected): IfMatch,
    MergePatch(change): MergePatch<DealChange>,
) -> ApiResult<Record<Deal>> {
    let request = (id, expected, change);
    let changed =
        app.commit(&ctx, request, |tx, ctx, request| Box::pin(deals::change(tx, ctx, request))).await?;
    Ok(Record(changed.into()))
}
