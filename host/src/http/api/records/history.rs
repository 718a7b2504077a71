//! `GET /v1/records/{name}/{id}/history`

use axum::extract::State;
use uuid::Uuid;

use crate::domain::ids::RecordId;
use crate::http::api::events::Entry;
use crate::http::extract::{Caller, Id, Name};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::App;
use crate::ops::records::declared_records;

/// Everything that happened to a record of a declared kind, oldest first.
#[utoipa::path(
    get, path = "/v1/records/{name}/{id}/history", operation_id = "record_history", tag = "records",
    params(
        ("name" = String, Path, description = "The kind's name", example = "visit"),
        ("id" = RecordId, Path, description = "The record"),
    ),
    responses((status = 200, description = "Its events", body = List<Entry>), ReadProblems),
)]
pub async fn record_history(
    State(app): State<App>,
    Caller(ctx): Caller,
    Name(name): Name,
    Id(id): Id<Uuid>,
) -> ApiResult<List<Entry>> {
    let mut tx = app.db.read().await?;
    let kind = declared_records::kind(&mut tx, &ctx, &name).await?;
    Ok(List::whole(declared_records::history(&mut tx, &ctx, kind, id).await?))
}
