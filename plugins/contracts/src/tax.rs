//! Net, tax and total of a document, by the two ways of rounding that the law of most countries leaves open.

use std::collections::BTreeMap;

use crate::lines::Line;
use crate::money::{Decimal, LARGEST, ONE, divide, step};

/// Where the tax is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// On each line; the sum of the lines' taxes is the document's.
    Line,
    /// Once for each rate, on the sum of its lines.
    Total,
}

/// How taxes are worked out.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Where they are rounded.
    pub rounding: Rounding,
    /// Whether prices have the tax in them.
    pub included: bool,
}

/// What a document comes to, in hundredths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    /// Without tax.
    pub net: i64,
    /// The tax.
    pub tax: i64,
    /// With tax.
    pub total: i64,
    /// The rate, where all lines have the same.
    pub rate: Option<Decimal>,
}

/// What no document comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaxFault {
    /// More than the host can keep.
    TooLarge,
    /// Less than nothing.
    Negative,
}

/// A tax rate in percent, from 0 to 100.
pub fn rate(text: &str) -> Option<Decimal> {
    Decimal::parse(text).filter(|rate| (0..=100 * ONE).contains(&rate.0))
}

/// What lines come to in a currency. A line's amount is rounded to the currency's smallest coin, halves away from zero.
pub fn totals(lines: &[Line], rules: Rules, currency: &str) -> Result<Totals, TaxFault> {
    let coin = i128::from(step(currency));
    let mut by_rate: BTreeMap<Decimal, (i128, i128)> = BTreeMap::new();
    for line in lines {
        // Each has twelve digits before the point at most, so the product fits.
        let exact = line.quantity.0.checked_mul(line.unit_price.0).ok_or(TaxFault::TooLarge)?;
        let amount = divide(exact, ONE * ONE / 100 * coin) * coin;
        if amount.abs() > i128::from(LARGEST) {
            return Err(TaxFault::TooLarge);
        }
        let sums = by_rate.entry(line.rate).or_default();
        sums.0 += amount;
        sums.1 += tax(amount, line.rate, rules.included, coin);
    }
    let (mut net, mut taxes) = (0, 0);
    for (rate, (amount, by_line)) in &by_rate {
        let tax = match rules.rounding {
            Rounding::Line => *by_line,
            Rounding::Total => tax(*amount, *rate, rules.included, coin),
        };
        net += if rules.included { amount - tax } else { *amount };
        taxes += tax;
    }
    let one_rate = by_rate.keys().next().copied().filter(|_| by_rate.len() == 1);
    checked(net, taxes, one_rate)
}

/// Net and tax of a total at one rate.
pub fn within(total: i64, rate: Decimal, currency: &str) -> Result<Totals, TaxFault> {
    let total = i128::from(total);
    let tax = tax(total, rate, true, i128::from(step(currency)));
    checked(total - tax, tax, Some(rate))
}

/// Tax and total of a net amount at one rate.
pub fn upon(net: i64, rate: Decimal, currency: &str) -> Result<Totals, TaxFault> {
    let net = i128::from(net);
    checked(net, tax(net, rate, false, i128::from(step(currency))), Some(rate))
}

fn tax(amount: i128, rate: Decimal, included: bool, coin: i128) -> i128 {
    let whole = if included { 100 * ONE + rate.0 } else { 100 * ONE };
    divide(amount * rate.0, whole * coin) * coin
}

fn checked(net: i128, tax: i128, rate: Option<Decimal>) -> Result<Totals, TaxFault> {
    let total = net + tax;
    if total < 0 || net < 0 || tax < 0 {
        return Err(TaxFault::Negative);
    }
    if total > i128::from(LARGEST) {
        return Err(TaxFault::TooLarge);
    }
    let whole = |number: i128| i64::try_from(number).map_err(|_| TaxFault::TooLarge);
    Ok(Totals { net: whole(net)?, tax: whole(tax)?, total: whole(total)?, rate })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(
        text: &str,
        rounding: Rounding,
        included: bool,
        currency: &str,
    ) -> Result<(i64, i64, i64), TaxFault> {
        let lines = crate::lines::parse(text, Decimal(13 * ONE)).unwrap_or_default();
        let totals = totals(&lines, Rules { rounding, included }, currency)?;
        Ok((totals.net, totals.tax, totals.total))
    }

    #[test]
    fn a_half_cent_is_rounded_up() {
        // 0.50 at 13 % are 0.065.
        assert_eq!(sums("a | 1 | 0.50", Rounding::Line, false, "CNY"), Ok((50, 7, 57)));
        assert_eq!(sums("a | 0.5 | 0.01", Rounding::Line, false, "CNY"), Ok((1, 0, 1)), "a line of 0.005");
        assert_eq!(sums("a | 1 | 1.005 | 0", Rounding::Line, false, "CNY"), Ok((101, 0, 101)));
    }

    #[test]
    fn rounding_each_line_differs_from_rounding_the_total() {
        let three = "a | 1 | 0.50\nb | 1 | 0.50\nc | 1 | 0.50";
        assert_eq!(sums(three, Rounding::Line, false, "CNY"), Ok((150, 21, 171)));
        assert_eq!(sums(three, Rounding::Total, false, "CNY"), Ok((150, 20, 170)));
    }

    #[test]
    fn tax_is_taken_out_of_prices_that_have_it_in_them() {
        assert_eq!(sums("净水器 | 1 | 1999", Rounding::Line, true, "CNY"), Ok((176_903, 22_997, 199_900)));
        let mixed = "a | 1 | 119 | 19\nb | 1 | 107 | 7";
        assert_eq!(sums(mixed, Rounding::Total, true, "EUR"), Ok((20_000, 2_600, 22_600)));
        let lines = crate::lines::parse(mixed, Decimal(0)).unwrap_or_default();
        let rules = Rules { rounding: Rounding::Total, included: true };
        assert_eq!(totals(&lines, rules, "EUR").map(|totals| totals.rate), Ok(None));
    }

    #[test]
    fn yen_have_no_places() {
        assert_eq!(sums("a | 1 | 105 | 10", Rounding::Line, false, "JPY"), Ok((10_500, 1_100, 11_600)));
    }

    #[test]
    fn a_discount_is_a_line_and_nothing_comes_to_less_than_nothing() {
        assert_eq!(
            sums("a | 1 | 100\n折扣 | 1 | -10", Rounding::Line, false, "CNY"),
            Ok((9_000, 1_170, 10_170))
        );
        assert_eq!(sums("折扣 | 1 | -10", Rounding::Line, false, "CNY"), Err(TaxFault::Negative));
        let huge = "a | 999999999999 | 999999999999";
        assert_eq!(sums(huge, Rounding::Total, false, "CNY"), Err(TaxFault::TooLarge));
    }

    #[test]
    fn one_rate_works_both_ways() {
        let out = within(11_300, Decimal(13 * ONE), "CNY").map(|totals| (totals.net, totals.tax));
        assert_eq!(out, Ok((10_000, 1_300)));
        let on = upon(10_000, Decimal(13 * ONE), "CNY").map(|totals| (totals.tax, totals.total));
        assert_eq!(on, Ok((1_300, 11_300)));
    }
}
