//! What I was told: a person's notifications, in the language they read.

use super::call::Call;
use super::refusal::Refusal;
use crate::domain::actor::{Permission, Principal};
use crate::domain::ids::{NotificationId, UserId};
use crate::domain::notice;
use crate::store::db::Tx;
use crate::store::inbox::{self, Unread};
use crate::store::notes::Notification;
use crate::store::page::{Page, PageRequest};
use crate::store::teams;
/// What the caller was told, newest first; all of it or what they haven't read.
//! What people look at all day: the inbox, and one ticket with everything around it.
use super::{conversations, tickets, view};
use crate::domain::actor::Permission;
use crate::domain::conversation::{Conversation, Interaction};
use crate::domain::hand_off::{HandOff, HandOffStatus};
use crate::domain::ids::{TicketId, UserId};
use crate::domain::team::{Team, User};
use crate::domain::ticket::Ticket;
use crate::store::inbox::{self, Counts, InboxFilter, Line};
use crate::store::{hand_offs, teams};
/// How many messages of a thread are shown.
const MESSAGES: i64 = 200;
/// One ticket with everything around it.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The ticket.
    pub ticket: Ticket,
    /// Its thread.
    pub conversation: Option<Conversation>,
    /// The latest messages of its thread, oldest first.
    pub messages: Vec<Interaction>,
    /// Whether there are older ones.
    pub more: bool,
    /// The customer.
    pub view: view::View,
    /// Every team with its members.
    pub teams: Vec<(Team, Vec<User>)>,
    /// Everybody who works here.
    pub users: Vec<User>,
    /// The hand-off that waits for an answer.
    pub hand_off: Option<HandOff>,
}
/// Tickets, the last changed first.
pub async fn list(
    tx: &mut Tx,
    call: &Call,
    page: PageRequest,
    unread: bool,
) -> Result<Page<Notification>, Refusal> {
    let user = reader(call)?;
    let language = teams::user(tx, user).await?.map(|user| user.language).unwrap_or_default();
    let mut page = inbox::list(tx, user, unread, page).await?;
    for notification in &mut page.items {
        // Those told before texts had arguments keep the text that they had.
        if notification.arguments.0.as_object().is_some_and(|arguments| !arguments.is_empty()) {
            notification.text = notice::text(&notification.kind, &notification.arguments.0, &language);
        }
    }
    Ok(page)
}

/// How many the caller hasn't read, by kind.
pub async fn unread(tx: &mut Tx, call: &Call) -> Result<Vec<Unread>, Refusal> {
    Ok(inbox::unread(tx, reader(call)?).await?)
/// Notes that the caller has read one.
pub async fn read(tx: &mut Tx, call: &Call, id: NotificationId) -> Result<(), Refusal> {
    if inbox::read(tx, user, id).await? { Ok(()) } else { Err(Refusal::not_found("notification", id)) }
/// Notes that the caller has read all; how many they hadn't.
pub async fn read_all(tx: &mut Tx, call: &Call) -> Result<u64, Refusal> {
    Ok(inbox::read_all(tx, reader(call)?).await?)
/// The person who asks; a program of its own is told nothing.
fn reader(call: &Call) -> Result<UserId, Refusal> {
    call.require(Permission::NotificationsRead)?;
    match call.actor.principal {
        Principal::User(user) => Ok(user),
        _ => {
            let detail = "only people have an inbox; sign in, or use a token with a user_id";
            Err(Refusal::ForOthers(detail.to_owned()))
    filter: InboxFilter,
) -> Result<Page<Line>, Refusal> {
    may_look(call)?;
    Ok(inbox::list(tx, page, filter, call.scope()).await?)
/// How many tickets wait: of a person, of their teams, of nobody, in all.
pub async fn counts(tx: &mut Tx, call: &Call, of: UserId) -> Result<Counts, Refusal> {
    Ok(inbox::counts(tx, of, call.scope()).await?)
fn may_look(call: &Call) -> Result<(), Refusal> {
    call.require(Permission::TicketsRead)?;
    call.require(Permission::CustomersRead)?;
    call.require(Permission::ConversationsRead)
/// One ticket with everything around it.
pub async fn desk(tx: &mut Tx, call: &Call, id: TicketId) -> Result<Desk, Refusal> {
    let ticket = tickets::get(tx, call, id).await?;
    let page = PageRequest { limit: MESSAGES, after: None };
    let (conversation, messages) = match ticket.conversation_id {
        Some(id) => {
            let messages = conversations::messages(tx, call, id, page).await?;
            (Some(conversations::get(tx, call, id).await?), messages)
        None => (None, Page { items: Vec::new(), next: None }),
    };
    let more = messages.next.is_some();
    let mut messages = messages.items;
    messages.reverse();
    let view = view::view(tx, call, ticket.customer_id).await?;
    let users = teams::users(tx).await?;
    let mut all = Vec::new();
    for team in teams::list(tx).await? {
        let members = teams::members(tx, team.id).await?;
        all.push((team, members));
    let hand_off = hand_offs::newest(tx, id).await?;
    let hand_off = hand_off.filter(|hand_off| hand_off.status == HandOffStatus::Pending);
    Ok(Desk { ticket, conversation, messages, more, view, teams: all, users, hand_off })
}
