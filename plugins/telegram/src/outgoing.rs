//! Turns one message of the host into the Bot API requests that carry it.

use crate::split::{self, LONGEST_CAPTION, LONGEST_TEXT};
use crate::thread::Thread;
use hospes_sdk::{Attribute, Choice, Error, Media, OutboundMessage};
use serde_json::{Map, Value as Json, json};

/// One request: the method's name and its parameters, all but where it goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// For example `sendMessage`.
    pub method: &'static str,
    /// The parameters.
    pub body: Map<String, Json>,
    /// Whether the message is known by this step's id: the one whose buttons are pressed.
    pub main: bool,
}

/// What to send, in order. Files go first, then the text; the buttons hang on the last part of the text.
/// A single file with a text that fits is one message with a caption. The text is sent as it is,
/// without `parse_mode`, so that nothing in it has to be escaped.
pub fn plan(message: &OutboundMessage, thread: &Thread) -> Result<Vec<Step>, Error> {
    let mut steps: Vec<Step> = Vec::new();
    for media in &message.attachments {
        steps.push(file(media)?);
    }
    let text = message.text.trim();
    let caption = steps.len() == 1 && split::length(text) <= LONGEST_CAPTION;
    if caption {
        if !text.is_empty() {
            steps[0].body.insert("caption".into(), text.into());
        }
    } else {
        for part in split::split(text, LONGEST_TEXT) {
            steps.push(step("sendMessage", [("text", part.into())]));
        }
    }
    let Some(last) = steps.last_mut() else {
        return Err(Error::invalid(
            "The message has neither text nor attachments; Telegram takes no empty messages.",
        ));
    };
    last.main = true;
    if !message.choices.is_empty() {
        last.body.insert("reply_markup".into(), json!({ "inline_keyboard": keyboard(&message.choices)? }));
    }
    if let Some(number) = replied_to(message, thread) {
        // The message may be gone by now; the answer should still arrive.
        let reply = json!({ "message_id": number, "allow_sending_without_reply": true });
        steps[0].body.insert("reply_parameters".into(), reply);
    }
    Ok(steps)
}

fn step<const N: usize>(method: &'static str, parameters: [(&str, Json); N]) -> Step {
    let body = parameters.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Step { method, body, main: false }
}

/// Sends a file that Telegram has (by its id) or can get (by an https address).
fn file(media: &Media) -> Result<Step, Error> {
    if media.reference.is_empty() {
        return Err(Error::new(
            "unsupported",
            format!(
                "The attachment `{}` has no reference; this plugin sends files that Telegram already has or can \
                 fetch from an https address.",
                media.name
            ),
        ));
    }
    let photo = matches!(media.media_type.as_str(), "image/jpeg" | "image/png" | "image/webp");
    Ok(if photo {
        step("sendPhoto", [("photo", media.reference.as_str().into())])
    } else {
        step("sendDocument", [("document", media.reference.as_str().into())])
    })
}

/// The same file by the other method, for when Telegram says `can't use file of type Document as Photo`:
/// a file id keeps the type that it was first sent as.
pub fn other_way(step: &Step) -> Option<Step> {
    let (method, from, to) = match step.method {
        "sendPhoto" => ("sendDocument", "photo", "document"),
        "sendDocument" => ("sendPhoto", "document", "photo"),
        _ => return None,
    };
    let mut body = step.body.clone();
    let reference = body.remove(from)?;
    body.insert(to.into(), reference);
    Some(Step { method, body, main: step.main })
}

/// One button a row, so that labels aren't cut on a phone; short ones (`1` to `5`, stars) stand side by
/// side.
fn keyboard(choices: &[Choice]) -> Result<Vec<Vec<Json>>, Error> {
    // Chinese characters and emoji are about twice as wide as letters.
    let width = |label: &str| label.chars().map(|each| if each.is_ascii() { 1 } else { 2 }).sum::<usize>();
    let short = choices.iter().all(|choice| width(&choice.label) <= 4);
    let buttons = choices.iter().map(button).collect::<Result<Vec<Json>, Error>>()?;
    Ok(buttons.chunks(if short { 5 } else { 1 }).map(<[Json]>::to_vec).collect())
}

fn button(choice: &Choice) -> Result<Json, Error> {
    let value = choice.value.len();
    if (1..=64).contains(&value) {
        return Ok(json!({ "text": choice.label, "callback_data": choice.value }));
    }
    if !choice.url.is_empty() {
        return Ok(json!({ "text": choice.label, "url": choice.url }));
    }
    Err(Error::invalid(format!(
        "The choice `{}` has a value of {value} bytes and no address; Telegram takes values of 1 to 64 bytes.",
        choice.label
    )))
}

