//! `POST /v1/tickets`

use std::sync::Arc;

use axum::extract::State;

use super::Ticket;
use crate::domain::ticket::NewTicket;
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::{ApiResult, Created};
use crate::ops::App;
use crate::ops::calls::driver::PluginCalls;
use crate::ops::intake::respond;

/// What a repeated request is known by.
const OPERATION: &str = "tickets.create";

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
    let created =
        |ticket: Ticket| Created { location: format!("/v1/tickets/{}", ticket.0.id), record: ticket };
    // Whoever asks again gets the answer without a plugin's being asked again.
    if let Some(ticket) = app.answered(&ctx, OPERATION, &new).await? {
        return Ok(created(ticket));
    }
    let calls = PluginCalls::of_request(&app);
    let work = async || {
        let judged = Arc::new(respond::judge_new(&calls, &ctx, &new).await?);
        let opened = app.commit_once(&ctx, OPERATION, new.clone(), move |tx, ctx, new| {
            let judged = judged.clone();
            Box::pin(async move {
                respond::open_judged(tx, ctx, new, Option::as_ref(&judged)).await.map(Ticket::from)
            })
        });
        opened.await
    };
    let done = calls.until_applied(work).await?;
    Ok(created(done.answer))
}
