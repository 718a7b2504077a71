//! `POST /tickets/{id}/refuse`

use axum::extract::State;
use axum::response::Response;

use super::end;
use crate::domain::ids::TicketId;
use crate::http::console::visitor::Sent;
use crate::http::extract::Id;
use crate::http::problem::Problem;
use crate::ops::App;
use crate::ops::tickets::hand_offs;

/// Refuses the hand-off that waits; the ticket stays where it is.
pub async fn refuse(State(app): State<App>, Id(id): Id<TicketId>, sent: Sent) -> Result<Response, Problem> {
    let request = (id, sent.fields.text("reason").to_owned());
    let done = app
        .commit(&sent.person.ctx, request, |tx, ctx, request| Box::pin(hand_offs::refuse(tx, ctx, request)))
        .await;
    end(&app, &sent, id, "answer", done).await
}
