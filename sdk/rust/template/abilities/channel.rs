/// Receives greetings by webhook.
impl hospes_sdk::Channel for Plugin {
    fn receive(request: hospes_sdk::HttpRequest) -> Result<hospes_sdk::Inbound, hospes_sdk::Error> {
        let greeting: Greeting = request.json()?;
        let answer = hospes_sdk::config::text("answer").unwrap_or_default();
        Ok(hospes_sdk::Inbound {
            messages: vec![greeting.into_message()],
            ..hospes_sdk::Inbound::answer(hospes_sdk::HttpAnswer::text(answer))
        })
    }
}

/// What the webhook brings.
#[derive(serde::Deserialize)]
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
    fn into_message(self) -> hospes_sdk::Message {
        hospes_sdk::Message {
            external_id: self.id,
            conversation: self.from.clone(),
            kind: "message".into(),
            sender: vec![hospes_sdk::Identity::typed("email", "", self.from)],
            sent_at: self.at,
            text: self.text,
            attachments: Vec::new(),
            attributes: vec![hospes_sdk::Attribute::new("name", self.name)],
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
