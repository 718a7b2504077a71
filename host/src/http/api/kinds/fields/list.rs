//! `GET /v1/kinds/{name}/fields`

use axum::extract::State;

use super::CustomField;
use crate::http::extract::{Caller, Name};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::App;
use crate::ops::catalogue::custom_fields;

/// Lists the fields that were added to a kind of records.
#[utoipa::path(
    get, path = "/v1/kinds/{name}/fields", operation_id = "list_custom_fields", tag = "kinds",
    params(("name" = String, Path, description = "The kind's name", example = "customer")),
    responses((status = 200, description = "The added fields", body = List<CustomField>), ReadProblems),
)]
pub async fn list_custom_fields(
    State(app): State<App>,
    Caller(ctx): Caller,
    Name(kind): Name,
) -> ApiResult<List<CustomField>> {
    let mut tx = app.db.read().await?;
    Ok(List::whole(custom_fields::list(&mut tx, &ctx, &kind).await?))
}
