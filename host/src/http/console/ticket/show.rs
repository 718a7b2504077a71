//! `GET /tickets/{id}`

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::page;
use crate::domain::ids::TicketId;
use crate::http::console::visitor::Person;
use crate::http::extract::{Id, Query};
use crate::http::problem::Problem;
use crate::ops::desk::MESSAGES;
use crate::ops::desk::inbox;
use crate::ops::{App, Refusal};

/// How much of the thread is shown: `?messages=400`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(default)]
pub struct Thread {
    /// How many messages, the latest ones.
    pub messages: i64,
}

impl Default for Thread {
    fn default() -> Self {
        Self { messages: *MESSAGES.start() }
    }
}

/// Shows a ticket.
pub async fn show(
    State(app): State<App>,
    mut person: Person,
    Id(id): Id<TicketId>,
    Query(thread): Query<Thread>,
) -> Result<Response, Problem> {
    seen(&app, &mut person, id).await?;
    page::draw(&app, &person, id, thread.messages, None).await
}

/// Who opens a ticket has seen what they were told about it.
async fn seen(app: &App, person: &mut Person, id: TicketId) -> Result<(), Refusal> {
    if person.frame.unread == 0
        || !inbox::has_unread_about(&mut app.db.read().await?, &person.ctx, id.0).await?
    {
        return Ok(());
    }
    app.commit(&person.ctx, id, |tx, ctx, id| Box::pin(inbox::read_about(tx, ctx, id.0))).await?;
    person.frame.unread = inbox::count(&mut app.db.read().await?, &person.ctx).await?;
    Ok(())
}
