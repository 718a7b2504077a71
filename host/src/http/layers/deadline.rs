//! The longest that a request may take.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::http::problem::Problem;
use crate::store::db::deadline::within;

/// Gives up waiting. A write that is under way runs on to its end, so the same request under the same
/// `Idempotency-Key` then gets its answer.
pub async fn deadline(State(longest): State<Duration>, request: Request, next: Next) -> Response {
    tokio::time::timeout(longest, within(longest, next.run(request))).await.unwrap_or_else(|_| {
        let detail = format!("this took longer than {} s; send it again", longest.as_secs());
        Problem::unavailable(detail, 1_000).because("a request ran into its deadline").into_response()
    })
}
