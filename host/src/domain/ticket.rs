//! Tickets: what they hold and which steps they may take.

use super::clock::Timestamp;
use super::ids::{ConversationId, CustomerId, InstallationId, SlaPolicyId, TeamId, TicketId, UserId};
use super::reason::Reason;
use super::triage::{Class, Priority};
use super::words::words;

words! {
    /// Where a ticket stands.
    pub enum Status {
        /// Nobody has answered yet.
        New = "new",
        /// It is being worked on.
        Open = "open",
        /// The customer was asked something.
        Pending = "pending",
        /// It is done; a message within seven days reopens it.
        Resolved = "resolved",
    }
}

/// A message this long after the resolution reopens the ticket; a later one opens a new one.
pub const REOPEN_WITHIN_MILLIS: i64 = 7 * 24 * 3_600_000;

/// A customer request.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// What people call it by, from 1 on; 0 until it is stored.
    pub number: i64,
    /// Whose.
    pub customer_id: CustomerId,
    /// The thread that it came from.
    pub conversation_id: Option<ConversationId>,
    /// The beginning of what the customer wrote.
    pub subject: String,
    /// What it is about.
    pub class: Class,
    /// How soon it needs an answer.
    pub priority: Priority,
    /// Where it stands.
    pub status: Status,
    /// BCP 47; empty when unknown.
    pub language: String,
    /// From -1 (angry) to 1 (delighted).
    pub sentiment: f64,
    /// Tags.
    pub tags: Vec<String>,
    /// Why it was classed so.
    pub reasons: Vec<Reason>,
    /// The team that takes care of it.
    pub team_id: Option<TeamId>,
    /// The person who does.
    pub assignee_id: Option<UserId>,
    /// Why that person.
    pub assignment_reason: Option<Reason>,
    /// The ticket of the same conversation before it.
    pub previous_id: Option<TicketId>,
    /// How often it was reopened.
    pub reopened: i64,
    /// When the first answer is due.
    pub first_response_due_at: Option<Timestamp>,
    /// When the resolution is due.
    pub resolution_due_at: Option<Timestamp>,
    /// When the first answer was given.
    pub first_response_at: Option<Timestamp>,
    /// When it was resolved.
    pub resolved_at: Option<Timestamp>,
    /// The installation that brought it in.
    pub source_id: Option<InstallationId>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Grows by one with every change.
    pub version: i64,
}

/// How soon tickets are to be answered and resolved. Each condition that is there must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlaPolicy {
    /// Its id.
    pub id: SlaPolicyId,
    /// Its name.
    pub name: String,
    /// For this class only.
    pub class: Option<Class>,
    /// For this priority only.
    pub priority: Option<Priority>,
    /// For customers of this value grade only.
    pub grade: Option<String>,
    /// Until the first answer.
    pub first_response_minutes: i64,
    /// Until the resolution.
    pub resolution_minutes: i64,
    /// Until a hand-off to another team is accepted.
    pub hand_off_minutes: i64,
    /// Grows by one with every change.
    pub version: i64,
}

impl SlaPolicy {
    fn applies(&self, class: Class, priority: Priority, grade: Option<&str>) -> bool {
        self.class.is_none_or(|wanted| wanted == class)
            && self.priority.is_none_or(|wanted| wanted == priority)
            && self.grade.as_deref().is_none_or(|wanted| Some(wanted) == grade)
    }

    fn precision(&self) -> usize {
        usize::from(self.class.is_some())
            + usize::from(self.priority.is_some())
            + usize::from(self.grade.is_some())
    }

    /// The policy for a ticket: of those that apply the most precise, of equally precise ones the swiftest.
    pub fn choose<'a>(
        policies: &'a [Self],
        class: Class,
        priority: Priority,
        grade: Option<&str>,
    ) -> Option<&'a Self> {
        let applying = policies.iter().filter(|policy| policy.applies(class, priority, grade));
        applying.max_by_key(|policy| (policy.precision(), -policy.first_response_minutes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(name: &str, class: Option<Class>, priority: Option<Priority>, minutes: i64) -> SlaPolicy {
        SlaPolicy {
            id: uuid::Uuid::nil().into(),
            name: name.to_owned(),
            class,
            priority,
            grade: None,
            first_response_minutes: minutes,
            resolution_minutes: minutes * 10,
            hand_off_minutes: minutes,
            version: 1,
        }
    }

    #[test]
    fn the_most_precise_policy_wins_and_of_equals_the_swiftest() {
        let policies = [
            policy("all", None, None, 240),
            policy("complaints", Some(Class::Complaint), None, 60),
            policy("urgent", None, Some(Priority::Urgent), 15),
            policy("urgent complaints", Some(Class::Complaint), Some(Priority::Urgent), 30),
        ];
        let name =
            |class, priority| SlaPolicy::choose(&policies, class, priority, None).map(|p| p.name.as_str());
        assert_eq!(name(Class::Inquiry, Priority::Normal), Some("all"));
        assert_eq!(name(Class::Complaint, Priority::Normal), Some("complaints"));
        assert_eq!(name(Class::Complaint, Priority::Urgent), Some("urgent complaints"));
        assert_eq!(SlaPolicy::choose(&policies[1..2], Class::Inquiry, Priority::Low, None), None);
    }
}
