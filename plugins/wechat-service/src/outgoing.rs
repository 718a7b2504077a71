//! What of a message of ours becomes which customer service message
//! (<https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Service_Center_messages.html>).

use hospes_sdk::{Choice, Error, Media, OutboundMessage};
use hospes_wechat::split;
use serde_json::{Value as Json, json};

/// The longest text of a message, in bytes.
const LONGEST_TEXT: usize = 2_048;
/// The longest text above a menu, in bytes.
const LONGEST_HEAD: usize = 1_024;

/// One message of WeChat's.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// A kind and its data, as in `{"msgtype": "text", "text": {…}}`.
    Ready(&'static str, Json),
    /// A file of this kind, which has to be handed over before.
    File(&'static str, Media),
}

/// What to send, in order: files, then the text, with the choices under its last part.
pub fn plan(message: &OutboundMessage) -> Result<Vec<Part>, Error> {
    let mut parts = message.attachments.iter().map(file).collect::<Result<Vec<_>, Error>>()?;
    let text = message.text.trim();
    let buttons: Vec<&Choice> = message.choices.iter().filter(|choice| !choice.value.is_empty()).collect();
    let links = message.choices.iter().filter(|choice| choice.value.is_empty()).map(link);
    let links = links.collect::<Result<Vec<_>, Error>>()?;
    let text = [vec![text.to_owned()], links].concat().join("\n");
    let text = text.trim();
    if buttons.is_empty() {
        parts.extend(texts(text));
    } else {
        let (rest, head) = if text.len() <= LONGEST_HEAD { ("", text) } else { (text, "") };
        parts.extend(texts(rest));
        let list: Vec<Json> =
            buttons.iter().map(|choice| json!({"id": choice.value, "content": choice.label})).collect();
        parts.push(Part::Ready("msgmenu", json!({"head_content": head, "list": list, "tail_content": ""})));
    }
    match parts.is_empty() {
        true => Err(Error::invalid(
            "The message has neither text nor attachments; WeChat takes no empty messages.",
        )),
        false => Ok(parts),
    }
}

fn texts(text: &str) -> impl Iterator<Item = Part> {
    split::split(text, LONGEST_TEXT).into_iter().map(|part| Part::Ready("text", json!({"content": part})))
}

/// A choice as a line of text.
fn link(choice: &Choice) -> Result<String, Error> {
    match choice.url.as_str() {
        "" => {
            Err(Error::invalid(format!("The choice `{}` has neither a value nor an address.", choice.label)))
        }
        url => Ok(format!("{}: {url}", choice.label)),
    }
}

/// A file of a kind that customer service messages have.
fn file(media: &Media) -> Result<Part, Error> {
    let kind = match media.media_type.as_str() {
        "image/jpeg" | "image/png" | "image/gif" | "image/bmp" => "image",
        "audio/amr" | "audio/mpeg" => "voice",
        "video/mp4" => "video",
        other => {
            let message =
                format!("`{}` is `{other}`; WeChat takes JPEG, PNG, GIF, BMP, AMR, MP3 and MP4.", media.name);
            return Err(Error::new("unsupported", message));
        }
    };
    Ok(Part::File(kind, media.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str, choices: Vec<Choice>) -> OutboundMessage {
        OutboundMessage {
            id: "018f0000-0000-7000-8000-000000000001".into(),
            conversation: "oOPENID".into(),
            recipient: Vec::new(),
            text: text.into(),
            attachments: Vec::new(),
            choices,
            attributes: Vec::new(),
        }
    }

    fn choice(label: &str, value: &str, url: &str) -> Choice {
        Choice { label: label.into(), value: value.into(), url: url.into() }
    }

    #[test]
    fn choices_are_a_menu_and_links_stand_in_the_text() {
        let both = vec![choice("满意", "csat:5", ""), choice("详情", "", "https://a.example")];
        let parts = plan(&message("评价？", both)).unwrap();
        let menu = json!({
            "head_content": "评价？\n详情: https://a.example",
            "list": [{"id": "csat:5", "content": "满意"}],
            "tail_content": "",
        });
        assert_eq!(parts, [Part::Ready("msgmenu", menu)]);
        let parts = plan(&message(&"长".repeat(400), vec![choice("满意", "csat:5", "")])).unwrap();
        assert_eq!(parts.len(), 2);
        assert_eq!(plan(&message("?", vec![choice("满意", "", "")])).unwrap_err().code, "invalid");
    }

    #[test]
    fn nothing_and_files_that_wechat_has_no_kind_for_are_refused() {
        assert_eq!(plan(&message(" ", Vec::new())).unwrap_err().code, "invalid");
        let mut given = message("请查收", Vec::new());
        given.attachments = vec![Media {
            name: "a.pdf".into(),
            media_type: "application/pdf".into(),
            reference: "1".into(),
            size: None,
        }];
        assert_eq!(plan(&given).unwrap_err().code, "unsupported");
    }
}
