//! `POST /tickets/{id}/reply`

use axum::extract::State;
use axum::response::Response;
use serde_json::Map;

use super::end;
use super::page::{self, Trouble};
use crate::domain::entity::RecordKind;
use crate::domain::ids::TicketId;
use crate::http::console::files::{SentFile, SentFiles};
use crate::http::extract::Id;
use crate::http::problem::Problem;
use crate::ops::conversations::attachments::NewFile;
use crate::ops::conversations::{self, NewMessage};
use crate::ops::desk::{self, MESSAGES};
use crate::ops::{App, Refusal, tickets};

/// Replies to the customer, through the channel that they wrote by or the one that was chosen to answer them.
pub async fn reply(
    State(app): State<App>,
    Id(id): Id<TicketId>,
    SentFiles { sent, files, too_large }: SentFiles,
) -> Result<Response, Problem> {
    if too_large {
        let trouble = Trouble::too_large("reply", &sent.fields);
        return page::draw(&app, &sent.person, id, *MESSAGES.start(), Some(trouble)).await;
    }
    let ticket = tickets::get(&mut app.db.read().await?, &sent.person.ctx, id).await?;
    let threads = desk::threads(&mut app.db.read().await?, &sent.person.ctx, &ticket).await?;
    let Some(conversation) = threads.first().map(|thread| thread.id) else {
        let none = Refusal::Conflict("the ticket has no conversation to reply in".to_owned());
        return end(&app, &sent, id, "reply", Err::<(), _>(none)).await;
    };
    if let Err(refusal) = conversations::check_sends(&app, &sent.person.ctx, conversation).await {
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
    let file = |file: SentFile| {
        let kind = RecordKind::Conversation.to_string();
        NewFile::new(kind, conversation.0, &file.name, &file.media_type, file.bytes)
    };
    let input = (message, files.into_iter().map(file).collect::<Vec<_>>());
    // A form that is sent twice is done once.
    let key = sent.fields.read::<uuid::Uuid>("key").map(|key| key.to_string());
    let ctx = sent.person.ctx.clone().keyed(key);
    let done = app
        .commit_once(&ctx, "console.reply", input, |tx, ctx, input| {
            Box::pin(async move { conversations::reply_with(tx, ctx, input).await.map(|sent| sent.id) })
        })
        .await;
    end(&app, &sent, id, "reply", done).await
}
