//! `POST /v1/shares/{id}/refuse`

use axum::extract::State;

use super::Share;
use super::record::Reason;
use crate::domain::ids::ShareId;
use crate::http::answer::{Answer, Record};
use crate::http::extract::{Caller, Id, IdempotencyKey, IfMatch, IfMatchHeader, Json};
use crate::http::openapi::ChangeProblems;
use crate::ops::{App, shares};

/// Refuses a shared record, for the partner, who doesn't see it any more.
#[utoipa::path(
    post, path = "/v1/shares/{id}/refuse", operation_id = "refuse_share", tag = "shares",
    params(("id" = ShareId, Path, description = "The share"), IdempotencyKey, IfMatchHeader),
    responses(
        (status = 200, description = "The share as it is now", body = Share, headers(("ETag", description = "Its version"))),
        ChangeProblems,
    ),
)]
pub async fn refuse_share(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<ShareId>,
    IfMatch(expected): IfMatch,
    Json(word): Json<Reason>,
) -> Answer<Record<Share>> {
    let wish = (id, expected, shares::Word { reference: None, message: word.reason });
    let done = app
        .commit_once(&call, "shares.refuse", wish, |tx, call, wish| {
            Box::pin(async move { shares::refuse(tx, call, wish).await.map(Share::from) })
        })
        .await?;
    Ok(Record(done.answer))
}
