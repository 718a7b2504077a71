//! `POST /v1/tickets/{id}/lead`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::ids::{TicketId, UserId};
use crate::http::api::deals::{Deal, amount};
use crate::http::api::money::Money;
use crate::http::extract::{Caller, Id, IdempotencyKey, Json};
use crate::http::openapi::PutProblems;
use crate::http::response::{ApiResult, Created};
use crate::http::schema::texts::Title;
use crate::http::schema::values::{Day, Price};
use crate::ops::{App, deals};

/// The lead that a ticket becomes. Everything may be left out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "20 张升降桌", "amount": {"amount": "36000.00", "currency": "CNY"}}))]
pub struct NewLead {
    /// What it is about, 1 to 200 characters; the ticket's subject when not said.
    #[serde(default)]
    #[schema(value_type = Option<Title>)]
    name: Option<String>,
    /// What it is worth.
    #[serde(default)]
    #[schema(value_type = Option<Price>)]
    amount: Option<Money>,
    /// Who works on it; the ticket's assignee when not said.
    #[serde(default)]
    owner_id: Option<UserId>,
    /// When it is expected to be decided, `YYYY-MM-DD`.
    #[serde(default)]
    #[schema(value_type = Option<Day>)]
    expected_close: Option<String>,
}

/// Makes a lead of what a ticket's customer wants to buy, in the first pipeline for leads. The ticket stays as it is; it
/// has at most one open lead or deal.
#[utoipa::path(
    post, path = "/v1/tickets/{id}/lead", operation_id = "open_lead", tag = "deals",
    params(("id" = TicketId, Path, description = "The ticket"), IdempotencyKey),
    responses((status = 201, description = "The lead; `Location` is its address", body = Deal), PutProblems),
)]
pub async fn open_lead(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<TicketId>,
    Json(new): Json<NewLead>,
) -> ApiResult<Created<Deal>> {
    let fields = deals::DealChange {
        name: new.name,
        amount: Some(new.amount.as_ref().map(amount).transpose()?),
        owner_id: new.owner_id.map(Some),
        source: None,
        expected_close: Some(new.expected_close),
    };
    let done = app
        .commit_once(&ctx, "tickets.lead", (id, fields), |tx, ctx, request| {
            Box::pin(async move { deals::from_ticket(tx, ctx, request).await.map(Deal::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/deals/{}", done.answer.id), record: done.answer })
}
