//! Functions for automations and other programs.

use std::collections::BTreeMap;

use hospes_sdk::serde_json::{self, Map, Value as Json, json};
use hospes_sdk::{Error, Value};
use jiff::civil::Date;

use crate::aging::{self, Sums};
use crate::books::Books;
use crate::instalment::{self, Plan};
use crate::invoicing::{self, InvoiceRequest};
use crate::money::{Amount, text};
use crate::numbers::{self, Series};
use crate::payment::{self, Entered};
use crate::record::Record;
use crate::{dates, tax};

/// Calls a tool.
pub fn call(books: &Books, name: &str, arguments: &str) -> Result<Json, Error> {
    let arguments = Arguments(serde_json::from_str(arguments)?);
    match name {
        "make-invoice" => make_invoice(books, &arguments),
        "record-payment" => record_payment(books, &arguments),
        "plan-instalments" => plan_instalments(books, &arguments),
        "aging" => receivables(books, &arguments),
        "numbers" => series(books),
        other => Err(Error::new("unsupported", format!("there is no tool {other}"))),
    }
}

/// A tool's arguments, which obey its schema.
struct Arguments(Map<String, Json>);

impl Arguments {
    fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Json::as_str).unwrap_or_default().trim()
    }

    fn integer(&self, name: &str) -> Option<i64> {
        self.0.get(name).and_then(Json::as_i64)
    }

    fn flag(&self, name: &str) -> bool {
        self.0.get(name).and_then(Json::as_bool).unwrap_or(false)
    }

    fn day(&self, name: &str) -> Result<Option<Date>, Error> {
        match self.text(name) {
            "" => Ok(None),
            text => {
                let wrong = || Error::invalid(format!("{name}: {text:?} is no day; write YYYY-MM-DD"));
                dates::parse(text).map(Some).ok_or_else(wrong)
            }
        }
    }

    fn day_value(&self, name: &str) -> Result<Value, Error> {
        Ok(self.day(name)?.map_or(Value::None, dates::value))
    }

    fn amount(&self, name: &str, currency: &str) -> Result<Option<Amount>, Error> {
        let (typed, given) = (self.text(name), self.text("currency"));
        if typed.is_empty() {
            return Ok(None);
        }
        let currency = if given.is_empty() { currency } else { given };
        let wrong =
            || Error::invalid(format!("{name}: {typed:?} is no amount of {currency}, such as \"1234.50\""));
        Amount::parse(typed, currency).map(Some).ok_or_else(wrong)
    }
}

fn make_invoice(books: &Books, arguments: &Arguments) -> Result<Json, Error> {
    let rate =
        match arguments.text("tax_rate") {
            "" => None,
            text => Some(tax::rate(text).ok_or_else(|| {
                Error::invalid(format!("tax_rate: {text:?} is no percentage from 0 to 100"))
            })?),
        };
    let sources = ["instalment", "contract", "order", "customer"];
    let mut named = sources.into_iter().filter(|source| !arguments.text(source).is_empty());
    let (Some(source), None) = (named.next(), named.next()) else {
        return Err(Error::invalid("name one of instalment, contract, order and customer"));
    };
    let request = InvoiceRequest {
        source,
        id: arguments.text(source),
        amount: arguments.text("amount"),
        lines: arguments.text("lines"),
        rate,
        issued_on: arguments.day("issued_on")?,
        due_on: arguments.day("due_on")?,
        fapiao: arguments.text("fapiao"),
        at_once: arguments.flag("issue"),
    };
    let invoice = invoicing::make(books, &request)?;
    Ok(summary(&invoice))
}

