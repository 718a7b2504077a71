//! A ticket's head: what it is, whose it is, what waits, and the steps that people take all day.

use askama::Template;

use crate::domain::actor::Permission;
use crate::domain::clock::Timestamp;
use crate::domain::hand_off::{HandOff, HandOffStatus};
use crate::domain::ids::{TeamId, UserId};
use crate::domain::team::User;
use crate::domain::ticket::TicketStatus;
use crate::http::console::channels;
use crate::http::console::frame::Frame;
use crate::http::console::inbox;
use crate::ops::desk::Desk;
use crate::ops::{App, RequestContext};

/// Number, subject, marks and clocks, the assignee, the hand-off that waits, and the buttons for all of it.
#[derive(Template)]
#[template(path = "console/ticket_head.html")]
pub struct Head<'a> {
    frame: &'a Frame,
    desk: &'a Desk,
    /// Who signed in.
    me: Option<UserId>,
    may_write: bool,
    /// What people call the channel that it came by.
    channel: Option<String>,
    /// The reason that was typed for refusing a hand-off, where that form came back.
    reason: &'a str,
}

impl<'a> Head<'a> {
    /// For who signed in.
    pub async fn new(
        app: &App,
        frame: &'a Frame,
        desk: &'a Desk,
        ctx: &RequestContext,
        reason: &'a str,
    ) -> Self {
        let me = frame.user().map(|user| user.id);
        let may_write = ctx.require(Permission::TicketsWrite).is_ok();
        let channel = match &desk.conversation {
            Some(thread) => Some(channels::name(app, frame, &thread.channel, thread.installation_id).await),
            None => None,
        };
        Self { frame, desk, me, may_write, channel, reason }
    }

    fn due(&self) -> Option<(&'static str, Timestamp)> {
        let ticket = &self.desk.ticket;
        inbox::DueTimes {
            status: ticket.status,
            first_response: ticket.first_response_due_at.filter(|_| ticket.first_response_at.is_none()),
            next_response: ticket.next_response_due_at,
            resolution: ticket.resolution_due_at,
            hold: ticket.hold_due_at,
        }
        .next()
    }

    fn urgency(&self, at: &Timestamp) -> &'static str {
        inbox::urgency(*at, self.frame.now)
    }

    fn is_resolved(&self) -> bool {
        self.desk.ticket.status == TicketStatus::Resolved
    }

    fn is_pending(&self) -> bool {
        self.desk.ticket.status == TicketStatus::Pending
    }

    fn is_mine(&self) -> bool {
        self.desk.ticket.assignee_id.is_some() && self.desk.ticket.assignee_id == self.me
    }

    fn assignee(&self) -> Option<&User> {
        self.desk.ticket.assignee_id.and_then(|id| self.desk.user(id))
    }

    /// Who has the ticket, as the page shows it; an assignment counts only while that is still so.
    fn assignee_id(&self) -> String {
        self.desk.ticket.assignee_id.map(|id| id.to_string()).unwrap_or_default()
    }

    fn me(&self) -> String {
        self.me.map(|id| id.to_string()).unwrap_or_default()
    }

    fn team(&self, id: &TeamId) -> &str {
        self.desk.team(*id).unwrap_or_default()
    }

    /// Whether the hand-off that waits is for one of the teams of who signed in.
    fn may_answer(&self, hand_off: &HandOff) -> bool {
        self.may_write && self.is_in(Some(hand_off.to_team_id))
    }

    /// Whether who signed in may take it back.
    fn may_withdraw(&self, hand_off: &HandOff) -> bool {
        let mine = hand_off.from_user_id.is_some() && hand_off.from_user_id == self.me;
        let by_me = self.me.is_some_and(|me| hand_off.handed_by == format!("user:{me}"));
        self.may_write && (mine || by_me || self.is_in(hand_off.from_team_id))
    }

    fn is_in(&self, team: Option<TeamId>) -> bool {
        let found = self.desk.teams.iter().find(|(known, _)| Some(known.id) == team);
        found.is_some_and(|(_, members)| members.iter().any(|member| Some(member.id) == self.me))
    }

    /// The hand-off that came back: the last one, if it was refused or not answered in time.
    fn came_back(&self) -> Option<(&'static str, &HandOff)> {
        let hand_off = self.desk.hand_off.as_ref().filter(|_| !self.is_resolved())?;
        match hand_off.status {
            HandOffStatus::Refused => Some(("hand-off-refused-by", hand_off)),
            HandOffStatus::Overdue => Some(("hand-off-not-answered-by", hand_off)),
            _ => None,
        }
    }
}
