//! `POST /tickets/{id}/comment`

use axum::extract::State;
use axum::response::Response;

use super::end;
use crate::domain::entity::RecordKind;
use crate::domain::ids::TicketId;
use crate::http::console::visitor::Sent;
use crate::http::extract::Id;
use crate::http::problem::Problem;
use crate::ops::App;
use crate::ops::conversations::comments::{self, NewComment};

/// Says something about the ticket to colleagues; no customer reads it.
pub async fn comment(State(app): State<App>, Id(id): Id<TicketId>, sent: Sent) -> Result<Response, Problem> {
    let text = sent.fields.text("text").trim().to_owned();
    let new = NewComment { kind: RecordKind::Ticket, record: id.0, text };
    // A form that is sent twice is done once.
    let key = sent.fields.read::<uuid::Uuid>("key").map(|key| key.to_string());
    let ctx = sent.person.ctx.clone().keyed(key);
    let done = app
        .commit_once(&ctx, "console.comment", new, |tx, ctx, new| {
            Box::pin(async move { comments::create(tx, ctx, None, new).await.map(|comment| comment.id) })
        })
        .await;
    end(&app, &sent, id, "comment", done).await
}
