//! Reports on mail that went out: of mail servers (RFC 3464), and of mail programs that showed it (RFC 8098).

use mail_parser::{MessageParser, MimeHeaders, PartType};

use crate::mime::{Mail, line};
use crate::{content, ids};

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It won't arrive.
    Failed,
    /// It has arrived.
    Delivered,
    /// It is still on its way.
    Underway,
    /// It was shown to its recipient.
    Read,
}

/// What a report says of one mail.
#[derive(Debug, PartialEq, Eq)]
pub struct Report {
    /// The mail that it is about.
    pub message_id: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Why, in the server's words.
    pub words: String,
}

/// Whether a mail is a report of a program, be it on a mail of ours or on abuse (RFC 5965).
pub fn is_report(mail: &Mail<'_>) -> bool {
    mail.parsed.content_type().is_some_and(|of| {
        of.ctype().eq_ignore_ascii_case("multipart")
            && of.subtype().is_some_and(|sub| sub.eq_ignore_ascii_case("report"))
    })
}

/// Reads a report; none when it doesn't name the mail or says nothing of it.
pub fn read(mail: &Mail<'_>) -> Option<Report> {
    let mut fields = None;
    let mut message_id = None;
    for part in mail.parsed.parts.iter().take(50) {
        if part.is_content_type("message", "disposition-notification") {
            return displayed(&String::from_utf8_lossy(&content::of(mail, part, usize::MAX)));
        }
        if part.is_content_type("message", "delivery-status") {
            fields = Some(String::from_utf8_lossy(&content::of(mail, part, usize::MAX)).into_owned());
        } else if let PartType::Message(original) = &part.body {
            message_id = message_id.or_else(|| original.message_id().and_then(ids::unfolded));
        } else if part.is_content_type("text", "rfc822-headers") || part.is_content_type("message", "rfc822")
        {
            let bytes = content::of(mail, part, usize::MAX);
            let headers = MessageParser::default().parse(bytes.as_ref());
            message_id = message_id.or_else(|| ids::unfolded(headers?.message_id()?));
        }
    }
    let fields = unfolded(&fields?);
    let field = |name: &str| field(&fields, name);
    let outcome = match field("action")?.to_ascii_lowercase().split_whitespace().next()? {
        "failed" => Outcome::Failed,
        "delivered" => Outcome::Delivered,
        "delayed" | "relayed" | "expanded" => Outcome::Underway,
        _ => return None,
    };
    let why = field("diagnostic-code").or_else(|| field("status")).unwrap_or_default();
    let whom = field("final-recipient").or_else(|| field("original-recipient")).unwrap_or_default();
    let whom = whom.rsplit(';').next().unwrap_or_default().trim();
    Some(Report { message_id: message_id?, outcome, words: line(&format!("{whom}: {why}")) })
}

/// What a mail program says that has shown a mail, and nothing of what else it did with it.
fn displayed(fields: &str) -> Option<Report> {
    let fields = unfolded(fields);
    let message_id = ids::unfolded(field(&fields, "original-message-id")?.trim_matches(['<', '>', ' ']))?;
    let disposition = field(&fields, "disposition")?.rsplit(';').next()?.trim().to_ascii_lowercase();
    let is_displayed = disposition.split(['/', ',', ' ']).next() == Some("displayed");
    is_displayed.then_some(Report { message_id, outcome: Outcome::Read, words: disposition })
}

fn field<'f>(fields: &'f [(String, String)], name: &str) -> Option<&'f str> {
    fields.iter().find_map(|(known, value)| known.eq_ignore_ascii_case(name).then_some(value.as_str()))
}

/// The fields of a report, those of the whole and those of each recipient alike.
fn unfolded(text: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for row in text.lines() {
        match (row.starts_with([' ', '\t']), fields.last_mut()) {
            (true, Some((_, value))) => {
                value.push(' ');
                value.push_str(row.trim());
            }
            _ => {
                if let Some((name, value)) = row.split_once(':') {
                    fields.push((name.trim().to_owned(), value.trim().to_owned()));
                }
            }
        }
    }
    fields
}
