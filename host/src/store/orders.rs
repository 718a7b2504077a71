//! Orders.

use super::db::{DbError, Tx, args, row};
use super::filter::{self, CustomerRows, ListError, ListQuery, Narrow, of_customer};
use super::page::Page;
use super::records;
use super::search::Searched;
use super::visible::seen;
use crate::domain::actor::Scope;
use crate::domain::clock::Timestamp;
use crate::domain::ids::OrderId;
use crate::domain::order::Order;

/// Adds an order.
pub async fn insert(tx: &mut Tx, order: &Order) -> Result<(), DbError> {
    tx.texts_changed(Searched::Order, order.id);
    records::insert(tx, order).await
}

/// Locks an order for a change by raising its version; none when it isn't there for this scope.
pub async fn lock(tx: &mut Tx, id: OrderId, scope: Scope) -> Result<Option<Order>, DbError> {
    tx.optional(
        seen!(
            scope,
            "update orders set version = version + 1 where id = $1 and ",
            ("order", "orders.id", "$2", "change"),
            " returning *"
        ),
        args![id, scope.viewer()],
    )
    .await
}

/// Writes back the fields of a locked order.
pub async fn update(tx: &mut Tx, order: &Order) -> Result<(), DbError> {
    tx.texts_changed(Searched::Order, order.id);
    records::update(tx, order).await
}

/// One order.
pub async fn get(tx: &mut Tx, id: OrderId, scope: Scope) -> Result<Option<Order>, DbError> {
    let sql = seen!(scope, "select * from orders where id = $1 and ", ("order", "orders.id", "$2"), "");
    tx.optional(sql, args![id, scope.viewer()]).await
}

/// Orders, perhaps one customer's alone.
pub async fn list(
    tx: &mut Tx,
    query: &ListQuery,
    customer: Option<CustomerRows>,
    scope: Scope,
) -> Result<Page<Order, String>, ListError> {
    filter::page(tx, query, Narrow { customer, ..Narrow::default() }, scope).await
}

/// A customer's orders, the last placed first.
pub async fn of_customer(tx: &mut Tx, of: CustomerRows, limit: i64) -> Result<Vec<Order>, DbError> {
    let forms = of_customer!("select * from orders where ", "$1", " order by placed_at desc limit $2");
    let sql = of.choose(tx, forms).await?;
    tx.all(sql, args![of.customer(), limit]).await
}

row! {
    /// What a customer has bought in a currency.
    #[derive(Debug, Clone, PartialEq)]
    pub struct OrderFigures {
        /// ISO 4217.
        pub currency: String,
        /// How many orders.
        pub orders: i64,
        /// What they came to, in hundredths.
        pub total_cents: i64,
        /// When the last was placed.
        pub last_at: Option<Timestamp>,
    }
}

/// What a customer has bought, in figures: one for each currency.
pub async fn figures(tx: &mut Tx, of: CustomerRows) -> Result<Vec<OrderFigures>, DbError> {
    let forms = of_customer!(
        "select currency, count(*) as orders, cast(sum(total_cents) as bigint) as total_cents, \
         max(placed_at) as last_at from orders where ",
        "$1",
        " group by currency order by currency"
    );
    let sql = of.choose(tx, forms).await?;
    tx.all(sql, args![of.customer()]).await
}
