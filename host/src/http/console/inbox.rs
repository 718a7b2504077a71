//! `/inbox`: the tickets that wait, and `/inbox/stream`, which brings what changes among them.

use std::borrow::Cow;
use std::fmt::Write as _;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::channels;
use super::frame::Frame;
use super::live;
use super::visitor::Person;
use crate::domain::actor::Permission;
use crate::domain::clock::Timestamp;
use crate::domain::ticket::TicketStatus;
use crate::domain::triage::Priority;
use crate::domain::words::words;
use crate::http::extract::{Cursor, Query};
use crate::http::page::Page;
use crate::http::problem::Problem;
use crate::ops::{App, Refusal, RequestContext, desk};
use crate::store::desk::{Counts, InboxFilter, Line, Waiting};
use crate::store::page::{self as store, PageRequest};

/// How many lines a page has.
const LINES: i64 = 50;
/// A ticket that is due within this is marked.
const SOON_MILLIS: i64 = 3_600_000;

words! {
    /// Whose tickets are shown.
    pub enum Whose {
        /// One's own.
        Mine = "mine",
        /// One's teams'.
        Teams = "teams",
        /// Nobody's.
        Unassigned = "unassigned",
        /// Everybody's.
        All = "all",
    }
}

/// What is shown: `?view=mine&status=open&priority=urgent`. An empty word is as good as none.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct InboxQuery {
    view: String,
    status: String,
    priority: String,
    /// What is looked for: a number, or words.
    q: String,
    cursor: Option<Cursor>,
}

impl InboxQuery {
    fn whose(&self) -> Whose {
        self.view.parse().unwrap_or(Whose::Teams)
    }

    fn status(&self) -> Option<TicketStatus> {
        self.status.parse().ok()
    }

    fn priority(&self) -> Option<Priority> {
        self.priority.parse().ok()
    }

    /// The query that shows the same from another side or place.
    fn seen_from(&self, whose: Whose, cursor: Option<String>) -> String {
        let mut query = format!("?view={whose}");
        if let Some(status) = self.status() {
            let _ = write!(query, "&status={status}");
        }
        if let Some(priority) = self.priority() {
            let _ = write!(query, "&priority={priority}");
        }
        if let Some(cursor) = cursor {
            let _ = write!(query, "&cursor={cursor}");
        }
        query
    }
}

/// The page.
#[derive(Template)]
#[template(path = "console/inbox.html")]
struct Inbox<'a> {
    frame: &'a Frame,
    query: &'a InboxQuery,
    whose: Whose,
    lines: Lines<'a>,
}

impl Inbox<'_> {
    fn stream(&self) -> String {
        format!("/inbox/stream{}", self.query.seen_from(self.whose, None))
    }

    fn is_status(&self, word: &str) -> bool {
        self.query.status == word
    }

    fn is_priority(&self, word: &str) -> bool {
        self.query.priority == word
    }
}

/// The parts that change by themselves, each for its place on the page.
#[derive(Template)]
#[template(path = "console/inbox_parts.html")]
struct Parts<'a> {
    frame: &'a Frame,
    lines: Lines<'a>,
}

/// The lists that change by themselves.
#[derive(Template)]
#[template(path = "console/inbox_lines.html")]
struct Lines<'a> {
    frame: &'a Frame,
    query: &'a InboxQuery,
    /// The hand-offs that wait for one's teams.
    waiting: Vec<Waiting>,
    /// Whether hand-offs can be answered.
    may_write: bool,
    lines: Vec<Line>,
    counts: Counts,
    next: Option<String>,
    first: bool,
}

impl Lines<'_> {
    fn is_whose(&self, word: &str) -> bool {
        self.query.q.trim().is_empty() && self.query.whose().as_str() == word
    }

    fn link(&self, word: &str) -> String {
        self.query.seen_from(word.parse().unwrap_or(Whose::Teams), None)
    }

    /// How many there are under a tab.
    fn count(&self, word: &str) -> i64 {
        match word {
            "mine" => self.counts.mine,
            "teams" => self.counts.teams,
            "unassigned" => self.counts.unassigned,
            _ => self.counts.all,
        }
    }

    /// What is due next, and when.
    fn due(&self, line: &Line) -> Option<(&'static str, Timestamp)> {
        DueTimes {
            status: line.status,
            first_response: line.first_response_due_at.filter(|_| line.first_response_at.is_none()),
            next_response: line.next_response_due_at,
            resolution: line.resolution_due_at,
            hold: line.hold_due_at,
        }
        .next()
    }

    fn urgency(&self, at: &Timestamp) -> &'static str {
        urgency(*at, self.frame.now)
    }

    /// What the last message says; what a button sends is a key that says nothing to people.
    fn last<'l>(&self, line: &Line, text: &'l str) -> Cow<'l, str> {
        match line.last_kind.as_deref() {
            Some("choice") => self.frame.t("message-choice").into(),
            _ => text.into(),
        }
    }

    fn waits(&self, line: &Line) -> bool {
        line.last_inbound == Some(true) && line.status != TicketStatus::Resolved
    }
}

/// When what is due on a ticket.
pub(super) struct DueTimes {
    /// Where it stands.
    pub status: TicketStatus,
    /// The first answer, until it is given.
    pub first_response: Option<Timestamp>,
    /// The next answer.
    pub next_response: Option<Timestamp>,
    /// The resolution.
    pub resolution: Option<Timestamp>,
    /// The end of its waiting.
    pub hold: Option<Timestamp>,
}

