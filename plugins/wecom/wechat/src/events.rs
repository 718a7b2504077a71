//! Events that both platforms have: of the menu, of scanning, and of a location that is reported.

use hospes_sdk::{Attribute, Message};
use serde_json::json;

use crate::content::{Content, number};
use crate::labels::Language;
use crate::xml::Element;

/// What an event means.
#[derive(Debug)]
pub enum Meaning {
    /// A message of this kind, as `channel.message.kind` names it.
    Message(&'static str, Content),
    /// A location that moves: it is one message, whose content this is now.
    Moved(Content),
    /// Nothing that anybody said: the reason and a sentence.
    Kept(&'static str, String),
}

/// Reads an event by its name, in small letters.
pub fn read(event: &Element, language: Language) -> Meaning {
    let name = event.text_of("Event").to_ascii_lowercase();
    let key = event.text_of("EventKey");
    match name.as_str() {
        // Whoever looks at the menu hasn't asked anything yet.
        "click" => Meaning::Message("visit", Content::labelled("menu", key, &json!(key), language)),
        "view" | "view_miniprogram" => {
            Meaning::Message("page-view", Content::labelled("page", key, &json!(key), language))
        }
        "scancode_push" | "scancode_waitmsg" => {
            let result = event.child("ScanCodeInfo").map_or("", |info| info.text_of("ScanResult"));
            Meaning::Message("message", Content::labelled("scan", result, &json!(result), language))
        }
        "location_select" => match event.child("SendLocationInfo") {
            Some(info) => {
                Meaning::Message("message", place(info, ["Location_X", "Location_Y", "Label"], language))
            }
            None => Meaning::Kept("unreadable", "a chosen location without SendLocationInfo".to_owned()),
        },
        "location" => Meaning::Moved(place(event, ["Latitude", "Longitude", "Label"], language)),
        "pic_sysphoto" | "pic_photo_or_album" | "pic_weixin" => {
            let detail = "pictures were chosen by the menu; they come as messages of their own";
            Meaning::Kept("service-notice", detail.to_owned())
        }
        "unsubscribe" => {
            Meaning::Kept("service-notice", "unsubscribed: messages to them will fail".to_owned())
        }
        "" => Meaning::Kept("unreadable", "an event without a name".to_owned()),
        _ => Meaning::Kept("unknown-kind", format!("an event `{name}`, of which nothing follows here")),
    }
}

/// A location that an app reports every so often is one message, whatever its own id.
pub fn moved(mut message: Message) -> Message {
    message.external_id = format!("location:{}", message.conversation);
    message.attributes.push(Attribute::new("edited", true));
    message.attributes.push(Attribute::new("live", true));
    message
}

fn place(info: &Element, names: [&str; 3], language: Language) -> Content {
    let [latitude, longitude, label] = names.map(|name| info.text_of(name));
    Content::location((number(latitude), number(longitude)), label, language)
}
