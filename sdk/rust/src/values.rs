//! Short ways to make and read the contract's values.

use crate::{Attribute, Entity, Error, Header, HttpAnswer, HttpRequest, Identity, Inbound, Money, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;

impl Error {
    /// An error with a code of the plugin's own.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), retry_after_ms: None }
    }

    /// What was handed in makes no sense.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new("invalid", message)
    }

    /// It isn't allowed: a forged signature, a missing right.
    pub fn denied(message: impl Into<String>) -> Self {
        Self::new("denied", message)
    }

    /// There is no such thing.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new("not-found", message)
    }

    /// The other side can't at the moment; `retry_after_ms` says when it may be able to, if it is known.
    pub fn unavailable(message: impl Into<String>, retry_after_ms: Option<u32>) -> Self {
        Self { retry_after_ms, ..Self::new("unavailable", message) }
    }
}

impl From<serde_json::Error> for Error {
    /// JSON that isn't what was expected is `invalid`.
    fn from(error: serde_json::Error) -> Self {
        Self::invalid(format!("The JSON isn't what was expected: {error}."))
    }
}

impl Value {
    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, if it is one.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// The number, whole or not.
    #[expect(clippy::cast_precision_loss, reason = "whoever asks for an f64 gets the nearest one")]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Integer(number) => Some(*number as f64),
            _ => None,
        }
    }

    /// The amount of money, if it is one.
    pub fn as_money(&self) -> Option<&Money> {
        match self {
            Self::Money(money) => Some(money),
            _ => None,
        }
    }

    /// The day, `YYYY-MM-DD`, if it is one.
    pub fn as_date(&self) -> Option<&str> {
        match self {
            Self::Date(day) => Some(day),
            _ => None,
        }
    }

    /// The yes or no, if it is one.
    pub fn as_boolean(&self) -> Option<bool> {
        match self {
            Self::Boolean(boolean) => Some(*boolean),
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<Money> for Value {
    fn from(money: Money) -> Self {
        Self::Money(money)
    }
}

impl From<bool> for Value {
    fn from(boolean: bool) -> Self {
        Self::Boolean(boolean)
    }
}

impl Money {
    /// An amount as decimal text with at most two places, such as `12.30`, of a currency as ISO 4217 has it. The host
    /// checks both.
    pub fn new(amount: impl Into<String>, currency: impl Into<String>) -> Self {
        Self { amount: amount.into(), currency: currency.into() }
    }

    /// The amount in hundredths, to calculate with; `None` when it isn't a decimal with at most two places.
    pub fn hundredths(&self) -> Option<i64> {
        let (sign, unsigned) = match self.amount.strip_prefix('-') {
            Some(unsigned) => (-1, unsigned),
            None => (1, self.amount.as_str()),
        };
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "00"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || fraction.len() > 2 {
            return None;
        }
        let fraction: i64 = format!("{fraction:0<2}").parse().ok()?;
        whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(fraction)?.checked_mul(sign)
    }
}

impl Attribute {
    /// A named value.
    pub fn new(name: impl Into<String>, value: impl Into<Value>) -> Self {
        Self { name: name.into(), value: value.into() }
    }

    /// The value of that name in a list, if it is there.
    pub fn find<'a>(attributes: &'a [Self], name: &str) -> Option<&'a Value> {
        attributes.iter().find(|attribute| attribute.name == name).map(|attribute| &attribute.value)
    }
}

impl Entity {
    /// One of its fields; `None` when it is empty or may not be read.
    pub fn get(&self, name: &str) -> Option<&Value> {
        Attribute::find(&self.attributes, name)
    }

    /// One of its fields, if it is text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_text()
    }
}

impl Identity {
    /// An identity that somebody typed.
    pub fn typed(scheme: impl Into<String>, issuer: impl Into<String>, value: impl Into<String>) -> Self {
        Self { scheme: scheme.into(), issuer: issuer.into(), value: value.into(), attested: false }
    }

    /// An identity that the channel itself vouches for.
    pub fn attested(scheme: impl Into<String>, issuer: impl Into<String>, value: impl Into<String>) -> Self {
        Self { attested: true, ..Self::typed(scheme, issuer, value) }
    }
}

impl Header {
    /// A header.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }

    /// The value of the first header of that name, whatever its case.
    pub fn find<'a>(headers: &'a [Self], name: &str) -> Option<&'a str> {
        headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name))
            .map(|header| header.value.as_str())
    }
}

impl HttpRequest {
    /// The value of the first header of that name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        Header::find(&self.headers, name)
    }

    /// The body read as JSON; `invalid` when it isn't what was expected.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        Ok(serde_json::from_slice(&self.body)?)
    }
}

impl HttpAnswer {
    /// An answer without a body.
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// 200 with plain text.
    pub fn text(text: impl Into<String>) -> Self {
        let headers = vec![Header::new("content-type", "text/plain; charset=utf-8")];
        Self { status: 200, headers, body: text.into().into_bytes() }
    }

    /// 200 with JSON.
    pub fn json(value: &impl Serialize) -> Result<Self, Error> {
        let headers = vec![Header::new("content-type", "application/json")];
        Ok(Self { status: 200, headers, body: serde_json::to_vec(value)? })
    }
}

impl Inbound {
    /// A request that meant nothing but its answer, such as a provider's check of the address.
    pub fn answer(answer: HttpAnswer) -> Self {
        Self { answer, messages: Vec::new(), receipts: Vec::new(), kept: Vec::new() }
    }
}
