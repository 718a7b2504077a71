//! What a ticket's clocks follow: a policy, and the working time of the policy's calendar.

use super::{Clock, Promise};
use crate::domain::calendar::WorkingTime;
use crate::domain::clock::Timestamp;
use crate::domain::sla_policy::SlaPolicy;
use crate::domain::ticket::Ticket;
use crate::ops::refusal::Refusal;
use crate::store::db::Tx;
use crate::store::{calendars, sla_policies};

/// A policy with its working time.
pub(in crate::ops::tickets) struct Rules {
    /// The policy; none when none applies.
    pub policy: Option<SlaPolicy>,
    /// When its clocks run.
    pub hours: WorkingTime,
}

impl Rules {
    /// Those that apply to a ticket as it is now.
    pub async fn choose(tx: &mut Tx, ticket: &Ticket, grade: Option<&str>) -> Result<Self, Refusal> {
        let mut policies = sla_policies::list(tx).await?;
        let chosen =
            SlaPolicy::choose(&policies, ticket.class, ticket.priority, grade).map(|policy| policy.id);
        policies.retain(|policy| Some(policy.id) == chosen);
        Self::with(tx, policies.pop()).await
    }

    /// Those that a ticket's clocks were set by.
    pub async fn of(tx: &mut Tx, ticket: &Ticket) -> Result<Self, Refusal> {
        let policy = match ticket.sla_policy_id {
            Some(id) => sla_policies::get(tx, id).await?,
            None => None,
        };
        Self::with(tx, policy).await
    }

    async fn with(tx: &mut Tx, policy: Option<SlaPolicy>) -> Result<Self, Refusal> {
        let calendar = match policy.as_ref().and_then(|policy| policy.calendar_id) {
            Some(id) => calendars::get(tx, id).await?,
            None => None,
        };
        let hours = match calendar.map(|calendar| (calendar.working_time(), calendar.name)) {
            None => WorkingTime::ROUND_THE_CLOCK,
            Some((Ok(hours), _)) => hours,
            Some((Err(error), name)) => {
                // It was checked when it was written; a host of another version knows other holidays.
                tracing::warn!(calendar = %name, %error, "a calendar isn't understood; its clocks run day and night");
                WorkingTime::ROUND_THE_CLOCK
            }
        };
        Ok(Self { policy, hours })
    }

    /// What the policy promises for a clock that starts at a moment.
    pub fn promise(&self, clock: Clock, start: Timestamp) -> Option<Promise> {
        let due = self.hours.after(start, clock.span(self.policy.as_ref()?)?);
        Some(self.promise_at(clock, due, start, false))
    }

    /// A due time to be watched from now on. It is reminded of at once where it should have been before, unless it was.
    pub fn promise_at(&self, clock: Clock, due: Timestamp, now: Timestamp, warned: bool) -> Promise {
        let warning = self.warning(clock, due).filter(|warning| !warned || *warning > now);
        Promise { clock, warn: warning.map(|warning| warning.max(now)).filter(|warning| *warning < due), due }
    }

    /// When a due time is reminded of: when four fifths of the time are over.
    pub fn warning(&self, clock: Clock, due: Timestamp) -> Option<Timestamp> {
        let span = clock.span(self.policy.as_ref()?)?;
        Some(self.hours.after(due, -span / 5))
    }
}
