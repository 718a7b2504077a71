//! The customer beside a ticket: what is known, and the form that changes it.

use askama::Template;

use super::timeline::TimelineEntry;
use crate::domain::customer::{Customer as Record, Identity};
use crate::domain::order::Order;
use crate::domain::ticket::TicketStatus;
use crate::http::console::frame::Frame;
use crate::ops::desk::Desk;

/// The customer, all round.
#[derive(Template)]
#[template(path = "console/ticket_customer.html")]
pub struct Customer<'a> {
    frame: &'a Frame,
    desk: &'a Desk,
    timeline: Vec<TimelineEntry>,
}

impl<'a> Customer<'a> {
    /// Of a ticket.
    pub fn new(frame: &'a Frame, desk: &'a Desk) -> Self {
        Self { frame, desk, timeline: TimelineEntry::all(frame, desk) }
    }
}

impl Customer<'_> {
    fn total(&self, order: &Order) -> String {
        let total = &order.total;
        if total.currency.is_empty() {
            return String::new();
        }
        format!("{} {}", total.amount(), total.currency)
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

    /// How the customer is known, each once: merged records often share a number.
    fn identities(&self) -> Vec<&Identity> {
        let mut known: Vec<&Identity> = Vec::new();
        for identity in &self.desk.view.identities {
            let same = known.iter_mut().find(|known| {
                (&known.scheme, &known.issuer, &known.value)
                    == (&identity.scheme, &identity.issuer, &identity.value)
            });
            match same {
                Some(known) if identity.attested => *known = identity,
                Some(_) => {}
                None => known.push(identity),
            }
        }
        known
    }

    fn owner(&self) -> Option<&str> {
        self.desk.view.customer.owner_id.and_then(|id| self.desk.user(id)).map(|user| user.name.as_str())
    }

    /// The custom fields whose values are one text or number.
    fn custom(&self) -> Vec<(&str, String)> {
        custom(&self.desk.view.customer)
    }

    fn is_open(&self, status: &TicketStatus) -> bool {
        *status != TicketStatus::Resolved
    }
}

/// The custom fields that people read and change on a page: those with one value.
pub fn custom(customer: &Record) -> Vec<(&str, String)> {
    let plain = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Number(_) | serde_json::Value::Bool(_) => Some(value.to_string()),
        _ => None,
    };
    customer.attributes.iter().filter_map(|(name, value)| Some((name.as_str(), plain(value)?))).collect()
}
