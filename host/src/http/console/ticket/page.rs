//! The page of a ticket, and the parts of it that change by themselves.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::told::Told;
use crate::domain::actor::{Permission, Principal};
use crate::domain::clock::Timestamp;
use crate::domain::comment::Comment;
use crate::domain::conversation::Interaction;
use crate::domain::customer::Order;
use crate::domain::ids::{TeamId, TicketId, UserId};
use crate::domain::team::{Team, User};
use crate::domain::ticket::Status;
use crate::domain::undeliverable::Undeliverable;
use crate::http::console::frame::Frame;
use crate::http::console::inbox;
use crate::http::console::visitor::{Fields, Person};
use crate::http::page::Page;
use crate::http::problem::{Kind, Problem};
use crate::ops::desk::{self as ops, Desk};
use crate::ops::reply_by::{self, Way};
use crate::ops::{App, Call, Refusal, conversations, status};

/// What was wrong with a form, and what was typed into it.
pub struct Trouble {
    form: &'static str,
    status: StatusCode,
    /// Which of the form's words say it: `conflict`, `invalid`, ...
    what: &'static str,
    fields: Fields,
}

impl Trouble {
    /// Of a refusal; one that isn't about the form is a problem of its own.
    pub fn new(form: &'static str, refusal: Refusal, fields: &Fields) -> Result<Self, Problem> {
        let problem = Problem::from(refusal);
        let what = match problem.kind() {
            Kind::Conflict => "conflict",
            Kind::Invalid => "invalid",
            Kind::Denied => "denied",
            Kind::Stale => "conflict",
            Kind::Unavailable => "later",
            _ => return Err(problem),
        };
        problem.log();
        Ok(Self { form, status: problem.kind().status(), what, fields: fields.clone() })
    }
}

/// The page.
#[derive(Template)]
#[template(path = "console/ticket.html")]
struct TicketPage<'a> {
    frame: &'a Frame,
    desk: &'a Desk,
    /// Who signed in.
    me: UserId,
    may_write: bool,
    may_reply: bool,
    /// The other ways to answer, where the ticket's own channel carries no answers.
    ways: Vec<Way>,
    may_comment: bool,
    /// What tells one reply from the next, so that one that is sent twice arrives once.
    key: String,
    /// Where the customer sees how far it has come.
    link: String,
    trouble: Option<&'a Trouble>,
    head: Head<'a>,
    messages: Messages<'a>,
    state: State<'a>,
    comments: Comments<'a>,
    customer: Customer<'a>,
}

impl TicketPage<'_> {
    /// What was wrong with a form, in words.
    fn fault(&self, form: &str) -> Option<String> {
        let trouble = self.trouble.filter(|trouble| trouble.form == form)?;
        Some(match trouble.what {
            "later" | "denied" => self.frame.word("fault", trouble.what),
            what => self.frame.word("fault", &format!("{form}-{what}")),
        })
    }

    /// What was typed into a field of a form that came back.
    fn typed(&self, form: &str, field: &str) -> &str {
        let trouble = self.trouble.filter(|trouble| trouble.form == form);
        trouble.map_or("", |trouble| trouble.fields.text(field))
    }

    fn is_resolved(&self) -> bool {
        self.desk.ticket.status == Status::Resolved
    }

    fn is_mine(&self) -> bool {
        self.desk.ticket.assignee_id == Some(self.me)
    }

    /// Who has the ticket, as the page shows it; an assignment counts only while that is still so.
    fn assignee(&self) -> String {
        self.desk.ticket.assignee_id.map(|id| id.to_string()).unwrap_or_default()
    }

    fn is_typed(&self, form: &str, field: &str, id: &impl std::fmt::Display) -> bool {
        self.typed(form, field) == id.to_string()
    }

    /// Whether this way to answer was chosen in a form that came back.
    fn is_chosen(&self, way: &Way, address: &str) -> bool {
        self.typed("reply-by", "way") == format!("{} {address}", way.installation.id)
    }

    /// The people of the ticket's team come first, then everybody else.
    fn colleagues(&self) -> Vec<(String, Vec<&User>)> {
        let desk = self.desk;
        let own = desk.teams.iter().find(|(team, _)| Some(team.id) == desk.ticket.team_id);
        let is_own =
            |user: &&User| own.is_some_and(|(_, members)| members.iter().any(|own| own.id == user.id));
        let (inside, others): (Vec<&User>, Vec<&User>) =
            desk.users.iter().filter(|user| user.active).partition(is_own);
        let inside = own.map(|(team, _)| (team.name.clone(), inside));
        inside.into_iter().chain([(self.frame.t("assign-others"), others)]).collect()
    }

    fn other_teams(&self) -> impl Iterator<Item = &Team> {
        self.desk.teams.iter().map(|(team, _)| team).filter(|team| Some(team.id) != self.desk.ticket.team_id)
    }

    /// Whether the hand-off that waits is for one of the teams of who signed in.
    fn may_answer(&self) -> bool {
        let Some(hand_off) = &self.desk.hand_off else { return false };
        let to = self.desk.teams.iter().find(|(team, _)| team.id == hand_off.to_team_id);
        to.is_some_and(|(_, members)| members.iter().any(|member| member.id == self.me))
    }

    /// Changes when who signed in has commented.
    fn own_comments(&self) -> usize {
        let me = Principal::User(self.me).to_string();
        self.desk.comments.iter().filter(|comment| comment.author == me).count()
    }

    /// Changes when who signed in has replied: then the form is a new one, and empty. Everything in it that has an id
    /// has this in it, because whatever keeps its id keeps what was typed.
    fn own_replies(&self) -> usize {
        self.desk.messages.iter().filter(|message| message.author_id == Some(self.me)).count()
    }
}

