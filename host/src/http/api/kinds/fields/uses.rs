//! `GET /v1/kinds/{name}/fields/{field}/uses`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::extract::{Caller, Name, PartName};
use crate::http::openapi::ActionProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::catalogue::custom_fields;

/// What there is that a field's removal would break.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"records": 120, "views": ["华东的老客户"], "plugins": ["lead-score"]}))]
pub struct FieldUses {
    /// How many records have a value of it.
    records: i64,
    /// The saved views that have it as a column, in their condition or order.
    views: Vec<String>,
    /// The installations whose plugins want to read or write it.
    plugins: Vec<String>,
}

/// Tells what the removal of a field that was added would break.
#[utoipa::path(
    get, path = "/v1/kinds/{name}/fields/{field}/uses", operation_id = "get_custom_field_uses", tag = "kinds",
    params(
        ("name" = String, Path, description = "The kind's name", example = "customer"),
        ("field" = String, Path, description = "The field's name", example = "industry"),
    ),
    responses((status = 200, description = "What names the field", body = FieldUses), ActionProblems),
)]
pub async fn get_custom_field_uses(
    State(app): State<App>,
    Caller(ctx): Caller,
    Name(kind): Name,
    PartName(field): PartName,
) -> ApiResult<Json<FieldUses>> {
    let uses = custom_fields::uses(&mut app.db.read().await?, &ctx, &kind, &field).await?;
    Ok(Json(FieldUses { records: uses.records, views: uses.views, plugins: uses.plugins }))
}
