//! Receives a greeting by webhook.

use hospes_sdk::{Attribute, Channel, Error, HttpAnswer, HttpRequest, Identity, Inbound, Message, config};
use serde::Deserialize;

struct Hello;

hospes_sdk::export!(Hello: channel);

impl Channel for Hello {
    fn receive(request: HttpRequest) -> Result<Inbound, Error> {
        let greeting: Greeting = request.json()?;
        let answer = config::text("answer").unwrap_or_default();
        Ok(Inbound {
            messages: vec![greeting.into_message()],
            ..Inbound::answer(HttpAnswer::text(answer))
        })
    }
}

/// What the webhook brings.
#[derive(Deserialize)]
struct Greeting {
    /// The sender's own number of it; a second delivery with the same number changes nothing.
    id: String,
    /// An e-mail address.
    from: String,
    name: String,
    text: String,
    /// Microseconds since 1970, UTC.
    at: i64,
}

impl Greeting {
    fn into_message(self) -> Message {
        Message {
            external_id: self.id,
            conversation: self.from.clone(),
            kind: "message".into(),
            sender: vec![Identity::typed("email", "", self.from)],
            sent_at: self.at,
            text: self.text,
            attachments: Vec::new(),
            attributes: vec![Attribute::new("name", self.name)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Greeting;

    #[test]
    fn a_conversation_is_one_address() {
        let body = r#"{"id": "1", "from": "li@example.com", "name": "Li", "text": "Hello", "at": 0}"#;
        let message = serde_json::from_str::<Greeting>(body).unwrap().into_message();
        assert_eq!(message.conversation, "li@example.com");
        assert_eq!(message.text, "Hello");
    }
}
