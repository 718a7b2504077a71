//! Invoices on request: of an instalment, a contract, an order, or for a customer with lines.

use hospes_sdk::{Error, Value};
use jiff::civil::Date;

use crate::books::Books;
use crate::money::{Amount, Decimal};
use crate::record::Record;
use crate::{instalment, invoice, totals};

/// A request for an invoice.
#[derive(Debug)]
pub struct InvoiceRequest<'a> {
    /// What it is made of: `instalment`, `contract`, `order` or `customer`.
    pub source: &'a str,
    /// Which.
    pub id: &'a str,
    /// How much with tax, as it was typed; empty for all that is left.
    pub amount: &'a str,
    /// Its lines; empty for none.
    pub lines: &'a str,
    /// The tax rate; none for the usual one.
    pub rate: Option<Decimal>,
    /// The day of issue; none for today.
    pub issued_on: Option<Date>,
    /// When it is due; none for what was agreed.
    pub due_on: Option<Date>,
    /// Which 发票 is made out; empty for none.
    pub fapiao: &'a str,
    /// Whether it is issued at once.
    pub at_once: bool,
}

/// Makes an invoice.
pub fn make(books: &Books, request: &InvoiceRequest) -> Result<Record, Error> {
    if request.source == "instalment" {
        let Some(instalment) = books.get("instalment", request.id)? else {
            return Err(missing(books, request));
        };
        let mut invoice = instalment::invoice(books, &instalment)?;
        complete(books, &mut invoice, request)?;
        return instalment::make_invoice(books, instalment, invoice, request.at_once);
    }
    let mut invoice = match request.source {
        "contract" => of_contract(books, request)?,
        "order" => of_order(books, request)?,
        _ => of_customer(books, request)?,
    };
    complete(books, &mut invoice, request)?;
    invoice::make(books, invoice, request.at_once)
}

fn missing(books: &Books, request: &InvoiceRequest) -> Error {
    let there_is_no = books.reader().pick("找不到", "there is no");
    Error::not_found(format!("{}: {there_is_no} {}", request.source, request.id))
}

/// What was said of the invoice itself.
fn complete(books: &Books, invoice: &mut Record, request: &InvoiceRequest) -> Result<(), Error> {
    if !request.lines.is_empty() {
        invoice.set("lines", request.lines);
        invoice.set("total", Value::None);
        invoice.set("tax_rate", Value::None);
    }
    if let Some(rate) = request.rate {
        invoice.set("tax_rate", rate.to_string());
    }
    if let Some(day) = request.issued_on {
        invoice.set_day("issued_on", Some(day));
    }
    if let Some(day) = request.due_on {
        invoice.set_day("due_on", Some(day));
    }
    invoice.set_text("fapiao", request.fapiao);
    if invoice.text("tax_rate") == totals::MIXED && invoice.is_empty("lines") {
        let refusal = books.reader().pick(
            "合同有多种税率，请填写税率或明细。",
            "The contract has several tax rates; say the rate, or lines.",
        );
        return Err(Error::invalid(refusal));
    }
    let (issued, due) = (invoice.day("issued_on").unwrap_or(books.today), invoice.day("due_on"));
    if request.due_on.is_some() && due.is_some_and(|due| due < issued) {
        let refusal = books.reader().pick("到期日早于开票日。", "It would be due before it is issued.");
        return Err(Error::invalid(refusal));
    }
    Ok(())
}

/// Of what isn't invoiced yet of a contract's value: all of it, or an amount.
fn of_contract(books: &Books, request: &InvoiceRequest) -> Result<Record, Error> {
    let Some(mut contract) = books.get("contract", request.id)? else { return Err(missing(books, request)) };
    let language = books.reader();
    let refuse = |chinese: &str, english: &str| Err(Error::invalid(language.pick(chinese, english)));
    let Some(value) = contract.amount("value") else {
        return refuse("合同没有金额。", "The contract has no value.");
    };
    let invoices = books.all("invoice", "contract_id", request.id)?;
    let counted = invoices.iter().filter(|invoice| invoice.text("state") != "cancelled");
    let totals = counted.filter_map(|invoice| invoice.amount("total"));
    let invoiced = totals.filter(|total| total.currency == value.currency);
    let invoiced = invoiced.fold(0_i64, |sum, total| sum.saturating_add(total.cents));
    let left = value.cents.saturating_sub(invoiced);
    let amount = match request.amount {
        "" => Some(Amount::new(left, &value.currency)),
        typed => Amount::parse(typed, &value.currency),
    };
    let Some(amount) = amount.filter(|amount| amount.cents > 0 && amount.cents <= left) else {
        let left = Amount::new(left.max(0), &value.currency);
        let refusal = match language {
            crate::texts::Language::Chinese => format!("合同尚可开票金额为 {left}。"),
            crate::texts::Language::English => {
                format!("{left} of the contract's value can still be invoiced.")
            }
        };
        return Err(Error::new("conflict", refusal));
    };
    let mut invoice = Record::new("invoice");
    let is_whole = amount == value;
    for field in ["subject", "customer_id", "owner_id", "tax_rate"] {
        invoice.set(field, contract.value(field));
    }
    invoice.set("contract_id", request.id);
    invoice.set("currency", value.currency.as_str());
    // The whole of a quotation's contract is invoiced line by line.
    let quotation = books.get("quotation", contract.text("quotation_id"))?.filter(|_| is_whole);
    let same = quotation.filter(|quotation| quotation.amount("total").as_ref() == Some(&value));
    match same.filter(|quotation| !quotation.is_empty("lines")) {
        Some(quotation) => invoice.set("lines", quotation.text("lines")),
        None => invoice.set_amount("total", Some(amount)),
    }
    contract.touch("value");
    books.put(contract);
    Ok(invoice)
}

/// Of an order, once.
fn of_order(books: &Books, request: &InvoiceRequest) -> Result<Record, Error> {
    let Some(order) = books.get("order", request.id)? else { return Err(missing(books, request)) };
    // Of two calls for the same order at once the second runs again and finds the invoice of the first.
    books.host().increment("lock/orders", 1)?;
    let invoices = books.all("invoice", "order_id", request.id)?;
    if let Some(known) = invoices.iter().find(|invoice| invoice.text("state") != "cancelled") {
        let refusal = books.reader().pick("该订单已有发票", "the order has an invoice already");
        return Err(Error::new("conflict", format!("{refusal}: {}", known.text("number"))));
    }
    let mut invoice = Record::new("invoice");
    invoice.set("subject", order.text("number"));
    invoice.set("customer_id", order.value("customer_id"));
    invoice.set("order_id", request.id);
    if let Some(total) = order.amount("total") {
        invoice.set("currency", total.currency.as_str());
        invoice.set_amount("total", Some(total));
    }
    Ok(invoice)
}

/// For a customer, with lines or an amount.
fn of_customer(books: &Books, request: &InvoiceRequest) -> Result<Record, Error> {
    let Some(customer) = books.get("customer", request.id)? else { return Err(missing(books, request)) };
    let mut invoice = Record::new("invoice");
    invoice.set("customer_id", request.id);
    invoice.set("owner_id", customer.value("owner_id"));
    invoice.set("currency", books.settings.currency.as_str());
    if !request.amount.is_empty() {
        let amount = Amount::parse(request.amount, &books.settings.currency);
        let wrong =
            || Error::invalid(format!("amount: {:?} is no amount, such as \"1234.50\"", request.amount));
        invoice.set_amount("total", Some(amount.filter(|amount| amount.cents > 0).ok_or_else(wrong)?));
    }
    Ok(invoice)
}
