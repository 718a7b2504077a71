//! Scores that plugins gave, and the orders that they look at.

use std::sync::LazyLock;

use super::db::{DbError, Tx, args, row};
use super::filter::{CustomerRows, of_customer};
use super::records;
use super::search::Searched;
use crate::domain::catalogue::Record as _;
use crate::domain::clock::Timestamp;
use crate::domain::customer::{Order, Score};
use crate::domain::ids::CustomerId;

/// Puts a score in the place of the one before; returns that one's value and grade.
pub async fn put(tx: &mut Tx, score: &Score) -> Result<Option<(f64, String)>, DbError> {
    let before: Option<Before> = tx
        .optional(
            "select value, grade from scores where customer_id = $1 and name = $2 and installation_id = $3",
            args![score.customer_id, &score.name, score.installation_id],
        )
        .await?;
    static SQL: LazyLock<String> = LazyLock::new(|| {
        let tail = "on conflict (customer_id, name, installation_id) do update set value = excluded.value, \
                    grade = excluded.grade, reasons = excluded.reasons, computed_at = excluded.computed_at";
        records::insert_sql(Score::KIND, &[], tail)
    });
    tx.execute(&SQL, &records::insert_args(score, &[])).await?;
    Ok(before.map(|before| (before.value, before.grade)))
}

/// A customer's scores.
pub async fn of_customer(tx: &mut Tx, customer: CustomerId) -> Result<Vec<Score>, DbError> {
    tx.all("select * from scores where customer_id = $1 order by name, installation_id", args![customer])
        .await
}

/// Adds an order.
pub async fn insert_order(tx: &mut Tx, order: &Order) -> Result<(), DbError> {
    tx.texts_changed(Searched::Order, order.id);
    records::insert(tx, order).await
}

/// A customer's orders, newest first.
pub async fn orders(tx: &mut Tx, of: CustomerRows, limit: i64) -> Result<Vec<Order>, DbError> {
    let forms = of_customer!("select * from orders where ", "$1", " order by placed_at desc limit $2");
    let sql = of.choose(tx, forms).await?;
    tx.all(sql, args![of.customer(), limit]).await
}

row! {
    struct Before {
        value: f64,
        grade: String,
    }

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
pub async fn order_figures(tx: &mut Tx, of: CustomerRows) -> Result<Vec<OrderFigures>, DbError> {
    let forms = of_customer!(
        "select currency, count(*) as orders, cast(sum(total_cents) as bigint) as total_cents, \
         max(placed_at) as last_at from orders where ",
        "$1",
        " group by currency order by currency"
    );
    let sql = of.choose(tx, forms).await?;
    tx.all(sql, args![of.customer()]).await
}
