//! Amounts of money. They are exact: a whole number of hundredths, and a decimal text wherever they are read or written.

use serde::{Deserialize, Serialize};

/// An amount of money; written as `{"amount": "12.30", "currency": "CNY"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Read", into = "Written")]
pub struct Money {
    /// In hundredths of the currency's unit.
    pub cents: i64,
    /// ISO 4217.
    pub currency: String,
}

/// An amount that isn't written as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an amount is a decimal text with at most two places, such as \"36000.00\"")]
pub struct NoAmount;

#[derive(Serialize)]
struct Written {
    amount: String,
    currency: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    amount: Cents,
    currency: String,
}

/// Read from an amount's text, so that an error names the field `amount`.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Cents(i64);

impl Money {
    /// So many hundredths.
    pub fn new(cents: i64, currency: impl Into<String>) -> Self {
        Self { cents, currency: currency.into() }
    }

    /// From an amount's text: perhaps a minus, digits, and at most two more after a dot.
    pub fn parse(amount: &str, currency: impl Into<String>) -> Result<Self, NoAmount> {
        let (sign, unsigned) = match amount.strip_prefix('-') {
            Some(unsigned) => (-1, unsigned),
            None => (1, amount),
        };
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let digits = |text: &str, most: usize| {
            (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !digits(whole, 15) || !digits(fraction, 2) {
            return Err(NoAmount);
        }
        let tenths_missing = if fraction.len() == 1 { 10 } else { 1 };
        let whole: i64 = whole.parse().map_err(|_| NoAmount)?;
        let fraction: i64 = fraction.parse().map_err(|_| NoAmount)?;
        let cents = whole * 100 + fraction * tenths_missing;
        if sign < 0 && cents == 0 {
            return Err(NoAmount);
        }
        Ok(Self::new(sign * cents, currency))
    }

    /// The amount as a decimal text with two places.
    pub fn amount(&self) -> String {
        let (sign, cents) = (if self.cents < 0 { "-" } else { "" }, self.cents.unsigned_abs());
        format!("{sign}{}.{:02}", cents / 100, cents % 100)
    }
}

impl TryFrom<String> for Cents {
    type Error = NoAmount;

    fn try_from(amount: String) -> Result<Self, NoAmount> {
        Money::parse(&amount, "").map(|money| Self(money.cents))
    }
}

impl From<Read> for Money {
    fn from(read: Read) -> Self {
        Self::new(read.amount.0, read.currency)
    }
}

impl From<Money> for Written {
    fn from(money: Money) -> Self {
        Self { amount: money.amount(), currency: money.currency }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_decimal_becomes_hundredths() {
        let read = |amount: &str| Money::parse(amount, "CNY").map(|money| money.cents);
        for (amount, cents) in
            [("12.30", 1_230), ("12.3", 1_230), ("0.05", 5), ("7", 700), ("007.00", 700), ("-0.05", -5)]
        {
            assert_eq!(read(amount), Ok(cents), "{amount}");
        }
        for wrong in [
            "",
            "-",
            ".5",
            "5.",
            "--1",
            "+1",
            "1e3",
            "1,000",
            "1.234",
            "１",
            "1 ",
            "9999999999999999",
            "-0.00",
        ] {
            assert_eq!(read(wrong), Err(NoAmount), "{wrong:?}");
        }
    }

    #[test]
    fn hundredths_become_a_decimal_and_survive_it() {
        // The last has no double of its own.
        for (cents, amount) in [
            (1_230, "12.30"),
            (5, "0.05"),
            (-5, "-0.05"),
            (-1_230, "-12.30"),
            (0, "0.00"),
            (99_999_999_999_999_999, "999999999999999.99"),
        ] {
            let money = Money::new(cents, "CNY");
            let written = json!(money);
            assert_eq!(written, json!({"amount": amount, "currency": "CNY"}));
            assert_eq!(serde_json::from_value::<Money>(written).unwrap(), money);
        }
    }
}
