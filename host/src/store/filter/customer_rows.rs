//! Rows of a customer: those of its own record, and those of the records that were merged into it.

use crate::domain::ids::CustomerId;
use crate::store::db::{DbError, Tx, args};

/// Whose rows are read. A row keeps the customer that it was written for, so that a merge can be undone; who reads the
/// winner's rows reads the loser's, too. Almost no customer has merged records, and for one record alone an index has
/// the rows in their order, so which statement is needed is found out first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CustomerRows {
    id: CustomerId,
    has_merged: Option<bool>,
}

impl CustomerRows {
    /// Of a customer of whom it is known whether records were merged into it.
    pub fn known(id: CustomerId, has_merged: bool) -> Self {
        Self { id, has_merged: Some(has_merged) }
    }

    /// The customer.
    pub fn customer(self) -> CustomerId {
        self.id
    }

    /// Whether records were merged into the customer.
    pub(in crate::store) async fn has_merged(self, tx: &mut Tx) -> Result<bool, DbError> {
        match self.has_merged {
            Some(known) => Ok(known),
            None => {
                let sql = "select exists (select 1 from customers where canonical_id = $1)";
                tx.scalar(sql, args![self.id]).await
            }
        }
    }

    /// The form of a statement that reads them.
    pub(in crate::store) async fn choose(
        self,
        tx: &mut Tx,
        forms: CustomerSql,
    ) -> Result<&'static str, DbError> {
        Ok(if self.has_merged(tx).await? { forms.with_merged } else { forms.alone })
    }
}

impl From<CustomerId> for CustomerRows {
    /// Whether it has merged records is asked for when they are read.
    fn from(id: CustomerId) -> Self {
        Self { id, has_merged: None }
    }
}

/// A statement about a customer's rows in its two forms.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct CustomerSql {
    /// About the rows of one record.
    pub alone: &'static str,
    /// About those of merged records, too.
    pub with_merged: &'static str,
}

/// Makes both forms of a statement: what stands before the condition on `customer_id`, the customer's argument, and what
/// stands behind.
macro_rules! of_customer {
    ($before:expr, $argument:literal, $after:expr) => {
        $crate::store::filter::CustomerSql {
            alone: concat!($before, "customer_id = ", $argument, $after),
            with_merged: concat!(
                $before,
                "customer_id in (select id from customers where id = ",
                $argument,
                " or canonical_id = ",
                $argument,
                ")",
                $after
            ),
        }
    };
}

pub(in crate::store) use of_customer;

/// The condition alone, for the argument of this number.
pub(super) fn condition(number: usize, has_merged: bool) -> String {
    let forms = of_customer!("", "$1", "");
    let sql = if has_merged { forms.with_merged } else { forms.alone };
    sql.replace("$1", &format!("${number}"))
}
