//! A call, put together from its events in whatever order they come.

use serde::{Deserialize, Serialize};

/// Recordings that one call may have.
const RECORDINGS: usize = 10;

/// Who called whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// A customer called.
    Inbound,
    /// A colleague called a customer.
    Outbound,
    /// A colleague called a colleague.
    Internal,
}

/// How far a call has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It rings.
    Ringing,
    /// They speak.
    Talking,
    /// They spoke.
    Answered,
    /// Nobody spoke.
    Missed,
}

/// A recording of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recording {
    /// Its address.
    pub url: String,
    /// For example `audio/mpeg`.
    pub media_type: String,
    /// Bytes, where it is said.
    pub size: Option<u64>,
}

/// What is known of a call: of one event, or of all of them so far. Times are in microseconds since 1970.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Call {
    /// Who called whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// The customer's number as it was written; empty where it was withheld or isn't known yet.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub customer: String,
    /// Whether the caller withheld the number.
    #[serde(skip_serializing_if = "is_false")]
    pub withheld: bool,
    /// The customer's name, as the network shows it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The company's number that was called, or that called.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub line: String,
    /// The extension or account that answered, or called.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub agent: String,
    /// The extension or account that it rang at.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub rang_at: String,
    /// The number outside that it was put through to: the customer's, or a colleague's mobile.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub leg: String,
    /// Whether it was put through to somebody; then the telephone system's own answer counts for nothing.
    #[serde(skip_serializing_if = "is_false")]
    pub put_through: bool,
    /// When it began to ring.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started: Option<i64>,
    /// When the telephone system answered: a person, a menu, a queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picked_up: Option<i64>,
    /// When a person answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered: Option<i64>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<i64>,
    /// How long they spoke, in seconds, where it is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub talked: Option<u32>,
    /// Why nobody spoke: `busy`, `no-answer`, `rejected`, `canceled`, `failed`, `voicemail`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Recordings that are ready.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recordings: Vec<Recording>,
    /// The time of the latest event.
    pub latest: i64,
    /// How often the entry was changed.
    pub revision: i64,
    /// The time that the entry's latest change has.
    pub changed: i64,
    /// Whether the customer's request was made of it, because it was missed.
    #[serde(skip_serializing_if = "is_false")]
    pub requested: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl Call {
    /// Adds what another event knows. What is known stays, but for where it rang and who answered: the last one counts.
    pub fn add(&mut self, event: Self) {
        self.direction = self.direction.or(event.direction);
        self.withheld |= event.withheld;
        self.put_through |= event.put_through;
        for (known, new) in [
            (&mut self.customer, event.customer),
            (&mut self.name, event.name),
            (&mut self.line, event.line),
            (&mut self.leg, event.leg),
            (&mut self.reason, event.reason),
        ] {
            if known.is_empty() {
                *known = new;
            }
        }
        for (known, new) in [(&mut self.agent, event.agent), (&mut self.rang_at, event.rang_at)] {
            if !new.is_empty() {
                *known = new;
            }
        }
        self.started = earlier(self.started, event.started);
        self.picked_up = earlier(self.picked_up, event.picked_up);
        self.answered = earlier(self.answered, event.answered);
        self.ended = self.ended.max(event.ended);
        self.talked = self.talked.max(event.talked);
        for recording in event.recordings {
            let is_new = self.recordings.iter().all(|known| known.url != recording.url);
            if is_new && self.recordings.len() < RECORDINGS {
                self.recordings.push(recording);
            }
        }
        self.latest = self.latest.max(event.latest);
        // A colleague's call is put through to the customer, a customer's to a colleague.
        if self.direction == Some(Direction::Outbound) && self.customer.is_empty() {
            self.customer.clone_from(&self.leg);
        }
    }

    /// When somebody answered. Where a call was put through, a menu or queue that picked it up is nobody.
    pub fn answered_at(&self) -> Option<i64> {
        self.answered.or_else(|| self.picked_up.filter(|_| !self.put_through && self.reason.is_empty()))
    }

    /// How far it has got.
    pub fn phase(&self) -> Phase {
        match (self.answered_at(), self.ended) {
            (Some(_), Some(_)) => Phase::Answered,
            (Some(_), None) => Phase::Talking,
            (None, Some(_)) => Phase::Missed,
            (None, None) => Phase::Ringing,
        }
    }

    /// How long they spoke, or how long it rang in vain, in seconds; none where it can't be known.
    pub fn seconds(&self) -> Option<i64> {
        let (from, to) = match self.phase() {
            Phase::Answered => match self.talked {
                Some(talked) => return Some(i64::from(talked)),
                None => (self.answered_at(), self.ended),
            },
            Phase::Missed => (self.started.or(self.picked_up), self.ended),
            Phase::Ringing | Phase::Talking => return None,
        };
        let seconds = to?.checked_sub(from?)? / 1_000_000;
        (seconds >= 0).then_some(seconds)
    }
}

/// The earlier of two times that may be unknown.
fn earlier(one: Option<i64>, other: Option<i64>) -> Option<i64> {
    one.into_iter().chain(other).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Option<i64> {
        Some(seconds * 1_000_000)
    }

    #[test]
    fn events_make_the_same_call_in_any_order() {
        let events = [
            Call { started: at(100), customer: "138".into(), latest: 100, ..Call::default() },
            Call { put_through: true, rang_at: "801".into(), latest: 101, ..Call::default() },
            Call {
                answered: at(110),
                agent: "801".into(),
                put_through: true,
                latest: 110,
                ..Call::default()
            },
            Call { ended: at(170), latest: 170, ..Call::default() },
        ];
        let mut whole = Call::default();
        events.iter().cloned().for_each(|event| whole.add(event));
        assert_eq!((whole.phase(), whole.seconds()), (Phase::Answered, Some(60)));
        for order in [[3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]] {
            let mut call = Call::default();
            order.into_iter().for_each(|place| call.add(events[place].clone()));
            assert_eq!(call, whole);
        }
    }

    #[test]
    fn a_queue_that_picks_up_is_nobody() {
        let mut call = Call { started: at(100), picked_up: at(101), ..Call::default() };
        assert_eq!(call.phase(), Phase::Talking, "as far as is known");
        call.add(Call { put_through: true, ..Call::default() });
        assert_eq!(call.phase(), Phase::Ringing);
        call.add(Call { ended: at(130), ..Call::default() });
        assert_eq!((call.phase(), call.seconds()), (Phase::Missed, Some(30)));
    }

    #[test]
    fn clocks_that_disagree_make_no_negative_time() {
        let call = Call { answered: at(200), ended: at(100), ..Call::default() };
        assert_eq!((call.phase(), call.seconds()), (Phase::Answered, None));
        let call = Call { answered: Some(i64::MIN), ended: Some(i64::MAX), ..Call::default() };
        assert_eq!(call.seconds(), None);
    }
}
