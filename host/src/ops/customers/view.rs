//! The 360 view: everything about a customer in one answer, and the timeline.

use super::identify;
use crate::domain::actor::Permission;
use crate::domain::catalogue::{FieldClass, Record as _};
use crate::domain::clock::Timestamp;
use crate::domain::comment::Comment;
use crate::domain::conversation::Interaction;
use crate::domain::customer::{Customer, Identity, Score};
use crate::domain::deal::Deal;
use crate::domain::ids::CustomerId;
use crate::domain::masking;
use crate::domain::money::Money;
use crate::domain::order::Order;
use crate::domain::role::{Sight, Sights};
use crate::domain::survey::Survey;
use crate::domain::task::Task;
use crate::domain::ticket::Ticket;
use crate::ops::access::{embedded, reach};
use crate::ops::customers;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::customers::{Duplicate, SharedValue};
use crate::store::db::Tx;
use crate::store::deals::DealFilter;
use crate::store::events::{self, Event};
use crate::store::filter::{CustomerRows, ListQuery};
use crate::store::merges::{self, Merged};
use crate::store::page::{MAX_LIMIT, PagePosition};
use crate::store::tasks::TaskFilter;
use crate::store::tickets::TicketFilter;
use crate::store::{comments, conversations, deals, orders, related_kinds, scores, surveys, tasks, tickets};

/// How many of each kind the view shows.
const SHOWN: i64 = 20;

/// Everything about a customer.
#[derive(Debug, Clone)]
pub struct View {
    /// The record itself.
    pub customer: Customer,
    /// How it is known.
    pub identities: Vec<Identity>,
    /// Others that share a phone number or an address with it: perhaps the same person.
    pub duplicates: Vec<Duplicate>,
    /// The records that were merged into it, the last one first.
    pub merged: Vec<Merged>,
    /// What plugins think of it.
    pub scores: Vec<Score>,
    /// The tickets of all its records, the last changed first.
    pub tickets: Vec<Ticket>,
    /// Its deals, the last changed first.
    pub deals: Vec<Deal>,
    /// Its orders, newest first.
    pub orders: Vec<Order>,
    /// Its surveys, newest first; none for who may not see surveys.
    pub surveys: Vec<Survey>,
    /// Its tasks, newest first; none for who may not see tasks.
    pub tasks: Vec<Task>,
    /// Comments on it and its records, newest first; none for who may not see comments.
    pub comments: Vec<Comment>,
    /// What happened, newest first.
    pub timeline: Vec<Entry>,
}

/// One thing that happened to a customer.
#[derive(Debug, Clone)]
pub enum Entry {
    /// A message or other touch.
    Interaction(Box<Interaction>),
    /// An event of one of the customer's records.
    Event(Box<Event>),
}

impl Entry {
    /// When it happened.
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Interaction(interaction) => interaction.occurred_at,
            Self::Event(event) => event.at,
        }
    }
}

/// The 360 view.
pub async fn view(tx: &mut Tx, ctx: &RequestContext, id: CustomerId) -> Result<View, Refusal> {
    tx.snapshot().await?;
    let found = customers::canonical(tx, ctx, id).await?;
    ctx.require(Permission::TicketsRead)?;
    ctx.require(Permission::ConversationsRead)?;
    let (id, of) = (found.customer.id, found.rows());
    let query = ListQuery { limit: SHOWN, ..ListQuery::default() };
    let filter = TicketFilter { customer: Some(of), ..TicketFilter::default() };
    let tasks_of = TaskFilter { customer: Some(of), ..TaskFilter::default() };
    let has = related_kinds::of_customer(tx, of).await?;
    let may = |permission| ctx.actor.rights.contain(permission);
    let (identities, shared): (Vec<Identity>, Vec<SharedValue>) =
        crate::store::customers::identities_shared(tx, of).await?.into_iter().unzip();
    Ok(View {
        tasks: match has.tasks && may(Permission::TasksRead) {
            true => tasks::list(tx, &query, &tasks_of, ctx.scope()).await?.items,
            false => Vec::new(),
        },
        comments: match has.comments && may(Permission::CommentsRead) {
            true => {
                let mut found = comments::of_customer(tx, of, SHOWN).await?;
                embedded::retain_comments(tx, ctx, &mut found).await?;
                found
            }
            false => Vec::new(),
        },
        identities,
        duplicates: match shared.iter().any(|identity| identity.is_shared) {
            true => crate::store::customers::duplicates(tx, of, ctx.scope(), SHOWN).await?,
            false => Vec::new(),
        },
        merged: if found.has_merged { merges::into(tx, id, SHOWN).await? } else { Vec::new() },
        scores: if has.scores { scores::of_customer(tx, id).await? } else { Vec::new() },
        tickets: match has.tickets {
            true => tickets::list(tx, &query, filter, ctx.scope()).await?.items,
            false => Vec::new(),
        },
        deals: match has.deals && ctx.require(Permission::DealsRead).is_ok() {
            true => {
                let filter = DealFilter { customer: Some(of), ..DealFilter::default() };
                deals::list(tx, &query, filter, ctx.scope()).await?.items
            }
            false => Vec::new(),
        },
        orders: if has.orders { orders::of_customer(tx, of, SHOWN).await? } else { Vec::new() },
        surveys: match has.surveys && may(Permission::SurveysRead) {
            true => {
                let mut found = surveys::of_customer(tx, of, SHOWN).await?;
                reach::retain(tx, ctx, &mut found, |survey| ("survey", survey.id.0)).await?;
                found
            }
            false => Vec::new(),
        },
        timeline: entries(tx, ctx, of, SHOWN).await?,
        customer: found.customer,
    }
    .seen_with(ctx.actor.sights))
}

