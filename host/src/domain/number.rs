//! Numbers as they are written: whether one can be kept such that the same comes back.

/// Whether a JSON number comes back as the same number: a whole one of 64 bits, or one that is the shortest way to write
/// a 64-bit floating-point number. 2^64 isn't, nor a fraction of twenty digits.
pub fn is_exact(literal: &str) -> bool {
    // Fifteen digits always come back.
    let plain = literal.len() <= 15
        && literal.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.'));
    if plain || literal.parse::<i64>().is_ok() {
        return true;
    }
    let Ok(number) = literal.parse::<f64>() else { return false };
    number.is_finite() && Decimal::of(literal) == Decimal::of(&format!("{number:e}"))
}

/// A decimal number without the ways of writing it.
#[derive(PartialEq, Eq)]
struct Decimal {
    negative: bool,
    /// Without zeros at either end.
    digits: String,
    /// By how many places the digits stand to the left.
    exponent: i64,
}

impl Decimal {
    /// None when it isn't one, or when its exponent is out of this world.
    fn of(literal: &str) -> Option<Self> {
        let (mantissa, exponent) = literal.split_once(['e', 'E']).unwrap_or((literal, "0"));
        let (negative, mantissa) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = [whole, fraction].concat();
        let significant = digits.trim_end_matches('0');
        if significant.trim_start_matches('0').is_empty() {
            return Some(Self { negative: false, digits: String::new(), exponent: 0 });
        }
        let zeros = i64::try_from(digits.len() - significant.len()).ok()?;
        let exponent = exponent.strip_prefix('+').unwrap_or(exponent).parse::<i64>().ok()?;
        let exponent = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?.checked_add(zeros)?;
        Some(Self { negative, digits: significant.trim_start_matches('0').to_owned(), exponent })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_would_come_back_as_another_is_told() {
        for same in [
            "0",
            "-0",
            "-0.0",
            "38",
            "0.1",
            "1.50",
            "1e308",
            "1E+3",
            "1e20",
            "100000000000000000000",
            "-1.5e-7",
            "9223372036854775807",
            "-9223372036854775808",
            "9007199254740993",
            "1.7976931348623157e308",
            "5e-324",
            "0.30000000000000004",
            "0e999999999999999999999",
        ] {
            assert!(is_exact(same), "{same}");
        }
        for other in [
            "18446744073709551616",
            "18446744073709551615",
            "9223372036854775808",
            "-9223372036854775809",
            "9007199254740993.0",
            "0.1000000000000000055511151231257827",
            "3.14159265358979323846",
            "1e400",
            "-1e400",
            "1e-400",
            "12345678901234567890.5",
            "1e99999999999999999999999",
        ] {
            assert!(!is_exact(other), "{other}");
        }
    }
}
