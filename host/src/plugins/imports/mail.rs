//! `hospes:plugin/mail`: e-mail through the host's relay, from the addresses that were granted. It is staged; a job of the
//! host hands it over.

use std::sync::Arc;

use super::attachments::StagedFiles;
use super::view::view;
use crate::domain::attachment::LARGEST;
use crate::domain::html::CleanHtml;
use crate::plugins::bindings::hospes::plugin::{mail, types};
use crate::plugins::effects::Mail;
use crate::plugins::egress::relay::{self, mailbox};
use crate::plugins::engine::fault::Fault;

/// The most mails that a call sends.
const MOST: usize = 100;
/// The most recipients of a mail.
const RECIPIENTS: usize = 50;
/// The most characters of a subject; no line of a mail may have more than 998.
const SUBJECT: usize = 900;
/// The most further headers, and the most bytes of one.
const HEADERS: usize = 20;
const HEADER: usize = 8_000;
/// The most files of a mail.
const FILES: usize = 20;

/// Headers that a plugin may set, besides those that begin with `X-`. The others say who sends what to whom and when, or
/// how the mail is put together, and are the host's.
const ALLOWED: [&str; 9] = [
    "auto-submitted",
    "in-reply-to",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "precedence",
    "references",
    "reply-to",
    "x-auto-response-suppress",
];

/// Refuses what would end a header's line, or hide in it.
fn one_line(what: &str, text: &str) -> Result<(), Fault> {
    match text.chars().find(|c| c.is_control()) {
        Some(odd) => Err(Fault::invalid(format!(
            "{what} has the character U+{:04X}; a header has no line breaks and no control characters",
            u32::from(odd)
        ))),
        None => Ok(()),
    }
}

fn header(given: &types::Header) -> Result<(String, String), Fault> {
    let name = given.name.as_str();
    let token = (1..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let lower = name.to_ascii_lowercase();
    if !token || !(ALLOWED.contains(&lower.as_str()) || lower.starts_with("x-")) {
        return Err(Fault::invalid(format!(
            "the header {name:?} can't be set; those are {} and names that begin with X-",
            ALLOWED.join(", ")
        )));
    }
    one_line(&format!("the header {name}"), &given.value)?;
    if given.value.len() > HEADER {
        return Err(Fault::limit(format!("the header {name} has more than {HEADER} bytes")));
    }
    Ok((name.to_owned(), given.value.clone()))
}

view! {
    /// What a call sends by mail, and the files that it has written.
    MailView { mails: Vec<Mail> = mails, files: StagedFiles = files }
}

impl MailView<'_> {
    async fn mail_send(&mut self, message: mail::Message) -> Result<String, Fault> {
        let lists = message.recipients.iter().map(String::len).sum::<usize>()
            + message.headers.iter().map(|header| header.name.len() + header.value.len()).sum::<usize>();
        let texts = [&message.sender, &message.subject, &message.text, &message.html];
        self.call.meter.transfer(lists + texts.iter().map(|text| text.len()).sum::<usize>())?;
        let sender =
            mailbox(&message.sender).map_err(|problem| Fault::invalid(format!("sender: {problem}")))?;
        let address = sender.email.to_string();
        let installation = Arc::clone(&self.call.installation);
        installation.grants.mail(&address).map_err(|denied| self.call.refuse(&denied))?;
        if !self.call.shared.relay {
            return Err(Fault::new("unavailable", relay::NOT_CONFIGURED));
        }
        if self.mails.len() >= MOST {
            return Err(Fault::limit(format!("a call sends {MOST} mails at most")));
        }
        if message.recipients.is_empty() || message.recipients.len() > RECIPIENTS {
            return Err(Fault::invalid(format!("a mail has 1 to {RECIPIENTS} recipients")));
        }
        for recipient in &message.recipients {
            mailbox(recipient).map_err(|problem| Fault::invalid(format!("recipients: {problem}")))?;
        }
        one_line("the subject", &message.subject)?;
        if message.subject.chars().count() > SUBJECT {
            return Err(Fault::limit(format!("a subject has {SUBJECT} characters at most")));
        }
        if message.headers.len() > HEADERS {
            return Err(Fault::limit(format!("a mail has {HEADERS} further headers at most")));
        }
        let headers = message.headers.iter().map(header).collect::<Result<Vec<_>, _>>()?;
        if message.text.is_empty() && message.html.is_empty() && message.attachments.is_empty() {
            return Err(Fault::invalid("the mail is empty; give it a text, HTML or a file"));
        }
        let attachments = self.mail_files(&message.attachments).await?;
        let id = self.call.draw_id();
        let message_id = format!("{id}@{}", sender.email.domain());
        self.mails.push(Mail {
            id,
            message_id: message_id.clone(),
            sender: message.sender,
            recipients: message.recipients,
            subject: message.subject,
            text: message.text,
            html: CleanHtml::new(&message.html).into_string(),
            headers,
            attachments,
        });
        Ok(message_id)
    }

    /// The files of a mail: those that the guest may read, and those that it has written itself.
    async fn mail_files(&mut self, ids: &[String]) -> Result<Vec<uuid::Uuid>, Fault> {
        if ids.len() > FILES {
            return Err(Fault::limit(format!("a mail has {FILES} files at most")));
        }
        let mut files = Vec::with_capacity(ids.len());
        let mut total = 0;
        for id in ids {
            let own = uuid::Uuid::try_parse(id).ok().and_then(|id| Some((id, self.files.size(id)?)));
            let (id, size) = match own {
                Some(own) => own,
                None => {
                    let kept = self.call.kept_file(id).await?;
                    (kept.id.0, usize::try_from(kept.size).unwrap_or(usize::MAX))
                }
            };
            total += size;
            files.push(id);
        }
        if total > LARGEST {
            return Err(Fault::limit(format!(
                "the files of a mail have {LARGEST} bytes at most, these {total}"
            )));
        }
        Ok(files)
    }
}

impl mail::Host for MailView<'_> {
    async fn send(&mut self, message: mail::Message) -> Result<String, Fault> {
        let answer = self.mail_send(message).await;
        self.call.leave(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(result: Result<(String, String), Fault>) -> String {
        match result {
            Ok(_) => "ok".to_owned(),
            Err(Fault::Guest(error)) => error.code,
            Err(Fault::End(end)) => end.to_string(),
        }
    }

    #[test]
    fn a_header_is_one_line_of_an_allowed_name() {
        let set =
            |name: &str, value: &str| code(header(&types::Header { name: name.into(), value: value.into() }));
        assert_eq!(set("In-Reply-To", "<a@b.example>"), "ok");
        assert_eq!(set("X-Hospes", "1"), "ok");
        for (name, value) in [
            ("Bcc", "all@example.com"),
            ("From", "ceo@example.com"),
            ("Content-Type", "text/html"),
            ("References", "<a@b>\r\nBcc: all@example.com"),
            ("References", "<a@b>\nX: y"),
            ("X-A\r\nBcc", "all@example.com"),
            ("X A", "1"),
            ("", "1"),
        ] {
            assert_eq!(set(name, value), "invalid", "{name:?}: {value:?}");
        }
        assert_eq!(set("References", &"x".repeat(HEADER + 1)), "limit-exceeded");
    }
}
