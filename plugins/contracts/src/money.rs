//! Amounts of money and decimals, exact: whole numbers of a small unit, never floating-point.

use std::fmt;

use hospes_sdk::{Money, Value};

/// Six places behind the point: what a decimal is kept in.
pub const ONE: i128 = 1_000_000;
/// The largest amount that the host takes, in hundredths.
pub const LARGEST: i64 = 1_000_000_000_000_000;

/// A quantity, a price or a rate, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal(pub i128);

impl Decimal {
    /// Reads a decimal of at most twelve digits before and six behind the point, as people type it.
    pub fn parse(text: &str) -> Option<Self> {
        let text = plain(text)?;
        let (sign, unsigned) = match text.strip_prefix('-') {
            Some(unsigned) => (-1, unsigned),
            None => (1, text.as_str()),
        };
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let fraction = fraction.trim_end_matches('0');
        if whole.is_empty() || whole.len() > 12 || !digits(whole) || !digits(fraction) || fraction.len() > 6 {
            return None;
        }
        let whole: i128 = whole.parse().ok()?;
        let fraction: i128 = format!("{fraction:0<6}").parse().ok()?;
        Some(Self(sign * (whole * ONE + fraction)))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, size) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        let (whole, fraction) = (size / ONE.unsigned_abs(), size % ONE.unsigned_abs());
        let fraction = format!("{fraction:06}");
        let fraction = fraction.trim_end_matches('0');
        if fraction.is_empty() {
            return write!(formatter, "{sign}{whole}");
        }
        write!(formatter, "{sign}{whole}.{fraction}")
    }
}

/// A number as people type it, brought into one spelling: full-width digits, currency signs, thousands separators and a
/// decimal comma. None where it could mean two numbers.
fn plain(text: &str) -> Option<String> {
    let narrow = |letter: char| match letter {
        '０'..='９' => char::from_u32(u32::from(letter) - 0xFEE0).unwrap_or(letter),
        '．' => '.',
        '，' => ',',
        '－' | '−' => '-',
        other => other,
    };
    let ignored = |letter: &char| {
        !letter.is_whitespace() && !matches!(letter, '¥' | '￥' | '$' | '€' | '£' | '元' | '%' | '％')
    };
    let text: String = text.chars().filter(ignored).map(narrow).collect();
    let Some((first, rest)) = text.split_once(',') else { return Some(text) };
    let groups: Vec<&str> = rest.split(['.', ',']).collect();
    let (_, fraction) = rest.rsplit_once('.').unwrap_or((rest, ""));
    let grouped = groups.iter().take(rest.matches(',').count() + 1).all(|group| group.len() == 3);
    if grouped && !fraction.contains(',') && (1..=4).contains(&first.len()) {
        return Some(text.replace(',', ""));
    }
    // 1234,5 and 1234,50 are a decimal comma; 1,234 is not.
    let decimal = groups.len() == 1 && !first.contains('.') && matches!(rest.len(), 1 | 2);
    decimal.then(|| text.replace(',', "."))
}

/// Divides and rounds half away from zero, as commerce does.
pub fn divide(number: i128, by: i128) -> i128 {
    let half = by / 2;
    if number < 0 { (number - half) / by } else { (number + half) / by }
}

/// How many hundredths the smallest coin of a currency has: ISO 4217's currencies without a minor unit have none.
pub fn step(currency: &str) -> i64 {
    match currency {
        "JPY" | "KRW" | "CLP" | "ISK" | "VND" | "XAF" | "XOF" | "XPF" | "UGX" | "RWF" | "PYG" => 100,
        _ => 1,
    }
}

/// An amount in hundredths of its currency's unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// Hundredths.
    pub cents: i64,
    /// ISO 4217.
    pub currency: String,
}

impl Amount {
    /// So many hundredths.
    pub fn new(cents: i64, currency: &str) -> Self {
        Self { cents, currency: currency.to_owned() }
    }

    /// From a record's value.
    pub fn of(money: &Money) -> Option<Self> {
        Some(Self { cents: money.hundredths()?, currency: money.currency.clone() })
    }

    /// From what somebody typed; refused are more places than the currency has.
    pub fn parse(text: &str, currency: &str) -> Option<Self> {
        let Decimal(millionths) = Decimal::parse(text)?;
        let unit = ONE / 100 * i128::from(step(currency));
        let cents = i64::try_from(millionths / (ONE / 100)).ok()?;
        (millionths % unit == 0 && cents.abs() <= LARGEST).then(|| Self::new(cents, currency))
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", text(self.cents), self.currency)
    }
}

/// Hundredths as a decimal.
pub fn text(cents: i64) -> String {
    let (sign, size) = (if cents < 0 { "-" } else { "" }, cents.unsigned_abs());
    format!("{sign}{}.{:02}", size / 100, size % 100)
}

impl From<Amount> for Value {
    fn from(amount: Amount) -> Self {
        Self::Money(Money::new(text(amount.cents), amount.currency))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        let cents = |text: &str| Amount::parse(text, "CNY").map(|amount| amount.cents);
        for (typed, expected) in [
            ("1234.5", 123_450),
            ("￥1,234.50", 123_450),
            ("１２３４．５０", 123_450),
            ("1234,50", 123_450),
            ("1,234", 123_400),
            ("1,234,567.89", 123_456_789),
            (" 0.005000e", -1),
            ("7元", 700),
            ("-3", -300),
        ] {
            assert_eq!(cents(typed).unwrap_or(-1), expected, "{typed}");
        }
        for odd in
            ["", "-", "1.234,50", "1,23,4", "0.005", "1e3", "NaN", "9999999999999999", "1..2", ",5", "一千"]
        {
            assert_eq!(cents(odd), None, "{odd}");
        }
        assert_eq!(Amount::parse("100.5", "JPY"), None, "yen have no places");
        assert_eq!(Amount::parse("100", "JPY").map(|yen| yen.cents), Some(10_000));
    }

    #[test]
    fn halves_are_rounded_away_from_zero() {
        for (number, rounded) in [(5, 1), (4, 0), (-5, -1), (-4, 0), (15, 2), (25, 3), (0, 0)] {
            assert_eq!(divide(number, 10), rounded, "{number}");
        }
    }

    #[test]
    fn decimals_are_written_as_they_were_read() {
        for text in ["13", "8.1", "-0.000001", "999999999999.999999", "0"] {
            assert_eq!(Decimal::parse(text).map(|decimal| decimal.to_string()).as_deref(), Some(text));
        }
        assert_eq!(text(-5), "-0.05");
    }
}
