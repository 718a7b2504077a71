//! `POST /v1/records/{name}`

use axum::extract::State;

use super::record::{AnyFields, RecordFields};
use crate::http::extract::{Caller, IdempotencyKey, Json, Name};
use crate::http::openapi::PutProblems;
use crate::http::response::{ApiResult, Created};
use crate::ops::App;
use crate::ops::records::declared_records;

/// Makes a record of a declared kind.
#[utoipa::path(
    post, path = "/v1/records/{name}", operation_id = "create_record", tag = "records",
    params(("name" = String, Path, description = "The kind's name", example = "visit"), IdempotencyKey),
    request_body = RecordFields,
    responses((status = 201, description = "The record; `Location` is its address", body = AnyFields), PutProblems),
)]
pub async fn create_record(
    State(app): State<App>,
    Caller(ctx): Caller,
    Name(name): Name,
    Json(RecordFields(fields)): Json<RecordFields>,
) -> ApiResult<Created<AnyFields>> {
    let done = app
        .commit_once(&ctx, "records.create", (name.clone(), fields), |tx, ctx, request| {
            Box::pin(async move { declared_records::create(tx, ctx, request).await.map(AnyFields::from) })
        })
        .await?;
    let record = done.answer;
    Ok(Created { location: format!("/v1/records/{name}/{}", record.id()), record })
}
