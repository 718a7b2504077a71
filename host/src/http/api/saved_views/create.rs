//! `POST /v1/saved-views`

use axum::extract::State;

use super::SavedView;
use crate::domain::saved_view::NewSavedView;
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::{ApiResult, Created};
use crate::ops::App;
use crate::ops::records::saved_views;

/// Saves a view. It belongs to the person who saves it; what a program saves is shared.
#[utoipa::path(
    post, path = "/v1/saved-views", operation_id = "create_saved_view", tag = "kinds",
    params(IdempotencyKey),
    responses((status = 201, description = "The view; `Location` is its address", body = SavedView), CreateProblems),
)]
pub async fn create_saved_view(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<NewSavedView>,
) -> ApiResult<Created<SavedView>> {
    let done = app
        .commit_once(&ctx, "saved-views.create", new, |tx, ctx, new| {
            Box::pin(async move { saved_views::create(tx, ctx, new).await.map(SavedView::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/saved-views/{}", done.answer.0.id), record: done.answer })
}
