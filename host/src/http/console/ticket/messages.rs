//! A ticket's thread.

use askama::Template;

use crate::domain::actor::Permission;
use crate::domain::conversation::Interaction;
use crate::domain::undeliverable::Undeliverable;
use crate::http::console::frame::Frame;
use crate::ops::desk::Desk;

/// What is shown as a picture where it stands: kinds that carry no program.
const PICTURES: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// The thread.
#[derive(Template)]
#[template(path = "console/ticket_messages.html")]
pub struct Messages<'a> {
    pub frame: &'a Frame,
    pub desk: &'a Desk,
}

/// A file of a message.
struct File<'m> {
    name: &'m str,
    /// Its id, where it is kept here.
    id: Option<&'m str>,
    size: Option<String>,
    is_picture: bool,
    /// Why it isn't here, in words.
    failure: Option<String>,
}

impl Messages<'_> {
    /// Who wrote an outgoing message; the host and its plugins write too.
    fn author(&self, message: &Interaction) -> String {
        let name = message.author_id.and_then(|id| self.desk.user(id));
        name.map_or_else(|| self.frame.t("message-automatic"), |user| user.name.clone())
    }

    fn text(&self, message: &Interaction) -> String {
        message_text(self.frame, &self.desk.messages, message)
    }

    /// The channel of a message, where the ticket has threads on several.
    fn channel(&self, message: &Interaction) -> Option<&str> {
        let thread = self.desk.threads.iter().find(|thread| Some(thread.id) == message.conversation_id)?;
        (self.desk.threads.len() > 1).then_some(thread.channel.as_str())
    }

    /// Why a message could not be delivered, in the reader's language where the host says it.
    fn failure(&self, failure: &str) -> String {
        match Undeliverable::of(failure) {
            Some(reason) => self.frame.word("undeliverable", reason.code()),
            None => failure.to_owned(),
        }
    }

    /// Whether who signed in may send a message again.
    fn may_retry(&self) -> bool {
        self.frame.may(Permission::ConversationsWrite)
    }

    /// Whether the customer has changed what it says.
    fn is_edited(&self, message: &Interaction) -> bool {
        message.attributes.get("edited").is_some_and(|edited| edited == true)
    }

    fn files<'m>(&self, message: &'m Interaction) -> Vec<File<'m>> {
        let file = |file: &'m serde_json::Value| {
            let (kind, name) = (file["media_type"].as_str().unwrap_or_default(), file["name"].as_str());
            let id = file["attachment_id"].as_str();
            File {
                name: name.filter(|name| !name.is_empty()).unwrap_or(kind),
                id,
                size: file["size"].as_u64().map(size),
                is_picture: id.is_some() && PICTURES.contains(&kind),
                failure: file["failure"].as_str().map(|why| self.frame.word("file-failure", why)),
            }
        };
        message.attachments.iter().map(file).collect()
    }

    /// How many messages to ask for to see the older ones, too.
    fn older(&self) -> i64 {
        i64::try_from(self.desk.messages.len()).unwrap_or(0) * 2
    }
}

/// What a message says. Of a button that was pressed that is what stands on it, not what the channel sends for it.
pub(super) fn message_text(frame: &Frame, thread: &[Interaction], message: &Interaction) -> String {
    if message.kind != "choice" {
        return message.text.clone();
    }
    let offered = thread.iter().filter_map(|other| other.attributes.get("choices")?.as_array());
    let pressed = offered.flatten().find(|choice| choice["value"] == message.text.as_str());
    match pressed.and_then(|choice| choice["label"].as_str()) {
        Some(label) => label.to_owned(),
        // Without its question it is a key that says nothing to people, and may open a page.
        None => frame.t("message-choice"),
    }
}

/// A size as people read it.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{} KB", bytes.div_ceil(1_024)),
        _ => format!("{}.{} MB", bytes >> 20, ((bytes % 1_048_576) * 10) >> 20),
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn a_size_is_short() {
        let sizes = [0, 1_023, 1_024, 1_025, 1_572_864, 26_214_400].map(size);
        assert_eq!(sizes, ["0 B", "1023 B", "1 KB", "2 KB", "1.5 MB", "25.0 MB"]);
    }
}
