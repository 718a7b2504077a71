//! How often a customer is asked.
//!
//! Who was asked when is kept in the installation's store, many customers under one key. What is older than the interval is
//! dropped whenever its key is written.

use crate::{Entity, Error, clock, kv};

/// Keys that the customers are spread over.
const SHARDS: u32 = 4_096;
const MINUTE: i64 = 60_000_000;
const DAY: i64 = 24 * 60;

/// Whether a ticket's customer may be asked now, which notes that they are: once within `days` days (0: always).
///
/// `delay_ms` is how long the question waits before it is sent. A ticket that was resolved again while its question waited
/// may be asked about again: the host asks once. Two questions at once about two tickets of one customer race for the key,
/// and the call that loses runs again. Of the ticket it reads `customer_id`, and is `denied` where that isn't granted. Needs
/// `[wants.kv]`; about 70 bytes for each customer who was asked within the interval.
pub fn may_ask(ticket: &Entity, delay_ms: u32, days: i64) -> Result<bool, Error> {
    if days <= 0 {
        return Ok(true);
    }
    let customer = ticket.text("customer_id").ok_or_else(|| {
        Error::denied(
            "The ticket's customer_id can't be read, so who was asked when can't be kept; grant records:ticket:read.",
        )
    })?;
    let key = kv::shared_key("asked/", customer, SHARDS);
    let before = kv::get(&key)?;
    let kept = before.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
    let now = clock::now() / MINUTE;
    let asking = Asking { customer, ticket: &ticket.id, due: now + i64::from(delay_ms / 60_000) };
    match noted(&kept, asking, now, days) {
        Some(after) => kv::swap(&key, before.as_deref(), Some(after.as_bytes())),
        None => Ok(false),
    }
}

/// A question: to whom, about what, and when it is sent, in minutes since 1970.
#[derive(Clone, Copy)]
struct Asking<'a> {
    customer: &'a str,
    ticket: &'a str,
    due: i64,
}

impl<'a> Asking<'a> {
    /// `CUSTOMER TICKET DUE`
    fn parse(line: &'a str) -> Option<Self> {
        let mut parts = line.split(' ');
        let (customer, ticket, due) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self { customer, ticket, due: due.parse().ok()? })
    }
}

/// The lines of a key with this question added and those dropped that are too old to matter; none when the customer was
/// asked too short a while ago.
fn noted(lines: &str, asking: Asking<'_>, now: i64, days: i64) -> Option<String> {
    let recent = |earlier: &Asking<'_>| now - earlier.due < days * DAY;
    let ticket = asking.ticket.rsplit('-').next().unwrap_or_default();
    let mut after = String::new();
    for earlier in lines.lines().filter_map(Asking::parse).filter(recent) {
        if earlier.customer == asking.customer {
            if earlier.ticket == ticket && earlier.due > now {
                continue;
            }
            return None;
        }
        after.push_str(&format!("{} {} {}\n", earlier.customer, earlier.ticket, earlier.due));
    }
    after.push_str(&format!("{} {ticket} {}\n", asking.customer, asking.due));
    Some(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking<'a>(customer: &'a str, ticket: &'a str, due: i64) -> Asking<'a> {
        Asking { customer, ticket, due }
    }

    #[test]
    fn a_customer_is_asked_once_in_the_interval() {
        let first = noted("", asking("li", "0-a1", 100), 100, 90).unwrap();
        assert_eq!(first, "li a1 100\n");
        assert_eq!(noted(&first, asking("li", "0-b2", 200), 200, 90), None);
        assert_eq!(noted(&first, asking("wang", "0-c3", 200), 200, 90).unwrap(), "li a1 100\nwang c3 200\n");
        let later = 100 + 90 * DAY;
        assert_eq!(noted(&first, asking("li", "0-b2", later - 1), later - 1, 90), None);
        assert_eq!(
            noted(&first, asking("li", "0-b2", later), later, 90).unwrap(),
            format!("li b2 {later}\n")
        );
    }

    #[test]
    fn a_ticket_resolved_again_before_its_question_went_out_may_be_asked_about() {
        let waiting = noted("", asking("li", "0-a1", 500), 100, 90).unwrap();
        assert_eq!(noted(&waiting, asking("li", "0-a1", 600), 200, 90).unwrap(), "li a1 600\n");
        assert_eq!(noted(&waiting, asking("li", "0-b2", 600), 200, 90), None);
        assert_eq!(noted(&waiting, asking("li", "0-a1", 1_000), 600, 90), None, "it went out");
    }

    #[test]
    fn what_cannot_be_read_is_dropped() {
        assert_eq!(noted("x\n\u{fffd} y z\n", asking("li", "t", 1), 1, 1).unwrap(), "li t 1\n");
    }
}
