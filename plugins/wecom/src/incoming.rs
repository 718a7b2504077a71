//! What a callback means: a message of a member, an event, or a note that something is to be asked for
//! (<https://developer.work.weixin.qq.com/document/path/90239>).

use hospes_sdk::{Attribute, Identity, Kept, Message};
use hospes_wechat::callback;
use hospes_wechat::content::{self, Content};
use hospes_wechat::labels::Language;
use hospes_wechat::xml::Element;

use crate::events;
use crate::signals::Signal;
use crate::thread::Thread;

/// What is known around a callback.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// The corporation's id, which userids are unique in.
    pub corporation: &'a str,
    /// The application's AgentId; empty for any.
    pub agent: &'a str,
    /// The company's language.
    pub language: Language,
    /// In milliseconds since 1970.
    pub now: i64,
}

/// What one callback meant.
#[derive(Debug, Default)]
pub struct Reading {
    /// The message it holds, if any.
    pub message: Option<Message>,
    /// Why it is no message, if it is none.
    pub kept: Option<Kept>,
    /// What is to be asked for because of it.
    pub signal: Option<Signal>,
}

impl From<Message> for Reading {
    fn from(message: Message) -> Self {
        Self { message: Some(message), ..Self::default() }
    }
}

impl From<Kept> for Reading {
    fn from(kept: Kept) -> Self {
        Self { kept: Some(kept), ..Self::default() }
    }
}

/// Reads a callback that was decrypted.
pub fn read(document: &[u8], around: Around<'_>) -> Reading {
    let callback = match callback::parse(document) {
        Ok(callback) => callback,
        Err(kept) => return (*kept).into(),
    };
    let (id, agent) = (callback::id(&callback), callback.text_of("AgentID"));
    if !around.agent.is_empty() && !agent.is_empty() && agent != around.agent {
        let detail = format!("for the application {agent}; this installation's is {}", around.agent);
        return callback::kept(id, "other-agent", detail).into();
    }
    if callback.text_of("MsgType") == "event" {
        return events::read(&callback, id, around);
    }
    if callback.text_of("FromUserName").is_empty() {
        return callback::kept(id, "no-sender", "nobody is named as having written it").into();
    }
    let content = content::read(&callback, around.language);
    if content.is_empty() {
        return callback::kept(id, "unreadable", "a message in which there is nothing").into();
    }
    message(&callback, "message", content, around).into()
}

/// A message of a member.
pub fn message(callback: &Element, kind: &str, content: Content, around: Around<'_>) -> Message {
    let user = callback.text_of("FromUserName").to_owned();
    let agent = Some(callback.text_of("AgentID")).filter(|agent| !agent.is_empty()).unwrap_or(around.agent);
    let written = callback::written(callback);
    Message {
        external_id: callback::id(callback),
        conversation: Thread::App { agent: agent.to_owned(), user: user.clone() }.to_string(),
        kind: kind.to_owned(),
        sender: vec![Identity::attested("wecom-member", around.corporation, user.clone())],
        sent_at: written.map_or(around.now.saturating_mul(1_000), |at| at.saturating_mul(1_000_000)),
        text: content.text,
        attachments: content.attachments,
        attributes: [vec![Attribute::new("name", user)], content.attributes].concat(),
    }
}
