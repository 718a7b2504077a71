//! Payments: each belongs to an invoice, whose balance follows.

use hospes_sdk::{Error, Value};

use crate::books::Books;
use crate::event::Change;
use crate::invoice;
use crate::money::Amount;
use crate::numbers;
use crate::record::Record;
use crate::texts::Language;

/// Brings a payment and its invoice in order after it was made or changed, and the invoice that it belonged to before.
pub fn settle(books: &Books, id: &str, change: &Change) -> Result<(), Error> {
    if let Some(before) = change.old_text("invoice_id").filter(|before| !before.is_empty()) {
        rebalance(books, &before)?;
    }
    let Some(mut payment) = books.get("payment", id)? else { return Ok(()) };
    // Read before its payments, so that a payment which comes between makes this call run again.
    let Some(mut invoice) = books.get("invoice", payment.text("invoice_id"))? else {
        if payment.is_empty("number") {
            payment.set("number", numbers::NONE);
        }
        payment.set_text("problem", no_invoice(books.language()));
        books.put(payment);
        return Ok(());
    };
    let payments = books.all("payment", "invoice_id", &invoice.id)?;
    number(&mut payment, &invoice, &payments);
    payment.set("customer_id", invoice.value("customer_id"));
    let problem = problem(books.language(), &payment, &invoice);
    payment.set_text("problem", &problem);
    invoice::balance(books, &mut invoice, &payments)?;
    books.put(payment);
    books.put(invoice);
    Ok(())
}

/// A payment's number begins with its invoice's: by that the invoice is found when the payment was deleted, of which an
/// event says nothing else. What somebody has written there is kept as the reference.
fn number(payment: &mut Record, invoice: &Record, payments: &[Record]) {
    let of_invoice = invoice.text("number");
    if numbers::is_missing(of_invoice) || payment.text("number").starts_with(&format!("{of_invoice}/")) {
        return;
    }
    let written = payment.text("number").to_owned();
    let of_another = written.rsplit_once('/').is_some_and(|(_, count)| count.parse::<u32>().is_ok());
    if !numbers::is_missing(&written) && !of_another {
        payment.fill("reference", written);
    }
    payment.set("number", next_number(of_invoice, payments));
}

/// The number of an invoice's next payment: one that was deleted leaves its own to nobody.
fn next_number(invoice: &str, payments: &[Record]) -> String {
    let counts =
        payments.iter().filter_map(|payment| payment.text("number").strip_prefix(invoice)?.strip_prefix('/'));
    let last = counts.filter_map(|count| count.parse::<u32>().ok()).max().unwrap_or(0);
    format!("{invoice}/{}", last.saturating_add(1))
}

/// Gives payments that have none a number, once their invoice has one.
pub fn number_all(books: &Books, invoice: &Record, mut payments: Vec<Record>) {
    for place in 0..payments.len() {
        if numbers::is_missing(payments[place].text("number")) {
            let mut payment = payments[place].clone();
            number(&mut payment, invoice, &payments);
            books.put(payment.clone());
            payments[place] = payment;
        }
    }
}

fn no_invoice(language: Language) -> &'static str {
    language.pick("未对应发票，尚未计入任何发票的收款。", "It belongs to no invoice and is counted for none.")
}

fn problem(language: Language, payment: &Record, invoice: &Record) -> String {
    let (Some(paid), Some(total)) = (payment.amount("amount"), invoice.amount("total")) else {
        return String::new();
    };
    if paid.currency != total.currency {
        let (paid, total) = (&paid.currency, &total.currency);
        return match language {
            Language::Chinese => format!("收款币种 {paid} 与发票币种 {total} 不同，未计入。"),
            Language::English => format!("It is in {paid} and the invoice in {total}, so it isn't counted."),
        };
    }
    match invoice.text("state") {
        "cancelled" => {
            language.pick("发票已作废，未计入。", "The invoice is cancelled, so it isn't counted.").to_owned()
        }
        _ => String::new(),
    }
}

/// Counts an invoice's payments anew.
pub fn rebalance(books: &Books, invoice: &str) -> Result<(), Error> {
    let Some(mut invoice) = books.get("invoice", invoice)? else { return Ok(()) };
    let payments = books.all("payment", "invoice_id", &invoice.id)?;
    invoice::balance(books, &mut invoice, &payments)?;
    books.put(invoice);
    Ok(())
}

/// What follows from the deletion of a payment: of it nothing is known but its number.
pub fn deleted(books: &Books, number: &str) -> Result<(), Error> {
    let Some((invoice, _)) = number.rsplit_once('/') else { return Ok(()) };
    match books.first("invoice", "number", invoice)? {
        Some(invoice) => rebalance(books, &invoice.id),
        None => Ok(()),
    }
}

/// A payment that somebody enters.
#[derive(Debug)]
pub struct Entered {
    /// How much.
    pub amount: Amount,
    /// On which day; today where nobody says.
    pub received_on: Value,
    /// How.
    pub method: String,
    /// The bank's words, a number of the customer's.
    pub reference: String,
}

/// Records a payment of an issued invoice; the invoice as it is then.
pub fn record(books: &Books, mut invoice: Record, entered: &Entered) -> Result<Record, Error> {
    let language = books.reader();
    let refuse = |chinese: &str, english: &str| Err(Error::invalid(language.pick(chinese, english)));
    if matches!(invoice.text("state"), "draft" | "cancelled" | "") {
        return refuse("发票尚未开具或已作废。", "The invoice isn't issued, or it is cancelled.");
    }
    if entered.amount.cents <= 0 {
        return refuse("金额应大于零。", "The amount has to be greater than zero.");
    }
    if invoice.amount("total").is_none_or(|total| total.currency != entered.amount.currency) {
        return refuse("收款币种与发票币种不同。", "The payment is in another currency than the invoice.");
    }
    let mut payments = books.all("payment", "invoice_id", &invoice.id)?;
    let mut payment = Record::new("payment");
    payment.set("number", next_number(invoice.text("number"), &payments));
    payment.set("invoice_id", invoice.id.as_str());
    payment.set("customer_id", invoice.value("customer_id"));
    payment.set_amount("amount", Some(entered.amount.clone()));
    payment.set(
        "received_on",
        match &entered.received_on {
            Value::None => crate::dates::value(books.today),
            day => day.clone(),
        },
    );
    payment.set("method", if entered.method.is_empty() { "bank-transfer" } else { &entered.method });
    payment.set_text("reference", &entered.reference);
    payments.push(payment.clone());
    books.create(payment)?;
    invoice::balance(books, &mut invoice, &payments)?;
    // Two payments that leave the invoice as it was must not be counted apart from each other either.
    invoice.touch("paid");
    books.put(invoice.clone());
    Ok(invoice)
}
