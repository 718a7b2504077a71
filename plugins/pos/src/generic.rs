//! The format that any till can send; the README describes it.

use crate::money::Amount;
use crate::receipt::{Kind, Line, Receipt};
use crate::time;
use hospes_sdk::Identity;
use hospes_sdk::serde_json::Value as Json;
use jiff::tz::Offset;

/// Receipts that one request may carry.
pub const RECEIPTS: usize = 200;
/// Lines that one receipt may have.
const LINES: usize = 500;
/// Characters of a number, a name, a note.
const NUMBER: usize = 100;
const NAME: usize = 200;
const NOTE: usize = 1_000;

/// What receipts leave to the installation's settings.
#[derive(Debug, Clone)]
pub struct Defaults {
    /// ISO 4217.
    pub currency: String,
    /// Of times without one.
    pub offset: Offset,
    /// The country of phone numbers without a country code.
    pub region: String,
    /// What members' cards are unique in.
    pub member_issuer: String,
    /// Whether a card was scanned rather than typed.
    pub vouched_cards: bool,
    /// Whether a phone number was verified.
    pub vouched_phones: bool,
}

/// A receipt, or what is wrong with it: a field and why.
pub fn read(receipt: &Json, defaults: &Defaults) -> Result<Receipt, String> {
    if !receipt.is_object() {
        return Err("a receipt is a JSON object".into());
    }
    let number = text(receipt, "number", NUMBER)?;
    if number.is_empty() {
        return Err("number: missing".into());
    }
    let shop = text(receipt, "shop", NUMBER)?;
    let at = text(receipt, "at", NUMBER)?;
    let at = time::read(&at, defaults.offset).ok_or_else(|| {
        format!("at: {at:?} is no time such as \"2026-01-05T16:00:00+08:00\" or \"2026-01-05 16:00:00\"")
    })?;
    let total = amount(receipt, "total")?;
    let kind = kind(&text(receipt, "type", NAME)?, total)?;
    if total.is_none() && kind != Kind::Void {
        return Err("total: missing".into());
    }
    let currency = text(receipt, "currency", NAME)?.to_ascii_uppercase();
    let currency = if currency.is_empty() { defaults.currency.clone() } else { currency };
    if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(format!("currency: {currency:?} is no code of ISO 4217 such as \"CNY\""));
    }
    let mut about = Vec::new();
    for name in ["shop", "shop_name", "till", "cashier"] {
        about.push((name, text(receipt, name, NAME)?));
    }
    let mut amounts = Vec::new();
    for name in ["discount", "tax"] {
        amounts.extend(amount(receipt, name)?.map(|amount| (name, amount)));
    }
    let original = text(receipt, "original", NUMBER)?;
    let (sender, member_name) = member(&receipt["member"], defaults)?;
    Ok(Receipt {
        id: id(&shop, &number),
        original: if original.is_empty() { original } else { id(&shop, &original) },
        kind,
        number,
        sender,
        member_name,
        region: defaults.region.clone(),
        at,
        total,
        currency,
        lines: lines(&receipt["lines"])?,
        about,
        amounts,
        payments: payments(&receipt["payments"])?,
        note: text(receipt, "note", NOTE)?,
        revision: match &receipt["revision"] {
            Json::Null => None,
            revision => Some(revision.as_i64().ok_or("revision: not a whole number")?),
        },
    })
}

/// Receipt numbers are unique in their shop.
fn id(shop: &str, number: &str) -> String {
    if shop.is_empty() { number.to_owned() } else { format!("{shop}/{number}") }
}

fn kind(named: &str, total: Option<Amount>) -> Result<Kind, String> {
    let negative = total.is_some_and(Amount::is_negative);
    match named {
        "" if negative => Ok(Kind::Refund),
        "sale" if negative => Err("total: a sale's can't be negative; is it a refund?".into()),
        "" | "sale" => Ok(Kind::Sale),
        "refund" => Ok(Kind::Refund),
        "exchange" => Ok(Kind::Exchange),
        "void" => Ok(Kind::Void),
        other => Err(format!("type: {other:?} is none of sale, refund, exchange and void")),
    }
}

