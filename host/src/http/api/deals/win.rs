//! `POST /v1/deals/{id}/win`

use axum::extract::State;

use super::Deal;
use crate::domain::ids::DealId;
use crate::http::answer::{Answer, Record};
use crate::http::extract::{Caller, Id, IdempotencyKey};
use crate::http::openapi::ActionProblems;
use crate::ops::{App, deals};

/// Wins a deal. A lead isn't closed by it: it moves on into the first stage of the first sales pipeline.
#[utoipa::path(
    post, path = "/v1/deals/{id}/win", operation_id = "win_deal", tag = "deals",
    params(("id" = DealId, Path, description = "The deal"), IdempotencyKey),
    responses(
        (status = 200, description = "The deal as it is now", body = Deal, headers(("ETag", description = "Its version"))),
        ActionProblems,
    ),
)]
pub async fn win_deal(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<DealId>,
) -> Answer<Record<Deal>> {
    let done = app
        .commit_once(&call, "deals.win", id, |tx, call, id| {
            Box::pin(async move { deals::win(tx, call, *id).await.map(Deal::from) })
        })
        .await?;
    Ok(Record(done.answer))
}
