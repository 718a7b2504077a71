//! Pipelines.

use super::db::{DbError, Tx, args};
use super::records;
use crate::domain::deal::{Pipeline, PipelineKind};
use crate::domain::ids::{PipelineId, StageId};

/// Adds a pipeline.
pub async fn insert(tx: &mut Tx, pipeline: &Pipeline) -> Result<(), DbError> {
    records::insert(tx, pipeline).await
}

/// Locks a pipeline for a change by raising its version.
pub async fn lock(tx: &mut Tx, id: PipelineId) -> Result<Option<Pipeline>, DbError> {
    tx.optional("update pipelines set version = version + 1 where id = $1 returning *", args![id]).await
}

/// Holds a pipeline as it is until the transaction ends, so that a deal doesn't enter a stage that is being removed.
pub async fn hold(tx: &mut Tx, id: PipelineId) -> Result<Option<Pipeline>, DbError> {
    tx.optional("update pipelines set version = version where id = $1 returning *", args![id]).await
}

/// Writes back the fields of a locked pipeline.
pub async fn update(tx: &mut Tx, pipeline: &Pipeline) -> Result<(), DbError> {
    records::update(tx, pipeline).await
}

/// One pipeline.
pub async fn get(tx: &mut Tx, id: PipelineId) -> Result<Option<Pipeline>, DbError> {
    tx.optional("select * from pipelines where id = $1", args![id]).await
}

/// Every pipeline, the oldest first.
pub async fn list(tx: &mut Tx) -> Result<Vec<Pipeline>, DbError> {
    tx.all("select * from pipelines order by id", &[]).await
}

/// The pipeline of a kind into which deals come when nobody says which: the oldest.
pub async fn first(tx: &mut Tx, kind: PipelineKind) -> Result<Option<Pipeline>, DbError> {
    tx.optional("select * from pipelines where kind = $1 order by id limit 1", args![kind]).await
}

/// How many open deals are in a stage.
pub async fn count_open(tx: &mut Tx, stage: StageId) -> Result<i64, DbError> {
    tx.scalar("select count(*) from deals where stage_id = $1 and status = 'open'", args![stage]).await
}
