//! Deals: made, moved, won and lost. A deal in a lead pipeline is a lead; winning one moves it on into sales.

use serde_json::{Map, Value, json};

use crate::domain::actor::Permission;
use crate::domain::catalogue::{self, Record as _};
use crate::domain::deal::{Deal, DealChange, DealStatus, NewDeal, Pipeline, PipelineKind};
use crate::domain::ids::{DealId, PartnerId, PipelineId, StageId, TicketId, UserId};
use crate::ops::access::{embedded, masking, reach};
use crate::ops::catalogue::custom_fields;
use crate::ops::partners::shares;
use crate::ops::refusal::{InvalidField, Refusal};
use crate::ops::request_context::RequestContext;
use crate::ops::{customers, tickets};
use crate::store::db::Tx;
use crate::store::deals::{self, DealFilter};
use crate::store::events::{self, Event};
use crate::store::filter::ListQuery;
use crate::store::page::{MAX_LIMIT, Page};
use crate::store::{pipelines, teams};

/// Where a deal that is being made comes from.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Origin {
    /// The id that was drawn for it before.
    pub id: Option<DealId>,
    /// The ticket.
    pub ticket: Option<TicketId>,
    /// The partner that registers it.
    pub partner: Option<PartnerId>,
}

/// Makes a deal.
pub async fn create(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: Option<DealId>,
    new: &NewDeal,
) -> Result<Deal, Refusal> {
    ctx.require(Permission::DealsWrite)?;
    let customer = customers::named(tx, ctx, new.customer_id).await?;
    let new = NewDeal { customer_id: customer.id, ..new.clone() };
    open(tx, ctx, Origin { id, ..Origin::default() }, PipelineKind::Sales, &new).await
}

/// Makes a lead of what a ticket's customer wants. A ticket has at most one open deal.
pub async fn from_ticket(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, fields): &(TicketId, DealChange),
) -> Result<Deal, Refusal> {
    ctx.require(Permission::DealsWrite)?;
    let ticket = tickets::get(tx, ctx, *id).await?;
    let new = NewDeal {
        customer_id: ticket.customer_id,
        name: ticket.subject,
        owner_id: Some(ticket.assignee_id),
        source: Some(Some("ticket".to_owned())),
        ..NewDeal::default()
    };
    let new = new.with(fields);
    let origin = Origin { ticket: Some(ticket.id), ..Origin::default() };
    open(tx, ctx, origin, PipelineKind::Lead, &new).await
}

/// Stores a new deal of a customer that is there, in a pipeline of this kind unless it names one.
pub(super) async fn open(
    tx: &mut Tx,
    ctx: &RequestContext,
    origin: Origin,
    kind: PipelineKind,
    new: &NewDeal,
) -> Result<Deal, Refusal> {
    let pipeline = pipeline(tx, new.pipeline_id, kind).await?;
    let stage = match new.stage_id {
        Some(id) => pipeline.stage(id),
        None => pipeline.stages.first(),
    };
    let stage = stage.ok_or_else(|| {
        Refusal::invalid("/stage_id", format!("the pipeline {:?} has no such stage", pipeline.name))
    })?;
    let mut deal = Deal {
        id: origin.id.unwrap_or_else(|| tx.id()),
        probability: stage.probability,
        ticket_id: origin.ticket,
        partner_id: origin.partner,
        stage_at: tx.now(),
        source_id: ctx.source(),
        created_at: tx.now(),
        updated_at: tx.now(),
        version: 1,
        ..Deal::blank()
    };
    new.apply(&mut deal);
    (deal.pipeline_id, deal.stage_id) = (pipeline.id, stage.id);
    check(tx, &deal, deal.owner_id, new.custom.as_ref()).await?;
    reach::give(tx, ctx, &mut deal.owner_id, &mut deal.team_id).await?;
    if !deals::insert(tx, &deal).await? {
        let known = match origin.ticket {
            Some(ticket) => deals::open_of(tx, ticket).await?,
            None => None,
        };
        let known = known.map(|deal| deal.id.to_string()).unwrap_or_default();
        return Err(Refusal::Conflict(format!("the ticket has an open deal already, {known}")));
    }
    let data = json!({
        "name": deal.name, "pipeline_id": deal.pipeline_id, "pipeline": pipeline.name, "stage_id": deal.stage_id,
        "stage": stage.name, "amount": deal.amount, "source": deal.source,
        "owner_id": deal.owner_id, "ticket_id": deal.ticket_id, "partner_id": deal.partner_id, "kind": pipeline.kind,
    });
    ctx.record(tx, "deal.created", &deal, data).await?;
    Ok(deal)
}

