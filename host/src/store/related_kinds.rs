//! Of which kinds a customer has records: most have few, and what isn't there needs no statement of its own.

use super::db::{DbError, Tx, args, row};
use super::filter::CustomerRows;

row! {
    /// Which kinds of records there may be of a customer.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct RelatedKinds {
        /// Tickets.
        pub tickets: bool,
        /// Deals.
        pub deals: bool,
        /// Orders.
        pub orders: bool,
        /// Surveys.
        pub surveys: bool,
        /// Tasks.
        pub tasks: bool,
        /// Comments.
        pub comments: bool,
        /// Scores.
        pub scores: bool,
    }
}

impl RelatedKinds {
    /// Of a customer of whom nothing can be ruled out.
    const ANY: Self = Self {
        tickets: true,
        deals: true,
        orders: true,
        surveys: true,
        tasks: true,
        comments: true,
        scores: true,
    };
}

/// Which kinds of records a customer has; any, where others were merged into it.
pub async fn of_customer(tx: &mut Tx, of: CustomerRows) -> Result<RelatedKinds, DbError> {
    if of.has_merged(tx).await? {
        return Ok(RelatedKinds::ANY);
    }
    tx.one(
        "select exists (select 1 from tickets where customer_id = $1) as tickets, \
         exists (select 1 from deals where customer_id = $1) as deals, \
         exists (select 1 from orders where customer_id = $1) as orders, \
         exists (select 1 from surveys where customer_id = $1) as surveys, \
         exists (select 1 from tasks where customer_id = $1) as tasks, \
         exists (select 1 from comments where customer_id = $1) as comments, \
         exists (select 1 from scores where customer_id = $1) as scores",
        args![of.customer()],
    )
    .await
}
