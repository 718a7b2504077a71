//! The page of a ticket, and the parts of it that change by themselves.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::customer::{self, Customer};
use super::edit_customer;
use super::head::Head;
use super::messages::Messages;
use super::tags;
use crate::domain::actor::{Permission, Principal};
use crate::domain::attachment::LARGEST;
use crate::domain::comment::{Comment, plain};
use crate::domain::ids::{TeamId, TicketId, UserId};
use crate::domain::team::{Team, User};
use crate::http::console::frame::Frame;
use crate::http::console::mentions::{self, Name};
use crate::http::console::panels::Places;
use crate::http::console::visitor::{Fields, Person};
use crate::http::page::Page;
use crate::http::problem::{Problem, ProblemKind};
use crate::ops::calls::reply_by::{self, Way};
use crate::ops::desk::{self as ops, Desk};
use crate::ops::tickets::status;
use crate::ops::{App, Refusal, RequestContext, conversations};
use crate::store::merges::Merged;

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
            ProblemKind::Conflict => "conflict",
            ProblemKind::Invalid => "invalid",
            ProblemKind::Denied => "denied",
            ProblemKind::Stale => "conflict",
            ProblemKind::Unavailable => "later",
            _ => return Err(problem),
        };
        problem.log();
        Ok(Self { form, status: problem.kind().status(), what, fields: fields.clone() })
    }

    /// Of a form whose files are larger than is allowed.
    pub fn too_large(form: &'static str, fields: &Fields) -> Self {
        Self { form, status: StatusCode::PAYLOAD_TOO_LARGE, what: "too-large", fields: fields.clone() }
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
    may_edit: bool,
    /// What tells one reply from the next, so that one that is sent twice arrives once.
    key: String,
    /// Where the customer sees how far it has come.
    link: String,
    trouble: Option<&'a Trouble>,
    /// How many messages are shown.
    messages_shown: i64,
    /// How many bytes a reply's files have at most.
    most_bytes: usize,
    head: Head<'a>,
    messages: Messages<'a>,
    state: State<'a>,
    comments: Comments<'a>,
    customer: Customer<'a>,
    panels: Places,
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

    /// What was wrong with one of the buttons in the head.
    fn head_faults(&self) -> Vec<String> {
        ["status", "resolve", "reopen", "answer", "withdraw"]
            .iter()
            .filter_map(|form| self.fault(form))
            .collect()
    }

    /// A field of a form: what was typed into it, if the form came back, or else what the record has.
    fn value(&self, form: &str, field: &str, known: impl AsRef<str>) -> String {
        match self.trouble.filter(|trouble| trouble.form == form) {
            Some(trouble) => trouble.fields.text(field).to_owned(),
            None => known.as_ref().to_owned(),
        }
    }

    /// Whether there is something to merge, or to undo, or a reason why that wasn't done.
    fn shows_merges(&self) -> bool {
        let known = !self.desk.duplicates.is_empty() || !self.desk.view.merged.is_empty();
        known || self.trouble.is_some_and(|trouble| matches!(trouble.form, "merge" | "unmerge"))
    }

    fn undo_label(&self, merged: &Merged) -> String {
        self.frame.named("unmerge-name", &merged.label())
    }

    fn organisation(&self) -> &str {
        self.desk.organisation.as_ref().map_or("", |organisation| organisation.name.as_str())
    }

    /// Whether a field of a form has this value.
    fn is_value(&self, form: &str, field: &str, known: &str, wanted: &str) -> bool {
        self.value(form, field, known) == wanted
    }

    /// Who may look after the customer: whoever works here, and who does already.
    fn owners(&self) -> Vec<(String, &str, bool)> {
        let now = self.desk.view.customer.owner_id;
        let chosen = self.value("customer", "owner", now.map(|id| id.to_string()).unwrap_or_default());
        let users = self.desk.users.iter().filter(|user| user.active || Some(user.id) == now);
        let option = |user: &'_ User| user.id.to_string();
        users.map(|user| (option(user), user.name.as_str(), option(user) == chosen)).collect()
    }

    fn is_day(&self, field: &str) -> bool {
        field == "birthday"
    }

    /// What the customer's form was drawn with.
    fn known(&self) -> Vec<(String, String)> {
        edit_customer::known(&self.desk.view.customer, self.desk.organisation.as_ref())
    }

    fn tags(&self, tags: &[String]) -> String {
        tags::write(tags)
    }

    fn custom_value(&self, name: &str, known: &str) -> String {
        self.value("customer", &format!("field:{name}"), known)
    }

    /// The custom fields that can be changed here.
    fn custom(&self) -> Vec<(&str, String)> {
        customer::custom(&self.desk.view.customer)
    }

    /// What the customer's form shows of its fields of one value.
    fn facts(&self) -> [(&'static str, &str); 4] {
        let customer = &self.desk.view.customer;
        [
            ("language", &customer.language),
            ("region", &customer.region),
            ("grade", &customer.grade),
            ("birthday", &customer.birthday),
        ]
        .map(|(name, value)| (name, value.as_deref().unwrap_or_default()))
    }

    /// What was typed into a field of a form that came back.
    fn typed(&self, form: &str, field: &str) -> &str {
        let trouble = self.trouble.filter(|trouble| trouble.form == form);
        trouble.map_or("", |trouble| trouble.fields.text(field))
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

    fn names(&self) -> Vec<Name> {
        mentions::names(&self.desk.users, self.desk.teams.iter().map(|(team, _)| team))
    }

    fn other_teams(&self) -> impl Iterator<Item = &Team> {
        self.desk.teams.iter().map(|(team, _)| team).filter(|team| Some(team.id) != self.desk.ticket.team_id)
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
        let name = id.and_then(|id| self.desk.user(id)).map(|user| user.name.clone());
        name.unwrap_or_else(|| self.frame.t("message-automatic"))
    }
}

impl Comments<'_> {
    fn text(&self, comment: &Comment) -> String {
        plain(&comment.text, usize::MAX)
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
    fn team(&self, id: &Option<TeamId>) -> Option<&str> {
        self.desk.team((*id)?)
    }
}

/// The parts that change by themselves, each for its place on the page.
#[derive(Template)]
#[template(path = "console/ticket_parts.html")]
struct Parts<'a> {
    frame: &'a Frame,
    head: Head<'a>,
    messages: Messages<'a>,
    state: State<'a>,
    comments: Comments<'a>,
    customer: Customer<'a>,
}

/// Draws the page with so many messages; with what was wrong with one of its forms, if something was.
pub async fn draw(
    app: &App,
    person: &Person,
    id: TicketId,
    messages: i64,
    trouble: Option<Trouble>,
) -> Result<Response, Problem> {
    let (frame, ctx) = (&person.frame, &person.ctx);
    let mut tx = app.db.read().await?;
    let desk = ops::desk(&mut tx, ctx, id, messages).await?;
    let panels = Places::of(app, &mut tx, frame, "ticket", id.0).await?;
    drop(tx);
    let Some(me) = frame.user().map(|user| user.id) else { return Err(Problem::no_path()) };
    let sends = match &desk.conversation {
        Some(thread) => conversations::sends(app, thread).await?,
        None => false,
    };
    let writes = ctx.require(Permission::ConversationsWrite).is_ok();
    let ways = if writes && !sends { reply_by::ways(app, ctx, desk.ticket.id).await? } else { Vec::new() };
    let reason = trouble.as_ref().filter(|trouble| trouble.form == "answer");
    let page = TicketPage {
        frame,
        desk: &desk,
        me,
        may_write: ctx.require(Permission::TicketsWrite).is_ok(),
        may_comment: ctx.require(Permission::CommentsWrite).is_ok(),
        may_edit: ctx.require(Permission::CustomersWrite).is_ok(),
        may_reply: sends && writes,
        ways,
        key: app.db.id().to_string(),
        link: status::link(app, ctx, id).await?,
        trouble: trouble.as_ref(),
        messages_shown: messages,
        most_bytes: LARGEST,
        head: Head::new(app, frame, &desk, ctx, reason.map_or("", |trouble| trouble.fields.text("reason")))
            .await,
        messages: Messages { frame, desk: &desk },
        state: State { frame, desk: &desk },
        comments: Comments { frame, desk: &desk },
        customer: Customer::new(frame, &desk),
        panels,
    };
    let status = trouble.as_ref().map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(Page::console(status, page).into_response())
}

/// Draws the parts that change by themselves.
pub async fn parts(
    app: &App,
    frame: &Frame,
    ctx: &RequestContext,
    id: TicketId,
    messages: i64,
) -> Result<String, Problem> {
    let desk = ops::desk(&mut app.db.read().await?, ctx, id, messages).await?;
    let parts = Parts {
        frame,
        head: Head::new(app, frame, &desk, ctx, "").await,
        messages: Messages { frame, desk: &desk },
        state: State { frame, desk: &desk },
        comments: Comments { frame, desk: &desk },
        customer: Customer::new(frame, &desk),
    };
    parts.render().map_err(|error| Problem::internal(format!("a page can't be drawn: {error}")))
}
