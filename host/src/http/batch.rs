//! Many wishes in one request: each is done or refused by itself, all of them in one transaction.

#![expect(unused_qualifications, reason = "`ToSchema` writes out the names of what its fields refer to")]

use axum::Json;
use futures::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::Ref;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, Type};

use super::answer::Answer;
use super::extract;
use super::problem::{FaultBody, Kind, Problem};
use crate::ops::{App, Call, Refusal};
use crate::store::db::Tx;

/// The most wishes of a batch.
pub const MOST: usize = 1_000;

/// Wishes of one kind, 1 to 1,000.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Batch<T> {
    /// The wishes, each as it would be sent alone.
    #[schema(min_items = 1, max_items = 1_000)]
    pub items: Vec<T>,
}

/// What became of the wishes of a batch.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Outcomes<T> {
    /// One for each wish, in their order.
    pub items: Vec<Outcome<T>>,
}

/// What became of one wish.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Outcome<T> {
    /// The status that it would have been answered with alone.
    #[schema(minimum = 200, maximum = 599, example = 201)]
    pub status: u16,
    /// The record, if it was made.
    #[schema(schema_with = or_null::<T>)]
    pub record: Option<T>,
    /// Why it wasn't, if it wasn't.
    pub problem: Option<Fault>,
}

fn or_null<T: ToSchema>() -> Schema {
    let record = Ref::from_schema_name(T::name());
    OneOfBuilder::new().item(record).item(ObjectBuilder::new().schema_type(Type::Null)).into()
}

/// Why one wish of a batch wasn't done.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = BatchProblem, example = json!({
    "code": "invalid", "detail": "/name: a name has 1 to 200 characters",
    "errors": [{"pointer": "/name", "detail": "a name has 1 to 200 characters"}],
}))]
pub struct Fault {
    /// The kind as a word that programs can branch on.
    pub code: String,
    /// What was wrong, where, and what to do.
    pub detail: String,
    /// The places that are wrong, where they are known, as JSON pointers into the wish.
    pub errors: Vec<FaultBody>,
}

/// A wish that could be read, or why it couldn't.
#[derive(Debug, Serialize)]
enum Wish<W> {
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
        Self { status, record: None, problem: Some(Fault { code, detail, errors: problem.into_faults() }) }
    }
}

/// Does each wish by itself, and all of them once for the caller's key. `A` is how a wish is written in the API, `W`
/// how the operation takes it.
pub async fn run<A, W, T, F>(
    app: &App,
    call: &Call,
    name: &'static str,
    batch: Batch<Value>,
    operation: F,
) -> Answer<Json<Outcomes<T>>>
where
    A: DeserializeOwned + TryInto<W>,
    Problem: From<A::Error>,
    W: Serialize + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + 'static,
    F: for<'t> Fn(&'t mut Tx, &'t Call, &'t W) -> BoxFuture<'t, Result<T, Refusal>> + Send + Sync + 'static,
{
    if !(1..=MOST).contains(&batch.items.len()) {
        let detail = format!("a batch has 1 to {MOST} items, this one has {}", batch.items.len());
        return Err(Problem::new(Kind::Invalid, detail).at("/items", "1 to 1,000 items"));
    }
    let wishes: Vec<Wish<W>> = batch.items.into_iter().map(read::<A, W>).collect();
    let done = app
        .commit_once(
            call,
            name,
            (wishes, Operation(operation)),
            |tx, call, (wishes, Operation(operation))| {
                Box::pin(async move {
                    let mut items = Vec::with_capacity(wishes.len());
                    for wish in wishes {
                        items.push(match wish {
                            Wish::Unread(Outcome { status, problem, .. }) => {
                                Outcome { status: *status, record: None, problem: problem.clone() }
                            }
                            Wish::Read(wish) => {
                                let part = tx.begin_part().await?;
                                let outcome = operation(tx, call, wish).await;
                                // Whoever may not do one may do none, and what the database can't do now it can't do at
                                // all: that ends the batch, and the transaction with it.
                                if let Err(refusal @ (Refusal::Denied(_) | Refusal::Store(_))) = outcome {
                                    return Err(refusal);
                                }
                                tx.end_part(part, outcome.is_ok()).await?;
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

fn read<A, W>(item: Value) -> Wish<W>
where
    A: DeserializeOwned + TryInto<W>,
    Problem: From<A::Error>,
{
    let wish = extract::from_value::<A>(item).and_then(|wish| Ok(wish.try_into()?));
    wish.map_or_else(|problem| Wish::Unread(Outcome::refused(problem)), Wish::Read)
}

/// The operation goes along with its wishes, but is no part of what tells two batches apart.
struct Operation<F>(F);

impl<F> Serialize for Operation<F> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}
