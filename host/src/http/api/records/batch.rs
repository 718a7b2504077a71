//! `POST /v1/records/{name}/batch`

use axum::extract::State;
use serde_json::Value;

use super::record::{AnyFields, RecordFields};
use crate::http::batch::{self, Batch, Outcomes};
use crate::http::extract::{Caller, IdempotencyKey, Json, Name};
use crate::http::openapi::PutProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::records::declared_records;

/// Makes up to 1,000 records of a declared kind, each with its own outcome.
#[utoipa::path(
    post, path = "/v1/records/{name}/batch", operation_id = "create_records", tag = "records",
    params(("name" = String, Path, description = "The kind's name", example = "visit"), IdempotencyKey),
    request_body = Batch<RecordFields>,
    responses((status = 200, description = "What became of each", body = Outcomes<AnyFields>), PutProblems),
)]
pub async fn create_records(
    State(app): State<App>,
    Caller(ctx): Caller,
    Name(name): Name,
    Json(new): Json<Batch<Value>>,
) -> ApiResult<axum::Json<Outcomes<AnyFields>>> {
    declared_records::kind(&mut app.db.read().await?, &ctx, &name).await?;
    batch::run::<RecordFields, RecordFields, _, _>(
        &app,
        &ctx,
        "records.create-batch",
        new,
        move |tx, ctx, new| {
            let request = (name.clone(), new.0.clone());
            Box::pin(async move { declared_records::create(tx, ctx, &request).await.map(AnyFields::from) })
        },
    )
    .await
}