impl DueTimes {
    /// What is due next, and when: an answer before the resolution. Of a ticket that waits only that is due.
    pub(super) fn next(&self) -> Option<(&'static str, Timestamp)> {
        match self.status {
            TicketStatus::Resolved => None,
            TicketStatus::Pending => self.hold.map(|at| ("hold", at)),
            _ => {
                let first = self.first_response.map(|at| ("response", at));
                let next = self.next_response.map(|at| ("next-response", at));
                first.or(next).or(self.resolution.map(|at| ("resolution", at)))
            }
        }
    }
}

/// How something that is due looks.
pub(super) fn urgency(at: Timestamp, now: Timestamp) -> &'static str {
    match at.millis_since(now) {
        ..=0 => "over",
        1..=SOON_MILLIS => "soon",
        _ => "",
    }
}

/// Shows the inbox.
pub async fn show(
    State(app): State<App>,
    person: Person,
    Query(query): Query<InboxQuery>,
) -> Result<Response, Problem> {
    if desk::may_look(&person.ctx).is_err() {
        // It is where everybody comes who signs in.
        return Ok(Redirect::to(person.frame.navigation().first()).into_response());
    }
    let query = begun(&app, &person, query).await?;
    let lines = lines(&app, &person.frame, &person.ctx, &query).await?;
    let page = Inbox { frame: &person.frame, query: &query, whose: query.whose(), lines };
    Ok(Page::console(StatusCode::OK, page).into_response())
}

/// Who has no team begins with everybody's tickets: their teams' would be none.
async fn begun(app: &App, person: &Person, query: InboxQuery) -> Result<InboxQuery, Refusal> {
    if !query.view.is_empty() {
        return Ok(query);
    }
    let has_team = match person.frame.user() {
        Some(user) => desk::has_team(&mut app.db.read().await?, user.id).await?,
        None => true,
    };
    let view = if has_team { Whose::Teams } else { Whose::All };
    Ok(InboxQuery { view: view.to_string(), ..query })
}

async fn lines<'a>(
    app: &App,
    frame: &'a Frame,
    ctx: &RequestContext,
    query: &'a InboxQuery,
) -> Result<Lines<'a>, Refusal> {
    let Some(user) = frame.user().map(|user| user.id) else {
        return Err(Refusal::not_found("user", "who signed in"));
    };
    let whose = query.whose();
    let filter = InboxFilter {
        status: query.status(),
        priority: query.priority(),
        assignee: (whose == Whose::Mine).then_some(user),
        teams_of: (whose == Whose::Teams).then_some(user),
        unassigned: whose == Whose::Unassigned,
    };
    let page = PageRequest { limit: LINES, after: query.cursor.map(|cursor| cursor.0) };
    let mut tx = app.db.read().await?;
    let mut found = match query.q.trim() {
        "" => desk::list(&mut tx, ctx, page, filter).await?,
        words => store::Page { items: desk::find(&mut tx, ctx, words).await?, next: None },
    };
    let counts = desk::counts(&mut tx, ctx, user).await?;
    let next = found.next.map(|place| query.seen_from(whose, Some(place.to_string())));
    let first = query.cursor.is_none() && query.q.trim().is_empty();
    let waiting = if first { desk::waiting(&mut tx, ctx, user).await? } else { Vec::new() };
    drop(tx);
    for line in &mut found.items {
        if let Some(channel) = line.channel.take() {
            line.channel = Some(channels::name(app, frame, &channel, line.source_id).await);
        }
    }
    let may_write = ctx.require(Permission::TicketsWrite).is_ok();
    Ok(Lines { frame, query, waiting, may_write, lines: found.items, counts, next, first })
}

/// Brings what changes.
pub async fn stream(
    State(app): State<App>,
    person: Person,
    headers: HeaderMap,
    Query(query): Query<InboxQuery>,
) -> Result<Response, Problem> {
    let draw: live::Draw = Box::new(move |app, frame, ctx| {
        let query = query.clone();
        Box::pin(async move {
            let lines = lines(&app, &frame, &ctx, &query).await.ok()?;
            Parts { frame: &frame, lines }.render().ok()
        })
    });
    live::follow(app, headers, person.frame, person.ctx, draw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_is_the_answer_and_then_the_resolution() {
        let at = Timestamp::from_micros;
        let due = |status, first, next| {
            let times = DueTimes {
                status,
                first_response: first,
                next_response: next,
                resolution: Some(at(9)),
                hold: Some(at(7)),
            };
            times.next()
        };
        assert_eq!(due(TicketStatus::New, Some(at(5)), None), Some(("response", at(5))));
        assert_eq!(due(TicketStatus::Open, None, Some(at(6))), Some(("next-response", at(6))));
        assert_eq!(due(TicketStatus::Open, None, None), Some(("resolution", at(9))));
        assert_eq!(due(TicketStatus::Pending, Some(at(5)), None), Some(("hold", at(7))));
        assert_eq!(due(TicketStatus::Resolved, Some(at(5)), None), None);
        assert_eq!(urgency(at(5), at(5)), "over");
        assert_eq!(urgency(at(3_600_000_000), at(0)), "soon");
        assert_eq!(urgency(at(3_601_000_000), at(0)), "");
    }
}
