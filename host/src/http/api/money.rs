//! Amounts of money.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::money::{self, NoAmount};

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"amount": "12.30", "currency": "CNY"}))]
pub struct Money {
    /// A decimal with two places.
    pub amount: String,
    /// ISO 4217.
    pub currency: String,
}

impl Money {
    /// As operations take it, which is never less than nothing.
    pub fn price(&self) -> Result<money::Money, NoAmount> {
        money::Money::parse(&self.amount, &*self.currency).and_then(|price| {
            let signed = self.amount.starts_with('-');
            if signed { Err(NoAmount) } else { Ok(price) }
        })
    }
}

impl From<money::Money> for Money {
    fn from(money: money::Money) -> Self {
        Self { amount: money.amount(), currency: money.currency }
    }
}
