//! Pipelines: the stages that leads and deals go through.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::domain::actor::Permission;
use crate::domain::catalogue;
use crate::domain::deal::{Pipeline, PipelineKind, Stage};
use crate::domain::event::Subject;
use crate::domain::ids::{PipelineId, StageId};
use crate::ops::refusal::{InvalidField, Refusal};
use crate::ops::request_context::RequestContext;
use crate::store::db::{DbError, Tx};
use crate::store::pipelines;

/// The most stages that a pipeline has.
const STAGES: usize = 30;

/// A pipeline to be made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewPipeline {
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub kind: PipelineKind,
    /// Its stages, in order.
    pub stages: Vec<NewStage>,
}

/// A stage as it is requested for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewStage {
    /// The stage that is kept; none makes a new one.
    pub id: Option<StageId>,
    /// What people call it.
    pub name: String,
    /// How probably a deal in it is won, in percent.
    pub probability: i64,
}

/// Changes of a pipeline. A field that isn't there stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct PipelineChange {
    /// What people call it.
    pub name: Option<String>,
    /// Its stages, all of them: those that aren't named go.
    pub stages: Option<Vec<NewStage>>,
}

/// The pipelines that a company begins with, by kind: name, then stages with their probability.
type Usual = (PipelineKind, &'static str, &'static [(&'static str, i64)]);
const USUAL: [Usual; 2] = [
    (
        PipelineKind::Lead,
        "线索 Leads",
        &[("新线索 New", 5), ("已联系 Contacted", 10), ("已确认 Qualified", 20)],
    ),
    (
        PipelineKind::Sales,
        "销售 Sales",
        &[("需求 Needs", 20), ("方案 Proposal", 40), ("报价 Quote", 60), ("谈判 Negotiation", 80)],
    ),
];

/// Puts in the pipelines that a company begins with. They are part of an empty database like its tables, so no event
/// tells of them.
pub async fn begin(tx: &mut Tx) -> Result<(), DbError> {
    if !pipelines::list(tx).await?.is_empty() {
        return Ok(());
    }
    for (kind, name, stages) in USUAL {
        let stages = stages.iter().map(|(name, probability)| Stage {
            id: tx.id(),
            name: (*name).to_owned(),
            probability: *probability,
        });
        let stages = stages.collect();
        let pipeline =
            Pipeline { id: tx.id(), name: name.to_owned(), kind, stages, created_at: tx.now(), version: 1 };
        pipelines::insert(tx, &pipeline).await?;
    }
    Ok(())
}

/// Makes a pipeline.
pub async fn create(tx: &mut Tx, ctx: &RequestContext, new: &NewPipeline) -> Result<Pipeline, Refusal> {
    ctx.require(Permission::DealsWrite)?;
    let stages = stages(tx, &[], &new.stages)?;
    let pipeline = Pipeline {
        id: tx.id(),
        name: name(tx, None, &new.name).await?,
        kind: new.kind,
        stages,
        created_at: tx.now(),
        version: 1,
    };
    pipelines::insert(tx, &pipeline).await?;
    ctx.record(tx, "pipeline.created", Subject::of("pipeline", pipeline.id), fields(&pipeline)).await?;
    Ok(pipeline)
}

/// Changes a pipeline, if it is still at the version that the change is based on.
pub async fn change(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, expected, change): &(PipelineId, Option<i64>, PipelineChange),
) -> Result<Pipeline, Refusal> {
    ctx.require(Permission::DealsWrite)?;
    let locked = pipelines::lock(tx, *id).await?;
    let mut pipeline = locked.ok_or_else(|| Refusal::not_found("pipeline", id))?;
    crate::ops::expect_version(*expected, pipeline.version - 1)?;
    let before = pipeline.clone();
    if let Some(wanted) = &change.name {
        pipeline.name = name(tx, Some(pipeline.id), wanted).await?;
    }
    if let Some(wanted) = &change.stages {
        let kept = stages(tx, &pipeline.stages, wanted)?;
        for gone in pipeline.stages.iter().filter(|stage| kept.iter().all(|kept| kept.id != stage.id)) {
            let open = pipelines::count_open(tx, gone.id).await?;
            if open > 0 {
                let detail = format!("{open} open deals are in the stage {:?}; move them first", gone.name);
                return Err(Refusal::Conflict(detail));
            }
        }
        pipeline.stages = kept;
    }
    pipelines::update(tx, &pipeline).await?;
    let changed = catalogue::difference(&before, &pipeline);
    ctx.record(tx, "pipeline.updated", Subject::of("pipeline", pipeline.id), changed).await?;
    Ok(pipeline)
}

/// One pipeline.
pub async fn get(tx: &mut Tx, ctx: &RequestContext, id: PipelineId) -> Result<Pipeline, Refusal> {
    ctx.require(Permission::DealsRead)?;
    pipelines::get(tx, id).await?.ok_or_else(|| Refusal::not_found("pipeline", id))
}

/// Every pipeline, the oldest first.
pub async fn list(tx: &mut Tx, ctx: &RequestContext) -> Result<Vec<Pipeline>, Refusal> {
    ctx.require(Permission::DealsRead)?;
    Ok(pipelines::list(tx).await?)
}

async fn name(tx: &mut Tx, own: Option<PipelineId>, wanted: &str) -> Result<String, Refusal> {
    let name = wanted.trim().to_owned();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(Refusal::invalid("/name", "a name has 1 to 100 characters"));
    }
    if pipelines::list(tx).await?.iter().any(|other| other.name == name && Some(other.id) != own) {
        return Err(Refusal::Conflict(format!("there is a pipeline {name:?} already")));
    }
    Ok(name)
}

fn stages(tx: &Tx, known: &[Stage], wanted: &[NewStage]) -> Result<Vec<Stage>, Refusal> {
    let mut faults = Vec::new();
    let mut fault = |pointer: String, detail: &str| {
        faults.push(InvalidField { pointer, detail: detail.to_owned() });
    };
    if wanted.is_empty() || wanted.len() > STAGES {
        fault("/stages".to_owned(), "a pipeline has 1 to 30 stages");
    }
    let mut stages: Vec<Stage> = Vec::new();
    for (index, request) in wanted.iter().enumerate() {
        let name = request.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > 100 {
            fault(format!("/stages/{index}/name"), "a name has 1 to 100 characters");
        }
        if !(0..=100).contains(&request.probability) {
            fault(format!("/stages/{index}/probability"), "a probability is 0 to 100 percent");
        }
        let id = match request.id {
            None => tx.id(),
            Some(id) => {
                let is_own = known.iter().any(|stage| stage.id == id);
                if !is_own || stages.iter().any(|stage| stage.id == id) {
                    fault(format!("/stages/{index}/id"), "name each stage of this pipeline once at most");
                }
                id
            }
        };
        stages.push(Stage { id, name, probability: request.probability });
    }
    if faults.is_empty() { Ok(stages) } else { Err(Refusal::Invalid(faults)) }
}

fn fields(pipeline: &Pipeline) -> Value {
    json!({"name": pipeline.name, "kind": pipeline.kind, "stages": pipeline.stages})
}
