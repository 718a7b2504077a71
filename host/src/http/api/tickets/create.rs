//! `POST /v1/tickets`

use std::sync::Arc;

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Ticket;
use crate::domain::ids::{ConversationId, CustomerId};
use crate::domain::triage::{Class, Priority};
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::{ApiResult, Created};
use crate::http::schema::choices::Demand;
use crate::http::schema::texts::{LongText, Tag, Title};
use crate::ops::plugin_driver::PluginCalls;
use crate::ops::{App, respond, tickets};

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
    #[schema(value_type = Title)]
    subject: String,
    /// What the customer said, in full, at most 20,000 characters.
    #[serde(default)]
    #[schema(value_type = LongText)]
    text: String,
    /// Its class: `inquiry`, `complaint`, `purchase` or `after-sales`. When it isn't said, the triage judges subject and
    /// text, and sets priority, language and tags as well.
    #[serde(default)]
    #[schema(value_type = Option<Demand>)]
    class: Option<Class>,
    /// Its priority; when neither this nor a class is said, the triage's, otherwise `normal`.
    #[serde(default)]
    priority: Option<Priority>,
    /// Tags.
    #[serde(default)]
    #[schema(value_type = Vec<Tag>, max_items = 50)]
    tags: Vec<String>,
}

impl From<NewTicket> for tickets::NewTicket {
    fn from(new: NewTicket) -> Self {
        Self {
            customer_id: new.customer_id,
            conversation_id: new.conversation_id,
            subject: new.subject,
            text: new.text,
            class: new.class,
            priority: new.priority,
            tags: new.tags,
            verdict: None,
        }
    }
}

/// Opens a ticket. Somebody to take it is found by itself, and what it is about where that isn't said.
#[utoipa::path(
    post, path = "/v1/tickets", operation_id = "create_ticket", tag = "tickets",
    params(IdempotencyKey),
    responses((status = 201, description = "The ticket; `Location` is its address", body = Ticket), CreateProblems),
)]
pub async fn create_ticket(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<NewTicket>,
) -> ApiResult<Created<Ticket>> {
    let new = tickets::NewTicket::from(new);
    let calls = PluginCalls::of_request(&app);
    let work = async || {
        let judged = Arc::new(respond::judge_new(&calls, &ctx, &new).await?);
        let opened = app.commit_once(&ctx, "tickets.create", new.clone(), move |tx, ctx, new| {
            let judged = judged.clone();
            Box::pin(async move {
                respond::open_judged(tx, ctx, new, Option::as_ref(&judged)).await.map(Ticket::from)
            })
        });
        opened.await
    };
    let done = calls.until_applied(work).await?;
    Ok(Created { location: format!("/v1/tickets/{}", done.answer.id), record: done.answer })
}
