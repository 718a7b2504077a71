//! `GET /v1/kinds/{name}`

use axum::Json;

use super::description::KindDescription;
use crate::http::extract::{Caller, Name};
use crate::http::openapi::ReadProblems;
use crate::http::response::ApiResult;
use crate::ops::kinds;

/// One kind of records.
#[utoipa::path(
    get, path = "/v1/kinds/{name}", operation_id = "get_kind", tag = "kinds",
    params(("name" = String, Path, description = "Its name", example = "customer")),
    responses((status = 200, description = "The kind", body = KindDescription), ReadProblems),
)]
pub async fn get_kind(Caller(ctx): Caller, Name(name): Name) -> ApiResult<Json<KindDescription>> {
    Ok(Json(kinds::get(&ctx, &name)?.into()))
}
