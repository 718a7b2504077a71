//! The customer's timeline in words.

use serde_json::Value;

use super::messages::message_text;
use crate::domain::clock::Timestamp;
use crate::domain::comment::plain;
use crate::domain::reason::Reason;
use crate::domain::text;
use crate::http::console::frame::Frame;
use crate::ops::customers::view::Entry;
use crate::ops::desk::Desk;
use crate::store::events::Event;

/// How many characters of a message the timeline shows.
const EXCERPT: usize = 80;

/// What is a message besides is told as the message, and who was told of it is not the customer's story.
const DOUBLED: [&str; 4] =
    ["interaction.received", "message.queued", "interaction.classified", "notification.created"];

/// Something that happened, as a line of the timeline.
pub struct TimelineEntry {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: String,
    /// A message's beginning, a reason, a name.
    pub detail: String,
    /// Who did it, of the people who work here.
    pub who: String,
}

impl TimelineEntry {
    /// The whole timeline, newest first.
    pub fn all(frame: &Frame, desk: &Desk) -> Vec<Self> {
        let entries = desk.view.timeline.iter();
        let entries = entries.filter(|entry| match entry {
            Entry::Event(event) => !DOUBLED.contains(&event.kind.as_str()),
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
                let detail = text::excerpt(&message_text(frame, &desk.messages, touch), EXCERPT);
                let who = name(touch.author_id.map(|id| id.0)).unwrap_or_default();
                Self { at: touch.occurred_at, what: known, detail, who }
            }
            Entry::Event(event) => {
                let what = frame.word("event", &event.kind.replace('.', "-"));
                let who = name(event.actor_id.filter(|_| event.actor_kind == "user")).unwrap_or_default();
                Self { at: event.at, what, detail: detail(frame, event), who }
            }
        }
    }
}

/// What an event says besides its kind, as far as it is a text for people.
fn detail(frame: &Frame, event: &Event) -> String {
    let mut data: Value =
        event.data.as_deref().and_then(|data| serde_json::from_str(data).ok()).unwrap_or_default();
    if event.kind == "ticket.sla-changed" {
        return due_times(frame, &data);
    }
    let detail =
        ["subject", "reason", "assignee", "note", "comment", "text", "customer"].iter().find_map(|name| {
            match Reason::read(data[*name].take())? {
                Reason::Text(text) => Some(plain(&text, EXCERPT)),
                reason => Some(frame.texts.reason(&reason)),
            }
        });
    text::excerpt(&detail.unwrap_or_default(), EXCERPT)
}

/// Which due times were changed, to when, and why.
fn due_times(frame: &Frame, data: &Value) -> String {
    const FIELDS: [(&str, &str); 4] = [
        ("first_response_due_at", "response"),
        ("next_response_due_at", "next-response"),
        ("resolution_due_at", "resolution"),
        ("hold_due_at", "hold"),
    ];
    let change = |(field, word): (&str, &str)| {
        let new: Timestamp = data[field]["new"].as_str()?.parse().ok()?;
        Some(format!("{} {}", frame.word("due", word), frame.in_utc(&new)))
    };
    let changes: Vec<String> = FIELDS.into_iter().filter_map(change).collect();
    let why = frame.word("sla-changed", data["why"].as_str().unwrap_or_default());
    match changes.is_empty() {
        true => why,
        false => format!("{why}: {}", changes.join(frame.t("list-comma").as_str())),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::http::texts::Texts;

    /// The kinds of events that a customer's records have, as the sources name them.
    fn kinds(folder: &Path, found: &mut Vec<String>) {
        const RECORDS: [&str; 12] = [
            "customer",
            "interaction",
            "message",
            "ticket",
            "task",
            "deal",
            "order",
            "survey",
            "score",
            "comment",
            "attachment",
            "partner",
        ];
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                kinds(&path, found);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let quoted = text.split('"').skip(1).step_by(2).filter_map(|quoted| quoted.split_once('.'));
            let kind = |(record, what): (&str, &str)| {
                let word = !what.is_empty() && what.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
                (RECORDS.contains(&record) && word && what != "wit").then(|| format!("{record}.{what}"))
            };
            found.extend(quoted.filter_map(kind));
        }
    }

    #[test]
    fn everything_that_happens_to_a_customer_is_told_in_both_languages() {
        let mut found = Vec::new();
        kinds(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ops"), &mut found);
        found.retain(|kind| !DOUBLED.contains(&kind.as_str()));
        assert!(found.iter().any(|kind| kind == "ticket.hand-off-refused") && found.len() > 50, "{found:?}");
        for kind in found {
            let key = kind.replace('.', "-");
            for texts in [Texts::English, Texts::Chinese] {
                assert!(texts.known_word("event", &key).is_some(), "{kind} in {}", texts.language());
            }
        }
    }
}
