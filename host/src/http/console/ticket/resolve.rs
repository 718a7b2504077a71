//! `POST /tickets/{id}/resolve`

use axum::extract::State;
use axum::response::Response;

use super::end;
use crate::domain::ids::TicketId;
use crate::http::console::visitor::Sent;
use crate::http::extract::Id;
use crate::http::problem::Problem;
use crate::ops::{App, tickets};

/// Says that the ticket is done.
pub async fn resolve(State(app): State<App>, Id(id): Id<TicketId>, sent: Sent) -> Result<Response, Problem> {
    let done = app.commit(&sent.person.ctx, id, |tx, ctx, id| Box::pin(tickets::resolve(tx, ctx, *id))).await;
    end(&app, &sent, id, "resolve", done).await
}
