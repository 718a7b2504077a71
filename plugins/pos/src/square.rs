//! Square's events: payments that were completed are sales, refunds are refunds.
//!
//! The shapes are those of Square's API reference ("Payment", "PaymentRefund", "Webhook events reference").

use crate::money::Amount;
use crate::receipt::{Kind, Receipt};
use crate::time;
use hospes_sdk::Identity;
use hospes_sdk::serde_json::{Value as Json, json};
use jiff::tz::Offset;

/// What an event meant.
#[derive(Debug)]
pub enum Event {
    /// Money changed hands.
    Receipt(Box<Receipt>),
    /// It becomes no message: its id, the reason that programs compare, and one for people.
    Kept(String, &'static str, String),
}

/// Reads an event, or says what it lacks.
pub fn read(event: &Json) -> Result<Event, String> {
    let kind = event["type"].as_str().ok_or("type: missing")?;
    let id = event["event_id"].as_str().unwrap_or_default().to_owned();
    let object = &event["data"]["object"];
    let merchant = event["merchant_id"].as_str().unwrap_or_default();
    match kind {
        "payment.created" | "payment.updated" => payment(&object["payment"], merchant, id),
        "refund.created" | "refund.updated" => refund(&object["refund"], id),
        kind if kind.starts_with("order.") => {
            let detail = format!("{kind} names an order without what is in it; its payment is what counts");
            Ok(Event::Kept(id, "service-notice", detail))
        }
        kind => Ok(Event::Kept(id, "unknown-kind", format!("an event of the type {kind:?}"))),
    }
}

fn payment(payment: &Json, merchant: &str, event: String) -> Result<Event, String> {
    let text = |name: &str| payment[name].as_str().unwrap_or_default().trim().to_owned();
    if let Some(kept) = unfinished(payment, "payment", event)? {
        return Ok(kept);
    }
    let customer = Some(text("customer_id")).filter(|id| !id.is_empty());
    let customer = customer.map(|id| Identity::attested("square", merchant, id));
    let email = Some(text("buyer_email_address")).filter(|email| !email.is_empty());
    let email = email.map(|email| Identity::typed("email", "", email));
    let number = Some(text("receipt_number")).filter(|number| !number.is_empty());
    let (total, currency) = money(payment, "total_money", "payment")?;
    let method = json!([{ "method": text("source_type"), "amount": total.map(Amount::text) }]);
    let tip = money(payment, "tip_money", "payment").ok().and_then(|(tip, _)| tip);
    let sender: Vec<Identity> = [customer, email].into_iter().flatten().collect();
    Ok(Event::Receipt(Box::new(Receipt {
        number: number.unwrap_or_else(|| text("id")),
        sender,
        about: vec![("shop", text("location_id")), ("cashier", text("team_member_id"))],
        amounts: tip.map(|tip| ("tip", tip)).into_iter().collect(),
        payments: method,
        note: text("note"),
        ..blank(format!("square:payment:{}", text("id")), Kind::Sale, payment, total, currency)?
    })))
}

fn refund(refund: &Json, event: String) -> Result<Event, String> {
    let text = |name: &str| refund[name].as_str().unwrap_or_default().trim().to_owned();
    if let Some(kept) = unfinished(refund, "refund", event)? {
        return Ok(kept);
    }
    let (total, currency) = money(refund, "amount_money", "refund")?;
    let payment = Some(text("payment_id")).filter(|id| !id.is_empty());
    Ok(Event::Receipt(Box::new(Receipt {
        original: payment.map(|id| format!("square:payment:{id}")).unwrap_or_default(),
        number: text("id"),
        about: vec![("shop", text("location_id"))],
        note: text("reason"),
        ..blank(format!("square:refund:{}", text("id")), Kind::Refund, refund, total, currency)?
    })))
}

/// What isn't completed moved no money, and may yet be.
fn unfinished(object: &Json, kind: &str, event: String) -> Result<Option<Event>, String> {
    if object["id"].as_str().is_none_or(str::is_empty) {
        return Err(format!("data.object.{kind}.id: missing"));
    }
    match object["status"].as_str() {
        Some("COMPLETED") => Ok(None),
        Some(status) => {
            let detail = format!("the {kind} isn't completed, its status is {status}");
            Ok(Some(Event::Kept(event, "not-completed", detail)))
        }
        None => Err(format!("data.object.{kind}.status: missing")),
    }
}

fn money(object: &Json, name: &str, kind: &str) -> Result<(Option<Amount>, String), String> {
    let money = &object[name];
    let missing = || format!("data.object.{kind}.{name}: no amount and currency");
    let currency = money["currency"].as_str().ok_or_else(missing)?;
    let count = money["amount"].as_i64().ok_or_else(missing)?;
    Ok((Amount::from_smallest(count, currency), currency.to_owned()))
}

fn blank(
    id: String,
    kind: Kind,
    object: &Json,
    total: Option<Amount>,
    currency: String,
) -> Result<Receipt, String> {
    let time = |name: &str| object[name].as_str().and_then(|text| time::read(text, Offset::UTC));
    Ok(Receipt {
        id,
        original: String::new(),
        kind,
        number: String::new(),
        sender: Vec::new(),
        member_name: String::new(),
        region: String::new(),
        at: time("created_at").ok_or("created_at: missing, or no time")?,
        total,
        currency,
        lines: Vec::new(),
        about: Vec::new(),
        amounts: Vec::new(),
        payments: Json::Null,
        note: String::new(),
        revision: time("updated_at"),
    })
}
