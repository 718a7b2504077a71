//! `POST /tickets/{id}/reply-by`

use axum::extract::State;
use axum::response::Response;

use super::end;
use crate::domain::ids::{InstallationId, TicketId};
use crate::http::console::visitor::Sent;
use crate::http::extract::Id;
use crate::http::problem::Problem;
use crate::ops::App;
use crate::ops::calls::reply_by::{self as ops, ReplyBy};

/// Answers a ticket by another channel than the one that it came by.
pub async fn reply_by(State(app): State<App>, Id(id): Id<TicketId>, sent: Sent) -> Result<Response, Problem> {
    let fields = &sent.fields;
    // A way is chosen by the channel and the address on it.
    let (installation, address) = fields.text("way").split_once(' ').unwrap_or_default();
    let request = ReplyBy {
        ticket: id,
        installation: installation.parse::<InstallationId>().ok(),
        address: Some(address.to_owned()).filter(|address| !address.is_empty()),
        subject: None,
        text: fields.text("text").trim().to_owned(),
    };
    // A form that is sent twice is done once.
    let key = fields.read::<uuid::Uuid>("key").map(|key| key.to_string());
    let ctx = sent.person.ctx.clone().keyed(key);
    let done = ops::answer(&app, &ctx, "console.reply-by", request, |message| message.id).await;
    end(&app, &sent, id, "reply-by", done).await
}
