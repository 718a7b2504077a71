//! A shop's tills as a channel: their receipts become purchases and refunds on the timelines of members.
//!
//! Here stands only what speaks to the host; what receipts and events mean stands in the modules, which are tested
//! without one.

mod generic;
mod memory;
mod money;
mod receipt;
mod signature;
mod square;
mod time;
mod words;

use generic::Defaults;
use hospes_sdk::serde_json::{self, Value as Json, json};
use hospes_sdk::{
    Attribute, Error, Header, HttpAnswer, HttpRequest, Inbound, Kept, Message, config, lenient,
};
use receipt::Receipt;
use words::Language;

struct PointOfSale;

impl hospes_sdk::Channel for PointOfSale {
    fn receive(request: HttpRequest) -> Result<Inbound, Error> {
        if request.method != "POST" {
            let headers = vec![Header::new("allow", "POST")];
            return Ok(Inbound::answer(HttpAnswer { headers, ..HttpAnswer::status(405) }));
        }
        match request.path.trim_end_matches('/') {
            "" | "receipts" => {
                signature::of_till(&request)?;
                receipts(&json_of(&request)?)
            }
            "square" => {
                signature::of_square(&request, &config::text("square-url").unwrap_or_default())?;
                square(&json_of(&request)?)
            }
            path => Err(Error::not_found(format!(
                "There is no `{path}` here: tills post to this installation's address or to `receipts`, Square to \
                 `square`."
            ))),
        }
    }
}

hospes_sdk::export!(PointOfSale: channel);

/// Takes one receipt, or many.
fn receipts(body: &Json) -> Result<Inbound, Error> {
    let defaults = defaults();
    let Some(batch) = body.get("receipts") else {
        let receipt = generic::read(body, &defaults)
            .map_err(|problem| Error::invalid(format!("The receipt can't be taken: {problem}.")))?;
        return answer(vec![take(receipt)]);
    };
    let Some(batch) = batch.as_array() else {
        return Err(Error::invalid("`receipts` isn't a list of receipts."));
    };
    if batch.len() > generic::RECEIPTS {
        let most = generic::RECEIPTS;
        return Err(Error::invalid(format!("{} receipts came; send {most} at most at once.", batch.len())));
    }
    let one = |(place, given): (usize, &Json)| match generic::read(given, &defaults) {
        Ok(receipt) => take(receipt),
        Err(problem) => {
            let number = given["number"].as_str().unwrap_or_default();
            Taken::Kept(kept(number, "unreadable", format!("receipts[{place}]: {problem}"), None))
        }
    };
    answer(batch.iter().enumerate().map(one).collect())
}

/// Takes an event of Square's.
fn square(body: &Json) -> Result<Inbound, Error> {
    let event = square::read(body)
        .map_err(|problem| Error::invalid(format!("This isn't an event of Square's: {problem}.")))?;
    answer(vec![match event {
        square::Event::Receipt(receipt) => take(*receipt),
        square::Event::Kept(id, reason, detail) => Taken::Kept(kept(&id, reason, detail, None)),
    }])
}

/// What became of a receipt.
enum Taken {
    Message(Message),
    Kept(Kept),
}

/// Makes a message of a receipt; one that is nobody's is kept.
fn take(mut receipt: Receipt) -> Taken {
    let counted = receipt.revision;
    if receipt.sender.is_empty() && !receipt.original.is_empty() {
        receipt.sender.extend(memory::owner(&receipt.original));
    }
    let mut message = receipt.into_message(language());
    if message.sender.is_empty() {
        let detail = "the receipt names no member, by card, phone number or e-mail address".to_owned();
        return Taken::Kept(kept(&message.external_id.clone(), "no-sender", detail, Some(message)));
    }
    if let Some(revision) = memory::revision(&message, counted) {
        message.attributes.push(Attribute::new("edited", true));
        message.attributes.push(Attribute::new("revision", revision));
    }
    Taken::Message(message)
}

fn kept(external_id: &str, reason: &str, detail: String, message: Option<Message>) -> Kept {
    Kept { external_id: external_id.into(), reason: reason.into(), detail, message }
}

/// Tells the till how many receipts became messages, and which didn't.
fn answer(taken: Vec<Taken>) -> Result<Inbound, Error> {
    let (mut messages, mut kept) = (Vec::new(), Vec::new());
    for one in taken {
        match one {
            Taken::Message(message) => messages.push(message),
            Taken::Kept(part) => kept.push(part),
        }
    }
    let part =
        |part: &Kept| json!({ "receipt": part.external_id, "reason": part.reason, "detail": part.detail });
    let not = kept.iter().map(part).collect::<Vec<_>>();
    let answer = HttpAnswer::json(&json!({ "received": messages.len(), "kept": not }))?;
    Ok(Inbound { messages, kept, ..Inbound::answer(answer) })
}

fn json_of(request: &HttpRequest) -> Result<Json, Error> {
    serde_json::from_slice(&lenient::json(&request.body))
        .map_err(|error| Error::invalid(format!("The body isn't JSON: {error}.")))
}

fn defaults() -> Defaults {
    let text = |name: &str, usual: &str| config::text(name).unwrap_or_else(|| usual.to_owned());
    Defaults {
        currency: text("currency", "CNY"),
        offset: time::offset(&text("utc-offset", "+08:00")).unwrap_or(jiff::tz::Offset::UTC),
        region: text("region", "CN"),
        member_issuer: text("member-issuer", ""),
        vouched_cards: config::boolean("vouched-cards").unwrap_or(false),
        vouched_phones: config::boolean("vouched-phones").unwrap_or(false),
    }
}

fn language() -> Language {
    match config::text("language").as_deref() {
        Some("en") => Language::English,
        _ => Language::Chinese,
    }
}
