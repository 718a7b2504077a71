//! The inbox: tickets with what a list of them shows of customer, conversation, team and person.

use std::borrow::Cow;

use super::db::{Arg, DbError, Tx, args, row};
use super::page::{Page, PagePosition, PageRequest};
use super::visible::seen;
use crate::domain::actor::Scope;
use crate::domain::clock::Timestamp;
use crate::domain::ids::{ConversationId, CustomerId, InstallationId, TicketId, UserId};
use crate::domain::text;
use crate::domain::ticket::TicketStatus;
use crate::domain::triage::{Class, Priority};

row! {
    /// A line of the inbox.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Line {
        /// The ticket.
        pub id: TicketId,
        /// What people call it by.
        pub number: i64,
        /// Its thread.
        pub conversation_id: Option<ConversationId>,
        /// What it is about.
        pub subject: String,
        /// Its class.
        pub class: Class,
        /// How soon it needs an answer.
        pub priority: Priority,
        /// Where it stands.
        pub status: TicketStatus,
        /// BCP 47; empty when unknown.
        pub language: String,
        /// When the first answer is due.
        pub first_response_due_at: Option<Timestamp>,
        /// When the next answer is due.
        pub next_response_due_at: Option<Timestamp>,
        /// When the resolution is due.
        pub resolution_due_at: Option<Timestamp>,
        /// Until when it may wait for something.
        pub hold_due_at: Option<Timestamp>,
        /// When the first answer was given.
        pub first_response_at: Option<Timestamp>,
        /// When it was last changed.
        pub updated_at: Timestamp,
        /// Whose it is.
        pub customer_id: CustomerId,
        /// The record that the customer was merged into.
        pub canonical_id: Option<CustomerId>,
        /// The customer's name.
        pub customer: String,
        /// The channel that it came by.
        pub channel: Option<String>,
        /// The installation that brought it in.
        pub source_id: Option<InstallationId>,
        /// The team that takes care of it.
        pub team: Option<String>,
        /// The person who does.
        pub assignee: Option<String>,
        /// The last message of its thread.
        pub last_text: Option<String>,
        /// What kind of message it is.
        pub last_kind: Option<String>,
        /// Whether the customer wrote it, and so waits.
        pub last_inbound: Option<bool>,
    }
}

impl Line {
    /// What to call the customer.
    pub fn customer_name(&self) -> Cow<'_, str> {
        text::name_or(&self.customer, self.customer_id.0)
    }
}

/// What the inbox is narrowed by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct InboxFilter {
    /// Those in this state; without it, those that aren't resolved.
    pub status: Option<TicketStatus>,
    /// Those as pressing as this.
    pub priority: Option<Priority>,
    /// Those of this person.
    pub assignee: Option<UserId>,
    /// Those of this person's teams.
    pub teams_of: Option<UserId>,
    /// Those of nobody.
    pub unassigned: bool,
}

/// What a line shows, up to the condition that says which.
macro_rules! line {
    () => {
        "select t.id, t.number, t.conversation_id, t.subject, t.class, t.priority, t.status, t.language, \
         t.first_response_due_at, t.next_response_due_at, t.resolution_due_at, t.hold_due_at, t.first_response_at, t.updated_at, t.customer_id, \
         k.canonical_id, k.name as customer, c.channel, t.source_id, g.name as team, u.name as assignee, \
         i.text as last_text, i.kind as last_kind, i.inbound as last_inbound \
         from tickets t join customers k on k.id = t.customer_id \
         left join conversations c on c.id = t.conversation_id left join teams g on g.id = t.team_id \
         left join users u on u.id = t.assignee_id \
         left join interactions i on i.id = (select l.id from interactions l \
         where l.conversation_id = t.conversation_id order by l.id desc limit 1) where "
    };
}

/// The lines of a statement, each with the name of the record that stands for its customer. Few were merged, so a join
/// for each line would be for nothing.
async fn named(tx: &mut Tx, sql: &'static str, arguments: &[Arg]) -> Result<Vec<Line>, DbError> {
    let mut lines: Vec<Line> = tx.all(sql, arguments).await?;
    for line in &mut lines {
        if let Some(canonical) = line.canonical_id {
            line.customer = tx.scalar("select name from customers where id = $1", args![canonical]).await?;
        }
    }
    Ok(lines)
}

/// How many tickets are asked for at once.
const AT_ONCE: usize = 16;

