/// Asks a provider for new messages.
impl hospes_sdk::ChannelPoll for Plugin {
    fn poll(cursor: Option<String>) -> Result<hospes_sdk::Batch, hospes_sdk::Error> {
        use hospes_sdk::http::{Piece, Request};
        let after = hospes_sdk::encoding::url_encoded(cursor.as_deref().unwrap_or("0"));
        let response = Request::get(format!("https://api.example.com/messages?after={after}"))
            .header("authorization", [Piece::text("Bearer "), Piece::secret("reading-token")])
            .send()?;
        if response.status != 200 {
            let answered = format!("the provider answered {}", response.status);
            return Err(hospes_sdk::Error::unavailable(answered, Some(10_000)));
        }
        let came: Came = response.json()?;
        let cursor = came.messages.last().map(|message| message.id.to_string()).or(cursor);
        let messages = came.messages.into_iter().map(Incoming::into_message).collect();
        Ok(hospes_sdk::Batch { messages, receipts: Vec::new(), kept: Vec::new(), cursor, more: false })
    }
}

/// What the provider answers.
#[derive(serde::Deserialize)]
struct Came {
    messages: Vec<Incoming>,
}

/// A message, as the provider has it.
#[derive(serde::Deserialize)]
struct Incoming {
    id: u64,
    from: String,
    text: String,
    /// Microseconds since 1970, UTC.
    at: i64,
}

impl Incoming {
    fn into_message(self) -> hospes_sdk::Message {
        hospes_sdk::Message {
            external_id: self.id.to_string(),
            conversation: self.from.clone(),
            kind: "message".into(),
            sender: vec![hospes_sdk::Identity::typed("email", "", self.from)],
            sent_at: self.at,
            text: self.text,
            attachments: Vec::new(),
            attributes: Vec::new(),
        }
    }
}
