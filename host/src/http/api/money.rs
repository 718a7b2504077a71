//! Amounts of money.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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

/// An amount that isn't written as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoAmount;

impl Money {
    /// In hundredths of the currency's unit: digits, and at most two more after a dot.
    pub fn cents(&self) -> Result<i64, NoAmount> {
        let (whole, fraction) = self.amount.split_once('.').unwrap_or((&self.amount, "0"));
        let digits = |text: &str, most: usize| {
            (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !digits(whole, 15) || !digits(fraction, 2) {
            return Err(NoAmount);
        }
        let tenths_missing = if fraction.len() == 1 { 10 } else { 1 };
        let whole: i64 = whole.parse().map_err(|_| NoAmount)?;
        let fraction: i64 = fraction.parse().map_err(|_| NoAmount)?;
        Ok(whole * 100 + fraction * tenths_missing)
    }

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
    fn a_decimal_becomes_hundredths() {
        let read = |amount: &str| Money { amount: amount.into(), currency: "CNY".into() }.cents();
        for (amount, cents) in [("12.30", 1_230), ("12.3", 1_230), ("0.05", 5), ("7", 700), ("007.00", 700)] {
            assert_eq!(read(amount), Ok(cents), "{amount}");
        }
        for wrong in ["", ".5", "5.", "-1", "+1", "1e3", "1,000", "1.234", "１", "1 ", "9999999999999999"] {
            assert_eq!(read(wrong), Err(NoAmount), "{wrong:?}");
        }
    }

    #[test]
    fn hundredths_become_a_decimal() {
        for (cents, amount) in [(1_230, "12.30"), (5, "0.05"), (-5, "-0.05"), (-1_230, "-12.30"), (0, "0.00")]
        {
            assert_eq!(Money::from_cents(cents, "CNY".into()).amount, amount);
        }
    }
}
