//! Events of an application, of customer service and of external contacts
//! (<https://developer.work.weixin.qq.com/document/path/90240>).

use hospes_sdk::{Attribute, Kept, Message};
use hospes_wechat::content::{Content, number};
use hospes_wechat::xml::Element;
use serde_json::json;

use crate::incoming::{Around, Reading, message};
use crate::signals::{ContactSignal, ServiceSignal, Signal};

/// Reads an event; `id` is what it is known by.
pub fn read(event: &Element, id: String, around: Around<'_>) -> Reading {
    let kind = event.text_of("Event").to_ascii_lowercase();
    let key = event.text_of("EventKey");
    let of_member = |kind: &str, content: Content| match event.text_of("FromUserName") {
        "" | "sys" => Reading::kept(id.clone(), "no-sender", "an event of nobody who is named"),
        _ => Reading { message: Some(message(event, kind, content, around)), ..Reading::default() },
    };
    match kind.as_str() {
        "kf_msg_or_event" => service(event, around),
        "change_external_contact" => contact(event, id, around),
        // Whoever opens the application hasn't said anything yet.
        "enter_agent" => of_member("visit", Content::text(around.language.label("enter"))),
        "subscribe" => of_member("visit", Content::text(around.language.label("subscribe"))),
        "click" => of_member("visit", Content::labelled("menu", key, &json!(key), around.language)),
        "view" | "view_miniprogram" => {
            of_member("page-view", Content::labelled("page", key, &json!(key), around.language))
        }
        "scancode_push" | "scancode_waitmsg" => {
            let result = event.child("ScanCodeInfo").map_or("", |info| info.text_of("ScanResult"));
            of_member("message", Content::labelled("scan", result, &json!(result), around.language))
        }
        "location_select" => {
            let Some(info) = event.child("SendLocationInfo") else {
                return Reading::kept(
                    id,
                    "unreadable",
                    "a location that was chosen, without SendLocationInfo",
                );
            };
            of_member("message", place(info, ["Location_X", "Location_Y", "Label"], around))
        }
        "location" => {
            let reading = of_member("message", place(event, ["Latitude", "Longitude", "Label"], around));
            Reading { message: reading.message.map(moved), ..reading }
        }
        "template_card_event" => of_member("choice", Content::text(key)),
        "pic_sysphoto" | "pic_photo_or_album" | "pic_weixin" => Reading::kept(
            id,
            "service-notice",
            "pictures were chosen by the menu; they come as messages of their own",
        ),
        "unsubscribe" => Reading::kept(id, "service-notice", "the member can't see the application any more"),
        "" => Reading::kept(id, "unreadable", "an event without a name"),
        _ => Reading::kept(id, "unknown-kind", format!("an event `{kind}`, of which nothing follows here")),
    }
}

fn place(info: &Element, names: [&str; 3], around: Around<'_>) -> Content {
    let [latitude, longitude, label] = names.map(|name| info.text_of(name));
    Content::location((number(latitude), number(longitude)), label, around.language)
}

/// A location that the app reports every so often is one message that moves.
fn moved(mut message: Message) -> Message {
    message.external_id = format!("location:{}", message.conversation);
    message.attributes.push(Attribute::new("edited", true));
    message.attributes.push(Attribute::new("live", true));
    message
}

/// Customer service has something: what it is has to be asked for, with the token of the note.
fn service(event: &Element, around: Around<'_>) -> Reading {
    let (account, token) = (event.text_of("OpenKfId"), event.text_of("Token"));
    let detail =
        format!("WeCom's note that the service account {account} has something new, which is asked for");
    let signal = ServiceSignal { token: token.to_owned(), at: around.now };
    Reading {
        signal: Some(Signal::Service(account.to_owned(), signal)),
        ..Reading::kept(format!("kf:{account}:{token}"), "service-notice", detail)
    }
}

/// A member and an external contact: who was added is asked for; the rest is kept.
fn contact(event: &Element, id: String, around: Around<'_>) -> Reading {
    let change = event.text_of("ChangeType");
    let (contact, user) = (event.text_of("ExternalUserID"), event.text_of("UserID"));
    let id = format!("{id}:{contact}:{user}");
    let detail = format!("WeCom's note `{change}` about the contact {contact} of {user}");
    let kept = Reading::kept(id.clone(), "service-notice", detail);
    if !matches!(change, "add_external_contact" | "add_half_external_contact") || contact.is_empty() {
        return kept;
    }
    let seconds: Option<i64> = event.text_of("CreateTime").parse().ok();
    let signal = ContactSignal {
        id,
        user: user.to_owned(),
        state: event.text_of("State").to_owned(),
        at: seconds.unwrap_or(around.now / 1_000),
    };
    Reading { signal: Some(Signal::Contact(contact.to_owned(), signal)), ..kept }
}

/// Something of customer service that becomes no message.
pub fn kept(external_id: &str, reason: &str, detail: String, message: Option<Message>) -> Kept {
    Kept { external_id: external_id.to_owned(), reason: reason.to_owned(), detail, message }
}
