//! A pipeline, as the API shows it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::clock::Timestamp;
use crate::domain::deal::{self, PipelineKind};
use crate::domain::ids::{PipelineId, StageId};
use crate::http::extract::LenientInteger;
use crate::http::response::versioned;
use crate::http::schema::texts::ShortName;
use crate::ops::sales::pipelines;

/// The stages that leads or deals go through.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "019b8a3e-0000-7000-8000-000000000020", "name": "销售 Sales", "kind": "sales",
    "stages": [{"id": "019b8a3e-0000-7000-8000-000000000021", "name": "报价 Quote", "probability": 60}],
    "created_at": "2026-01-05T08:00:00Z", "version": 1,
}))]
pub struct Pipeline {
    /// Its id.
    pub id: PipelineId,
    /// What people call it.
    pub name: String,
    /// What it is for: a deal in a `lead` pipeline is a lead.
    pub kind: PipelineKind,
    /// Its stages, in order.
    pub stages: Vec<PipelineStage>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Grows by one with every change; the record's ETag.
    pub version: i64,
}

versioned!(Pipeline);

/// A stage of a pipeline.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PipelineStage {
    /// Its id.
    pub id: StageId,
    /// What people call it.
    pub name: String,
    /// How probably a deal in it is won, in percent.
    pub probability: i64,
}

impl From<deal::Pipeline> for Pipeline {
    fn from(pipeline: deal::Pipeline) -> Self {
        let stage = |stage: deal::Stage| PipelineStage {
            id: stage.id,
            name: stage.name,
            probability: stage.probability,
        };
        Self {
            id: pipeline.id,
            name: pipeline.name,
            kind: pipeline.kind,
            stages: pipeline.stages.into_iter().map(stage).collect(),
            created_at: pipeline.created_at,
            version: pipeline.version,
        }
    }
}

/// A stage as it is requested for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStage {
    /// The stage of this pipeline that is kept; a new one is made when not said.
    #[serde(default)]
    id: Option<StageId>,
    /// What people call it, 1 to 100 characters.
    #[schema(value_type = ShortName)]
    name: String,
    /// How probably a deal in it is won, 0 to 100 percent.
    #[schema(value_type = i64, minimum = 0, maximum = 100)]
    probability: LenientInteger,
}

impl From<NewStage> for pipelines::NewStage {
    fn from(new: NewStage) -> Self {
        Self { id: new.id, name: new.name, probability: new.probability.0 }
    }
}
