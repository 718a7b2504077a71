//! `GET /v1/pipelines/{id}`

use axum::extract::State;

use super::Pipeline;
use crate::domain::ids::PipelineId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::sales::pipelines;

/// One pipeline.
#[utoipa::path(
    get, path = "/v1/pipelines/{id}", operation_id = "get_pipeline", tag = "pipelines",
    params(("id" = PipelineId, Path, description = "The pipeline")),
    responses(
        (status = 200, description = "The pipeline", body = Pipeline, headers(("ETag", description = "Its version"))),
        (status = 304, description = "The caller has this version already (`If-None-Match`)"),
        ReadProblems,
    ),
)]
pub async fn get_pipeline(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<PipelineId>,
) -> ApiResult<Record<Pipeline>> {
    let mut tx = app.db.read().await?;
    Ok(Record(pipelines::get(&mut tx, &ctx, id).await?.into()))
}
