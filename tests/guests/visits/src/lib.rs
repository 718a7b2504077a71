//! A guest that declares a kind of records: it plans a visit for every ticket, and moves the one that the customer has
//! already to a later day. On a customer's page it shows the visits, and plans one by a form.

mod panel;

use hospes_sdk::{Attribute, Error, Event, Hooks, Value, config, records};

struct Visits;

hospes_sdk::export!(Visits: hooks, panel);

impl Hooks for Visits {
    fn on_event(event: Event) -> Result<(), Error> {
        let ticket = records::get("ticket", &event.subject_id)?;
        let customer = ticket.text("customer_id").unwrap_or_default().to_owned();
        let title = config::text("title").unwrap_or_else(|| "purpose".to_owned());
        if let Some(known) = planned(&customer)? {
            let later = [Attribute::new("visit_on", Value::Date("2026-03-01".to_owned()))];
            return records::update("visit", &known.id, known.version, &later);
        }
        let visit = [
            Attribute::new(title.as_str(), ticket.text("subject").unwrap_or_default()),
            Attribute::new("customer_id", customer.as_str()),
            Attribute::new("visit_on", Value::Date("2026-02-28".to_owned())),
            Attribute::new("minutes", 45_i64),
        ];
        let made = records::create("visit", &visit)?;
        let seen = records::get("visit", &made)?;
        match seen.text(&title) {
            Some(_) => Ok(()),
            None => Err(Error::invalid("a call sees what it has made")),
        }
    }
}

/// The visit that a customer has.
fn planned(customer: &str) -> Result<Option<hospes_sdk::Entity>, Error> {
    Ok(visits_of(customer, 1)?.into_iter().next())
}

/// The visits of a customer, the oldest first.
fn visits_of(customer: &str, limit: u32) -> Result<Vec<hospes_sdk::Entity>, Error> {
    let of_customer = records::Condition {
        field: "customer_id".into(),
        comparison: records::Comparison::Equal,
        value: Value::Text(customer.to_owned()),
    };
    let query = records::Query { kind: "visit".into(), conditions: vec![of_customer], limit, cursor: None };
    Ok(records::find(&query)?.items)
}
