//! Events of an application, of customer service and of external contacts
//! (<https://developer.work.weixin.qq.com/document/path/90240>).

use hospes_wechat::callback;
use hospes_wechat::content::Content;
use hospes_wechat::events::{self, Meaning};
use hospes_wechat::xml::Element;

use crate::incoming::{Around, Reading, message};
use crate::signals::{ContactSignal, ServiceSignal, Signal};

/// Reads an event; `id` is what it is known by.
pub fn read(event: &Element, id: String, around: Around<'_>) -> Reading {
    let meaning = match event.text_of("Event").to_ascii_lowercase().as_str() {
        "kf_msg_or_event" => return service(event, around),
        "change_external_contact" => return contact(event, &id, around),
        // Whoever opens the application hasn't said anything yet.
        "enter_agent" => Meaning::Message("visit", Content::text(around.language.label("enter"))),
        "subscribe" => Meaning::Message("visit", Content::text(around.language.label("subscribe"))),
        "template_card_event" => Meaning::Message("choice", Content::text(event.text_of("EventKey"))),
        _ => events::read(event, around.language),
    };
    let is_nobody = matches!(event.text_of("FromUserName"), "" | "sys");
    match meaning {
        Meaning::Kept(reason, detail) => callback::kept(id, reason, detail).into(),
        _ if is_nobody => callback::kept(id, "no-sender", "an event of nobody who is named").into(),
        Meaning::Message(kind, content) => message(event, kind, content, around).into(),
        Meaning::Moved(content) => {
            let message = message(event, "message", content, around);
            events::moved(message).into()
        }
    }
}

/// Customer service has something: what it is has to be asked for, with the token of the note.
fn service(event: &Element, around: Around<'_>) -> Reading {
    let (account, token) = (event.text_of("OpenKfId"), event.text_of("Token"));
    let detail =
        format!("WeCom's note that the service account {account} has something new, which is asked for");
    let kept = callback::kept(format!("kf:{account}:{token}"), "stored", detail);
    let signal = ServiceSignal { token: token.to_owned(), at: around.now };
    Reading { signal: Some(Signal::Service(account.to_owned(), signal)), ..kept.into() }
}

/// A member and an external contact: who was added is asked for; the rest is kept.
fn contact(event: &Element, id: &str, around: Around<'_>) -> Reading {
    let change = event.text_of("ChangeType");
    let (contact, user) = (event.text_of("ExternalUserID"), event.text_of("UserID"));
    let id = format!("{id}:{contact}:{user}");
    let detail = format!("WeCom's note `{change}` about the contact {contact} of {user}");
    if !matches!(change, "add_external_contact" | "add_half_external_contact") || contact.is_empty() {
        return callback::kept(id, "service-notice", detail).into();
    }
    let kept = Reading::from(callback::kept(id.clone(), "stored", detail));
    let signal = ContactSignal {
        id,
        user: user.to_owned(),
        state: event.text_of("State").to_owned(),
        at: callback::written(event).unwrap_or(around.now / 1_000),
    };
    Reading { signal: Some(Signal::Contact(contact.to_owned(), signal)), ..kept }
}
