//! `PATCH /v1/saved-views/{id}`

use axum::extract::State;

use super::SavedView;
use crate::domain::ids::SavedViewId;
use crate::domain::saved_view::SavedViewChange;
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::records::saved_views;

/// Changes a saved view of the caller's own; those of others take the permission to change fields.
#[utoipa::path(
    patch, path = "/v1/saved-views/{id}", operation_id = "change_saved_view", tag = "kinds",
    params(("id" = SavedViewId, Path, description = "The view"), IfMatchHeader),
    request_body(content = SavedViewChange, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "The view as it is now", body = SavedView, headers(("ETag", description = "Its version"))),
        ChangeProblems,
    ),
)]
pub async fn change_saved_view(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<SavedViewId>,
    IfMatch(expected): IfMatch,
    MergePatch(change): MergePatch<SavedViewChange>,
) -> ApiResult<Record<SavedView>> {
    let request = (id, expected, change);
    let changed =
        app.commit(&ctx, request, |tx, ctx, request| Box::pin(saved_views::change(tx, ctx, request))).await?;
    Ok(Record(changed.into()))
}
