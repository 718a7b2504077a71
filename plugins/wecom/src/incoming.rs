//! What a callback means: a message of a member, an event, or a note that something is to be asked for
//! (<https://developer.work.weixin.qq.com/document/path/90239>).

use hospes_sdk::{Attribute, Error, Identity, Kept, Message};
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

impl Reading {
    /// Something that becomes no message.
    pub fn kept(external_id: String, reason: &str, detail: impl Into<String>) -> Self {
        let kept = Kept { external_id, reason: reason.to_owned(), detail: detail.into(), message: None };
        Self { kept: Some(kept), ..Self::default() }
    }
}

/// Elements of which one callback has one.
const SINGLE: [&str; 6] = ["ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "AgentID"];

/// Reads a callback that was decrypted. What can't be read is kept, because WeCom would deliver it again otherwise and
/// then drop it.
pub fn read(document: &[u8], around: Around<'_>) -> Reading {
    let callback = match Element::parse(document) {
        Ok(callback) if callback.repeats(&SINGLE) => {
            return Reading::kept(
                String::new(),
                "unreadable",
                "elements stand twice that stand once in any callback",
            );
        }
        Ok(callback) => callback,
        Err(Error { message, .. }) => return Reading::kept(String::new(), "unreadable", message),
    };
    let (agent, user) = (callback.text_of("AgentID"), callback.text_of("FromUserName"));
    let id = external_id(&callback);
    if !around.agent.is_empty() && !agent.is_empty() && agent != around.agent {
        let detail = format!("for the application {agent}; this installation's is {}", around.agent);
        return Reading::kept(id, "other-agent", detail);
    }
    if callback.text_of("MsgType") == "event" {
        return events::read(&callback, id, around);
    }
    if user.is_empty() {
        return Reading::kept(id, "no-sender", "nobody is named as having written it");
    }
    let content = content::read(&callback, around.language);
    if content.text.trim().is_empty() && content.attachments.is_empty() {
        return Reading::kept(id, "unreadable", "a message in which there is nothing");
    }
    Reading { message: Some(message(&callback, "message", content, around)), ..Reading::default() }
}

/// A message of a member.
pub fn message(callback: &Element, kind: &str, content: Content, around: Around<'_>) -> Message {
    let user = callback.text_of("FromUserName").to_owned();
    let agent = Some(callback.text_of("AgentID")).filter(|agent| !agent.is_empty()).unwrap_or(around.agent);
    Message {
        external_id: external_id(callback),
        conversation: Thread::App { agent: agent.to_owned(), user: user.clone() }.to_string(),
        kind: kind.to_owned(),
        sender: vec![Identity::attested("wecom-member", around.corporation, user.clone())],
        sent_at: sent_at(callback, around),
        text: content.text,
        attachments: content.attachments,
        attributes: [vec![Attribute::new("name", user)], content.attributes].concat(),
    }
}

/// When it was written, in microseconds; now where WeCom doesn't say.
fn sent_at(callback: &Element, around: Around<'_>) -> i64 {
    let seconds: Option<i64> = callback.text_of("CreateTime").trim().parse().ok().filter(|at| *at > 0);
    seconds.map_or(around.now.saturating_mul(1_000), |at| at.saturating_mul(1_000_000))
}

/// Events have no id; they are one when sender, time, name and key are.
fn external_id(callback: &Element) -> String {
    match callback.text_of("MsgId").trim() {
        "" => {
            let of = ["FromUserName", "CreateTime", "Event", "ChangeType", "EventKey"];
            let parts = of.map(|name| callback.text_of(name));
            format!("event:{}", parts.join(":")).trim_end_matches(':').to_owned()
        }
        id => id.to_owned(),
    }
}
