//! A message as the app writes it, which comes by webhook and by polling.

use hospes_sdk::{Attribute, Error, Identity, Media, Message, lenient, serde_json};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Reads JSON in which people's words are: those may hold halves of characters and bytes that are no text, which strict JSON
/// refuses and nobody could mend.
pub fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    let text = String::from_utf8_lossy(body);
    Ok(serde_json::from_slice(&lenient::json(text.as_bytes()))?)
}

/// Fields that aren't here are left alone, so that the app may grow.
#[derive(Deserialize)]
pub struct AppMessage {
    id: String,
    /// The sender's account, which names the thread as well.
    from: String,
    name: Option<String>,
    text: String,
    /// Milliseconds since 1970.
    sent: i64,
    /// The number on the frame, if the sender has typed one.
    frame: Option<String>,
    /// The app's id of a picture.
    photo: Option<String>,
    /// A list of the sender's own, as text.
    pub checklist: Option<String>,
}

impl AppMessage {
    /// The message as the host takes it.
    pub fn into_message(self) -> Result<Message, Error> {
        // The host would keep these as `no-id` and `no-sender`; the app should know that it has a fault.
        if self.id.is_empty() || self.from.is_empty() {
            return Err(Error::invalid("A message needs an id and somebody whom it is from."));
        }
        // The app vouches for its accounts. A frame number is what somebody typed.
        let mut sender = vec![Identity::attested("radwerk", "", self.from.clone())];
        sender.extend(self.frame.map(|frame| Identity::typed("bike-frame", "", frame)));
        let photo = |reference| Media {
            name: "photo.jpg".into(),
            media_type: "image/jpeg".into(),
            reference,
            size: None,
        };
        Ok(Message {
            external_id: self.id,
            conversation: self.from,
            kind: "message".into(),
            sender,
            sent_at: self.sent.saturating_mul(1_000),
            text: self.text,
            attachments: self.photo.into_iter().map(photo).collect(),
            attributes: self.name.into_iter().map(|name| Attribute::new("name", name)).collect(),
        })
    }
}
