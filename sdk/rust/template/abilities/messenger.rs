/// Notifies people who work here by a messenger's HTTP interface.
impl hospes_sdk::Messenger for Plugin {
    fn deliver(
        notifications: Vec<hospes_sdk::messenger::Notification>,
    ) -> Result<Vec<hospes_sdk::messenger::Receipt>, hospes_sdk::Error> {
        use hospes_sdk::http::{Piece, Request};
        let mut receipts = Vec::new();
        for notification in notifications {
            let text = format!("{} {}", notification.text, notification.url);
            let response = Request::post("https://messenger.example.com/notify")
                .header("authorization", [Piece::text("Bearer "), Piece::secret("messenger-token")])
                .header("idempotency-key", notification.id.as_str())
                .json(&serde_json::json!({"to": notification.address, "text": text.trim()}))
                .send()?;
            let answered = format!("the messenger answered {}", response.status);
            let failure = match response.status {
                500.. => Some(hospes_sdk::Error::unavailable(answered, Some(60_000))),
                300.. => Some(hospes_sdk::Error::invalid(answered)),
                _ => None,
            };
            let (notification, reference) = (notification.id, String::new());
            receipts.push(hospes_sdk::messenger::Receipt { notification, reference, failure });
        }
        Ok(receipts)
    }
}
