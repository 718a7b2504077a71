//! `GET /v1/search`

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::domain::clock::Timestamp;
use crate::domain::ids::CustomerId;
use crate::http::extract::{Caller, Limit, Query};
use crate::http::openapi::ListProblems;
use crate::http::problem::{Problem, ProblemKind};
use crate::http::response::{ApiResult, List};
use crate::ops::App;
use crate::ops::records::search as ops;
use crate::store::search::Searched;

/// The most characters that can be looked for.
const LONGEST: usize = 200;

/// What is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Looked {
    /// A name as it is written or as it sounds (`wf` and `wangfang` for 王芳), words, an address, a number or its last
    /// four digits; what has all of it is found. 1 to 200 characters.
    #[param(min_length = 1, max_length = 200, pattern = r"^[^\x00]*$", example = "王芳")]
    q: String,
    /// Only records of this kind.
    kind: Option<Searched>,
    /// How many of each kind.
    limit: Option<Limit>,
}

/// Something that was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SearchHit, example = json!({
    "kind": "interaction", "id": "019b8a3e-0000-7000-8000-000000000009", "title": "message",
    "excerpt": "我的订单还没有到", "customer_id": "019b8a3e-0000-7000-8000-000000000001", "record_kind": null,
    "at": "2026-01-05T08:00:00Z",
}))]
pub struct Hit {
    /// What it is.
    kind: Searched,
    /// Its id.
    id: Uuid,
    /// The customer's or the deal's name, the ticket's subject, the task's title, the order's number, the kind of interaction,
    /// or what a record is known by.
    title: String,
    /// Of an interaction: the part of the text where it was found.
    excerpt: Option<String>,
    /// Whose it is; null of a task or a record of a declared kind that is about no customer.
    customer_id: Option<CustomerId>,
    /// Of a record of a declared kind: its kind.
    #[schema(example = "visit")]
    record_kind: Option<String>,
    /// When it was made, or happened.
    at: Timestamp,
}

impl From<ops::Hit> for Hit {
    fn from(hit: ops::Hit) -> Self {
        let ops::Hit { kind, id, title, excerpt, customer_id, record_kind, at } = hit;
        Self { kind, id, title, excerpt, customer_id, record_kind, at }
    }
}

/// Looks for customers, tickets, deals, orders, tasks, interactions and records of declared kinds.
///
/// The best come first: customers whose name it is, then the others in this order, of equals the newest. Kinds that the caller
/// may not see aren't there.
#[utoipa::path(
    get, path = "/v1/search", operation_id = "search", tag = "search",
    params(Looked),
    responses((status = 200, description = "What was found, in one page", body = List<Hit>), ListProblems),
)]
pub async fn search(
    State(app): State<App>,
    Caller(ctx): Caller,
    Query(looked): Query<Looked>,
) -> ApiResult<List<Hit>> {
    if !(1..=LONGEST).contains(&looked.q.chars().count()) {
        let detail = format!("q: what is looked for has 1 to {LONGEST} characters");
        return Err(Problem::new(ProblemKind::Malformed, detail));
    }
    let mut tx = app.db.read().await?;
    let limit = Limit::or_usual(looked.limit);
    Ok(List::whole(ops::find(&mut tx, &ctx, &looked.q, looked.kind, limit).await?))
}
