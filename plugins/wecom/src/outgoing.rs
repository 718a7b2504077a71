//! What of a message of ours becomes which message of WeCom's.

use hospes_sdk::{Choice, Error, Media, OutboundMessage};
use hospes_wechat::split;
use serde_json::{Value as Json, json};

use crate::thread::Thread;

/// The longest text of a message, in bytes.
const LONGEST_TEXT: usize = 2_048;
/// The longest text above a menu of customer service, in bytes.
const LONGEST_HEAD: usize = 1_024;
/// The longest text on a card of an application, in characters.
const LONGEST_ON_CARD: usize = 112;
/// The longest entry of a menu, in bytes.
const LONGEST_ENTRY: usize = 128;
/// The most entries of a menu, and the most buttons of a card.
const MOST_ENTRIES: usize = 50;
const MOST_BUTTONS: usize = 6;

/// One message of WeCom's.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// A kind and its data, as in `{"msgtype": "text", "text": {…}}`.
    Ready(&'static str, Json),
    /// A file, which has to be handed over before.
    File(Media),
}

/// What to send, in order: files, then the text, with the choices under its last part.
pub fn plan(message: &OutboundMessage, thread: &Thread) -> Result<Vec<Part>, Error> {
    let mut parts: Vec<Part> = message.attachments.iter().cloned().map(Part::File).collect();
    let text = message.text.trim();
    let menu = match thread {
        _ if message.choices.is_empty() => None,
        Thread::Service { .. } => Some(menu(&message.choices, text)?),
        _ => card(&message.choices, text, &message.id),
    };
    match menu {
        Some((rest, menu)) => {
            parts.extend(texts(rest));
            parts.push(menu);
        }
        None => {
            let links = message.choices.iter().map(link).collect::<Result<Vec<_>, _>>()?;
            parts.extend(texts(&[vec![text.to_owned()], links].concat().join("\n")));
        }
    }
    match parts.is_empty() {
        true => Err(Error::invalid(
            "The message has neither text nor attachments; WeCom takes no empty messages.",
        )),
        false => Ok(parts),
    }
}

fn texts(text: &str) -> impl Iterator<Item = Part> {
    split::split(text, LONGEST_TEXT).into_iter().map(|part| Part::Ready("text", json!({"content": part})))
}

/// A menu of customer service, and what of the text goes before it.
fn menu<'t>(choices: &[Choice], text: &'t str) -> Result<(&'t str, Part), Error> {
    if choices.len() > MOST_ENTRIES {
        return Err(Error::invalid(format!(
            "There are {} choices; WeCom takes {MOST_ENTRIES} at most.",
            choices.len()
        )));
    }
    let entries = choices.iter().map(entry).collect::<Result<Vec<Json>, Error>>()?;
    let (rest, head) = if text.len() <= LONGEST_HEAD { ("", text) } else { (text, "") };
    let mut menu = json!({"list": entries});
    if !head.is_empty() {
        menu["head_content"] = json!(head);
    }
    Ok((rest, Part::Ready("msgmenu", menu)))
}

fn entry(choice: &Choice) -> Result<Json, Error> {
    let label = &choice.label[..choice.label.floor_char_boundary(LONGEST_ENTRY)];
    if (1..=LONGEST_ENTRY).contains(&choice.value.len()) {
        return Ok(json!({"type": "click", "click": {"id": choice.value, "content": label}}));
    }
    if choice.url.is_empty() {
        return Err(no_value(choice));
    }
    Ok(json!({"type": "view", "view": {"url": choice.url, "content": label}}))
}

/// A card of an application with buttons, and what of the text goes before it; none where it can't hold the choices.
fn card<'t>(choices: &[Choice], text: &'t str, id: &str) -> Option<(&'t str, Part)> {
    if choices.len() > MOST_BUTTONS || choices.iter().any(|choice| choice.value.is_empty()) {
        return None;
    }
    let buttons: Vec<Json> =
        choices.iter().map(|choice| json!({"text": choice.label, "style": 1, "key": choice.value})).collect();
    let fits = !text.is_empty() && text.chars().count() <= LONGEST_ON_CARD;
    let (rest, on_card) = if fits { ("", text) } else { (text, "请选择 / Please choose") };
    let card = json!({
        "card_type": "button_interaction",
        "sub_title_text": on_card,
        "task_id": id,
        "button_list": buttons,
    });
    Some((rest, Part::Ready("template_card", card)))
}

/// A choice as a line of text.
fn link(choice: &Choice) -> Result<String, Error> {
    match choice.url.as_str() {
        "" => Err(no_value(choice)),
        url => Ok(format!("{}: {url}", choice.label)),
    }
}

fn no_value(choice: &Choice) -> Error {
    Error::invalid(format!(
        "The choice `{}` can't be a button here and has no address; WeCom takes {MOST_BUTTONS} buttons, or values of \
         {LONGEST_ENTRY} bytes.",
        choice.label
    ))
}

