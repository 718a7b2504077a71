//! Amounts of money, exact.

use hospes_sdk::Money;
use hospes_sdk::serde_json::Value as Json;

/// The largest amount, in hundredths: fifteen digits before the point, as the host takes them.
const LARGEST: i64 = 99_999_999_999_999_999;

/// An amount in hundredths of its currency's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(i64);

impl Amount {
    /// From JSON: a decimal text, or a number as it was written. None where there is none.
    pub fn read(value: &Json) -> Result<Option<Self>, String> {
        let text = match value {
            Json::Null => return Ok(None),
            Json::String(text) if text.trim().is_empty() => return Ok(None),
            Json::String(text) => text.trim().to_owned(),
            Json::Number(number) => number.to_string(),
            _ => return Err("is no amount".into()),
        };
        let wrong = || {
            format!(
                "{text:?} is no amount: write it as a decimal with at most two places, such as \"199.00\""
            )
        };
        Self::parse(&text).map(Some).ok_or_else(wrong)
    }

    /// A decimal with at most two places; zeros behind them change nothing.
    fn parse(text: &str) -> Option<Self> {
        let (sign, unsigned) = match text.strip_prefix('-') {
            Some(unsigned) => (-1, unsigned),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let fraction = fraction.trim_end_matches('0');
        if whole.is_empty() || whole.len() > 15 || !digits(whole) || !digits(fraction) || fraction.len() > 2 {
            return None;
        }
        let fraction: i64 = format!("{fraction:0<2}").parse().ok()?;
        let hundredths = whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(fraction)?;
        Some(Self(sign * hundredths))
    }

    /// From the smallest unit of a currency, as Square counts it. None where it can't be written with two places.
    pub fn from_smallest(count: i64, currency: &str) -> Option<Self> {
        // ISO 4217: the currencies of Square's countries without a minor unit, and those with three places.
        let hundredths = match currency {
            "JPY" | "KRW" | "CLP" | "ISK" | "VND" | "XAF" | "XOF" | "XPF" | "UGX" | "RWF" | "PYG" => {
                count.checked_mul(100)?
            }
            "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => {
                (count % 10 == 0).then_some(count / 10)?
            }
            _ => count,
        };
        (-LARGEST..=LARGEST).contains(&hundredths).then_some(Self(hundredths))
    }

    /// Without its sign.
    pub fn size(self) -> Self {
        Self(self.0.abs())
    }

    /// Whether it is less than nothing.
    pub fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The decimal with two places.
    pub fn text(self) -> String {
        let (sign, hundredths) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        format!("{sign}{}.{:02}", hundredths / 100, hundredths % 100)
    }

    /// As a value of the contract.
    pub fn money(self, currency: &str) -> Money {
        Money::new(self.text(), currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hospes_sdk::serde_json::json;

    fn read(value: &Json) -> Result<Option<String>, String> {
        Amount::read(value).map(|amount| amount.map(Amount::text))
    }

    #[test]
    fn decimals_stay_exact() {
        for (value, text) in [
            (json!("199.00"), "199.00"),
            (json!(199.9), "199.90"),
            (json!(0.1), "0.10"),
            (json!(199), "199.00"),
            (json!("-50.5"), "-50.50"),
            (json!("12.3000"), "12.30"),
            (json!("+7"), "7.00"),
            (json!("-0.05"), "-0.05"),
            (json!("-0"), "0.00"),
            (json!("999999999999999.99"), "999999999999999.99"),
        ] {
            assert_eq!(read(&value), Ok(Some(text.to_owned())), "{value}");
        }
        assert_eq!(read(&json!(null)), Ok(None));
        assert_eq!(read(&json!(" ")), Ok(None));
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for value in [
            json!("12.345"),
            json!("1,299.00"),
            json!("￥199"),
            json!("1e3"),
            json!(".5"),
            json!("."),
            json!("--1"),
            json!("9999999999999999"),
            json!(1e300),
            json!(true),
            json!([]),
        ] {
            assert!(read(&value).is_err(), "{value}");
        }
    }

    #[test]
    fn the_smallest_unit_is_the_currencys() {
        let text = |count, currency| Amount::from_smallest(count, currency).map(Amount::text);
        assert_eq!(text(200, "USD").as_deref(), Some("2.00"));
        assert_eq!(text(200, "JPY").as_deref(), Some("200.00"));
        assert_eq!(text(1_230, "KWD").as_deref(), Some("1.23"));
        assert_eq!(text(1_234, "KWD"), None);
        assert_eq!(text(i64::MAX, "JPY"), None);
        assert_eq!(text(i64::MIN, "USD"), None);
    }
}
