//! The name of a conversation: a chat, and within it the forum topic or the business account.
//!
//! `42` is a chat, `-1001234567890/301` a topic of a forum, `-1001234567890/direct:77` somebody's direct messages to a
//! channel, `42@AbC` what somebody writes to the business account that the bot is connected to by `AbC`.

use serde_json::{Map, Value as Json};
use std::fmt;

/// Where a message was written, and where its answer goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// The chat's id.
    pub chat: i64,
    /// The topic within it.
    topic: Topic,
    /// The connection to a business account, in whose name the bot answers.
    business: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Topic {
    None,
    /// Of a forum, by `message_thread_id`.
    Forum(i64),
    /// Of a channel's direct messages, by `direct_messages_topic_id`.
    Direct(i64),
}

impl Thread {
    /// Where a `Message` stands; none without a chat. A message outside of all topics belongs to the chat itself, also
    /// where Telegram numbers its thread of replies.
    pub fn of(message: &Json) -> Option<Self> {
        let chat = message["chat"]["id"].as_i64()?;
        let forum = message["message_thread_id"].as_i64().filter(|_| message["is_topic_message"] == true);
        let direct = message["direct_messages_topic"]["topic_id"].as_i64();
        let topic = match (direct, forum) {
            (Some(topic), _) => Topic::Direct(topic),
            (None, Some(topic)) => Topic::Forum(topic),
            (None, None) => Topic::None,
        };
        let business = message["business_connection_id"].as_str().map(str::to_owned);
        Some(Self { chat, topic, business })
    }

    /// Reads what [`fmt::Display`] wrote.
    pub fn parse(name: &str) -> Option<Self> {
        let (rest, business) = match name.split_once('@') {
            Some((rest, business)) => (rest, Some(business.to_owned())),
            None => (name, None),
        };
        let (chat, topic) = match rest.split_once('/') {
            Some((chat, topic)) => match topic.strip_prefix("direct:") {
                Some(direct) => (chat, Topic::Direct(direct.parse().ok()?)),
                None => (chat, Topic::Forum(topic.parse().ok()?)),
            },
            None => (rest, Topic::None),
        };
        Some(Self { chat: chat.parse().ok()?, topic, business })
    }

    /// The one name that a message has here and in what `send` returns, so that replies find it. Numbers are unique in a
    /// chat, whatever the topic; a business account counts by itself.
    pub fn external_id(&self, message: i64) -> String {
        match &self.business {
            Some(business) => format!("{}@{business}:{message}", self.chat),
            None => format!("{}:{message}", self.chat),
        }
    }

    /// The number of a message by its name here, when it is one of this chat.
    pub fn number(&self, external: &str) -> Option<i64> {
        let place = self.external_id(0);
        let rest = external.strip_prefix(place.strip_suffix('0')?)?;
        rest.split(':').next()?.parse().ok()
    }

    /// Sets where a `send...` request goes.
    pub fn address(&self, body: &mut Map<String, Json>) {
        body.insert("chat_id".into(), self.chat.into());
        match self.topic {
            Topic::None => {}
            Topic::Forum(topic) => {
                body.insert("message_thread_id".into(), topic.into());
            }
            Topic::Direct(topic) => {
                body.insert("direct_messages_topic_id".into(), topic.into());
            }
        }
        if let Some(business) = &self.business {
            body.insert("business_connection_id".into(), business.as_str().into());
        }
    }
}

impl fmt::Display for Thread {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}", self.chat)?;
        match self.topic {
            Topic::None => {}
            Topic::Forum(topic) => write!(to, "/{topic}")?,
            Topic::Direct(topic) => write!(to, "/direct:{topic}")?,
        }
        match &self.business {
            Some(business) => write!(to, "@{business}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_are_read_as_they_are_written() {
        for (message, name) in [
            (json!({"chat": {"id": 42}}), "42"),
            (json!({"chat": {"id": -100}, "message_thread_id": 301, "is_topic_message": true}), "-100/301"),
            // Replies make a thread in any group; only topics are conversations.
            (json!({"chat": {"id": -100}, "message_thread_id": 301}), "-100"),
            (json!({"chat": {"id": -100}, "direct_messages_topic": {"topic_id": 7}}), "-100/direct:7"),
            (json!({"chat": {"id": 42}, "business_connection_id": "b@/1"}), "42@b@/1"),
        ] {
            let thread = Thread::of(&message).unwrap();
            assert_eq!(thread.to_string(), name);
            assert_eq!(Thread::parse(name), Some(thread));
        }
        for wrong in ["", "x", "42/", "42/x", "42/direct:", "/7", "@b"] {
            assert_eq!(Thread::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Thread::of(&json!({"chat": {"id": "42"}})), None);
    }

    #[test]
    fn a_message_is_known_by_its_number_in_its_own_chat() {
        let topic = Thread::parse("-100/301").unwrap();
        assert_eq!(topic.external_id(7), "-100:7");
        assert_eq!(topic.number("-100:7"), Some(7));
        assert_eq!(topic.number("-1001:7"), None);
        let business = Thread::parse("42@b:1").unwrap();
        assert_eq!(business.number(&business.external_id(9)), Some(9));
        assert_eq!(business.number("42:9"), None);
        assert_eq!(Thread::parse("42").unwrap().number("42@b:1:9"), None);
    }
}