/// The kind by which a file is handed over and sent.
pub fn file_kind(media_type: &str) -> &'static str {
    match media_type {
        "image/jpeg" | "image/png" => "image",
        "audio/amr" => "voice",
        "video/mp4" => "video",
        _ => "file",
    }
}

/// Whom a part goes to: the path of the request, and its body without the content. `index` is the part's place: customer
/// service takes an id of ours (32 letters and digits at most), which is made of the message's.
pub fn address(thread: &Thread, id: &str, index: usize) -> Result<(&'static str, Json), Error> {
    match thread {
        Thread::App { agent, user } => {
            let agent: u64 = agent.parse().map_err(|_| {
                Error::invalid(format!(
                    "The application `{agent}` is no AgentId; set the setting `agent-id`."
                ))
            })?;
            Ok(("/cgi-bin/message/send", json!({"touser": user, "agentid": agent})))
        }
        Thread::Service { account, customer } => {
            let id: String = id.chars().filter(char::is_ascii_alphanumeric).take(30).collect();
            let id = format!("{id}{:02x}", index % 256);
            Ok(("/cgi-bin/kf/send_msg", json!({"touser": customer, "open_kfid": account, "msgid": id})))
        }
        Thread::Contact { customer } => Err(Error::new(
            "unsupported",
            format!("{customer} is a member's contact; only the member can write there, in WeCom's app."),
        )),
    }
}

/// Whom an answer that is no refusal says the message didn't reach; none where it reached everybody.
pub fn unreached(answer: &Json) -> Option<Error> {
    let named = |name: &str| answer[name].as_str().filter(|users| !users.is_empty());
    if let Some(user) = named("unlicenseduser") {
        return Some(Error::denied(format!(
            "WeCom has no licence for the member {user}, so nothing was sent."
        )));
    }
    let user = named("invaliduser")?;
    Some(Error::not_found(format!(
        "WeCom sent nothing to {user}: there is no such member, or the application isn't visible to them."
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str, choices: Vec<Choice>) -> OutboundMessage {
        OutboundMessage {
            id: "018f0000-0000-7000-8000-000000000001".into(),
            conversation: String::new(),
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

    fn service() -> Thread {
        Thread::parse("kf:wk1:wm1").unwrap()
    }

    fn app() -> Thread {
        Thread::parse("app:1000002:zhangsan").unwrap()
    }

    #[test]
    fn long_texts_are_several_messages() {
        let parts = plan(&message(&"净水器。".repeat(500), Vec::new()), &app()).unwrap();
        assert_eq!(parts.len(), 3);
        assert_eq!(plan(&message(" ", Vec::new()), &app()).unwrap_err().code, "invalid");
    }

    #[test]
    fn choices_are_a_menu_or_a_card_or_links() {
        let choices = vec![choice("满意", "csat:5", ""), choice("详情", "", "https://a.example")];
        let Part::Ready("msgmenu", menu) = &plan(&message("评价？", choices.clone()), &service()).unwrap()[0]
        else {
            panic!("no menu");
        };
        assert_eq!(menu["head_content"], "评价？");
        assert_eq!(menu["list"][1]["view"]["url"], "https://a.example");
        let parts = plan(&message(&"长".repeat(400), choices.clone()), &service()).unwrap();
        assert!(matches!(&parts[1], Part::Ready("msgmenu", menu) if menu["head_content"].is_null()));

        let parts = plan(&message("评价？", choices[..1].to_vec()), &app()).unwrap();
        assert!(
            matches!(&parts[..], [Part::Ready("template_card", card)] if card["sub_title_text"] == "评价？")
        );
        assert_eq!(plan(&message("评价？", choices), &app()).unwrap_err().code, "invalid");
        let links = vec![choice("详情", "", "https://a.example")];
        let parts = plan(&message("请看", links), &app()).unwrap();
        assert_eq!(parts, [Part::Ready("text", json!({"content": "请看\n详情: https://a.example"}))]);
    }

    #[test]
    fn ids_of_parts_fit_and_differ() {
        let id = |index| {
            let (_, body) = address(&service(), "018f0000-0000-7000-8000-000000000001", index).unwrap();
            body["msgid"].as_str().unwrap().to_owned()
        };
        assert_eq!(id(0), "018f000000007000800000000000000000"[..30].to_owned() + "00");
        assert_eq!(id(1).len(), 32);
        assert_ne!(id(0), id(1));
    }

    #[test]
    fn a_contact_and_a_wrong_agent_are_refused() {
        let refused = |thread: &str| address(&Thread::parse(thread).unwrap(), "1", 0).unwrap_err().code;
        assert_eq!(refused("contact:wm1"), "unsupported");
        assert_eq!(refused("app:x:zhangsan"), "invalid");
    }

    #[test]
    fn a_member_who_was_not_reached_is_an_error() {
        assert!(unreached(&json!({"errcode": 0, "invaliduser": "", "msgid": "m"})).is_none());
        assert_eq!(unreached(&json!({"invaliduser": "zhangsan"})).unwrap().code, "not-found");
        assert_eq!(unreached(&json!({"unlicenseduser": "zhangsan"})).unwrap().code, "denied");
    }
}