/// The tickets of these ids, in their order; those that aren't there are left out.
pub async fn by_ids(tx: &mut Tx, ids: &[TicketId], scope: Scope) -> Result<Vec<Line>, DbError> {
    let mut lines = Vec::with_capacity(ids.len());
    for part in ids.chunks(AT_ONCE) {
        let mut arguments = args![scope.viewer()].to_vec();
        arguments.extend((0..AT_ONCE).map(|index| part.get(index).copied().into()));
        let sql = seen!(
            scope,
            line!(),
            ("ticket", "t.id", "$1"),
            " and t.id in ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
        );
        let found = named(tx, sql, &arguments).await?;
        lines.extend(part.iter().filter_map(|id| found.iter().find(|line| line.id == *id).cloned()));
    }
    Ok(lines)
}

/// Tickets, the last changed first.
pub async fn list(
    tx: &mut Tx,
    page: PageRequest,
    filter: InboxFilter,
    scope: Scope,
) -> Result<Page<Line>, DbError> {
    let after = page.after.unwrap_or(PagePosition::START);
    let arguments = args![
        after.at,
        after.id,
        scope.viewer(),
        filter.status,
        filter.priority,
        filter.assignee,
        filter.teams_of,
        filter.unassigned,
        page.limit + 1
    ];
    // Two texts, because each has an index of its own that a common one couldn't use.
    macro_rules! select {
        ($state:literal) => {
            seen!(
                scope,
                concat!(line!(), $state, " and (t.updated_at, t.id) < ($1, $2) and "),
                ("ticket", "t.id", "$3"),
                " and ($5 is null or t.priority = $5) and ($6 is null or t.assignee_id = $6) \
                 and ($7 is null or t.team_id in (select m.team_id from team_members m where m.user_id = $7)) \
                 and (not $8 or t.assignee_id is null) \
                 order by t.updated_at desc, t.id desc limit $9"
            )
        };
    }
    let rows = match filter.status {
        Some(_) => named(tx, select!("t.status = $4"), arguments).await?,
        None => named(tx, select!("t.status <> 'resolved' and $4 is null"), arguments).await?,
    };
    Ok(Page::cut(rows, page.limit, |line: &Line| PagePosition { at: line.updated_at, id: line.id.0 }))
}

row! {
    /// A hand-off that waits to be accepted or refused.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Waiting {
        /// The ticket.
        pub ticket_id: TicketId,
        /// What people call it by.
        pub number: i64,
        /// What it is about.
        pub subject: String,
        /// BCP 47; empty when unknown.
        pub language: String,
        /// The customer's name.
        pub customer: String,
        /// The team that gives it.
        pub from_team: Option<String>,
        /// The team that is to get it.
        pub to_team: String,
        /// What the giver wants the taker to know.
        pub note: String,
        /// Until when it is to be accepted.
        pub due_at: Timestamp,
    }
}

impl Waiting {
    /// What to call the customer.
    pub fn customer_name(&self) -> Cow<'_, str> {
        text::name_or(&self.customer, self.ticket_id.0)
    }
}

/// The hand-offs that wait for one of a person's teams, the most pressing first.
pub async fn waiting(tx: &mut Tx, of: UserId) -> Result<Vec<Waiting>, DbError> {
    tx.all(
        "select h.ticket_id, t.number, t.subject, t.language, k.name as customer, f.name as from_team, \
         g.name as to_team, h.note, h.due_at from hand_offs h join tickets t on t.id = h.ticket_id \
         join customers o on o.id = t.customer_id join customers k on k.id = coalesce(o.canonical_id, o.id) \
         join teams g on g.id = h.to_team_id \
         left join teams f on f.id = h.from_team_id \
         where h.status = 'pending' \
         and h.to_team_id in (select m.team_id from team_members m where m.user_id = $1) \
         order by h.due_at, h.id limit 50",
        args![of],
    )
    .await
}

row! {
    /// How many tickets aren't resolved.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Counts {
        /// Of a person.
        pub mine: i64,
        /// Of their teams.
        pub teams: i64,
        /// Of nobody.
        pub unassigned: i64,
        /// In all.
        pub all: i64,
    }
}

/// How many tickets aren't resolved, as far as a person is concerned.
pub async fn counts(tx: &mut Tx, of: UserId, scope: Scope) -> Result<Counts, DbError> {
    tx.one(
        seen!(
            scope,
            "select count(*) filter (where assignee_id = $1) as mine, \
         count(*) filter (where team_id in (select team_id from team_members where user_id = $1)) as teams, \
         count(*) filter (where assignee_id is null) as unassigned, count(*) as \"all\" \
         from tickets t where status <> 'resolved' and ",
            ("ticket", "t.id", "$2"),
            ""
        ),
        args![of, scope.viewer()],
    )
    .await
}
