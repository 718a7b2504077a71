//! `POST /v1/tickets`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Ticket;
use crate::domain::ids::{ConversationId, CustomerId};
use crate::domain::triage::{Class, Priority};
use crate::http::answer::{Answer, Created};
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::ops::{App, tickets};

/// A ticket to be opened.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "customer_id": "019b8a3e-0000-7000-8000-000000000001", "subject": "Wants a quote for 20 desks", "class": "purchase",
}))]
pub struct NewTicket {
    /// Whose.
    customer_id: CustomerId,
    /// The thread that it comes from; at most one open ticket has it.
    #[serde(default)]
    conversation_id: Option<ConversationId>,
    /// What it is about, 1 to 200 characters.
    subject: String,
    /// Its class: `inquiry`, `complaint`, `purchase` or `after-sales`.
    class: Class,
    /// Its priority; `normal` when not said.
    #[serde(default = "normal")]
    priority: Priority,
    /// Tags.
    #[serde(default)]
    tags: Vec<String>,
}

fn normal() -> Priority {
    Priority::Normal
}

impl From<NewTicket> for tickets::NewTicket {
    fn from(new: NewTicket) -> Self {
        Self {
            customer_id: new.customer_id,
            conversation_id: new.conversation_id,
            subject: new.subject,
            class: new.class,
            priority: new.priority,
            tags: new.tags,
        }
    }
}

/// Opens a ticket. Somebody to take it is found by itself.
#[utoipa::path(
    post, path = "/v1/tickets", operation_id = "create_ticket", tag = "tickets",
    params(IdempotencyKey),
    responses((status = 201, description = "The ticket; `Location` is its address", body = Ticket), CreateProblems),
)]
pub async fn create_ticket(
    State(app): State<App>,
    Caller(call): Caller,
    Json(new): Json<NewTicket>,
) -> Answer<Created<Ticket>> {
    let new = tickets::NewTicket::from(new);
    let done = app
        .commit_once(&call, "tickets.create", new, |tx, call, new| {
            Box::pin(async move { tickets::create(tx, call, None, new).await.map(Ticket::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/tickets/{}", done.answer.id), record: done.answer })
}
