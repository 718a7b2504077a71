//! `GET /v1/saved-views/{id}`

use axum::extract::State;

use super::SavedView;
use crate::domain::ids::SavedViewId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::records::saved_views;

/// Shows a saved view.
#[utoipa::path(
    get, path = "/v1/saved-views/{id}", operation_id = "get_saved_view", tag = "kinds",
    params(("id" = SavedViewId, Path, description = "The view")),
    responses(
        (status = 200, description = "The view", body = SavedView, headers(("ETag", description = "Its version"))),
        ReadProblems,
    ),
)]
pub async fn get_saved_view(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<SavedViewId>,
) -> ApiResult<Record<SavedView>> {
    Ok(Record(saved_views::get(&mut app.db.read().await?, &ctx, id).await?.into()))
}
