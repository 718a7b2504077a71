//! `GET /v1/kinds/{name}`

use axum::Json;
use axum::extract::State;

use super::description::KindDescription;
use crate::http::extract::{Caller, Name};
use crate::http::openapi::ReadProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::catalogue::{custom_fields, kinds};

/// One kind of records.
#[utoipa::path(
    get, path = "/v1/kinds/{name}", operation_id = "get_kind", tag = "kinds",
    params(("name" = String, Path, description = "Its name", example = "customer")),
    responses((status = 200, description = "The kind", body = KindDescription), ReadProblems),
)]
pub async fn get_kind(
    State(app): State<App>,
    Caller(ctx): Caller,
    Name(name): Name,
) -> ApiResult<Json<KindDescription>> {
    let mut tx = app.db.read().await?;
    let kind = kinds::get(&mut tx, &ctx, &name).await?;
    let added = custom_fields::list(&mut tx, &ctx, &name).await?;
    Ok(Json(KindDescription::new(kind, &added)))
}
