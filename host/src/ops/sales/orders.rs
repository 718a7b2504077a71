//! Orders: what customers have bought, as their shops tell it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::domain::actor::Permission;
use crate::domain::clock::Timestamp;
use crate::domain::customer::Order;
use crate::domain::event::Subject;
use crate::domain::ids::{CustomerId, OrderId};
use crate::domain::money::Money;
use crate::ops::customers;
use crate::ops::refusal::{InvalidField, Refusal};
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::scores;

/// An order to be entered.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewOrder {
    /// Who ordered.
    pub customer_id: CustomerId,
    /// The shop's number, 1 to 100 characters.
    pub number: String,
    /// What it came to, 0 or more.
    pub total: Money,
    /// What was ordered, as JSON.
    #[serde(default)]
    pub items: Value,
    /// When; not in the future.
    pub placed_at: Timestamp,
}

/// Enters an order.
pub async fn create(tx: &mut Tx, ctx: &RequestContext, new: &NewOrder) -> Result<Order, Refusal> {
    ctx.require(Permission::OrdersWrite)?;
    let checks = [
        ((1..=100).contains(&new.number.chars().count()), "/number", "a number has 1 to 100 characters"),
        (new.total.cents >= 0, "/total/amount", "a total is 0 or more"),
        (
            new.total.currency.len() == 3 && new.total.currency.bytes().all(|byte| byte.is_ascii_uppercase()),
            "/total/currency",
            "a currency has three capital letters, such as CNY",
        ),
        (new.placed_at <= tx.now(), "/placed_at", "an order can't have been placed in the future"),
    ];
    let wrong = checks.into_iter().filter(|(holds, ..)| !holds);
    let faults: Vec<InvalidField> = wrong
        .map(|(_, pointer, detail)| InvalidField { pointer: pointer.to_owned(), detail: detail.to_owned() })
        .collect();
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    let customer = customers::named(tx, ctx, new.customer_id).await?;
    let order = Order {
        id: tx.id::<OrderId>(),
        customer_id: customer.id,
        number: new.number.clone(),
        total: new.total.clone(),
        items: new.items.clone(),
        placed_at: new.placed_at,
        created_at: tx.now(),
        version: 1,
    };
    scores::insert_order(tx, &order).await?;
    let subject =
        Subject { kind: "order", id: order.id.0, customer: Some(customer.id), source: customer.source_id };
    let data = json!({
        "number": order.number, "total": order.total, "placed_at": order.placed_at,
    });
    ctx.record(tx, "order.placed", subject, data).await?;
    Ok(order)
}
