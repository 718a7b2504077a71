//! `PATCH /v1/pipelines/{id}`

use axum::extract::State;

use super::Pipeline;
use super::record::NewStage;
use crate::domain::ids::PipelineId;
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch, patch};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::http::schema::texts::ShortName;
use crate::ops::App;
use crate::ops::sales::pipelines;

patch! {
    /// Changes of a pipeline, as a JSON merge patch: a field that isn't there stays. None can be null.
    #[schema(example = json!({"name": "大客户 Key accounts"}))]
    pub struct PipelinePatch {
        /// What people call it, 1 to 100 characters.
        name: String as ShortName,
        /// All of its stages, in order: those with an `id` are kept, those without are new, the others go, unless open
        /// deals are in them.
        #[schema(min_items = 1, max_items = 30)]
        stages: Vec<NewStage>,
    }
}

/// Changes a pipeline.
#[utoipa::path(
    patch, path = "/v1/pipelines/{id}", operation_id = "change_pipeline", tag = "pipelines",
    params(("id" = PipelineId, Path, description = "The pipeline"), IfMatchHeader),
    request_body(content = PipelinePatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "The pipeline as it is now", body = Pipeline, headers(("ETag", description = "Its version"))),
        ChangeProblems,
    ),
)]
pub async fn change_pipeline(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<PipelineId>,
    IfMatch(expected): IfMatch,
    MergePatch(patch): MergePatch<PipelinePatch>,
) -> ApiResult<Record<Pipeline>> {
    let stages = patch.stages.map(|stages| stages.into_iter().map(Into::into).collect());
    let request = (id, expected, pipelines::PipelineChange { name: patch.name, stages });
    let changed =
        app.commit(&ctx, request, |tx, ctx, request| Box::pin(pipelines::change(tx, ctx, request))).await?;
    Ok(Record(changed.into()))
}
