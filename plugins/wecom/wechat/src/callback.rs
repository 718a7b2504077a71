//! What every callback has, once it was decrypted: an id, a time, and elements that stand once.

use hospes_sdk::{Error, Kept};

use crate::xml::Element;

/// Elements of which one callback has one.
const SINGLE: [&str; 6] = ["ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "AgentID"];

/// Reads a callback. What can't be read is kept, because its platform would deliver it again otherwise and then drop it.
pub fn parse(document: &[u8]) -> Result<Element, Box<Kept>> {
    match Element::parse(document) {
        Ok(callback) if callback.repeats(&SINGLE) => {
            let detail = "elements stand twice that stand once in any callback";
            Err(Box::new(kept(String::new(), "unreadable", detail)))
        }
        Ok(callback) => Ok(callback),
        Err(Error { message, .. }) => Err(Box::new(kept(String::new(), "unreadable", message))),
    }
}

/// What a callback is known by. Events have no id; they are one when sender, time, name and key are.
pub fn id(callback: &Element) -> String {
    match callback.text_of("MsgId").trim() {
        "" => {
            let of = ["FromUserName", "CreateTime", "Event", "ChangeType", "EventKey"];
            let parts = of.map(|name| callback.text_of(name));
            format!("event:{}", parts.join(":")).trim_end_matches(':').to_owned()
        }
        id => id.to_owned(),
    }
}

/// When it was written, in seconds since 1970; none where the platform doesn't say.
pub fn written(callback: &Element) -> Option<i64> {
    callback.text_of("CreateTime").trim().parse().ok().filter(|at| *at > 0)
}

/// Something that becomes no message.
pub fn kept(external_id: String, reason: &str, detail: impl Into<String>) -> Kept {
    Kept { external_id, reason: reason.to_owned(), detail: detail.into(), message: None }
}
