//! `channel-poll`: asks the app for messages, for workshops that no webhook can reach.

use hospes_sdk::serde_json::{self, Value as Json};
use hospes_sdk::{Batch, ChannelPoll, Error, Kept, encoding};
use serde::Deserialize;

use crate::Radwerk;
use crate::message::{AppMessage, json};
use crate::shop::{app, good};

/// What the app answers.
#[derive(Deserialize)]
struct Page {
    messages: Vec<Json>,
    next: Option<String>,
    #[serde(default)]
    more: bool,
}

impl ChannelPoll for Radwerk {
    fn poll(cursor: Option<String>) -> Result<Batch, Error> {
        let after = encoding::url_encoded(cursor.as_deref().unwrap_or("0"));
        let response = good(app("GET", &format!("/messages?after={after}")).send()?)?;
        let page: Page = json(&response.body)?;
        // The cursor is stored together with the messages, so that none is lost and none comes twice.
        let next = page.next.or(cursor);
        let mut batch =
            Batch { messages: vec![], receipts: vec![], kept: vec![], cursor: next, more: page.more };
        for item in page.messages {
            let id = item["id"].as_str().unwrap_or_default().to_owned();
            let read = serde_json::from_value(item).map_err(Error::from).and_then(AppMessage::into_message);
            match read {
                Ok(message) => batch.messages.push(message),
                // One that can't be read mustn't hold up those behind it.
                Err(error) => batch.kept.push(Kept {
                    external_id: id,
                    reason: "unreadable".into(),
                    detail: error.message,
                    message: None,
                }),
            }
        }
        Ok(batch)
    }
}
