//! `POST /tickets/{id}/accept`

use axum::extract::State;
use axum::response::Response;

use super::end;
use crate::domain::ids::TicketId;
use crate::http::console::visitor::Sent;
use crate::http::extract::Id;
use crate::http::problem::Problem;
use crate::ops::App;
use crate::ops::tickets::hand_offs;

/// Accepts the hand-off that waits.
pub async fn accept(State(app): State<App>, Id(id): Id<TicketId>, sent: Sent) -> Result<Response, Problem> {
    let done =
        app.commit(&sent.person.ctx, id, |tx, ctx, id| Box::pin(hand_offs::accept(tx, ctx, *id))).await;
    end(&app, &sent, id, "answer", done).await
}
