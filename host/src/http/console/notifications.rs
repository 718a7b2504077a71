//! `/notifications`: what one was told, and why.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::frame::Frame;
use super::records::path_of;
use super::visitor::{Person, Sent};
use crate::domain::catalogue::KINDS;
use crate::domain::ids::NotificationId;
use crate::domain::notice;
use crate::domain::team::Team;
use crate::http::extract::{Cursor, Id, Query};
use crate::http::page::Page;
use crate::http::problem::Problem;
use crate::ops::accounts::teams;
use crate::ops::desk::inbox;
use crate::ops::{App, Refusal, records};
use crate::store::db::Tx;
use crate::store::notes::Notification;
use crate::store::page::PageRequest;

/// How many a page has.
const LINES: i64 = 50;

/// What is shown: `?view=unread`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Shown {
    view: String,
    cursor: Option<Cursor>,
}

/// One notification with the page that shows what it is about.
struct Line {
    notification: Notification,
    path: Option<String>,
}

/// The page.
#[derive(Template)]
#[template(path = "console/notifications.html")]
struct Notifications<'a> {
    frame: &'a Frame,
    lines: Vec<Line>,
    teams: Vec<Team>,
    unread_only: bool,
    next: Option<String>,
}

impl Notifications<'_> {
    /// Why somebody was told.
    fn why(&self, notification: &Notification) -> String {
        let team = self.teams.iter().find(|team| Some(team.id) == notification.team_id);
        notice::reason(&notification.kind, team.map(|team| team.name.as_str()), self.frame.language())
    }
}

/// Shows the page.
pub async fn show(
    State(app): State<App>,
    person: Person,
    Query(shown): Query<Shown>,
) -> Result<Response, Problem> {
    let unread_only = shown.view == "unread";
    let mut tx = app.db.read().await?;
    let page = PageRequest { limit: LINES, after: shown.cursor.map(|cursor| cursor.0) };
    let found = inbox::list(&mut tx, &person.ctx, page, unread_only).await?;
    let teams = teams::list(&mut tx, &person.ctx).await.unwrap_or_default();
    let mut lines = Vec::with_capacity(found.items.len());
    for notification in found.items {
        let path = page_of(&mut tx, &person.frame, &notification).await?;
        lines.push(Line { notification, path });
    }
    let view = if unread_only { "unread" } else { "all" };
    let page = Notifications {
        frame: &person.frame,
        lines,
        teams: teams.into_iter().map(|(team, _)| team).collect(),
        unread_only,
        next: found.next.map(|place| format!("?view={view}&cursor={place}")),
    };
    Ok(Page::console(StatusCode::OK, page).into_response())
}

/// Opens the page that shows what a notification is about: where mails and messengers lead.
pub async fn open(
    State(app): State<App>,
    person: Person,
    Id(id): Id<NotificationId>,
) -> Result<Redirect, Problem> {
    let mut tx = app.db.read().await?;
    let notification = inbox::get(&mut tx, &person.ctx, id).await?;
    let path = page_of(&mut tx, &person.frame, &notification).await?;
    Ok(Redirect::to(path.as_deref().unwrap_or("/notifications")))
}

/// The page that shows what a notification is about; none where no page does.
async fn page_of(tx: &mut Tx, frame: &Frame, notification: &Notification) -> Result<Option<String>, Problem> {
    Ok(match inbox::ticket_of(tx, notification).await? {
        Some(ticket) => Some(format!("/tickets/{ticket}")),
        None => page_of_record(frame, notification),
    })
}

/// The page of the record that a notification is about; none of a kind that has no pages.
fn page_of_record(frame: &Frame, notification: &Notification) -> Option<String> {
    let mut kinds = KINDS.iter().chain(&frame.kinds).copied();
    let kind = kinds.find(|kind| kind.name == notification.subject_kind && records::has_pages(kind))?;
    Some(path_of(kind, notification.subject_id))
}

/// Notes that one was read.
pub async fn read(
    State(app): State<App>,
    Id(id): Id<NotificationId>,
    sent: Sent,
) -> Result<Redirect, Problem> {
    app.commit(&sent.person.ctx, id, |tx, ctx, id| Box::pin(inbox::read(tx, ctx, *id))).await?;
    Ok(back(&sent))
}

/// Notes that all were read.
pub async fn read_all(State(app): State<App>, sent: Sent) -> Result<Redirect, Problem> {
    let all: Result<u64, Refusal> =
        app.commit(&sent.person.ctx, (), |tx, ctx, ()| Box::pin(inbox::read_all(tx, ctx))).await;
    all?;
    Ok(back(&sent))
}

fn back(sent: &Sent) -> Redirect {
    Redirect::to(if sent.fields.text("view") == "unread" {
        "/notifications?view=unread"
    } else {
        "/notifications"
    })
}
