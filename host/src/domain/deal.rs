//! Deals and the pipelines that they go through. A deal in a lead pipeline is a lead.

use serde::{Deserialize, Serialize};

use super::clock::Timestamp;
use super::ids::{CustomerId, DealId, InstallationId, PartnerId, PipelineId, StageId, TicketId, UserId};
use super::money::Money;
use super::words::words;

words! {
    /// What a pipeline is for.
    pub enum PipelineKind {
        /// Leads: winning one moves it on into the sales pipeline.
        Lead = "lead",
        /// Sales.
        Sales = "sales",
    }

    /// How a deal stands.
    pub enum DealStatus {
        /// It is being worked on.
        Open = "open",
        /// The customer has bought.
        Won = "won",
        /// The customer won't buy.
        Lost = "lost",
    }
}

/// A stage of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// Its id.
    pub id: StageId,
    /// What people call it.
    pub name: String,
    /// How probably a deal in it is won, in percent.
    pub probability: i64,
}

/// A row of stages that deals go through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    /// Its id.
    pub id: PipelineId,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub kind: PipelineKind,
    /// Its stages, in order; at least one.
    pub stages: Vec<Stage>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Grows by one with every change.
    pub version: i64,
}

impl Pipeline {
    /// One of its stages.
    pub fn stage(&self, id: StageId) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == id)
    }
}

impl Deal {
    /// What it is worth.
    pub fn amount(&self) -> Option<Money> {
        self.amount_cents.zip(self.currency.as_ref()).map(|(cents, currency)| Money::new(cents, currency))
    }
}

/// A chance to sell something to a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deal {
    /// Its id.
    pub id: DealId,
    /// To whom.
    pub customer_id: CustomerId,
    /// What it is about.
    pub name: String,
    /// Where it is being worked on.
    pub pipeline_id: PipelineId,
    /// How far it has come.
    pub stage_id: StageId,
    /// How it stands.
    pub status: DealStatus,
    /// How probably it is won, in percent.
    pub probability: i64,
    /// What it is worth, in hundredths of the currency's unit.
    pub amount_cents: Option<i64>,
    /// ISO 4217; there when the amount is.
    pub currency: Option<String>,
    /// Who works on it.
    pub owner_id: Option<UserId>,
    /// The ticket that it came from.
    pub ticket_id: Option<TicketId>,
    /// The partner that registered it.
    pub partner_id: Option<PartnerId>,
    /// Where it came from, in the company's words.
    pub source: Option<String>,
    /// When it is expected to be decided, `YYYY-MM-DD`.
    pub expected_close: Option<String>,
    /// Why it was lost.
    pub lost_reason: Option<String>,
    /// Since when it is in its stage.
    pub stage_at: Timestamp,
    /// When it was won or lost.
    pub closed_at: Option<Timestamp>,
    /// The installation that brought it in.
    pub source_id: Option<InstallationId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Grows by one with every change.
    pub version: i64,
}

impl Deal {
    /// Puts it into a stage.
    pub fn enter(&mut self, pipeline: PipelineId, stage: &Stage, now: Timestamp) {
        self.pipeline_id = pipeline;
        self.stage_id = stage.id;
        self.probability = stage.probability;
        self.stage_at = now;
    }
}