/// The number of the message that is answered, when it is one of this conversation.
fn replied_to(message: &OutboundMessage, thread: &Thread) -> Option<i64> {
    thread.number(Attribute::find(&message.attributes, "in_reply_to")?.as_text()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(message: &OutboundMessage) -> Result<Vec<Step>, Error> {
        super::plan(message, &Thread::parse(&message.conversation).unwrap())
    }

    fn message(text: &str) -> OutboundMessage {
        OutboundMessage {
            id: "018f0000-0000-7000-8000-000000000001".into(),
            conversation: "42".into(),
            recipient: Vec::new(),
            text: text.into(),
            attachments: Vec::new(),
            choices: Vec::new(),
            attributes: Vec::new(),
        }
    }

    fn media(media_type: &str, reference: &str) -> Media {
        Media { name: "f".into(), media_type: media_type.into(), reference: reference.into(), size: None }
    }

    fn choice(label: &str, value: &str, url: &str) -> Choice {
        Choice { label: label.into(), value: value.into(), url: url.into() }
    }

    #[test]
    fn text_goes_as_it_is_and_long_text_in_several_messages() {
        let steps = plan(&message("1 < 2 & *bold* _x_")).unwrap();
        assert_eq!(steps.len(), 1);
        assert_eq!(Json::Object(steps[0].body.clone()), json!({"text": "1 < 2 & *bold* _x_"}));
        let steps = plan(&message(&"很".repeat(5000))).unwrap();
        assert_eq!(steps.len(), 2);
        assert!(!steps[0].main && steps[1].main);
    }

    #[test]
    fn buttons_hang_on_the_last_part_and_the_reply_on_the_first() {
        let mut long = message(&"x".repeat(5000));
        long.choices = vec![choice("很满意", "csat:5", ""), choice("满意", "csat:4", "")];
        long.attributes = vec![Attribute::new("in_reply_to", "42:7")];
        let steps = plan(&long).unwrap();
        assert_eq!(steps[0].body["reply_parameters"]["message_id"], 7);
        assert!(!steps[0].body.contains_key("reply_markup"));
        assert_eq!(
            steps[1].body["reply_markup"]["inline_keyboard"],
            json!([[{"text": "很满意", "callback_data": "csat:5"}], [{"text": "满意", "callback_data": "csat:4"}]])
        );
    }

    #[test]
    fn a_reply_to_another_chat_or_to_an_edit_is_no_mistake() {
        let mut given = message("hi");
        given.attributes = vec![Attribute::new("in_reply_to", "-100:7")];
        assert!(!plan(&given).unwrap()[0].body.contains_key("reply_parameters"));
        given.attributes = vec![Attribute::new("in_reply_to", "42:7:edit:900")];
        assert_eq!(plan(&given).unwrap()[0].body["reply_parameters"]["message_id"], 7);
        given.attributes = vec![Attribute::new("in_reply_to", "callback:431")];
        assert!(!plan(&given).unwrap()[0].body.contains_key("reply_parameters"));
    }

    #[test]
    fn a_value_over_64_bytes_becomes_a_link_and_without_one_an_error() {
        let value = "很".repeat(22);
        let mut given = message("?");
        given.choices = vec![choice("Yes", &value, "https://example.com/s/1")];
        assert_eq!(
            plan(&given).unwrap()[0].body["reply_markup"]["inline_keyboard"][0][0],
            json!({"text": "Yes", "url": "https://example.com/s/1"})
        );
        given.choices = vec![choice("Yes", &value, "")];
        assert_eq!(plan(&given).unwrap_err().code, "invalid");
    }

    #[test]
    fn one_file_takes_the_text_as_caption_and_several_come_before_it() {
        let mut given = message("请看");
        given.attachments = vec![media("image/jpeg", "AgAC")];
        let steps = plan(&given).unwrap();
        assert_eq!((steps.len(), steps[0].method), (1, "sendPhoto"));
        assert_eq!(steps[0].body["caption"], "请看");
        given.attachments.push(media("application/pdf", "https://example.com/a.pdf"));
        let methods: Vec<_> = plan(&given).unwrap().iter().map(|step| step.method).collect();
        assert_eq!(methods, ["sendPhoto", "sendDocument", "sendMessage"]);
    }

    #[test]
    fn nothing_to_send_is_said() {
        assert_eq!(plan(&message("  ")).unwrap_err().code, "invalid");
        let mut given = message("x");
        given.attachments = vec![media("image/png", "")];
        assert_eq!(plan(&given).unwrap_err().code, "unsupported");
    }

    #[test]
    fn a_file_can_go_the_other_way() {
        let mut given = message("x");
        given.attachments = vec![media("image/png", "BQAC")];
        let other = other_way(&plan(&given).unwrap()[0]).unwrap();
        assert_eq!((other.method, &other.body["document"]), ("sendDocument", &json!("BQAC")));
        assert!(!other.body.contains_key("photo"));
    }
}
