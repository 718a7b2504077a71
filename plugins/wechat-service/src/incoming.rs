//! What a callback means: a message of a follower, an event, or a follower who is to be asked about
//! (<https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html>).

use hospes_sdk::{Attribute, Identity, Kept, Message};
use hospes_wechat::callback;
use hospes_wechat::content::{self, Content};
use hospes_wechat::events::{self, Meaning};
use hospes_wechat::labels::Language;
use hospes_wechat::xml::Element;

use crate::followers::Signal;

/// What is known around a callback.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// The account's AppID, which openids are unique in.
    pub account: &'a str,
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
    /// The follower who is to be asked about.
    pub signal: Option<Signal>,
}

impl From<Kept> for Reading {
    fn from(kept: Kept) -> Self {
        Self { kept: Some(kept), ..Self::default() }
    }
}

/// Reads a callback that was verified and, where it was encrypted, decrypted.
pub fn read(document: &[u8], around: Around<'_>) -> Reading {
    let callback = match callback::parse(document) {
        Ok(callback) => callback,
        Err(kept) => return (*kept).into(),
    };
    let id = callback::id(&callback);
    if callback.text_of("FromUserName").is_empty() {
        return callback::kept(id, "no-sender", "nobody is named as having written it").into();
    }
    let meaning = match callback.text_of("MsgType") {
        "event" => event(&callback, around),
        kind => {
            let content = content::read(&callback, around.language);
            match callback.text_of("bizmsgmenuid") {
                _ if content.is_empty() => {
                    Meaning::Kept("unreadable", "a message in which there is nothing".to_owned())
                }
                // The menu is one of ours: its entries' ids are the choices' values.
                menu if kind == "text" && !menu.is_empty() => Meaning::Message("choice", Content::text(menu)),
                _ => Meaning::Message("message", content),
            }
        }
    };
    let is_subscribed = callback.text_of("Event") == "subscribe";
    let asked = || Signal::of(&callback, is_subscribed, around);
    match meaning {
        Meaning::Kept(reason, detail) => {
            Reading { signal: is_subscribed.then(asked), ..callback::kept(id, reason, detail).into() }
        }
        Meaning::Message(kind, content) => Reading {
            message: Some(message(&callback, kind, content, around)),
            signal: Some(asked()),
            kept: None,
        },
        Meaning::Moved(content) => {
            let message = events::moved(message(&callback, "message", content, around));
            Reading { message: Some(message), ..Reading::default() }
        }
    }
}

/// Events of official accounts
/// (<https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_event_pushes.html>).
fn event(event: &Element, around: Around<'_>) -> Meaning {
    match event.text_of("Event") {
        // Who it is and where from is asked for; the visit comes with the answer.
        "subscribe" => Meaning::Kept("service-notice", "a new follower, who is asked about".to_owned()),
        "SCAN" => {
            let scene = event.text_of("EventKey");
            let mut content = Content::text(format!("{} {scene}", around.language.label("scan")));
            content.attributes.push(Attribute::new("scene", scene));
            Meaning::Message("visit", content)
        }
        "TEMPLATESENDJOBFINISH"
        | "MASSSENDJOBFINISH"
        | "kf_create_session"
        | "kf_close_session"
        | "kf_switch_session" => {
            let name = event.text_of("Event");
            Meaning::Kept("service-notice", format!("WeChat's note `{name}`: {}", event.text_of("Status")))
        }
        _ => events::read(event, around.language),
    }
}

fn message(callback: &Element, kind: &str, content: Content, around: Around<'_>) -> Message {
    let follower = callback.text_of("FromUserName");
    let written = callback::written(callback);
    Message {
        external_id: callback::id(callback),
        conversation: follower.to_owned(),
        kind: kind.to_owned(),
        sender: vec![Identity::attested("wechat", around.account, follower)],
        sent_at: written.map_or(around.now.saturating_mul(1_000), |at| at.saturating_mul(1_000_000)),
        text: content.text,
        attachments: content.attachments,
        attributes: content.attributes,
    }
}
