//! The customer's timeline in words.

use serde_json::Value;

use crate::domain::clock::Timestamp;
use crate::http::console::frame::Frame;
use crate::ops::desk::Desk;
use crate::ops::view::Entry;
use crate::store::events::Event;

/// How many characters of a message the timeline shows.
const EXCERPT: usize = 80;

/// Something that happened, as a line of the timeline.
pub struct Told {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: String,
    /// A message's beginning, a reason, a name.
    pub detail: String,
    /// Who did it, of the people who work here.
    pub who: String,
}

impl Told {
    /// The whole timeline, newest first.
    pub fn all(frame: &Frame, desk: &Desk) -> Vec<Self> {
        // What is a message besides is told as the message, and who was told of it is not the customer's story.
        let doubled =
            ["interaction.received", "message.queued", "interaction.classified", "notification.created"];
        let entries = desk.view.timeline.iter();
        let entries = entries.filter(|entry| match entry {
            Entry::Event(event) => !doubled.contains(&event.kind.as_str()),
            Entry::Interaction(_) => true,
        });
        entries.map(|entry| Self::one(frame, desk, entry)).collect()
    }

    fn one(frame: &Frame, desk: &Desk, entry: &Entry) -> Self {
        let name = |id| desk.users.iter().find(|user| Some(user.id.0) == id).map(|user| user.name.clone());
        match entry {
            Entry::Interaction(touch) => {
                let side = if touch.inbound { "in" } else { "out" };
                let known = frame.word("touch", &format!("{}-{side}", touch.kind));
                let mut detail: String = touch.text.chars().take(EXCERPT).collect();
                if detail.len() < touch.text.len() {
                    detail.push('…');
                }
                let who = name(touch.author_id.map(|id| id.0)).unwrap_or_default();
                Self { at: touch.occurred_at, what: known, detail, who }
            }
            Entry::Event(event) => {
                let what = frame.word("event", &event.kind.replace('.', "-"));
                let who = name(event.actor_id.filter(|_| event.actor_kind == "user")).unwrap_or_default();
                Self { at: event.at, what, detail: detail(event), who }
            }
        }
    }
}

/// What an event says besides its kind, as far as it is a text for people.
fn detail(event: &Event) -> String {
    let data: Value =
        event.data.as_deref().and_then(|data| serde_json::from_str(data).ok()).unwrap_or_default();
    let text = ["subject", "reason", "assignee", "note", "comment", "text"]
        .iter()
        .find_map(|name| data[*name].as_str());
    text.unwrap_or_default().chars().take(EXCERPT).collect()
}
