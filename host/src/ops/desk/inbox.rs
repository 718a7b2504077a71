//! What I was told: a person's notifications, in the language they read.

use uuid::Uuid;

use crate::domain::actor::{Permission, Principal, Scope};
use crate::domain::ids::{NotificationId, TicketId, UserId};
use crate::domain::notice;
use crate::ops::access::embedded;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::inbox::{self, Unread};
use crate::store::notes::Notification;
use crate::store::page::{Page, PageRequest};
use crate::store::{conversations, teams, tickets};

/// What the caller was told, newest first; all of it or what they haven't read.
pub async fn list(
    tx: &mut Tx,
    ctx: &RequestContext,
    page: PageRequest,
    unread: bool,
) -> Result<Page<Notification>, Refusal> {
    let user = reader(ctx)?;
    let language = teams::user(tx, user).await?.map(|user| user.language).unwrap_or_default();
    let mut page = inbox::list(tx, user, unread, page).await?;
    for notification in &mut page.items {
        show(tx, ctx, notification, &language).await?;
    }
    Ok(page)
}

/// Makes a notification what its reader sees of it, in a language; its text is empty where they may not see what it
/// tells of.
pub(in crate::ops) async fn show(
    tx: &mut Tx,
    ctx: &RequestContext,
    notification: &mut Notification,
    language: &str,
) -> Result<(), Refusal> {
    embedded::cut_notification(tx, ctx, notification).await?;
    // Those from before texts had arguments keep the text that they had.
    if notification.arguments.0.as_object().is_some_and(|arguments| !arguments.is_empty()) {
        notification.text = notice::text(&notification.kind, &notification.arguments.0, language);
    }
    Ok(())
}

/// One that the caller got.
pub async fn get(tx: &mut Tx, ctx: &RequestContext, id: NotificationId) -> Result<Notification, Refusal> {
    let found = inbox::get(tx, reader(ctx)?, id).await?;
    found.ok_or_else(|| Refusal::not_found("notification", id))
}

/// How many the caller hasn't read; none where the caller is told nothing.
pub async fn count(tx: &mut Tx, ctx: &RequestContext) -> Result<i64, Refusal> {
    match reader(ctx) {
        Ok(user) => Ok(inbox::count_unread(tx, user).await?),
        Err(_) => Ok(0),
    }
}

/// Whether there is something about a record that the caller hasn't read.
pub async fn has_unread_about(tx: &mut Tx, ctx: &RequestContext, record: Uuid) -> Result<bool, Refusal> {
    match reader(ctx) {
        Ok(user) => Ok(inbox::has_unread_about(tx, user, record).await?),
        Err(_) => Ok(false),
    }
}

/// Notes that the caller has seen a record, and so all that they were told about it.
pub async fn read_about(tx: &mut Tx, ctx: &RequestContext, record: Uuid) -> Result<(), Refusal> {
    Ok(inbox::read_about(tx, reader(ctx)?, record).await?)
}

/// The ticket whose page shows what a notification is about; none where no ticket's does.
pub async fn ticket_of(tx: &mut Tx, notification: &Notification) -> Result<Option<TicketId>, Refusal> {
    let id = notification.subject_id;
    Ok(match notification.subject_kind.as_str() {
        "ticket" => Some(TicketId(id)),
        "conversation" => tickets::newest(tx, id.into()).await?.map(|ticket| ticket.id),
        "interaction" => {
            conversations::interaction(tx, id.into(), Scope::All).await?.and_then(|message| message.ticket_id)
        }
        _ => None,
    })
}

/// How many the caller hasn't read, by kind.
pub async fn unread(tx: &mut Tx, ctx: &RequestContext) -> Result<Vec<Unread>, Refusal> {
    Ok(inbox::unread(tx, reader(ctx)?).await?)
}

/// Notes that the caller has read one.
pub async fn read(tx: &mut Tx, ctx: &RequestContext, id: NotificationId) -> Result<(), Refusal> {
    let user = reader(ctx)?;
    if inbox::read(tx, user, id).await? { Ok(()) } else { Err(Refusal::not_found("notification", id)) }
}

/// Notes that the caller has read all; how many they hadn't.
pub async fn read_all(tx: &mut Tx, ctx: &RequestContext) -> Result<u64, Refusal> {
    Ok(inbox::read_all(tx, reader(ctx)?).await?)
}

/// The person who asks; a program of its own is told nothing.
fn reader(ctx: &RequestContext) -> Result<UserId, Refusal> {
    ctx.require(Permission::NotificationsRead)?;
    match ctx.actor.principal {
        Principal::User(user) => Ok(user),
        _ => {
            let detail = "only people have an inbox; sign in, or use a token with a user_id";
            Err(Refusal::Forbidden(detail.to_owned()))
        }
    }
}
