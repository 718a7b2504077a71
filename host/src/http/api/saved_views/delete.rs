//! `DELETE /v1/saved-views/{id}`

use axum::extract::State;
use axum::http::StatusCode;

use crate::domain::ids::SavedViewId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::records::saved_views;

/// Removes a saved view of the caller's own; those of others take the permission to change fields.
#[utoipa::path(
    delete, path = "/v1/saved-views/{id}", operation_id = "delete_saved_view", tag = "kinds",
    params(("id" = SavedViewId, Path, description = "The view")),
    responses((status = 204, description = "It is gone"), ReadProblems),
)]
pub async fn delete_saved_view(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<SavedViewId>,
) -> ApiResult<StatusCode> {
    app.commit(&ctx, id, |tx, ctx, id| Box::pin(saved_views::delete(tx, ctx, *id))).await?;
    Ok(StatusCode::NO_CONTENT)
}
