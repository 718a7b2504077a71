/// Sends messages by a provider's HTTP interface.
impl hospes_sdk::ChannelSend for Plugin {
    fn send(message: hospes_sdk::OutboundMessage) -> Result<hospes_sdk::Sent, hospes_sdk::Error> {
        use hospes_sdk::http::{Piece, Request};
        let response = Request::post("https://api.example.com/messages")
            .header("authorization", [Piece::text("Bearer "), Piece::secret("token")])
            .header("idempotency-key", message.id)
            .json(&serde_json::json!({"to": message.conversation, "text": message.text}))
            .send()?;
        let answered = format!("the provider answered {}", response.status);
        match response.status {
            500.. => Err(hospes_sdk::Error::unavailable(answered, Some(10_000))),
            300.. => Err(hospes_sdk::Error::invalid(answered)),
            _ => {
                let sent: serde_json::Value = response.json()?;
                Ok(hospes_sdk::Sent { external_id: sent["id"].to_string(), attributes: Vec::new() })
            }
        }
    }
}
