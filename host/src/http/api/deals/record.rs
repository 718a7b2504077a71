//! A deal, as the API shows it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::clock::Timestamp;
use crate::domain::deal::{self, DealStatus};
use crate::domain::ids::{
    CustomerId, DealId, InstallationId, PartnerId, PipelineId, StageId, TicketId, UserId,
};
use crate::domain::money as domain;
use crate::http::api::money::Money;
use crate::http::problem::{Problem, ProblemKind};
use crate::http::response::versioned;

/// A lead or deal: a chance to sell something to a customer.
///
/// To a partner's people it shows what is shared with them; what isn't is empty, and ids are all zeros.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "019b8a3e-0000-7000-8000-000000000022", "customer_id": "019b8a3e-0000-7000-8000-000000000001",
    "name": "20 张升降桌", "pipeline_id": "019b8a3e-0000-7000-8000-000000000020",
    "stage_id": "019b8a3e-0000-7000-8000-000000000021", "status": "open", "probability": 60,
    "amount": {"amount": "36000.00", "currency": "CNY"}, "owner_id": "019b8a3e-0000-7000-8000-000000000007",
    "ticket_id": "019b8a3e-0000-7000-8000-000000000005", "partner_id": null, "source": "ticket",
    "expected_close": "2026-02-28", "lost_reason": null, "stage_at": "2026-01-05T08:00:00Z", "closed_at": null,
    "source_id": null, "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z", "version": 1,
}))]
pub struct Deal {
    /// Its id.
    pub id: DealId,
    /// To whom.
    pub customer_id: CustomerId,
    /// What it is about.
    pub name: String,
    /// The pipeline that it is in.
    pub pipeline_id: PipelineId,
    /// How far it has come.
    pub stage_id: StageId,
    /// How it stands.
    pub status: DealStatus,
    /// How probably it is won, in percent: its stage's; 100 when won, 0 when lost.
    pub probability: i64,
    /// What it is worth.
    pub amount: Option<Money>,
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
    /// Grows by one with every change; the record's ETag.
    pub version: i64,
}

versioned!(Deal);

impl From<deal::Deal> for Deal {
    fn from(deal: deal::Deal) -> Self {
        let amount = deal.amount().map(Money::from);
        Self {
            id: deal.id,
            customer_id: deal.customer_id,
            name: deal.name,
            pipeline_id: deal.pipeline_id,
            stage_id: deal.stage_id,
            status: deal.status,
            probability: deal.probability,
            amount,
            owner_id: deal.owner_id,
            ticket_id: deal.ticket_id,
            partner_id: deal.partner_id,
            source: deal.source,
            expected_close: deal.expected_close,
            lost_reason: deal.lost_reason,
            stage_at: deal.stage_at,
            closed_at: deal.closed_at,
            source_id: deal.source_id,
            created_at: deal.created_at,
            updated_at: deal.updated_at,
            version: deal.version,
        }
    }
}

/// An amount of money as operations take it.
pub fn amount(money: &Money) -> Result<domain::Money, Problem> {
    money.price().map_err(|fault| {
        let detail = fault.to_string();
        Problem::new(ProblemKind::Invalid, format!("/amount/amount: {detail}")).at("/amount/amount", detail)
    })
}