/// Subject, marks and clocks.
#[derive(Template)]
#[template(path = "console/ticket_head.html")]
pub struct Head<'a> {
    frame: &'a Frame,
    desk: &'a Desk,
}

impl Head<'_> {
    fn due(&self) -> Option<(&'static str, Timestamp)> {
        let ticket = &self.desk.ticket;
        inbox::due(
            ticket.status,
            ticket.first_response_at,
            ticket.first_response_due_at,
            ticket.resolution_due_at,
        )
    }

    fn urgency(&self, at: &Timestamp) -> &'static str {
        inbox::urgency(*at, self.frame.now)
    }
}

/// The thread.
#[derive(Template)]
#[template(path = "console/ticket_messages.html")]
pub struct Messages<'a> {
    frame: &'a Frame,
    desk: &'a Desk,
}

impl Messages<'_> {
    /// Who wrote an outgoing message; the host and its plugins write too.
    fn author(&self, message: &Interaction) -> String {
        let name = message.author_id.and_then(|id| user(self.desk, id));
        name.map_or_else(|| self.frame.t("message-automatic"), |user| user.name.clone())
    }

    /// What a message says. Of a button that was pressed that is what stands on it, not what the channel sends for it.
    fn text<'m>(&'m self, message: &'m Interaction) -> &'m str {
        if message.kind != "choice" {
            return &message.text;
        }
        let offered =
            self.desk.messages.iter().filter_map(|other| other.attributes.get("choices")?.as_array());
        let pressed = offered.flatten().find(|choice| choice["value"] == message.text.as_str());
        pressed.and_then(|choice| choice["label"].as_str()).unwrap_or(&message.text)
    }

    /// The channel of a message, where the ticket has threads on several.
    fn channel(&self, message: &Interaction) -> Option<&str> {
        let thread = self.desk.threads.iter().find(|thread| Some(thread.id) == message.conversation_id)?;
        (self.desk.threads.len() > 1).then_some(thread.channel.as_str())
    }

    /// Why a message could not be delivered, in the reader's language where the host says it.
    fn failure(&self, failure: &str) -> String {
        match Undeliverable::of(failure) {
            Some(reason) => self.frame.word("undeliverable", reason.code()),
            None => failure.to_owned(),
        }
    }

    /// Whether who signed in may send a message again.
    fn may_retry(&self) -> bool {
        self.frame.may(Permission::ConversationsWrite)
    }

    /// The files of a message: each name, with its id when it is kept here.
    fn files<'m>(&self, message: &'m Interaction) -> Vec<(&'m str, Option<&'m str>)> {
        let file = |file: &'m serde_json::Value| {
            let name = file["name"].as_str().filter(|name| !name.is_empty());
            (name.or(file["media_type"].as_str()).unwrap_or_default(), file["attachment_id"].as_str())
        };
        message.attachments.iter().map(file).collect()
    }
}

/// What colleagues said.
#[derive(Template)]
#[template(path = "console/ticket_comments.html")]
pub struct Comments<'a> {
    frame: &'a Frame,
    desk: &'a Desk,
}

impl Comments<'_> {
    /// Who wrote a comment; programs and plugins do, too.
    fn author(&self, comment: &Comment) -> String {
        let id = comment.author.strip_prefix("user:").and_then(|id| id.parse().ok());
        let name = id.and_then(|id| user(self.desk, id)).map(|user| user.name.clone());
        name.unwrap_or_else(|| self.frame.t("message-automatic"))
    }
}

