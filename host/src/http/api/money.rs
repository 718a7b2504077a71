//! Amounts of money.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"amount": "12.30", "currency": "CNY"}))]
pub struct Money {
    /// A decimal with two places.
    pub amount: String,
    /// ISO 4217.
    pub currency: String,
}

impl Money {
    /// From hundredths of the currency's unit.
    pub fn from_cents(cents: i64, currency: String) -> Self {
        let (sign, whole) = (if cents < 0 { "-" } else { "" }, cents.unsigned_abs());
        Self { amount: format!("{sign}{}.{:02}", whole / 100, whole % 100), currency }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hundredths_become_a_decimal() {
        for (cents, amount) in [(1_230, "12.30"), (5, "0.05"), (-5, "-0.05"), (-1_230, "-12.30"), (0, "0.00")]
        {
            assert_eq!(Money::from_cents(cents, "CNY".into()).amount, amount);
        }
    }
}
