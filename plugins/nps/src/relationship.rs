//! Whether somebody has been a customer long enough to be asked about the company as a whole.

use hospes_sdk::records::{Comparison, Condition, Query, find};
use hospes_sdk::{Entity, Error, Value, clock, config};

const DAY: i64 = 24 * 3_600_000_000;

/// Whether a ticket's customer has as many resolved tickets as is set, or a first order that lies as many days back as is
/// set.
pub fn is_ripe(ticket: &Entity) -> Result<bool, Error> {
    let tickets = config::integer("after-tickets").unwrap_or(1).clamp(1, 1_000);
    // The ticket that was just resolved is the first.
    if tickets == 1 {
        return Ok(true);
    }
    let customer =
        condition("customer_id", Comparison::Equal, ticket.text("customer_id").unwrap_or_default().into());
    let resolved = condition("status", Comparison::Equal, "resolved".into());
    if at_least(tickets, "ticket", &[customer.clone(), resolved])? {
        return Ok(true);
    }
    let days = config::integer("after-order-days").unwrap_or(0);
    let since = clock::now() - days.clamp(0, 3_650) * DAY;
    let placed = condition("placed_at", Comparison::LessOrEqual, Value::Time(since));
    Ok(days > 0 && at_least(1, "order", &[customer, placed])?)
}

/// Whether so many records of a kind meet the conditions.
fn at_least(count: i64, kind: &str, conditions: &[Condition]) -> Result<bool, Error> {
    let mut missing = usize::try_from(count).unwrap_or(usize::MAX);
    let mut cursor = None;
    loop {
        let limit = u32::try_from(missing.min(200)).unwrap_or(200);
        let page = find(&Query { kind: kind.into(), conditions: conditions.to_vec(), limit, cursor })?;
        missing = missing.saturating_sub(page.items.len());
        if missing == 0 {
            return Ok(true);
        }
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(false),
        }
    }
}

fn condition(field: &str, comparison: Comparison, value: Value) -> Condition {
    Condition { field: field.into(), comparison, value }
}
