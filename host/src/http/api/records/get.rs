//! `GET /v1/records/{name}/{id}`

use axum::extract::State;
use uuid::Uuid;

use super::record::AnyFields;
use crate::domain::ids::RecordId;
use crate::http::extract::{Caller, Id, Name};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::records::declared_records;

/// Shows a record of a declared kind.
#[utoipa::path(
    get, path = "/v1/records/{name}/{id}", operation_id = "get_record", tag = "records",
    params(
        ("name" = String, Path, description = "The kind's name", example = "visit"),
        ("id" = RecordId, Path, description = "The record"),
    ),
    responses(
        (status = 200, description = "The record", body = AnyFields, headers(("ETag", description = "Its version"))),
        ReadProblems,
    ),
)]
pub async fn get_record(
    State(app): State<App>,
    Caller(ctx): Caller,
    Name(name): Name,
    Id(id): Id<Uuid>,
) -> ApiResult<Record<AnyFields>> {
    let mut tx = app.db.read().await?;
    let kind = declared_records::kind(&mut tx, &ctx, &name).await?;
    Ok(Record(declared_records::get(&mut tx, &ctx, kind, id).await?.into()))
}
