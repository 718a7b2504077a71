//! A receipt, whichever till it came from, and the message that it becomes.

use crate::money::Amount;
use crate::words::{self, Language};
use hospes_sdk::serde_json::{Value as Json, json};
use hospes_sdk::{Attribute, Identity, Message, Value};

/// What a receipt says was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Goods for money.
    Sale,
    /// Money back.
    Refund,
    /// Goods for goods; the total is what was paid on top, or, negative, given back.
    Exchange,
    /// An earlier receipt doesn't count.
    Void,
}

impl Kind {
    /// Its name in the format and in attributes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::Refund => "refund",
            Self::Exchange => "exchange",
            Self::Void => "void",
        }
    }
}

/// One article on a receipt. Quantities and amounts are decimal texts, as exact as they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// What people call the article.
    pub name: String,
    /// The shop's number of it.
    pub sku: String,
    /// How many or how much; negative where it was given back.
    pub quantity: String,
    /// Of one.
    pub price: Option<Amount>,
    /// Of all.
    pub amount: Option<Amount>,
}

/// A receipt.
#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    /// By which it is known again: `SHOP/NUMBER`, `square:payment:ID`.
    pub id: String,
    /// The id of the receipt that it takes back or changes; empty without one.
    pub original: String,
    /// What was done.
    pub kind: Kind,
    /// The number as it is printed.
    pub number: String,
    /// Who bought, best first; empty when nobody said.
    pub sender: Vec<Identity>,
    /// The member's name.
    pub member_name: String,
    /// The country of phone numbers without a country code.
    pub region: String,
    /// When, in microseconds since 1970.
    pub at: i64,
    /// What it came to; none where it can't be written with two places.
    pub total: Option<Amount>,
    /// ISO 4217.
    pub currency: String,
    /// What was bought or given back.
    pub lines: Vec<Line>,
    /// More that is known, as named texts: shop, till, cashier.
    pub about: Vec<(&'static str, String)>,
    /// More amounts: discount, tax, tip.
    pub amounts: Vec<(&'static str, Amount)>,
    /// How it was paid, as JSON; null when it isn't known.
    pub payments: Json,
    /// What somebody noted on it.
    pub note: String,
    /// Which version of the receipt this is, where its sender counts them; a greater one is newer.
    pub revision: Option<i64>,
}

impl Receipt {
    /// The message; it may have no sender.
    pub fn into_message(self, language: Language) -> Message {
        let text = words::line(&self, language);
        let Self { id, original, kind, number, sender, member_name, region, at, total, currency, .. } = self;
        let mut attributes =
            vec![Attribute::new("receipt_type", kind.name()), Attribute::new("receipt", number)];
        let mut named = |name: &str, text: String| {
            if !text.is_empty() {
                attributes.push(Attribute::new(name, text));
            }
        };
        if sender.iter().any(|identity| identity.scheme == "phone") {
            named("region", region);
        }
        named("name", member_name);
        named("in_reply_to", original);
        for (name, text) in self.about {
            named(name, text);
        }
        if let Some(total) = total {
            attributes.push(Attribute::new(side(kind, total), total.size().money(&currency)));
        }
        for (name, amount) in self.amounts {
            attributes.push(Attribute::new(name, amount.size().money(&currency)));
        }
        let json =
            |name: &str, value: Json| Attribute { name: name.into(), value: Value::Json(value.to_string()) };
        if !self.lines.is_empty() {
            attributes.push(json("lines", self.lines.iter().map(Line::json).collect()));
        }
        if !self.payments.is_null() {
            attributes.push(json("payments", self.payments));
        }
        Message {
            conversation: conversation(&sender, &id),
            external_id: id,
            // Only what brought goods counts as a purchase.
            kind: if matches!(kind, Kind::Sale | Kind::Exchange) { "purchase" } else { "note" }.into(),
            sender,
            sent_at: at,
            text,
            attachments: Vec::new(),
            attributes,
        }
    }
}

/// The attribute that the total stands in: what was paid, or what was given back; neither is ever negative.
fn side(kind: Kind, total: Amount) -> &'static str {
    match kind {
        Kind::Refund => "refunded",
        Kind::Exchange if total.is_negative() => "refunded",
        Kind::Void => "voided",
        Kind::Sale | Kind::Exchange => "total",
    }
}

/// One thread for each member; a receipt of nobody's is one by itself.
fn conversation(sender: &[Identity], id: &str) -> String {
    sender.first().map_or_else(|| id.to_owned(), |who| format!("{}:{}:{}", who.scheme, who.issuer, who.value))
}

impl Line {
    fn json(&self) -> Json {
        let amount = |amount: Option<Amount>| amount.map(Amount::text);
        json!({
            "name": self.name, "sku": self.sku, "quantity": self.quantity,
            "price": amount(self.price), "amount": amount(self.amount),
        })
    }
}
