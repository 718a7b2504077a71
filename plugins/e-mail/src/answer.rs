//! Turns one message of the host into a mail.

use hospes_sdk::mail::Message;
use hospes_sdk::{Attribute, Choice, Error, Header, OutboundMessage};

use crate::mime::line;
use crate::{ids, thread};

/// The mail that carries a message. `own` is the channel's address, `name` what stands before it.
pub fn compose(message: &OutboundMessage, own: &str, name: &str) -> Result<Message, Error> {
    let (recipient, root) = thread::parts(&message.conversation).ok_or_else(|| {
        Error::invalid(format!(
            "`{}` is not a thread of this channel: it names no address.",
            message.conversation
        ))
    })?;
    let text = |name: &str| {
        Attribute::find(&message.attributes, name).and_then(|value| value.as_text()).unwrap_or_default()
    };
    // Ids that were kept before they were unfolded stand in conversations as they came.
    let answered = [text("in_reply_to"), text("last_received")].into_iter().find_map(ids::in_header);
    let first = thread::first_mail(root).and_then(ids::in_header);
    let mut headers = Vec::new();
    let mut references: Vec<&str> = first.as_deref().into_iter().collect();
    if let Some(answered) = &answered {
        headers.push(Header::new("In-Reply-To", answered.clone()));
        references.extend(Some(answered.as_str()).filter(|answered| first.as_deref() != Some(*answered)));
    }
    if !references.is_empty() {
        headers.push(Header::new("References", references.join(" ")));
    }
    // A question with buttons is the host's own doing: absence notes should not answer it.
    if !message.choices.is_empty() {
        headers.push(Header::new("Auto-Submitted", "auto-generated"));
    }
    let name = line(&name.replace(['"', '<', '>'], ""));
    Ok(Message {
        sender: if name.is_empty() { own.to_owned() } else { format!("{name} <{own}>") },
        recipients: vec![recipient.to_owned()],
        subject: subject(text("subject"), text("conversation_subject"), text("language")),
        text: plain(&message.text, &message.choices),
        html: html(text("html"), &message.text, &message.choices),
        headers,
        attachments: message
            .attachments
            .iter()
            .map(|file| file.reference.clone())
            .filter(|reference| !reference.is_empty())
            .collect(),
    })
}

/// What was said, else an answer to the thread's subject, else something rather than nothing.
fn subject(said: &str, of_thread: &str, language: &str) -> String {
    let (said, of_thread) = (line(said), line(of_thread));
    if !said.is_empty() {
        return said;
    }
    if of_thread.is_empty() {
        return if language.starts_with("zh") { "您的来信" } else { "Your message" }.to_owned();
    }
    let lower = of_thread.to_lowercase();
    let is_answer =
        ["re:", "re：", "回复:", "回复：", "答复:", "答复："].iter().any(|mark| lower.starts_with(mark));
    if is_answer { of_thread } else { format!("Re: {of_thread}") }
}

fn plain(text: &str, choices: &[Choice]) -> String {
    let mut plain = text.trim().to_owned();
    for choice in choices {
        plain.push_str(&format!("\n\n{}\n{}", choice.label, choice.url));
    }
    plain
}

fn html(given: &str, text: &str, choices: &[Choice]) -> String {
    let body = if given.is_empty() {
        let lines: Vec<String> = text.trim().lines().map(escape).collect();
        format!("<p>{}</p>", lines.join("<br>\n"))
    } else {
        given.to_owned()
    };
    let links: Vec<String> = choices
        .iter()
        .filter(|choice| !choice.url.is_empty())
        .map(|choice| format!("<p><a href=\"{}\">{}</a></p>", escape(&choice.url), escape(&choice.label)))
        .collect();
    format!("{body}{}", links.concat())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use hospes_sdk::Media;

    fn message(conversation: &str, attributes: &[(&str, &str)]) -> OutboundMessage {
        OutboundMessage {
            id: "018f0000-0000-7000-8000-000000000001".into(),
            conversation: conversation.into(),
            recipient: Vec::new(),
            text: "您好 <王芳>\n请拔掉电源".into(),
            attachments: Vec::new(),
            choices: Vec::new(),
            attributes: attributes.iter().map(|(name, value)| Attribute::new(*name, *value)).collect(),
        }
    }

    fn header<'a>(mail: &'a Message, name: &str) -> Option<&'a str> {
        Header::find(&mail.headers, name)
    }

    #[test]
    fn an_answer_goes_to_the_thread_and_says_what_it_answers() {
        let given = message(
            "wang@example.com 1@x",
            &[("last_received", "3@x"), ("conversation_subject", "净水器漏电")],
        );
        let mail = compose(&given, "service@shop.example", "客服").unwrap();
        assert_eq!(
            (mail.sender.as_str(), mail.recipients[0].as_str()),
            ("客服 <service@shop.example>", "wang@example.com")
        );
        assert_eq!(mail.subject, "Re: 净水器漏电");
        assert_eq!(header(&mail, "in-reply-to"), Some("<3@x>"));
        assert_eq!(header(&mail, "references"), Some("<1@x> <3@x>"));
        assert_eq!(mail.html, "<p>您好 &lt;王芳&gt;<br>\n请拔掉电源</p>");
        let first = message("wang@example.com 1@x", &[("last_received", "1@x")]);
        assert_eq!(header(&compose(&first, "a@b.example", "").unwrap(), "references"), Some("<1@x>"));
    }

    #[test]
    fn ids_that_were_kept_folded_are_answered_in_one_line() {
        let folded = message(
            "wang@example.com 1@long.\r\n\texample",
            &[("last_received", "3@long.\n example"), ("in_reply_to", "2\u{1}@x")],
        );
        let mail = compose(&folded, "a@b.example", "").unwrap();
        assert_eq!(header(&mail, "in-reply-to"), Some("<3@long.example>"));
        assert_eq!(header(&mail, "references"), Some("<1@long.example> <3@long.example>"));
        let odd = message("wang@example.com 1\u{1}@x", &[("last_received", "1\u{1}@x")]);
        assert!(compose(&odd, "a@b.example", "").unwrap().headers.is_empty());
    }

    #[test]
    fn a_thread_of_our_own_answers_nothing() {
        let mail = compose(&message("wang@example.com new:ab", &[("language", "zh-CN")]), "a@b.example", "")
            .unwrap();
        assert!(mail.headers.is_empty() && mail.sender == "a@b.example");
        assert_eq!(mail.subject, "您的来信");
        assert_eq!(compose(&message("42", &[]), "a@b.example", "").unwrap_err().code, "invalid");
    }

    #[test]
    fn buttons_become_links_and_files_go_along() {
        let mut given = message("wang@example.com 1@x", &[("subject", "Re: kettle")]);
        given.choices = vec![Choice {
            label: "很满意".into(),
            value: "s:1:5".into(),
            url: "https://crm.example/s/1?r=5&x=1".into(),
        }];
        given.attachments =
            vec![Media { name: "a".into(), media_type: "b/c".into(), reference: "0190".into(), size: None }];
        let mail = compose(&given, "a@b.example", "Shop \"<x>\"").unwrap();
        assert_eq!(mail.sender, "Shop x <a@b.example>");
        assert!(mail.text.ends_with("很满意\nhttps://crm.example/s/1?r=5&x=1"), "{}", mail.text);
        assert!(mail.html.contains("r=5&amp;x=1\">很满意</a>"), "{}", mail.html);
        assert_eq!(
            (header(&mail, "auto-submitted"), mail.attachments.clone()),
            (Some("auto-generated"), vec!["0190".to_owned()])
        );
    }
}
