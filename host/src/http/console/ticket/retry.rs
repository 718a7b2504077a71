//! `POST /tickets/{id}/retry`

use axum::extract::State;
use axum::response::Response;

use super::end;
use crate::domain::ids::{ConversationId, InteractionId, TicketId};
use crate::http::console::visitor::Sent;
use crate::http::extract::Id;
use crate::http::problem::Problem;
use crate::ops::conversations::resending;
use crate::ops::{App, Refusal};

/// Sends a message again that could not be delivered.
pub async fn retry(State(app): State<App>, Id(id): Id<TicketId>, sent: Sent) -> Result<Response, Problem> {
    let fields = &sent.fields;
    let message = fields.read::<ConversationId>("conversation").zip(fields.read::<InteractionId>("message"));
    let Some(message) = message else {
        let none = Refusal::invalid("/message", "names no message");
        return end(&app, &sent, id, "retry", Err::<(), _>(none)).await;
    };
    let done = app
        .commit(&sent.person.ctx, message, |tx, ctx, message| Box::pin(resending::retry(tx, ctx, message)))
        .await;
    end(&app, &sent, id, "retry", done).await
}
