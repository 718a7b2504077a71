//! `assignment`: a ticket goes to the least busy mechanic who speaks the customer's language.

use hospes_sdk::assignment::{Candidate, Choice};
use hospes_sdk::{Assignment, Attribute, Entity, Error, Value, serde_json};

use crate::Radwerk;
use crate::shop::staff_is_chinese;

impl Assignment for Radwerk {
    fn choose(ticket: Entity, candidates: Vec<Candidate>) -> Result<Option<Choice>, Error> {
        let language = ticket.text("language").unwrap_or_default();
        let fits = |candidate: &&Candidate| {
            candidate.open_tickets < candidate.capacity
                && (language.is_empty() || languages(candidate).iter().any(|spoken| spoken == language))
        };
        let chosen = candidates.iter().filter(fits).min_by_key(|candidate| candidate.open_tickets);
        Ok(chosen.map(|chosen| Choice { user: chosen.user.clone(), reason: reason(chosen, language) }))
    }
}

/// Lists come as JSON. Attributes may be missing, or be something else in a later host: that counts as none.
fn languages(candidate: &Candidate) -> Vec<String> {
    match Attribute::find(&candidate.attributes, "languages") {
        Some(Value::Json(text)) => serde_json::from_str(text).unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn reason(chosen: &Candidate, language: &str) -> String {
    let Candidate { name, open_tickets, capacity, .. } = chosen;
    match (staff_is_chinese(), language) {
        (true, "") => format!("{name}最空闲，当前 {open_tickets}/{capacity} 张工单"),
        (true, _) => format!("{name}会 {language}，当前 {open_tickets}/{capacity} 张工单"),
        (false, "") => format!("{name} is the least busy, {open_tickets} of {capacity} tickets open"),
        (false, _) => format!("{name} speaks {language}, {open_tickets} of {capacity} tickets open"),
    }
}
