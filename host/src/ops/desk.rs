//! What people look at all day: the inbox, and one ticket with everything around it.

use super::call::Call;
use super::refusal::Refusal;
use super::{comments, conversations, tickets, view};
use crate::domain::actor::Permission;
use crate::domain::comment::Comment;
use crate::domain::conversation::{Conversation, Interaction};
use crate::domain::entity::Kind;
use crate::domain::hand_off::{HandOff, HandOffStatus};
use crate::domain::ids::{TicketId, UserId};
use crate::domain::team::{Team, User};
use crate::domain::ticket::Ticket;
use crate::store::db::Tx;
use crate::store::desk::{self, Counts, InboxFilter, Line};
use crate::store::page::{Page, PageRequest};
use crate::store::{conversations as store, hand_offs, teams};

/// How many messages of a thread are shown.
const MESSAGES: i64 = 200;

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
    /// The hand-off that waits for an answer.
    pub hand_off: Option<HandOff>,
}

/// Tickets, the last changed first.
pub async fn list(
    tx: &mut Tx,
    call: &Call,
    page: PageRequest,
    filter: InboxFilter,
) -> Result<Page<Line>, Refusal> {
    may_look(call)?;
    Ok(desk::list(tx, page, filter, call.scope()).await?)
}

/// How many tickets wait: of a person, of their teams, of nobody, in all.
pub async fn counts(tx: &mut Tx, call: &Call, of: UserId) -> Result<Counts, Refusal> {
    may_look(call)?;
    Ok(desk::counts(tx, of, call.scope()).await?)
}

fn may_look(call: &Call) -> Result<(), Refusal> {
    call.require(Permission::TicketsRead)?;
    call.require(Permission::CustomersRead)?;
    call.require(Permission::ConversationsRead)
}

/// The threads of a ticket; in the first of them it is answered.
pub async fn threads(tx: &mut Tx, call: &Call, ticket: &Ticket) -> Result<Vec<Conversation>, Refusal> {
    call.require(Permission::ConversationsRead)?;
    let mut threads = store::begun_for(tx, ticket.id, call.scope()).await?;
    if let Some(id) = ticket.conversation_id {
        threads.push(conversations::get(tx, call, id).await?);
    }
    Ok(threads)
}

/// One ticket with everything around it.
pub async fn desk(tx: &mut Tx, call: &Call, id: TicketId) -> Result<Desk, Refusal> {
    let ticket = tickets::get(tx, call, id).await?;
    let page = PageRequest { limit: MESSAGES, after: None };
    let threads = threads(tx, call, &ticket).await?;
    let (mut messages, mut more) = (Vec::new(), false);
    for thread in &threads {
        let latest = conversations::messages(tx, call, thread.id, page).await?;
        more |= latest.next.is_some();
        messages.extend(latest.items);
    }
    messages.sort_by_key(|message| message.id);
    let conversation = threads.first().cloned();
    let view = view::view(tx, call, ticket.customer_id).await?;
    let users = teams::users(tx).await?;
    let mut all = Vec::new();
    for team in teams::list(tx).await? {
        let members = teams::members(tx, team.id).await?;
        all.push((team, members));
    }
    let hand_off = hand_offs::newest(tx, id).await?;
    let hand_off = hand_off.filter(|hand_off| hand_off.status == HandOffStatus::Pending);
    let mut comments = match call.require(Permission::CommentsRead) {
        Ok(()) => comments::list(tx, call, page, Some((Kind::Ticket, id.0))).await?.items,
        Err(_) => Vec::new(),
    };
    comments.retain(|comment| comment.deleted_at.is_none());
    comments.reverse();
    Ok(Desk { ticket, conversation, threads, messages, more, view, teams: all, users, comments, hand_off })
}
