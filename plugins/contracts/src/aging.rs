//! Receivables by age.

use std::collections::BTreeMap;

use hospes_sdk::records::Comparison::Equal;
use hospes_sdk::{Error, Value};
use jiff::civil::Date;

use crate::books::Books;
use crate::dates;
use crate::record::Record;
use crate::texts::Language;

/// How many buckets there are.
pub const BUCKETS: usize = 5;
/// Their names for programs: not due yet, and days overdue.
pub const NAMES: [&str; BUCKETS] = ["not_due", "days_1_30", "days_31_60", "days_61_90", "days_over_90"];

/// What a bucket is called.
pub fn title(bucket: usize, language: Language) -> &'static str {
    let (chinese, english) = [
        ("未到期", "Not due"),
        ("逾期 1–30 天", "1–30 days"),
        ("逾期 31–60 天", "31–60 days"),
        ("逾期 61–90 天", "61–90 days"),
        ("逾期 90 天以上", "Over 90 days"),
    ][bucket.min(BUCKETS - 1)];
    language.pick(chinese, english)
}

/// The bucket of what is so many days overdue.
pub fn bucket(days: i64) -> usize {
    match days {
        ..=0 => 0,
        1..=30 => 1,
        31..=60 => 2,
        61..=90 => 3,
        _ => 4,
    }
}

/// Sums in hundredths for each bucket.
pub type Sums = [i64; BUCKETS];

/// Adds what is outstanding on an invoice to the sums of its currency.
pub fn add(sums: &mut BTreeMap<String, Sums>, invoice: &Record, today: Date) {
    let Some(outstanding) = invoice.amount("outstanding") else { return };
    let days = invoice.day("due_on").map_or(0, |due| dates::days_between(due, today));
    let sum = &mut sums.entry(outstanding.currency).or_default()[bucket(days)];
    *sum = sum.saturating_add(outstanding.cents);
}

/// Receivables of one page of invoices.
#[derive(Debug, Default)]
pub struct Aged {
    /// By currency.
    pub sums: BTreeMap<String, Sums>,
    /// By customer and currency.
    pub customers: BTreeMap<(String, String), Sums>,
    /// How many invoices are open.
    pub invoices: i64,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// Receivables, of one customer or of all, as far as a call reaches.
pub fn report(books: &Books, customer: &str, mut cursor: Option<String>) -> Result<Aged, Error> {
    let mut conditions = vec![("open", Equal, Value::Boolean(true))];
    if !customer.is_empty() {
        conditions.push(("customer_id", Equal, Value::from(customer)));
    }
    let mut aged = Aged::default();
    loop {
        let (found, next) = books.page("invoice", &conditions, 200, cursor)?;
        for invoice in &found {
            add(&mut aged.sums, invoice, books.today);
            let mut own = BTreeMap::new();
            add(&mut own, invoice, books.today);
            for (currency, sums) in own {
                let key = (invoice.text("customer_id").to_owned(), currency);
                let of_customer = aged.customers.entry(key).or_default();
                for (sum, more) in of_customer.iter_mut().zip(sums) {
                    *sum = sum.saturating_add(more);
                }
            }
            aged.invoices += 1;
        }
        if next.is_none() || books.is_full() {
            aged.next = next;
            return Ok(aged);
        }
        cursor = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_ends_with_its_last_day() {
        for (days, expected) in
            [(-5, 0), (0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4)]
        {
            assert_eq!(bucket(days), expected, "{days}");
        }
    }
}
