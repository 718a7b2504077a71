//! `POST /v1/shares/{id}/accept`

use axum::extract::State;

use super::Share;
use super::record::Word;
use crate::domain::ids::ShareId;
use crate::http::answer::{Answer, Record};
use crate::http::extract::{Caller, Id, IdempotencyKey, IfMatch, IfMatchHeader, Json};
use crate::http::openapi::ChangeProblems;
use crate::ops::{App, shares};

/// Takes a shared record over, for the partner.
#[utoipa::path(
    post, path = "/v1/shares/{id}/accept", operation_id = "accept_share", tag = "shares",
    params(("id" = ShareId, Path, description = "The share"), IdempotencyKey, IfMatchHeader),
    responses(
        (status = 200, description = "The share as it is now", body = Share, headers(("ETag", description = "Its version"))),
        ChangeProblems,
    ),
)]
pub async fn accept_share(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<ShareId>,
    IfMatch(expected): IfMatch,
    Json(word): Json<Word>,
) -> Answer<Record<Share>> {
    let wish = (id, expected, shares::Word::from(word));
    let done = app
        .commit_once(&call, "shares.accept", wish, |tx, call, wish| {
            Box::pin(async move { shares::accept(tx, call, wish).await.map(Share::from) })
        })
        .await?;
    Ok(Record(done.answer))
}
