//! `channel-send`: answers go out by the app.

use hospes_sdk::serde_json::{Value as Json, json};
use hospes_sdk::{ChannelSend, ConversationRequest, Error, OutboundMessage, Sent, Started};

use crate::Radwerk;
use crate::shop::{app, good};

impl ChannelSend for Radwerk {
    fn send(message: OutboundMessage) -> Result<Sent, Error> {
        if !message.attachments.is_empty() {
            return Err(Error::new("unsupported", "The app shows no files: send a link instead."));
        }
        let button = |choice: &hospes_sdk::Choice| json!({"label": choice.label, "value": choice.value});
        let buttons: Vec<Json> = message.choices.iter().map(button).collect();
        let response = app("POST", "/messages")
            // An attempt may have arrived although its answer didn't: the id stays the same over all of them.
            .header("idempotency-key", message.id)
            .json(&json!({"to": message.conversation, "text": message.text, "buttons": buttons}))
            .send()?;
        let answer: Json = good(response)?.json()?;
        let id = answer["id"].as_str().ok_or_else(|| Error::invalid("The app's answer has no id."))?;
        Ok(Sent { external_id: id.to_owned(), attributes: Vec::new() })
    }

    fn start(request: ConversationRequest) -> Result<Started, Error> {
        let account = request.recipient.into_iter().find(|identity| identity.scheme == "radwerk");
        let account = account.ok_or_else(|| Error::new("unsupported", "This customer has no account."))?;
        Ok(Started { conversation: account.value })
    }
}
