//! The sample's dealer: a partner whose system is joined, and a lead that goes there.

use anyhow::Context;

use super::walk::until;
use crate::domain::deal::DealChange;
use crate::domain::ids::InstallationId;
use crate::domain::partner::NewPartner;
use crate::domain::partner::{Partner, ShareState};
use crate::domain::triage::Class;
use crate::ops::partners;
use crate::ops::partners::shares::{self, NewShare, Shared};
use crate::ops::sales::deals;
use crate::ops::{App, RequestContext, tickets};
use crate::store::filter::ListQuery;
use crate::store::page::PageRequest;
use crate::store::tickets::TicketFilter;

/// What it is called.
const NAME: &str = "华南经销商 South China Dealer";

/// Makes the partner whose system this installation joins, unless there is one.
pub async fn join(app: &App, ctx: &RequestContext, installation: InstallationId) -> anyhow::Result<()> {
    if of(app, ctx, installation).await?.is_some() {
        return Ok(());
    }
    let new = NewPartner {
        name: NAME.to_owned(),
        installation_id: Some(Some(installation)),
        ..NewPartner::default()
    };
    app.commit(ctx, new, |tx, ctx, new| Box::pin(partners::create(tx, ctx, new))).await?;
    Ok(())
}

/// Makes a lead of somebody who wants to buy, offers it to the dealer, and waits for the answer.
pub async fn share_a_lead(
    app: &App,
    ctx: &RequestContext,
    installation: InstallationId,
) -> anyhow::Result<()> {
    let partner = of(app, ctx, installation).await?.context("the dealer isn't a partner")?;
    let query = ListQuery {
        filter: Some(format!("class == \"{}\" && language == \"zh-CN\"", Class::Purchase)),
        sort: Some("created_at".to_owned()),
        limit: 1,
        ..ListQuery::default()
    };
    let buyers = async || {
        let found = tickets::list(&mut app.db.read().await?, ctx, &query, TicketFilter::default()).await?;
        Ok(found.items.into_iter().next())
    };
    let ticket = until("a ticket of somebody who wants to buy", buyers).await?;
    let lead = (ticket.id, DealChange::default());
    let deal = app.commit(ctx, lead, |tx, ctx, lead| Box::pin(deals::from_ticket(tx, ctx, lead))).await?;
    let new = NewShare {
        partner_id: partner.id,
        note: "客户在贵司区域，请本周联系。".to_owned(),
        fields: None,
        hand_over: true,
        answer_minutes: None,
    };
    let offer = (Shared::Deal(deal.id), new);
    let share = app.commit(ctx, offer, |tx, ctx, offer| Box::pin(shares::share(tx, ctx, offer))).await?;
    let answered = async || {
        let share = shares::get(&mut app.db.read().await?, ctx, share.id).await?;
        Ok((share.state == ShareState::Accepted).then_some(()))
    };
    until("the dealer's answer", answered).await
}

async fn of(
    app: &App,
    ctx: &RequestContext,
    installation: InstallationId,
) -> anyhow::Result<Option<Partner>> {
    let all = PageRequest { limit: crate::store::page::MAX_LIMIT, after: None };
    let partners = partners::list(&mut app.db.read().await?, ctx, all).await?.items;
    Ok(partners.into_iter().find(|partner| partner.installation_id == Some(installation)))
}
