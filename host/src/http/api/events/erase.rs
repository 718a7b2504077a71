//! `POST /v1/events:erase`

use axum::Json as Body;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::extract::{Caller, IdempotencyKey, Json, LenientInteger};
use crate::http::openapi::PutProblems;
use crate::http::response::ApiResult;
use crate::http::schema::texts::Why;
use crate::ops::{App, events};

/// Which events are to lose what they say.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"events": [1042, 1043], "reason": "王芳要求删除个人信息"}))]
pub struct NewErasure {
    /// Their places in the log (`hospesseq`), 1 to 1,000.
    #[schema(value_type = Vec<i64>, min_items = 1, max_items = 1000)]
    events: Vec<LenientInteger>,
    /// Why, 1 to 4,000 characters; it stays on the log.
    #[schema(value_type = Why)]
    reason: String,
}

/// What was erased.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"events": [1042, 1043]}))]
pub struct ErasedEvents {
    /// The places of the events that said something until now.
    events: Vec<i64>,
}

/// Erases what events say, for good: for somebody whom they tell of and who asks for it.
///
/// That something happened, when, and who did it stays, and so does the log's chain; the erasure is an event of its own,
/// `log.erased`. The records themselves aren't touched.
#[utoipa::path(
    post, path = "/v1/events:erase", operation_id = "erase_events", tag = "events",
    params(IdempotencyKey),
    responses((status = 200, description = "What was erased", body = ErasedEvents), PutProblems),
)]
pub async fn erase_events(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<NewErasure>,
) -> ApiResult<Body<ErasedEvents>> {
    let events = new.events.into_iter().map(i64::from).collect();
    let erasure = events::Erasure { events, reason: new.reason };
    let done = app
        .commit_once(&ctx, "events.erase", erasure, |tx, ctx, erasure| {
            Box::pin(
                async move { events::erase(tx, ctx, erasure).await.map(|events| ErasedEvents { events }) },
            )
        })
        .await?;
    Ok(Body(done.answer))
}
