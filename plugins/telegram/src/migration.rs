//! A group that becomes a supergroup gets another id; Telegram notes it in both chats. Its conversation keeps the name that
//! it began with, its messages have the ids of the chat that they are in.

use crate::thread::Thread;
use serde_json::Value as Json;

/// A group's way from one chat id to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    /// The group's id before.
    pub from: i64,
    /// The supergroup's id.
    pub to: i64,
}

impl Migration {
    /// What an update tells of it, in the old chat or in the new one; none where it tells nothing.
    pub fn of(update: &Json) -> Option<Self> {
        let message = &update["message"];
        let here = message["chat"]["id"].as_i64()?;
        let old = message["migrate_from_chat_id"].as_i64().map(|from| Self { from, to: here });
        let new = message["migrate_to_chat_id"].as_i64().map(|to| Self { from: here, to });
        old.or(new).filter(|migration| migration.from != migration.to)
    }

    /// What isn't `kept` of it yet. It is the same whoever tells first: the note in the old chat, the one in the new chat, or
    /// Telegram's answer to a message that was sent to the old one.
    pub fn facts(self, kept: impl Fn(&str) -> Option<i64>) -> Vec<(String, i64)> {
        let Self { from, to } = self;
        let began = kept(&came_from_key(from)).unwrap_or(from);
        let mut facts = vec![(moved_key(from), to), (came_from_key(to), began)];
        if began != from {
            facts.push((moved_key(began), to));
        }
        facts.retain(|(key, chat)| kept(key) != Some(*chat));
        facts
    }
}

/// Where it is kept which chat a group has moved to.
pub fn moved_key(chat: i64) -> String {
    format!("moved/{chat}")
}

/// Where it is kept under which chat a group's conversation began.
fn came_from_key(chat: i64) -> String {
    format!("came-from/{chat}")
}

/// The name under which a conversation began; none where its chat never moved.
pub fn conversation(name: &str, kept: impl Fn(&str) -> Option<i64>) -> Option<String> {
    // Only groups have negative ids, and only they move.
    let mut thread = Thread::parse(name).filter(|thread| thread.chat < 0)?;
    thread.chat = kept(&came_from_key(thread.chat))?;
    Some(thread.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::collections::BTreeMap;

    #[test]
    fn a_conversation_goes_on_whoever_tells_of_the_move_and_however_often() {
        let (group, supergroup) = (-4_123_456_789, -1_002_214_478_123);
        let mut store = BTreeMap::new();
        for _ in 0..3 {
            let facts = Migration { from: group, to: supergroup }.facts(|key| store.get(key).copied());
            store.extend(facts);
            let kept = |key: &str| store.get(key).copied();
            assert_eq!(kept(&moved_key(group)), Some(supergroup));
            for (name, began) in [
                ("-1002214478123", Some("-4123456789")),
                ("-1002214478123/301", Some("-4123456789/301")),
                ("-4123456789", None),
                ("5120938471", None),
            ] {
                assert_eq!(conversation(name, kept).as_deref(), began, "{name}");
            }
        }
        assert_eq!(store.len(), 2);
        // A conversation of two moves still has the name that it began with, and answers to it find the last chat.
        let facts = Migration { from: supergroup, to: -7 }.facts(|key| store.get(key).copied());
        store.extend(facts);
        assert_eq!(conversation("-7", |key| store.get(key).copied()).as_deref(), Some("-4123456789"));
        assert_eq!(store[&moved_key(group)], -7);
    }

    #[test]
    fn both_notes_tell_the_same() {
        let migration = Some(Migration { from: -4_123_456_789, to: -1_002_214_478_123 });
        for note in [
            json!({"chat": {"id": -4_123_456_789_i64}, "migrate_to_chat_id": -1_002_214_478_123_i64}),
            json!({"chat": {"id": -1_002_214_478_123_i64}, "migrate_from_chat_id": -4_123_456_789_i64}),
        ] {
            assert_eq!(Migration::of(&json!({"update_id": 1, "message": note})), migration);
        }
        for other in [
            json!({"chat": {"id": -4}, "text": "x"}),
            json!({"chat": {"id": -4}, "migrate_to_chat_id": -4}),
            json!({"chat": {"id": -4}, "migrate_to_chat_id": "-5"}),
            json!({"migrate_to_chat_id": -5}),
        ] {
            assert_eq!(Migration::of(&json!({"update_id": 1, "message": other})), None);
        }
    }
}