/// Who takes care of it, and why.
#[derive(Template)]
#[template(path = "console/ticket_state.html")]
pub struct State<'a> {
    frame: &'a Frame,
    desk: &'a Desk,
}

impl State<'_> {
    fn assignee(&self) -> Option<&User> {
        self.desk.ticket.assignee_id.and_then(|id| user(self.desk, id))
    }

    fn team(&self, id: &Option<TeamId>) -> Option<&str> {
        team(self.desk, (*id)?)
    }

    fn receiver(&self, id: &TeamId) -> &str {
        team(self.desk, *id).unwrap_or_default()
    }
}

/// The customer, all round.
#[derive(Template)]
#[template(path = "console/ticket_customer.html")]
pub struct Customer<'a> {
    frame: &'a Frame,
    desk: &'a Desk,
    told: Vec<Told>,
}

impl Customer<'_> {
    fn total(&self, order: &Order) -> String {
        let cents = order.total_cents.abs();
        let sign = if order.total_cents < 0 { "-" } else { "" };
        format!("{sign}{}.{:02} {}", cents / 100, cents % 100, order.currency)
    }

    /// What was ordered, as far as it is written as the host writes it.
    fn items(&self, order: &Order) -> String {
        let items = order.items.as_array().into_iter().flatten();
        let names = items.filter_map(|item| item.get("name")?.as_str());
        names.collect::<Vec<_>>().join(", ")
    }

    /// A score's value as people write it: without a fraction that says nothing.
    fn value(&self, value: &f64) -> String {
        let text = format!("{value:.2}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    fn owner(&self) -> Option<&str> {
        self.desk.view.customer.owner_id.and_then(|id| user(self.desk, id)).map(|user| user.name.as_str())
    }

    fn is_open(&self, status: &Status) -> bool {
        *status != Status::Resolved
    }
}

/// The parts that change by themselves, each for its place on the page.
#[derive(Template)]
#[template(path = "console/ticket_parts.html")]
struct Parts<'a> {
    head: Head<'a>,
    messages: Messages<'a>,
    state: State<'a>,
    comments: Comments<'a>,
    customer: Customer<'a>,
}

fn user(desk: &Desk, id: UserId) -> Option<&User> {
    desk.users.iter().find(|user| user.id == id)
}

fn team(desk: &Desk, id: TeamId) -> Option<&str> {
    desk.teams.iter().find(|(team, _)| team.id == id).map(|(team, _)| team.name.as_str())
}

fn customer<'a>(frame: &'a Frame, desk: &'a Desk) -> Customer<'a> {
    Customer { frame, desk, told: Told::all(frame, desk) }
}

/// Draws the page; with what was wrong with one of its forms, if something was.
pub async fn draw(
    app: &App,
    person: &Person,
    id: TicketId,
    trouble: Option<Trouble>,
) -> Result<Response, Problem> {
    let (frame, call) = (&person.frame, &person.call);
    let desk = ops::desk(&mut app.db.read().await?, call, id).await?;
    let Some(me) = frame.user().map(|user| user.id) else { return Err(Problem::no_path()) };
    let sends = match &desk.conversation {
        Some(thread) => conversations::sends(app, thread).await?,
        None => false,
    };
    let writes = call.require(Permission::ConversationsWrite).is_ok();
    let ways = if writes && !sends {
        reply_by::ways_of(app, &mut app.db.read().await?, call, &desk.ticket).await?
    } else {
        Vec::new()
    };
    let page = TicketPage {
        frame,
        desk: &desk,
        me,
        may_write: call.require(Permission::TicketsWrite).is_ok(),
        may_comment: call.require(Permission::CommentsWrite).is_ok(),
        may_reply: sends && writes,
        ways,
        key: app.db.id().to_string(),
        link: status::link(app, call, id).await?,
        trouble: trouble.as_ref(),
        head: Head { frame, desk: &desk },
        messages: Messages { frame, desk: &desk },
        state: State { frame, desk: &desk },
        comments: Comments { frame, desk: &desk },
        customer: customer(frame, &desk),
    };
    let status = trouble.as_ref().map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(Page::console(status, page).into_response())
}

/// Draws the parts that change by themselves.
pub async fn parts(app: &App, frame: &Frame, call: &Call, id: TicketId) -> Result<String, Problem> {
    let desk = ops::desk(&mut app.db.read().await?, call, id).await?;
    let parts = Parts {
        head: Head { frame, desk: &desk },
        messages: Messages { frame, desk: &desk },
        state: State { frame, desk: &desk },
        comments: Comments { frame, desk: &desk },
        customer: customer(frame, &desk),
    };
    parts.render().map_err(|error| Problem::internal(format!("a page can't be drawn: {error}")))
}
