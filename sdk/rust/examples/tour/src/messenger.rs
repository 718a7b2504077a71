//! `messenger`: the staff reads what happened in the workshop's app.

use hospes_sdk::messenger::{Notification, Receipt};
use hospes_sdk::serde_json::json;
use hospes_sdk::{Error, Messenger};

use crate::Radwerk;
use crate::shop::{app, good};

impl Messenger for Radwerk {
    fn deliver(notifications: Vec<Notification>) -> Result<Vec<Receipt>, Error> {
        notifications.into_iter().map(deliver_one).collect()
    }
}

/// What the app refuses is this notification's own failure; that nothing could be sent at all is the whole call's.
fn deliver_one(notification: Notification) -> Result<Receipt, Error> {
    let Notification { id, address, text, url, .. } = notification;
    let failure = match address.is_empty() {
        true => Some(Error::not_found("Enter your account in the app in your settings.")),
        false => {
            let sent = app("POST", "/messages").header("idempotency-key", id.as_str());
            good(sent.json(&json!({"to": address, "text": format!("{text} {url}").trim()})).send()?).err()
        }
    };
    Ok(Receipt { notification: id, reference: String::new(), failure })
}
