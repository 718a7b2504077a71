//! `POST /tickets/{id}/reply`

use axum::extract::State;
use axum::response::Response;
use serde_json::Map;

use super::end;
use crate::domain::ids::TicketId;
use crate::http::console::visitor::Sent;
use crate::http::extract::Id;
use crate::http::problem::Problem;
use crate::ops::conversations::{self, NewMessage};
use crate::ops::{App, Call, Refusal, desk, tickets};

/// Replies to the customer, through the channel that they wrote by or the one that was chosen to answer them.
pub async fn reply(State(app): State<App>, Id(id): Id<TicketId>, sent: Sent) -> Result<Response, Problem> {
    let ticket = tickets::get(&mut app.db.read().await?, &sent.person.call, id).await?;
    let threads = desk::threads(&mut app.db.read().await?, &sent.person.call, &ticket).await?;
    let Some(conversation) = threads.first().map(|thread| thread.id) else {
        let none = Refusal::Conflict("the ticket has no conversation to reply in".to_owned());
        return end(&app, &sent, id, "reply", Err::<(), _>(none)).await;
    };
    if let Err(refusal) = conversations::check_sends(&app, &sent.person.call, conversation).await {
        return end(&app, &sent, id, "reply", Err::<(), _>(refusal)).await;
    }
    let message = NewMessage {
        conversation,
        text: sent.fields.text("text").trim().to_owned(),
        author: None,
        choices: Vec::new(),
        html: None,
        attributes: Map::new(),
        attachments: Vec::new(),
    };
    // A form that is sent twice is done once.
    let key = sent.fields.read::<uuid::Uuid>("key").map(|key| key.to_string());
    let call = Call { key, ..sent.person.call.clone() };
    let done = app
        .commit_once(&call, "console.reply", message, |tx, call, message| {
            Box::pin(async move { conversations::reply(tx, call, message).await.map(|sent| sent.id) })
        })
        .await;
    end(&app, &sent, id, "reply", done).await
}
