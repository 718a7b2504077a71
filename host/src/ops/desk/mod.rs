//! What people look at all day: the inbox, and one ticket with everything around it.

pub mod inbox;

use super::conversations::comments;
use super::customers::view;
use super::records::search;
use super::refusal::Refusal;
use super::request_context::RequestContext;
use super::{conversations, tickets};
use crate::domain::actor::Permission;
use crate::domain::catalogue::FieldClass;
use crate::domain::comment::Comment;
use crate::domain::conversation::{Conversation, Interaction};
use crate::domain::customer::Customer;
use crate::domain::entity::RecordKind;
use crate::domain::hand_off::{HandOff, HandOffStatus};
use crate::domain::ids::{CustomerId, TeamId, TicketId, UserId};
use crate::domain::masking;
use crate::domain::team::{Team, User};
use crate::domain::text;
use crate::domain::ticket::Ticket;
use crate::store::customers::Duplicate;
use crate::store::db::Tx;
use crate::store::desk::{self, Counts, InboxFilter, Line, Waiting};
use crate::store::page::{Page, PageRequest};
use crate::store::search::Searched;
use crate::store::{conversations as store, customers, hand_offs, teams, tickets as rows};

/// How many messages of a thread are shown at first, and how many at most.
pub const MESSAGES: std::ops::RangeInclusive<i64> = 200..=2_000;

/// How many tickets a search shows.
const FOUND: i64 = 48;

/// One ticket with everything around it.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The ticket.
    pub ticket: Ticket,
    /// Its thread in which it is answered.
    pub conversation: Option<Conversation>,
    /// Its threads: those that were begun to answer it, the newest first, then the one that it came by.
    pub threads: Vec<Conversation>,
    /// The latest messages of its threads, oldest first.
    pub messages: Vec<Interaction>,
    /// Whether there are older ones.
    pub more: bool,
    /// The customer.
    pub view: view::View,
    /// Every team with its members.
    pub teams: Vec<(Team, Vec<User>)>,
    /// Everybody who works here.
    pub users: Vec<User>,
    /// What colleagues said about it, oldest first.
    pub comments: Vec<Comment>,
    /// Its last hand-off.
    pub hand_off: Option<HandOff>,
    /// The organisation that the customer belongs to.
    pub organisation: Option<Customer>,
    /// Others that are perhaps the same customer.
    pub duplicates: Vec<PossibleDuplicate>,
}

/// A customer that shares phone numbers or addresses with another.
#[derive(Debug, Clone)]
pub struct PossibleDuplicate {
    /// Who.
    pub customer: CustomerId,
    /// Their name.
    pub name: String,
    /// What they share, as scheme and value.
    pub shared: Vec<(String, String)>,
    /// Their last ticket, whose page shows them.
    pub ticket: Option<TicketId>,
}

impl Desk {
    /// One of those who work here.
    pub fn user(&self, id: UserId) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    /// A team's name.
    pub fn team(&self, id: TeamId) -> Option<&str> {
        self.teams.iter().find(|(team, _)| team.id == id).map(|(team, _)| team.name.as_str())
    }

    /// The hand-off that waits for an answer.
    pub fn pending(&self) -> Option<&HandOff> {
        self.hand_off.as_ref().filter(|hand_off| hand_off.status == HandOffStatus::Pending)
    }
}

/// Tickets, the last changed first.
pub async fn list(
    tx: &mut Tx,
    ctx: &RequestContext,
    page: PageRequest,
    filter: InboxFilter,
) -> Result<Page<Line>, Refusal> {
    may_look(ctx)?;
    let mut found = desk::list(tx, page, filter, ctx.scope()).await?;
    mask_names(ctx, &mut found.items);
    Ok(found)
}

/// The tickets that are found by their number or by words of their subjects, the newest first.
pub async fn find(tx: &mut Tx, ctx: &RequestContext, words: &str) -> Result<Vec<Line>, Refusal> {
    may_look(ctx)?;
    let hits = search::find(tx, ctx, words, Some(Searched::Ticket), FOUND).await?;
    let ids: Vec<TicketId> = hits.into_iter().map(|hit| hit.id.into()).collect();
    let mut found = desk::by_ids(tx, &ids, ctx.scope()).await?;
    mask_names(ctx, &mut found);
    Ok(found)
}

/// Whether somebody is of a team.
pub async fn has_team(tx: &mut Tx, user: UserId) -> Result<bool, Refusal> {
    Ok(teams::first_of(tx, user).await?.is_some())
}

