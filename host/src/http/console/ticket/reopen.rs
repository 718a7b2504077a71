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
    let wish = (id, Reason::Text(sent.fields.text("reason").trim().to_owned()));
    let done = app
        .commit(&sent.person.call, wish, |tx, call, wish| {
            Box::pin(tickets::reopen(tx, call, wish.0, &wish.1))
        })
        .await;
    end(&app, &sent, id, "reopen", done).await
}