fn record_payment(books: &Books, arguments: &Arguments) -> Result<Json, Error> {
    let named = arguments.text("invoice");
    let invoice = match books.get("invoice", named)? {
        Some(invoice) => Some(invoice),
        None => books.first("invoice", "number", named)?,
    };
    let invoice = invoice.ok_or_else(|| Error::not_found(format!("invoice: there is no invoice {named}")))?;
    let currency = invoice.amount("total").map(|total| total.currency).unwrap_or_default();
    let amount = arguments.amount("amount", &currency)?;
    let entered = Entered {
        amount: amount.ok_or_else(|| Error::invalid("amount: say how much was paid"))?,
        received_on: arguments.day_value("received_on")?,
        method: arguments.text("method").to_owned(),
        reference: arguments.text("reference").to_owned(),
    };
    payment::record(books, invoice, &entered).map(|invoice| summary(&invoice))
}

/// An invoice as tools answer it; amounts are decimal texts.
fn summary(invoice: &Record) -> Json {
    let mut answer = json!({
        "id": invoice.id, "number": invoice.text("number"), "state": invoice.text("state"),
        "problem": invoice.text("problem"),
    });
    for field in ["net", "tax", "total", "paid", "outstanding", "overpaid"] {
        if let Some(amount) = invoice.amount(field) {
            answer[field] = json!({"amount": text(amount.cents), "currency": amount.currency});
        }
    }
    for field in ["issued_on", "due_on"] {
        if let Some(day) = invoice.day(field) {
            answer[field] = json!(day.to_string());
        }
    }
    answer
}

fn plan_instalments(books: &Books, arguments: &Arguments) -> Result<Json, Error> {
    let first_on = arguments.day("first_on")?.unwrap_or(books.today);
    let plan = Plan {
        count: arguments.integer("count").unwrap_or(0),
        first_on,
        months: arguments.integer("months").unwrap_or(1),
    };
    let amounts = instalment::plan(books, arguments.text("contract"), plan)?;
    let amounts = amounts.into_iter().enumerate().map(|(place, amount)| {
        let place = i64::try_from(place).unwrap_or(0);
        let due = dates::plus_months(first_on, place * plan.months);
        json!({"due_on": due.to_string(), "amount": {"amount": text(amount.cents), "currency": amount.currency}})
    });
    Ok(json!({"instalments": amounts.collect::<Vec<_>>()}))
}

fn receivables(books: &Books, arguments: &Arguments) -> Result<Json, Error> {
    let cursor = Some(arguments.text("cursor")).filter(|cursor| !cursor.is_empty());
    let aged = aging::report(books, arguments.text("customer"), cursor.map(str::to_owned))?;
    let currencies = aged.sums.iter().map(|(currency, sums)| buckets(currency, sums));
    let customers = aged.customers.iter().map(|((customer, currency), sums)| {
        let mut answer = buckets(currency, sums);
        answer["customer_id"] = json!(customer);
        answer
    });
    Ok(json!({
        "as_of": books.today.to_string(), "invoices": aged.invoices, "next": aged.next,
        "currencies": currencies.collect::<Vec<_>>(), "customers": customers.collect::<Vec<_>>(),
    }))
}

fn buckets(currency: &str, sums: &Sums) -> Json {
    let total = sums.iter().fold(0_i64, |total, sum| total.saturating_add(*sum));
    let mut answer: BTreeMap<&str, String> = BTreeMap::new();
    for (name, sum) in aging::NAMES.iter().zip(sums) {
        answer.insert(name, text(*sum));
    }
    answer.insert("currency", currency.to_owned());
    answer.insert("total", text(total));
    json!(answer)
}

fn series(books: &Books) -> Result<Json, Error> {
    let year = books.today.year();
    let mut series = Vec::new();
    for each in [Series::Quotation, Series::Contract, Series::Invoice] {
        let last = numbers::last(books, each, year)?;
        series.push(json!({"kind": each.kind(), "prefix": each.prefix(books, year), "last": last}));
    }
    let deleted = numbers::deleted(books)?;
    let deleted = deleted.iter().filter_map(|line| line.rsplit_once(' '));
    let deleted = deleted.map(|(number, day)| json!({"number": number, "deleted_on": day}));
    Ok(json!({"series": series, "deleted_invoices": deleted.collect::<Vec<_>>()}))
}
