//! `GET /v1/saved-views`

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::SavedView;
use crate::http::extract::{Caller, Query};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::App;
use crate::ops::records::saved_views;

/// Which views.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OfKind {
    /// Of records of this kind.
    #[param(example = "customer")]
    kind: String,
}

/// Lists the saved views of a kind that the caller sees: their own and the shared ones, by their names.
#[utoipa::path(
    get, path = "/v1/saved-views", operation_id = "list_saved_views", tag = "kinds",
    params(OfKind),
    responses((status = 200, description = "The views", body = List<SavedView>), ReadProblems),
)]
pub async fn list_saved_views(
    State(app): State<App>,
    Caller(ctx): Caller,
    Query(of): Query<OfKind>,
) -> ApiResult<List<SavedView>> {
    Ok(List::whole(saved_views::list(&mut app.db.read().await?, &ctx, &of.kind).await?))
}
