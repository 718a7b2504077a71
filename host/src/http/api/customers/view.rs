//! `GET /v1/customers/{id}/view`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::timeline::Entry;
use super::{Customer, Identity, Score};
use crate::domain::clock::Timestamp;
use crate::domain::customer::Stage;
use crate::domain::ids::CustomerId;
use crate::http::api::comments::Comment;
use crate::http::api::deals::Deal;
use crate::http::api::orders::Order;
use crate::http::api::surveys::Survey;
use crate::http::api::tasks::Task;
use crate::http::api::tickets::Ticket;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::customers::view;
use crate::store::{customers, merges};

/// Everything about a customer: the newest twenty of each kind.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerView {
    /// The record itself.
    customer: Customer,
    /// How it is known.
    identities: Vec<Identity>,
    /// Others that share a phone number or an e-mail address with it: perhaps the same person.
    duplicates: Vec<Duplicate>,
    /// The records that were merged into it, the last one first; what belongs to them is shown here, too.
    merged: Vec<MergedCustomer>,
    /// What plugins think of it.
    scores: Vec<Score>,
    /// Its tickets, the last changed first.
    tickets: Vec<Ticket>,
    /// Its deals, the last changed first; none when the caller may not see deals.
    deals: Vec<Deal>,
    /// Its orders, newest first.
    orders: Vec<Order>,
    /// Its surveys, newest first; empty for who may not see surveys.
    surveys: Vec<Survey>,
    /// Its tasks, newest first; empty for who may not see tasks.
    tasks: Vec<Task>,
    /// Comments on it and its records, newest first; empty for who may not see comments.
    comments: Vec<Comment>,
    /// What happened, newest first.
    timeline: Vec<Entry>,
}

/// A customer that shares a phone number or an e-mail address with another.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "customer_id": "019ba123-4567-7abc-8def-0123456789ab", "name": "王芳", "stage": "lead",
    "scheme": "email", "value": "wang@example.com",
}))]
pub struct Duplicate {
    /// Who.
    customer_id: CustomerId,
    /// Their name.
    name: String,
    /// How far they have come.
    stage: Stage,
    /// What they share: `phone` or `email`.
    scheme: String,
    /// The number or the address.
    value: String,
}

impl From<customers::Duplicate> for Duplicate {
    fn from(found: customers::Duplicate) -> Self {
        let customers::Duplicate { customer_id, name, stage, scheme, value } = found;
        Self { customer_id, name, stage, scheme, value }
    }
}

/// A customer that was merged into another.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "customer_id": "019ba123-4567-7abc-8def-0123456789ab", "name": "王芳", "merged_at": "2026-01-05T08:00:00Z",
}))]
pub struct MergedCustomer {
    /// Who.
    customer_id: CustomerId,
    /// Their name.
    name: String,
    /// When.
    merged_at: Timestamp,
}

impl From<merges::Merged> for MergedCustomer {
    fn from(merged: merges::Merged) -> Self {
        let merges::Merged { customer_id, name, merged_at } = merged;
        Self { customer_id, name, merged_at }
    }
}

fn all<T, U: From<T>>(items: Vec<T>) -> Vec<U> {
    items.into_iter().map(U::from).collect()
}

impl From<view::View> for CustomerView {
    fn from(view: view::View) -> Self {
        Self {
            customer: view.customer.into(),
            identities: all(view.identities),
            duplicates: all(view.duplicates),
            merged: all(view.merged),
            scores: all(view.scores),
            tickets: all(view.tickets),
            deals: all(view.deals),
            orders: all(view.orders),
            surveys: all(view.surveys),
            tasks: all(view.tasks),
            comments: all(view.comments),
            timeline: all(view.timeline),
        }
    }
}

/// Everything about a customer in one answer.
///
/// Of a customer that was merged into another it is the other's. Needs the permissions to see customers, tickets and
/// conversations.
#[utoipa::path(
    get, path = "/v1/customers/{id}/view", operation_id = "view_customer", tag = "customers",
    params(("id" = CustomerId, Path, description = "The customer")),
    responses((status = 200, description = "The 360 view", body = CustomerView), ReadProblems),
)]
pub async fn view_customer(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<CustomerId>,
) -> ApiResult<Json<CustomerView>> {
    let mut tx = app.db.read().await?;
    Ok(Json(view::view(&mut tx, &ctx, id).await?.into()))
}
