//! Texts that a channel hands in, made such that both databases take them: people can't mend what they didn't see.

use serde_json::Value;

use crate::plugins::types::{self, Attribute, Kept, Message};

/// What stands for a character that can't be kept.
const UNREADABLE: &str = "\u{fffd}";

/// Puts U+FFFD for each NUL in what becomes no message.
pub(super) fn clean_kept(kept: &mut [Kept]) {
    for Kept { external_id, reason, detail, message } in kept {
        [external_id, reason, detail].into_iter().for_each(mend);
        if let Some(message) = message {
            clean(message);
        }
    }
}

/// Puts U+FFFD for each NUL in a message.
pub(super) fn clean(message: &mut Message) {
    let Message { external_id, conversation, kind, sender, sent_at: _, text, attachments, attributes } =
        message;
    for text in [external_id, conversation, kind, text] {
        mend(text);
    }
    for identity in sender {
        [&mut identity.scheme, &mut identity.issuer, &mut identity.value].into_iter().for_each(mend);
    }
    for media in attachments {
        [&mut media.name, &mut media.media_type, &mut media.reference].into_iter().for_each(mend);
    }
    for Attribute { name, value } in attributes {
        mend(name);
        match value {
            types::Value::Text(text) => mend(text),
            // Within JSON a NUL is written as an escape.
            types::Value::Json(json) if json.contains("\\u0000") => {
                if let Ok(mut read) = serde_json::from_str::<Value>(json) {
                    mend_json(&mut read);
                    *json = read.to_string();
                }
            }
            _ => {}
        }
    }
}

fn mend(text: &mut String) {
    if text.contains('\0') {
        *text = text.replace('\0', UNREADABLE);
    }
}

fn mend_json(value: &mut Value) {
    match value {
        Value::String(text) => mend(text),
        Value::Array(items) => items.iter_mut().for_each(mend_json),
        Value::Object(fields) => {
            let names: Vec<String> = fields.keys().filter(|name| name.contains('\0')).cloned().collect();
            for name in names {
                if let Some(value) = fields.remove(&name) {
                    fields.insert(name.replace('\0', UNREADABLE), value);
                }
            }
            fields.values_mut().for_each(mend_json);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_holds_a_nul_afterwards() {
        let mut message = Message {
            external_id: "1\0".into(),
            conversation: "a\0b".into(),
            kind: "message".into(),
            sender: vec![types::Identity {
                scheme: "email".into(),
                issuer: String::new(),
                value: "x\0@example.com".into(),
                attested: false,
            }],
            sent_at: 0,
            text: "before\0after".into(),
            attachments: vec![types::Media {
                name: "a\0.txt".into(),
                media_type: "text/plain".into(),
                reference: "r".into(),
                size: None,
            }],
            attributes: vec![
                Attribute { name: "name".into(), value: types::Value::Text("A\0da".into()) },
                Attribute {
                    name: "d".into(),
                    value: types::Value::Json(r#"{"a\u0000": ["\u0000", 1]}"#.into()),
                },
            ],
        };
        clean(&mut message);
        let text = format!("{message:?}");
        assert!(!text.contains("\\0") && !text.contains("u0000"), "{text}");
        assert_eq!(message.text, "before\u{fffd}after");
    }
}