async fn pipeline(tx: &mut Tx, id: Option<PipelineId>, kind: PipelineKind) -> Result<Pipeline, Refusal> {
    let id = match id {
        Some(id) => id,
        None => {
            let first = pipelines::first(tx, kind).await?;
            let none =
                || Refusal::Conflict(format!("there is no {kind} pipeline; make one by POST /v1/pipelines"));
            first.ok_or_else(none)?.id
        }
    };
    let held = pipelines::hold(tx, id).await?;
    held.ok_or_else(|| Refusal::invalid("/pipeline_id", format!("there is no pipeline {id}")))
}

/// Changes a deal, if it is still at the version that the change is based on.
pub async fn change(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, expected, change): &(DealId, Option<i64>, DealChange),
) -> Result<Deal, Refusal> {
    ctx.require(Permission::DealsWrite)?;
    masking::require_changeable(ctx, Deal::KIND, change)?;
    let mut deal = lock(tx, ctx, *id).await?;
    crate::ops::expect_version(*expected, deal.version - 1)?;
    let before = deal.clone();
    change.apply(&mut deal);
    check(tx, &deal, change.owner_id.flatten(), change.custom.as_ref()).await?;
    if deal.owner_id != before.owner_id {
        reach::give(tx, ctx, &mut deal.owner_id, &mut deal.team_id).await?;
    }
    if (&deal.name, &deal.custom) != (&before.name, &before.custom) {
        deals::texts_changed(tx, deal.id);
    }
    deals::update(tx, &deal).await?;
    ctx.record(tx, "deal.updated", &deal, catalogue::difference(&before, &deal)).await?;
    Ok(deal)
}

/// Moves an open deal into another stage, of its own pipeline or of another one.
pub async fn move_to(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, expected, stage): &(DealId, Option<i64>, StageId),
) -> Result<Deal, Refusal> {
    ctx.require(Permission::DealsWrite)?;
    let mut deal = lock_open(tx, ctx, *id).await?;
    crate::ops::expect_version(*expected, deal.version - 1)?;
    let of = pipelines::list(tx).await?.into_iter().find(|pipeline| pipeline.stage(*stage).is_some());
    let held = match of {
        Some(pipeline) => pipelines::hold(tx, pipeline.id).await?,
        None => None,
    };
    let Some(pipeline) = held.filter(|pipeline| pipeline.stage(*stage).is_some()) else {
        return Err(Refusal::invalid("/stage_id", format!("there is no stage {stage}")));
    };
    enter(tx, ctx, &mut deal, &pipeline, *stage).await?;
    Ok(deal)
}

/// Puts a locked deal into a stage and says so.
async fn enter(
    tx: &mut Tx,
    ctx: &RequestContext,
    deal: &mut Deal,
    pipeline: &Pipeline,
    stage: StageId,
) -> Result<(), Refusal> {
    let Some(stage) = pipeline.stage(stage) else { return Ok(()) };
    if deal.stage_id == stage.id {
        return Ok(());
    }
    let before = deal.clone();
    deal.enter(pipeline.id, stage, tx.now());
    deals::update(tx, deal).await?;
    let data = json!({
        "pipeline_id": {"old": before.pipeline_id, "new": deal.pipeline_id},
        "stage_id": {"old": before.stage_id, "new": deal.stage_id},
        "probability": {"old": before.probability, "new": deal.probability},
        "pipeline": pipeline.name, "stage": stage.name, "kind": pipeline.kind,
        "millis_in_stage": tx.now().millis_since(before.stage_at),
    });
    ctx.record(tx, "deal.stage-changed", &*deal, data).await.map(|_| ())
}

/// Wins a deal. A lead moves on into the first stage of sales and stays open.
pub async fn win(tx: &mut Tx, ctx: &RequestContext, id: DealId) -> Result<Deal, Refusal> {
    ctx.require(Permission::DealsWrite)?;
    let mut deal = lock_open(tx, ctx, id).await?;
    let own = pipelines::get(tx, deal.pipeline_id).await?;
    if own.is_some_and(|own| own.kind == PipelineKind::Lead) {
        let sales = pipeline(tx, None, PipelineKind::Sales).await?;
        let first = sales.stages.first().map_or(deal.stage_id, |stage| stage.id);
        enter(tx, ctx, &mut deal, &sales, first).await?;
        return Ok(deal);
    }
    close(tx, ctx, &mut deal, None).await?;
    Ok(deal)
}

/// Loses a deal or lead.
pub async fn lose(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, reason): &(DealId, String),
) -> Result<Deal, Refusal> {
    ctx.require(Permission::DealsWrite)?;
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > 200 {
        return Err(Refusal::invalid("/reason", "a reason has 1 to 200 characters"));
    }
    let mut deal = lock_open(tx, ctx, *id).await?;
    close(tx, ctx, &mut deal, Some(reason)).await?;
    Ok(deal)
}

