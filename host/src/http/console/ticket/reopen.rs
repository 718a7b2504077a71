//! `POST /tickets/{id}/reopen`

use axum::extract::State;
use axum::response::Response;

use super::end;
use crate::domain::ids::TicketId;
use crate::domain::reason::Reason;
use crate::http::console::visitor::Sent;
use crate::http::extract::Id;
use crate::http::problem::Problem;
use crate::ops::{App, tickets};

/// Opens the resolved ticket again.
pub async fn reopen(State(app): State<App>, Id(id): Id<TicketId>, sent: Sent) -> Result<Response, Problem> {
    let request = (id, Reason::Text(sent.fields.text("reason").trim().to_owned()));
    let done = app
        .commit(&sent.person.ctx, request, |tx, ctx, request| {
            Box::pin(tickets::reopen(tx, ctx, request.0, &request.1))
        })
        .await;
    end(&app, &sent, id, "reopen", done).await
}