/// How many tickets wait: of a person, of their teams, of nobody, in all.
pub async fn counts(tx: &mut Tx, ctx: &RequestContext, of: UserId) -> Result<Counts, Refusal> {
    may_look(ctx)?;
    Ok(desk::counts(tx, of, ctx.scope()).await?)
}

/// The hand-offs that wait for one of a person's teams.
pub async fn waiting(tx: &mut Tx, ctx: &RequestContext, of: UserId) -> Result<Vec<Waiting>, Refusal> {
    may_look(ctx)?;
    let mut found = desk::waiting(tx, of).await?;
    for waiting in &mut found {
        waiting.customer = personal(ctx, &waiting.customer);
    }
    Ok(found)
}

fn mask_names(ctx: &RequestContext, lines: &mut [Line]) {
    for line in lines {
        line.customer = personal(ctx, &line.customer);
    }
}

/// A name as the caller sees it.
fn personal(ctx: &RequestContext, name: &str) -> String {
    masking::text_or_empty(FieldClass::Personal, name, ctx.actor.sights)
}

/// Refuses who may not see tickets with their customers and conversations.
pub fn may_look(ctx: &RequestContext) -> Result<(), Refusal> {
    ctx.require(Permission::TicketsRead)?;
    ctx.require(Permission::CustomersRead)?;
    ctx.require(Permission::ConversationsRead)
}

/// The threads of a ticket; in the first of them it is answered.
pub async fn threads(
    tx: &mut Tx,
    ctx: &RequestContext,
    ticket: &Ticket,
) -> Result<Vec<Conversation>, Refusal> {
    ctx.require(Permission::ConversationsRead)?;
    let mut threads = store::begun_for(tx, ticket.id, ctx.scope()).await?;
    if let Some(id) = ticket.conversation_id {
        threads.push(conversations::get(tx, ctx, id).await?);
    }
    Ok(threads)
}

/// One ticket with everything around it, and so many of the latest messages of each thread.
pub async fn desk(tx: &mut Tx, ctx: &RequestContext, id: TicketId, messages: i64) -> Result<Desk, Refusal> {
    let ticket = tickets::get(tx, ctx, id).await?;
    let page = PageRequest { limit: messages.clamp(*MESSAGES.start(), *MESSAGES.end()), after: None };
    let threads = threads(tx, ctx, &ticket).await?;
    let (mut messages, mut more) = (Vec::new(), false);
    for thread in &threads {
        let latest = conversations::messages(tx, ctx, thread.id, page).await?;
        more |= latest.next.is_some();
        messages.extend(latest.items);
    }
    messages.sort_by_key(|message| message.id);
    let conversation = threads.first().cloned();
    let view = view::beside(tx, ctx, ticket.customer_id).await?;
    let users = teams::users(tx).await?;
    let mut all = Vec::new();
    for team in teams::list(tx).await? {
        let members = teams::members(tx, team.id).await?;
        all.push((team, members));
    }
    let hand_off = hand_offs::newest(tx, id).await?;
    let organisation = match view.customer.organisation_id {
        Some(id) => customers::canonical(tx, id, ctx.scope()).await?.map(|found| found.customer),
        None => None,
    };
    let organisation = organisation.map(|found| Customer { name: personal(ctx, &found.name), ..found });
    let mut comments = match ctx.require(Permission::CommentsRead) {
        Ok(()) => comments::list(tx, ctx, page, Some((RecordKind::Ticket, id.0))).await?.items,
        Err(_) => Vec::new(),
    };
    comments.retain(|comment| comment.deleted_at.is_none());
    comments.reverse();
    let duplicates = possible_duplicates(tx, &view.duplicates).await?;
    Ok(Desk {
        ticket,
        conversation,
        threads,
        messages,
        more,
        view,
        teams: all,
        users,
        comments,
        hand_off,
        organisation,
        duplicates,
    })
}

/// Each customer once, with all that is shared.
async fn possible_duplicates(
    tx: &mut Tx,
    duplicates: &[Duplicate],
) -> Result<Vec<PossibleDuplicate>, Refusal> {
    let mut found: Vec<PossibleDuplicate> = Vec::new();
    for Duplicate { customer_id, name, scheme, value, .. } in duplicates {
        let shared = (scheme.clone(), value.clone());
        match found.iter_mut().find(|known| known.customer == *customer_id) {
            Some(known) => known.shared.push(shared),
            None => found.push(PossibleDuplicate {
                customer: *customer_id,
                name: text::name_or(name, customer_id.0).into_owned(),
                shared: vec![shared],
                ticket: rows::newest_of(tx, (*customer_id).into()).await?,
            }),
        }
    }
    Ok(found)
}
