//! `GET /v1/shares/{id}`

use axum::Json;
use axum::extract::State;

use super::record::WholeShare;
use crate::domain::ids::ShareId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::partners::shares;

/// One share with the shared fields of its record, as the partner sees it; who works here sees of them what they may see of
/// the record and its customer.
#[utoipa::path(
    get, path = "/v1/shares/{id}", operation_id = "get_share", tag = "shares",
    params(("id" = ShareId, Path, description = "The share")),
    responses((status = 200, description = "The share", body = WholeShare), ReadProblems),
)]
pub async fn get_share(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<ShareId>,
) -> ApiResult<Json<WholeShare>> {
    // Without an ETag: the record's fields change without the share's doing.
    let mut tx = app.db.read().await?;
    let share = shares::get(&mut tx, &ctx, id).await?;
    let subject = shares::subject_for(&mut tx, &ctx, &share).await?;
    Ok(Json((share, subject).into()))
}
