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
}

/// Notes that the caller has read one.
pub async fn read(tx: &mut Tx, call: &Call, id: NotificationId) -> Result<(), Refusal> {
    let user = reader(call)?;
    if inbox::read(tx, user, id).await? { Ok(()) } else { Err(Refusal::not_found("notification", id)) }
}

/// Notes that the caller has read all; how many they hadn't.
pub async fn read_all(tx: &mut Tx, call: &Call) -> Result<u64, Refusal> {
    Ok(inbox::read_all(tx, reader(call)?).await?)
}

/// The person who asks; a program of its own is told nothing.
fn reader(call: &Call) -> Result<UserId, Refusal> {
    call.require(Permission::NotificationsRead)?;
    match call.actor.principal {
        Principal::User(user) => Ok(user),
        _ => {
            let detail = "only people have an inbox; sign in, or use a token with a user_id";
            Err(Refusal::ForOthers(detail.to_owned()))
        }
    }
}
