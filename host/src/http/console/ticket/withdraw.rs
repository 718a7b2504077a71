//! `POST /tickets/{id}/withdraw`

use axum::extract::State;
use axum::response::Response;

use super::end;
use crate::domain::ids::TicketId;
use crate::http::console::visitor::Sent;
use crate::http::extract::Id;
use crate::http::problem::Problem;
use crate::ops::App;
use crate::ops::tickets::hand_offs;

/// Takes the hand-off that waits back.
pub async fn withdraw(State(app): State<App>, Id(id): Id<TicketId>, sent: Sent) -> Result<Response, Problem> {
    let done =
        app.commit(&sent.person.ctx, id, |tx, ctx, id| Box::pin(hand_offs::withdraw(tx, ctx, *id))).await;
    end(&app, &sent, id, "withdraw", done).await
}
