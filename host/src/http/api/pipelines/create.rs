//! `POST /v1/pipelines`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Pipeline;
use super::record::NewStage;
use crate::domain::deal::PipelineKind;
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::{ApiResult, Created};
use crate::http::schema::texts::ShortName;
use crate::ops::App;
use crate::ops::sales::pipelines;

/// A pipeline to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "大客户 Key accounts", "kind": "sales",
    "stages": [{"name": "立项 Start", "probability": 10}, {"name": "投标 Bid", "probability": 50}],
}))]
pub struct NewPipeline {
    /// What people call it, 1 to 100 characters.
    #[schema(value_type = ShortName)]
    name: String,
    /// What it is for.
    kind: PipelineKind,
    /// Its stages, in order; 1 to 30.
    #[schema(value_type = Vec<NewStage>, min_items = 1, max_items = 30)]
    stages: Vec<NewStage>,
}

/// Makes a pipeline.
#[utoipa::path(
    post, path = "/v1/pipelines", operation_id = "create_pipeline", tag = "pipelines",
    params(IdempotencyKey),
    responses((status = 201, description = "The pipeline; `Location` is its address", body = Pipeline), CreateProblems),
)]
pub async fn create_pipeline(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<NewPipeline>,
) -> ApiResult<Created<Pipeline>> {
    let stages = new.stages.into_iter().map(Into::into).collect();
    let new = pipelines::NewPipeline { name: new.name, kind: new.kind, stages };
    let done = app
        .commit_once(&ctx, "pipelines.create", new, |tx, ctx, new| {
            Box::pin(async move { pipelines::create(tx, ctx, new).await.map(Pipeline::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/pipelines/{}", done.answer.id), record: done.answer })
}