impl View {
    /// What somebody sees of it. Amounts that they don't see are of no currency.
    fn seen_with(mut self, sights: Sights) -> Self {
        if sights == Sights::FULL {
            return self;
        }
        let personal = |text: &str| masking::text_or_empty(FieldClass::Personal, text, sights);
        let contact = |text: &str| masking::text_or_empty(FieldClass::Contact, text, sights);
        self.customer.name = personal(&self.customer.name);
        self.customer.birthday = self.customer.birthday.as_deref().map(personal);
        for identity in &mut self.identities {
            identity.value = contact(&identity.value);
        }
        for duplicate in &mut self.duplicates {
            (duplicate.name, duplicate.value) = (personal(&duplicate.name), contact(&duplicate.value));
        }
        for merged in &mut self.merged {
            merged.name = personal(&merged.name);
        }
        if sights.of_class(FieldClass::Financial) != Sight::Shown {
            self.deals.iter_mut().for_each(|deal| deal.amount = None);
            self.orders.iter_mut().for_each(|order| order.total = Money::new(0, String::new()));
        }
        self
    }
}

/// The view of a ticket's customer. Where the customer is out of the caller's reach, they see whose the ticket is: the
/// record itself, as it is called, and nothing of what belongs to it.
pub(in crate::ops) async fn beside(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: CustomerId,
) -> Result<View, Refusal> {
    match view(tx, ctx, id).await {
        Err(Refusal::NotFound { .. }) => {}
        found => return found,
    }
    let Customer { id, name, kind, language, version, .. } = identify::read(tx, id).await?.customer;
    Ok(View {
        customer: Customer { id, name, kind, language, version, ..Customer::blank() },
        identities: Vec::new(),
        duplicates: Vec::new(),
        merged: Vec::new(),
        scores: Vec::new(),
        tickets: Vec::new(),
        deals: Vec::new(),
        orders: Vec::new(),
        surveys: Vec::new(),
        tasks: Vec::new(),
        comments: Vec::new(),
        timeline: Vec::new(),
    }
    .seen_with(ctx.actor.sights))
}

/// What happened to a customer, newest first: at most so many entries.
pub async fn timeline(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: CustomerId,
    limit: i64,
) -> Result<Vec<Entry>, Refusal> {
    let found = customers::canonical(tx, ctx, id).await?;
    ctx.require(Permission::TicketsRead)?;
    ctx.require(Permission::ConversationsRead)?;
    entries(tx, ctx, found.rows(), limit.clamp(1, MAX_LIMIT)).await
}

async fn entries(
    tx: &mut Tx,
    ctx: &RequestContext,
    of: CustomerRows,
    limit: i64,
) -> Result<Vec<Entry>, Refusal> {
    let mut touches = conversations::of_customer(tx, of, PagePosition::START, limit).await?;
    reach::retain(tx, ctx, &mut touches, |touch| ("interaction", touch.id.0)).await?;
    let mut events = events::of_customer(tx, of, limit).await?;
    // Whoever sees few kinds of records sees as much of the timeline as others.
    let full = i64::try_from(events.len()).is_ok_and(|found| found == limit);
    if full && limit < MAX_LIMIT && events.iter().any(|event| !embedded::may_see(ctx, event)) {
        events = events::of_customer(tx, of, MAX_LIMIT).await?;
    }
    let events = embedded::shown(tx, ctx, events).await?;
    let touches = touches.into_iter().map(|touch| Entry::Interaction(Box::new(touch)));
    let events = events.into_iter().map(|event| Entry::Event(Box::new(event)));
    let mut entries: Vec<Entry> = touches.chain(events).collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.at()));
    entries.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(entries)
}

/// A customer's scores.
pub async fn scores(tx: &mut Tx, ctx: &RequestContext, id: CustomerId) -> Result<Vec<Score>, Refusal> {
    let found = customers::canonical(tx, ctx, id).await?;
    Ok(scores::of_customer(tx, found.customer.id).await?)
}