/// Who a member is, best first, and what they are called. A number of which stars hide a part says nothing.
fn member(member: &Json, defaults: &Defaults) -> Result<(Vec<Identity>, String), String> {
    let within = |problem: String| format!("member.{problem}");
    let (card, phone, email, name) = match member {
        Json::Null => return Ok((Vec::new(), String::new())),
        Json::String(card) => (card.trim().to_owned(), String::new(), String::new(), String::new()),
        Json::Object(_) => (
            text(member, "card", NUMBER).map_err(within)?,
            text(member, "phone", NUMBER).map_err(within)?,
            text(member, "email", NAME).map_err(within)?,
            text(member, "name", NAME).map_err(within)?,
        ),
        _ => return Err("member: neither an object nor a card's number".into()),
    };
    let hidden = |value: &String| value.contains(['*', '＊', '•', '●']);
    let whole = |value: String| Some(value).filter(|value| !value.is_empty() && !hidden(value));
    let card = whole(card).map(|card| Identity {
        attested: defaults.vouched_cards,
        ..Identity::typed("member", defaults.member_issuer.clone(), card)
    });
    let phone = whole(phone)
        .map(|phone| Identity { attested: defaults.vouched_phones, ..Identity::typed("phone", "", phone) });
    let email = whole(email).map(|email| Identity::typed("email", "", email));
    let name = if hidden(&name) { String::new() } else { name };
    Ok(([card, phone, email].into_iter().flatten().collect(), name))
}

fn lines(lines: &Json) -> Result<Vec<Line>, String> {
    let lines = match lines {
        Json::Null => return Ok(Vec::new()),
        Json::Array(lines) if lines.len() <= LINES => lines,
        Json::Array(lines) => return Err(format!("lines: {} of them; {LINES} are the most", lines.len())),
        _ => return Err("lines: not a list".into()),
    };
    let one = |(place, line): (usize, &Json)| {
        let within = |problem: String| format!("lines[{place}].{problem}");
        Ok(Line {
            name: text(line, "name", NAME).map_err(within)?,
            sku: text(line, "sku", NUMBER).map_err(within)?,
            quantity: quantity(line).map_err(within)?,
            price: amount(line, "price").map_err(within)?,
            amount: amount(line, "amount").map_err(within)?,
        })
    };
    lines.iter().enumerate().map(one).collect()
}

/// A quantity as a decimal text without needless zeros; a weight may have any number of places.
fn quantity(line: &Json) -> Result<String, String> {
    let text = text(line, "quantity", 20)?;
    let unsigned = text.strip_prefix('-').unwrap_or(&text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if text.is_empty() {
        return Ok(text);
    }
    if !digits(whole) || !digits(fraction) {
        return Err(format!("quantity: {text:?} is no decimal"));
    }
    Ok(if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text })
}

/// `[{"method": "wechat", "amount": "199.00"}]`, amounts as decimal texts.
fn payments(payments: &Json) -> Result<Json, String> {
    let Json::Array(given) = payments else {
        return if payments.is_null() { Ok(Json::Null) } else { Err("payments: not a list".into()) };
    };
    if given.len() > 20 {
        return Err(format!("payments: {} of them; 20 are the most", given.len()));
    }
    let one = |(place, payment): (usize, &Json)| {
        let within = |problem: String| format!("payments[{place}].{problem}");
        let method = text(payment, "method", NUMBER).map_err(within)?;
        let amount = amount(payment, "amount").map_err(within)?.map(Amount::text);
        Ok(hospes_sdk::serde_json::json!({ "method": method, "amount": amount }))
    };
    given.iter().enumerate().map(one).collect::<Result<_, String>>().map(Json::Array)
}

fn amount(of: &Json, name: &str) -> Result<Option<Amount>, String> {
    Amount::read(&of[name]).map_err(|problem| format!("{name}: {problem}"))
}

/// A text, trimmed; numbers count as they are written. Empty where there is none.
fn text(of: &Json, name: &str, longest: usize) -> Result<String, String> {
    let text = match &of[name] {
        Json::Null => String::new(),
        Json::String(text) => text.trim().to_owned(),
        Json::Number(number) => number.to_string(),
        _ => return Err(format!("{name}: neither a text nor a number")),
    };
    if text.chars().count() > longest {
        return Err(format!("{name}: longer than {longest} characters"));
    }
    Ok(text)
}
