//! Many requests in one request: each is done or refused by itself, all of them in one transaction.

#![expect(unused_qualifications, reason = "`ToSchema` writes out the names of what its fields refer to")]

use axum::Json;
use futures::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::Ref;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, Type};

use super::extract;
use super::problem::{FaultBody, Problem, ProblemKind};
use super::response::ApiResult;
use crate::ops::{App, Refusal, RequestContext};
use crate::store::db::Tx;

/// The most requests of a batch.
pub const MOST: usize = 1_000;

/// Requests of one kind, 1 to 1,000.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Batch<T> {
    /// The requests, each as it would be sent alone.
    #[schema(min_items = 1, max_items = 1_000)]
    pub items: Vec<T>,
}

/// What became of the requests of a batch.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Outcomes<T> {
    /// One for each request, in their order.
    pub items: Vec<Outcome<T>>,
}

/// What became of one request.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Outcome<T> {
    /// The status that it would have been answered with alone.
    #[schema(minimum = 200, maximum = 599, example = 201)]
    pub status: u16,
    /// The record, if it was made.
    #[schema(schema_with = or_null::<T>)]
    pub record: Option<T>,
    /// Why it wasn't, if it wasn't.
    pub problem: Option<BatchProblem>,
}

fn or_null<T: ToSchema>() -> Schema {
    let record = Ref::from_schema_name(T::name());
    OneOfBuilder::new().item(record).item(ObjectBuilder::new().schema_type(Type::Null)).into()
}

/// Why one request of a batch wasn't done.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = BatchProblem, example = json!({
    "code": "invalid", "detail": "/name: a name has 1 to 200 characters",
    "errors": [{"pointer": "/name", "detail": "a name has 1 to 200 characters"}],
}))]
pub struct BatchProblem {
    /// The kind as a word that programs can branch on.
    pub code: String,
    /// What was wrong, where, and what to do.
    pub detail: String,
    /// The places that are wrong, where they are known, as JSON pointers into the request.
    pub errors: Vec<FaultBody>,
}

/// A request that could be read, or why it couldn't.
#[derive(Debug, Serialize)]
enum Parsed<W> {
    Read(W),
    Unread(Outcome<()>),
}

impl<T> Outcome<T> {
    fn made(record: T) -> Self {
        Self { status: 201, record: Some(record), problem: None }
    }

    fn refused(problem: Problem) -> Self {
        let (status, code) = (problem.kind().status().as_u16(), problem.kind().code().to_owned());
        let detail = problem.detail().to_owned();
        Self {
            status,
            record: None,
            problem: Some(BatchProblem { code, detail, errors: problem.into_faults() }),
        }
    }
}

/// Does each request by itself, and all of them once for the caller's key. `A` is how a request is written in the API, `W`
/// how the operation takes it.
pub async fn run<A, W, T, F>(
    app: &App,
    ctx: &RequestContext,
    name: &'static str,
    batch: Batch<Value>,
    operation: F,
) -> ApiResult<Json<Outcomes<T>>>
where
    A: DeserializeOwned + TryInto<W>,
    Problem: From<A::Error>,
    W: Serialize + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + 'static,
    F: for<'t> Fn(&'t mut Tx, &'t RequestContext, &'t W) -> BoxFuture<'t, Result<T, Refusal>>
        + Send
        + Sync
        + 'static,
{
    if !(1..=MOST).contains(&batch.items.len()) {
        let detail = format!("a batch has 1 to {MOST} items, this one has {}", batch.items.len());
        return Err(Problem::new(ProblemKind::Invalid, detail).at("/items", "1 to 1,000 items"));
    }
    let requests: Vec<Parsed<W>> = batch.items.into_iter().map(read::<A, W>).collect();
    let done = app
        .commit_once(
            ctx,
            name,
            (requests, Operation(operation)),
            |tx, ctx, (requests, Operation(operation))| {
                Box::pin(async move {
                    let mut items = Vec::with_capacity(requests.len());
                    for request in requests {
                        items.push(match request {
                            Parsed::Unread(Outcome { status, problem, .. }) => {
                                Outcome { status: *status, record: None, problem: problem.clone() }
                            }
                            Parsed::Read(request) => {
                                tx.begin_part();
                                let outcome = operation(tx, ctx, request).await;
                                // Whoever may not do one may do none, and what the database can't do now it can't do at
                                // all: that ends the batch, and the transaction with it.
                                if let Err(refusal @ (Refusal::Denied(_) | Refusal::Store(_))) = outcome {
                                    return Err(refusal);
                                }
                                tx.end_part(outcome.is_ok()).await?;
                                outcome.map_or_else(|refusal| Outcome::refused(refusal.into()), Outcome::made)
                            }
                        });
                    }
                    Ok(Outcomes { items })
                })
            },
        )
        .await?;
    Ok(Json(done.answer))
}

fn read<A, W>(item: Value) -> Parsed<W>
where
    A: DeserializeOwned + TryInto<W>,
    Problem: From<A::Error>,
{
    let request = extract::from_value::<A>(item).and_then(|request| Ok(request.try_into()?));
    request.map_or_else(|problem| Parsed::Unread(Outcome::refused(problem)), Parsed::Read)
}

/// The operation goes along with its requests, but is no part of what tells two batches apart.
struct Operation<F>(F);

impl<F> Serialize for Operation<F> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}