/// Closes a locked deal: lost for a reason, or won.
async fn close(
    tx: &mut Tx,
    ctx: &RequestContext,
    deal: &mut Deal,
    lost: Option<&str>,
) -> Result<(), Refusal> {
    let before = deal.probability;
    deal.lost_reason = lost.map(str::to_owned);
    deal.closed_at = Some(tx.now());
    let (status, probability, kind) = match lost {
        None => (DealStatus::Won, 100, "deal.won"),
        Some(_) => (DealStatus::Lost, 0, "deal.lost"),
    };
    (deal.status, deal.probability) = (status, probability);
    deals::update(tx, deal).await?;
    let data = json!({
        "status": {"old": DealStatus::Open, "new": status}, "probability": {"old": before, "new": probability},
        "name": deal.name, "amount": deal.amount, "owner_id": deal.owner_id,
        "stage_id": deal.stage_id, "reason": deal.lost_reason,
        "millis_open": tx.now().millis_since(deal.created_at),
    });
    ctx.record(tx, kind, &*deal, data).await.map(|_| ())
}

/// One deal. A partner sees the shared fields alone.
pub async fn see(tx: &mut Tx, ctx: &RequestContext, id: DealId) -> Result<Deal, Refusal> {
    ctx.require_sight(Permission::DealsRead)?;
    let deal = deals::get(tx, id, ctx.scope()).await?.ok_or_else(|| Refusal::not_found("deal", id))?;
    shares::cut_deal(tx, ctx, deal).await
}

/// Deals. A partner sees those that are shared with it, and of them the shared fields.
pub async fn list(
    tx: &mut Tx,
    ctx: &RequestContext,
    query: &ListQuery,
    by: DealFilter,
) -> Result<Page<Deal, String>, Refusal> {
    ctx.require_sight(Permission::DealsRead)?;
    if ctx.scope().partner().is_some() && (by != DealFilter::default() || query.asks_for_values()) {
        // Asking for a value would tell what a field has that isn't shared.
        return Err(Refusal::invalid("", "a partner's list of deals takes no conditions"));
    }
    masking::require_shown(ctx, Deal::KIND, query)?;
    let found = deals::list(tx, query, by, ctx.scope()).await?;
    let mut items = Vec::with_capacity(found.items.len());
    for deal in found.items {
        items.push(shares::cut_deal(tx, ctx, deal).await?);
    }
    Ok(Page { items, next: found.next })
}

/// Everything that happened to a deal and is there for the caller, oldest first.
pub async fn history(tx: &mut Tx, ctx: &RequestContext, id: DealId) -> Result<Vec<Event>, Refusal> {
    ctx.require(Permission::DealsRead)?;
    deals::get(tx, id, ctx.scope()).await?.ok_or_else(|| Refusal::not_found("deal", id))?;
    let found = events::of_subject(tx, "deal", id.0, MAX_LIMIT).await?;
    embedded::shown(tx, ctx, found).await
}

async fn lock(tx: &mut Tx, ctx: &RequestContext, id: DealId) -> Result<Deal, Refusal> {
    match deals::lock(tx, id, ctx.scope()).await? {
        Some(deal) => Ok(deal),
        None => Err(reach::missing(tx, ctx, "deal", id).await),
    }
}

async fn lock_open(tx: &mut Tx, ctx: &RequestContext, id: DealId) -> Result<Deal, Refusal> {
    let deal = lock(tx, ctx, id).await?;
    if deal.status == DealStatus::Open {
        return Ok(deal);
    }
    Err(Refusal::Conflict(format!("the deal is {} already", deal.status)))
}

/// Refuses what is wrong with a deal, and an owner who can't take it.
async fn check(
    tx: &mut Tx,
    deal: &Deal,
    owner: Option<UserId>,
    custom: Option<&Map<String, Value>>,
) -> Result<(), Refusal> {
    let mut faults = catalogue::faults(deal);
    faults.extend(custom_fields::faults::<Deal>(tx, custom).await?);
    if let Some(owner) = owner
        && teams::user(tx, owner).await?.is_none_or(|user| !user.active)
    {
        let detail = format!("there is no active user {owner}");
        faults.push(InvalidField { pointer: "/owner_id".to_owned(), detail });
    }
    if let Some(team) = deal.team_id
        && teams::get(tx, team).await?.is_none()
    {
        let detail = format!("there is no team {team}");
        faults.push(InvalidField { pointer: "/team_id".to_owned(), detail });
    }
    Refusal::unless_valid(faults)
}
