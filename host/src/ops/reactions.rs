//! What follows from each event of the log: the jobs that it fans out into.

use std::sync::Arc;

use serde_json::json;

use super::calls::assignment::Unassigned;
use super::calls::{hooks, scoring};
use super::intake::respond;
use super::job_payload::ForInstallation;
use super::surveys;
use crate::domain::event::Cause;
use crate::domain::ids::CustomerId;
use crate::plugins::{Ability, Installation};
use crate::store::db::Tx;
use crate::store::events::Event;
use crate::store::queue::NewJob;

/// What follows from an event has it as its cause.
pub fn cause(event: &Event) -> Cause {
    Cause { event: Some(event.id), depth: event.depth + 1 }
}

/// The jobs that follow from an event: the host's own steps, and the plugins that asked for its kind.
pub fn of(tx: &Tx, event: &Event, installations: &[Arc<Installation>]) -> Vec<NewJob> {
    let cause = cause(event);
    let mut jobs = Vec::new();
    let mut job = |queue, lane, payload| {
        jobs.push(NewJob { queue, lane, payload, cause, run_at: tx.now() });
    };
    let subject = event.subject_id;
    match event.kind.as_str() {
        "interaction.received" => job(respond::QUEUE, lane(event), json!({"message": subject})),
        // An album whose words came late: they say what it is about.
        "interaction.completed" if crate::store::events::data(event)["text_changed"] == true => {
            job(respond::QUEUE, lane(event), json!({"message": subject}));
        }
        "ticket.resolved" => job(surveys::COMPOSE, format!("survey:{subject}"), json!({"ticket": subject})),
        _ => {}
    }
    for installation in installations.iter().filter(|installation| wants(installation, event)) {
        let id = installation.id;
        if let (true, Some(customer)) = (installation.has(Ability::Scoring), event.customer_id) {
            let payload = json!(ForInstallation::<CustomerId> { installation: id, about: customer });
            job(scoring::QUEUE, format!("score:{id}:{customer}"), payload);
        }
        if installation.has(Ability::Hooks) {
            let payload = json!(ForInstallation { installation: id, about: event.seq });
            job(hooks::QUEUE, format!("hook:{id}:{subject}"), payload);
        }
    }
    jobs
}

/// The ticket that wants somebody after an event.
pub fn unassigned(event: &Event) -> Option<Unassigned> {
    let wants = match event.kind.as_str() {
        // Of an accepted ticket too: whoever accepts it in a team's name leaves open who takes it.
        "ticket.created" | "ticket.reopened" | "ticket.hand-off-accepted" => true,
        // Another team may have somebody for it.
        "ticket.updated" => crate::store::events::data(event).get("team_id").is_some(),
        _ => false,
    };
    wants.then(|| Unassigned::new(event.subject_id.into(), cause(event)))
}

/// Messages of one conversation are handled one after the other.
fn lane(event: &Event) -> String {
    let data = crate::store::events::data(event);
    format!("conversation:{}", data["conversation_id"].as_str().unwrap_or_default())
}

/// Whether an installation's manifest names the event; never one that it has caused itself.
fn wants(installation: &Installation, event: &Event) -> bool {
    installation.manifest.events.contains(&event.kind) && event.actor_id != Some(installation.id.0)
}
