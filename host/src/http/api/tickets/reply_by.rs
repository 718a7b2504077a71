//! `GET` and `POST /v1/tickets/{id}/reply-by`

use axum::Json as Body;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::ids::{InstallationId, TicketId};
use crate::http::api::conversations::Message;
use crate::http::extract::{Caller, Id, IdempotencyKey, Json};
use crate::http::openapi::{PutProblems, ReadProblems};
use crate::http::response::{ApiResult, Created};
use crate::http::schema::texts::{Title, Utterance};
use crate::ops::App;
use crate::ops::calls::reply_by;

/// The ways in which a ticket can be answered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"items": [{
    "installation_id": "019b8a3e-0000-7000-8000-000000000003", "name": "e-mail", "channel": "email",
    "addresses": ["ada@example.com"],
}]}))]
pub struct Ways {
    /// The channels that could write to the customer, the oldest first.
    items: Vec<Way>,
}

/// A channel that could write to a customer who hasn't written by it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReplyWay)]
pub struct Way {
    /// The channel.
    installation_id: InstallationId,
    /// The channel's name.
    name: String,
    /// The channel's scheme, for example `email`.
    channel: String,
    /// The customer's addresses, those that a channel vouches for first.
    addresses: Vec<String>,
}

impl From<reply_by::Way> for Way {
    fn from(way: reply_by::Way) -> Self {
        Self {
            installation_id: way.installation.id,
            name: way.installation.name.clone(),
            channel: way.scheme().to_owned(),
            addresses: way.addresses,
        }
    }
}

/// An answer by another channel than the ticket's own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "Hello Ada, the kettle is 89 yuan."}))]
pub struct ReplyBy {
    /// What it says, 1 to 20,000 characters of plain text.
    #[schema(value_type = Utterance)]
    text: String,
    /// By this channel; by the first that can when not said.
    #[serde(default)]
    installation_id: Option<InstallationId>,
    /// To this address of the customer's; to the first when not said.
    #[serde(default)]
    address: Option<String>,
    /// What the thread is called; the ticket's subject when not said.
    #[serde(default)]
    #[schema(value_type = Option<Title>)]
    subject: Option<String>,
}

/// Lists the channels by which a ticket can be answered though the customer hasn't written by them.
#[utoipa::path(
    get, path = "/v1/tickets/{id}/reply-by", operation_id = "list_reply_ways", tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket")),
    responses((status = 200, description = "The channels; none when the customer has no address on any", body = Ways), ReadProblems),
)]
pub async fn list_reply_ways(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<TicketId>,
) -> ApiResult<Body<Ways>> {
    let ways = reply_by::ways(&app, &ctx, id).await?;
    Ok(Body(Ways { items: ways.into_iter().map(Way::from).collect() }))
}

/// Answers a ticket by another channel than the one that it came by.
///
/// What came by a form can be answered by e-mail. It begins a conversation that belongs to the ticket: what the customer
/// writes in it comes to the ticket, and further answers go by `POST /v1/conversations/{id}/messages`. 409 when the customer
/// has no address that a channel in use could write to.
#[utoipa::path(
    post, path = "/v1/tickets/{id}/reply-by", operation_id = "reply_by", tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket"), IdempotencyKey),
    responses((status = 201, description = "The queued message; `Location` is its conversation's messages", body = Message), PutProblems),
)]
pub async fn reply_by(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<TicketId>,
    Json(reply): Json<ReplyBy>,
) -> ApiResult<Created<Message>> {
    let request = reply_by::ReplyBy {
        ticket: id,
        installation: reply.installation_id,
        address: reply.address,
        subject: reply.subject,
        text: reply.text,
    };
    let message = reply_by::answer(&app, &ctx, "tickets.reply-by", request, Message::from).await?;
    let conversation = message.0.conversation_id.map(|id| id.to_string()).unwrap_or_default();
    Ok(Created { location: format!("/v1/conversations/{conversation}/messages"), record: message })
}
