//! Orders: what customers have bought, as their shops tell it or people enter it.

use serde_json::json;

use crate::domain::actor::Permission;
use crate::domain::catalogue::{self, InvalidField, Record as _};
use crate::domain::customer::Customer;
use crate::domain::event::Subject;
use crate::domain::ids::{CustomerId, OrderId};
use crate::domain::order::{NewOrder, Order, OrderChange};
use crate::ops::access::{embedded, masking, reach};
use crate::ops::customers;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::events::{self, Event};
use crate::store::filter::{CustomerRows, ListQuery};
use crate::store::orders;
use crate::store::page::{MAX_LIMIT, Page};

/// Enters an order.
pub async fn create(tx: &mut Tx, ctx: &RequestContext, new: &NewOrder) -> Result<Order, Refusal> {
    let id = tx.id();
    create_as(tx, ctx, id, new).await
}

/// Enters an order under an id that was drawn before.
pub(in crate::ops) async fn create_as(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: OrderId,
    new: &NewOrder,
) -> Result<Order, Refusal> {
    ctx.require(Permission::OrdersWrite)?;
    let customer = customers::named(tx, ctx, new.customer_id).await?;
    let mut order = Order { id, created_at: tx.now(), version: 1, ..Order::blank() };
    new.apply(&mut order);
    order.customer_id = customer.id;
    check(tx, &order)?;
    orders::insert(tx, &order).await?;
    let data = json!({"number": order.number, "total": order.total, "placed_at": order.placed_at});
    ctx.record(tx, "order.placed", subject(&order, &customer), data).await?;
    Ok(order)
}

/// Corrects an order, if it is still at the version that the change is based on.
pub async fn change(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, expected, change): &(OrderId, Option<i64>, OrderChange),
) -> Result<Order, Refusal> {
    ctx.require(Permission::OrdersWrite)?;
    masking::require_changeable(ctx, Order::KIND, change)?;
    let Some(mut order) = orders::lock(tx, *id, ctx.scope()).await? else {
        return Err(reach::missing(tx, ctx, "order", *id).await);
    };
    crate::ops::expect_version(*expected, order.version - 1)?;
    let before = order.clone();
    change.apply(&mut order);
    check(tx, &order)?;
    orders::update(tx, &order).await?;
    let customer = customers::named(tx, ctx, order.customer_id).await?;
    let difference = catalogue::difference(&before, &order);
    ctx.record(tx, "order.updated", subject(&order, &customer), difference).await?;
    Ok(order)
}

/// One order.
pub async fn get(tx: &mut Tx, ctx: &RequestContext, id: OrderId) -> Result<Order, Refusal> {
    ctx.require(Permission::CustomersRead)?;
    orders::get(tx, id, ctx.scope()).await?.ok_or_else(|| Refusal::not_found("order", id))
}

/// Orders, perhaps one customer's alone.
pub async fn list(
    tx: &mut Tx,
    ctx: &RequestContext,
    query: &ListQuery,
    customer: Option<CustomerId>,
) -> Result<Page<Order, String>, Refusal> {
    ctx.require(Permission::CustomersRead)?;
    masking::require_shown(ctx, Order::KIND, query)?;
    Ok(orders::list(tx, query, customer.map(CustomerRows::from), ctx.scope()).await?)
}

/// Everything that happened to an order and is there for the caller, oldest first.
pub async fn history(tx: &mut Tx, ctx: &RequestContext, id: OrderId) -> Result<Vec<Event>, Refusal> {
    get(tx, ctx, id).await?;
    let found = events::of_subject(tx, "order", id.0, MAX_LIMIT).await?;
    embedded::shown(tx, ctx, found).await
}

/// Refuses what is wrong with an order.
fn check(tx: &Tx, order: &Order) -> Result<(), Refusal> {
    let mut faults = catalogue::faults(order);
    if order.placed_at > tx.now() {
        let detail = "an order can't have been placed in the future".to_owned();
        faults.push(InvalidField { pointer: "/placed_at".to_owned(), detail });
    }
    Refusal::unless_valid(faults)
}

/// An order as what an event is about: it is its customer's, and of where the customer comes from.
fn subject(order: &Order, customer: &Customer) -> Subject {
    Subject { kind: "order", id: order.id.0, customer: Some(order.customer_id), source: customer.source_id }
}
