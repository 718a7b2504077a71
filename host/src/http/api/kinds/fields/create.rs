//! `POST /v1/kinds/{name}/fields`

use axum::extract::State;

use super::CustomField;
use crate::domain::custom_field::NewCustomField;
use crate::http::extract::{Caller, IdempotencyKey, Json, Name};
use crate::http::openapi::PutProblems;
use crate::http::response::{ApiResult, Created};
use crate::ops::App;
use crate::ops::catalogue::custom_fields;

/// Adds a field to a kind of records. From then on they have it in `custom`; conditions name it as `custom.NAME`.
///
/// Customers, tickets, tasks and deals can have added fields.
#[utoipa::path(
    post, path = "/v1/kinds/{name}/fields", operation_id = "create_custom_field", tag = "kinds",
    params(("name" = String, Path, description = "The kind's name", example = "customer"), IdempotencyKey),
    responses((status = 201, description = "The field; `Location` is its address", body = CustomField), PutProblems),
)]
pub async fn create_custom_field(
    State(app): State<App>,
    Caller(ctx): Caller,
    Name(kind): Name,
    Json(new): Json<NewCustomField>,
) -> ApiResult<Created<CustomField>> {
    let done = app
        .commit_once(&ctx, "custom-fields.create", (kind, new), |tx, ctx, request| {
            Box::pin(async move { custom_fields::create(tx, ctx, request).await.map(CustomField::from) })
        })
        .await?;
    let field = &done.answer.0;
    Ok(Created { location: format!("/v1/kinds/{}/fields/{}", field.kind, field.name), record: done.answer })
}
