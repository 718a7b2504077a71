//! A share as the dealer's system takes it.

use hospes_sdk::partner::Share;
use hospes_sdk::serde_json::{self, Map, Value as Json, json};
use hospes_sdk::{Entity, Value};

/// Where a share goes: deals are leads there, tickets are service requests.
pub fn path(share: &Share) -> &'static str {
    match share.subject.kind.as_str() {
        "deal" => "/v1/leads",
        _ => "/v1/service-requests",
    }
}

/// The body: what is shared, and nothing for what isn't.
pub fn body(share: &Share, dealer: &str) -> Json {
    let record = &share.subject;
    let mut body = Map::new();
    body.insert("share_id".into(), share.id.as_str().into());
    if !dealer.is_empty() {
        body.insert("dealer_code".into(), dealer.into());
    }
    let fields: &[(&str, &str)] = match record.kind.as_str() {
        "deal" => &[
            ("name", "title"),
            ("status", "status"),
            ("probability", "probability"),
            ("source", "source"),
            ("expected_close", "expected_close"),
        ],
        _ => &[
            ("subject", "title"),
            ("class", "class"),
            ("priority", "priority"),
            ("status", "status"),
            ("language", "language"),
            ("tags", "tags"),
        ],
    };
    put(&mut body, record, fields);
    if let Some(money) = record.get("amount").and_then(Value::as_money) {
        body.insert("value".into(), json!({ "amount": money.amount, "currency": money.currency }));
    }
    let mut customer = Map::new();
    let known = [
        ("customer_name", "name"),
        ("customer_phone", "phone"),
        ("customer_email", "email"),
        ("customer_region", "region"),
        ("customer_language", "language"),
    ];
    put(&mut customer, record, &known);
    if !customer.is_empty() {
        body.insert("customer".into(), customer.into());
    }
    if !share.note.is_empty() {
        body.insert("note".into(), share.note.as_str().into());
    }
    body.into()
}

fn put(body: &mut Map<String, Json>, record: &Entity, fields: &[(&str, &str)]) {
    for (field, name) in fields {
        let value = match record.get(field) {
            Some(Value::Text(text) | Value::Date(text)) => text.as_str().into(),
            Some(Value::Integer(number)) => (*number).into(),
            Some(Value::Number(number)) => (*number).into(),
            Some(Value::Boolean(yes)) => (*yes).into(),
            Some(Value::Json(json)) => serde_json::from_str(json).unwrap_or_default(),
            Some(Value::Money(money)) => json!({ "amount": money.amount, "currency": money.currency }),
            Some(Value::None | Value::Time(_)) | None => continue,
        };
        body.insert((*name).to_owned(), value);
    }
}

/// A text as it stands in an address.
pub fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use hospes_sdk::Attribute;

    fn share(kind: &str, attributes: Vec<Attribute>) -> Share {
        let subject = Entity { kind: kind.into(), id: "s".into(), version: 1, attributes };
        Share { id: "s-1".into(), subject, note: String::new() }
    }

    #[test]
    fn what_is_not_shared_is_not_there() {
        let lead = share("deal", vec![Attribute::new("name", "20 desks")]);
        assert_eq!(path(&lead), "/v1/leads");
        assert_eq!(body(&lead, ""), json!({"share_id": "s-1", "title": "20 desks"}));
        let empty = share("ticket", vec![Attribute { name: "subject".into(), value: Value::None }]);
        assert_eq!(body(&empty, "S-7"), json!({"share_id": "s-1", "dealer_code": "S-7"}));
    }

    #[test]
    fn lists_stay_lists() {
        let tags = Attribute { name: "tags".into(), value: Value::Json("[\"a\"]".into()) };
        assert_eq!(body(&share("ticket", vec![tags]), "")["tags"], json!(["a"]));
    }

    #[test]
    fn an_address_has_no_signs_of_its_own_from_outside() {
        assert_eq!(encoded("RO-600 净/../x?y=1&z#"), "RO-600%20%E5%87%80%2F..%2Fx%3Fy%3D1%26z%23");
    }
}
