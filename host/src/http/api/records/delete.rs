//! `DELETE /v1/records/{name}/{id}`

use axum::extract::State;
use axum::http::StatusCode;
use uuid::Uuid;

use crate::domain::ids::RecordId;
use crate::http::extract::{Caller, Id, Name};
use crate::http::openapi::ReadProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::records::declared_records;

/// Removes a record of a declared kind. That it was there stays in the event log.
#[utoipa::path(
    delete, path = "/v1/records/{name}/{id}", operation_id = "delete_record", tag = "records",
    params(
        ("name" = String, Path, description = "The kind's name", example = "visit"),
        ("id" = RecordId, Path, description = "The record"),
    ),
    responses((status = 204, description = "It is gone"), ReadProblems),
)]
pub async fn delete_record(
    State(app): State<App>,
    Caller(ctx): Caller,
    Name(name): Name,
    Id(id): Id<Uuid>,
) -> ApiResult<StatusCode> {
    app.commit(&ctx, (name, id), |tx, ctx, request| Box::pin(declared_records::delete(tx, ctx, request)))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
