//! `POST /tickets/{id}/change`

use axum::extract::State;
use axum::response::Response;

use super::end;
use crate::domain::ids::TicketId;
use crate::domain::ticket::Ticket;
use crate::domain::ticket::TicketChange;
use crate::http::console::visitor::{Fields, Sent};
use crate::http::extract::Id;
use crate::http::problem::Problem;
use crate::ops::tickets;
use crate::ops::{App, Refusal, RequestContext};
use crate::store::db::Tx;

/// Changes what stands on the ticket: subject, class, priority, tags, and whether it waits for the customer.
pub async fn change(State(app): State<App>, Id(id): Id<TicketId>, sent: Sent) -> Result<Response, Problem> {
    let form = if sent.fields.has("status") { "status" } else { "fields" };
    let input = (id, sent.fields.clone());
    let done = app.commit(&sent.person.ctx, input, |tx, ctx, input| Box::pin(apply(tx, ctx, input))).await;
    end(&app, &sent, id, form, done).await
}

/// Changes the fields that were changed on the form. What somebody else has changed since the page was drawn isn't
/// overwritten; a ticket moves on with every message, so its version alone would refuse too much.
async fn apply(tx: &mut Tx, ctx: &RequestContext, (id, fields): &(TicketId, Fields)) -> Result<(), Refusal> {
    let ticket = tickets::get(tx, ctx, *id).await?;
    let mut change = TicketChange::default();
    for name in fields.changed() {
        let (now, was, new) =
            (current(&ticket, name), fields.text(&format!("was-{name}")), fields.text(name));
        if now.trim() != was.trim() && now.trim() != new.trim() {
            return Err(Refusal::Conflict(format!("somebody else has changed the {name} meanwhile")));
        }
        let unknown = |error: crate::domain::words::UnknownWord| {
            Refusal::invalid(format!("/{name}"), error.to_string())
        };
        match name {
            "subject" => change.subject = Some(new.to_owned()),
            "class" => change.class = Some(new.parse().map_err(unknown)?),
            "priority" => change.priority = Some(new.parse().map_err(unknown)?),
            "status" => change.status = Some(new.parse().map_err(unknown)?),
            "tags" => change.tags = Some(super::tags::read(new)),
            _ => {}
        }
    }
    tickets::change(tx, ctx, &(*id, Some(ticket.version), change)).await.map(|_| ())
}

/// A field as the form has it.
fn current(ticket: &Ticket, name: &str) -> String {
    match name {
        "subject" => ticket.subject.clone(),
        "class" => ticket.class.to_string(),
        "priority" => ticket.priority.to_string(),
        "status" => ticket.status.to_string(),
        "tags" => super::tags::write(&ticket.tags),
        _ => String::new(),
    }
}
