//! The files of a mail: attachments, pictures in the text, mails that were attached whole.

use std::borrow::Cow;

use mail_parser::{MessageParser, MessagePart, MimeHeaders, PartType};

use crate::mime::{Mail, line};
use crate::{content, headers, ids, parameters, repair};

/// The most files that are kept of one mail.
const MOST: usize = 100;

/// One file.
#[derive(Debug)]
pub struct File<'a> {
    /// Its name; made up where it has none.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// By what the text speaks of it, if it does.
    pub content_id: Option<String>,
    /// Its bytes; never none.
    pub bytes: Cow<'a, [u8]>,
}

/// The mail's files, and how many more it has. `taken` is where the header of a part begins that the text holds.
pub fn of<'m>(mail: &'m Mail<'_>, taken: Option<u32>) -> (Vec<File<'m>>, usize) {
    let parts = mail.parsed.attachments.iter().filter_map(|index| mail.parsed.parts.get(*index as usize));
    let parts = parts.filter(|part| taken != Some(part.raw_header_offset()));
    let mut files = Vec::new();
    let mut left_out = 0;
    for part in parts {
        let Some(bytes) = bytes(mail, part) else { continue };
        if files.len() == MOST {
            left_out += 1;
            continue;
        }
        let media_type = media_type(mail, part);
        let name = name(mail, part, &media_type, files.len() + 1);
        let content_id = part.content_id().and_then(|id| ids::unfolded(id.trim_matches(['<', '>', ' '])));
        files.push(File { name, media_type, content_id, bytes });
    }
    (files, left_out)
}

fn bytes<'m>(mail: &'m Mail<'_>, part: &'m MessagePart<'_>) -> Option<Cow<'m, [u8]>> {
    let bytes = match &part.body {
        PartType::Multipart(_) => return None,
        PartType::Message(inner) => Cow::Borrowed(inner.raw_message()),
        _ => content::of(mail, part, usize::MAX),
    };
    (!bytes.is_empty()).then_some(bytes)
}

fn media_type(mail: &Mail<'_>, part: &MessagePart<'_>) -> String {
    if part.is_message() {
        return "message/rfc822".to_owned();
    }
    let said = part.content_type().map(|of| format!("{}/{}", of.ctype(), of.subtype().unwrap_or_default()));
    // Some programs encode the whole field, parameters and all.
    let said = said.map(|said| headers::text(said.as_bytes(), mail.charsets).to_ascii_lowercase());
    let said = said.unwrap_or_default();
    let (said, _) = said.split_once(';').unwrap_or((&said, ""));
    let is_name = |name: &str| {
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    match said.split_once('/') {
        Some((kind, subtype)) if is_name(kind) && is_name(subtype) => said.to_owned(),
        _ => "application/octet-stream".to_owned(),
    }
}

fn name(mail: &Mail<'_>, part: &MessagePart<'_>, media_type: &str, number: usize) -> String {
    let head = part.raw_header_offset() as usize..part.raw_body_offset() as usize;
    let head = mail.bytes.get(head).unwrap_or_default();
    let given = parameters::file_name(head, mail.charsets).map(|name| line(&name));
    given.filter(|name| !name.is_empty()).unwrap_or_else(|| {
        let inner = part.message().map(|inner| repair::repaired(inner.raw_message(), mail.charsets));
        let inner = inner.as_ref().and_then(|inner| MessageParser::default().parse_headers(inner));
        let subject =
            inner.as_ref().and_then(|inner| inner.subject()).map(line).filter(|text| !text.is_empty());
        match (media_type, subject) {
            ("message/rfc822", Some(subject)) => format!("{subject}.eml"),
            ("message/rfc822", None) => format!("mail-{number}.eml"),
            ("image/jpeg", _) => format!("image-{number}.jpg"),
            ("image/png", _) => format!("image-{number}.png"),
            ("image/gif", _) => format!("image-{number}.gif"),
            ("text/plain", _) => format!("text-{number}.txt"),
            ("text/calendar", _) => format!("invitation-{number}.ics"),
            _ => format!("file-{number}"),
        }
    })
}

/// Lets the pictures in a text point at the files that were kept: `cid:` and the attachment's id.
pub fn point(html: &str, kept: &[(String, String)]) -> String {
    let mut pointed = html.to_owned();
    for (content_id, attachment) in kept {
        pointed = pointed.replace(&format!("cid:{content_id}"), &format!("cid:{attachment}"));
    }
    pointed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charset::Charsets;
    use crate::mime::parse;

    #[test]
    fn names_come_from_every_place_a_mail_program_puts_them() {
        let raw = "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
            --b\r\nContent-Type: text/plain\r\n\r\nhi\r\n\
            --b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment;\r\n \
            filename*=UTF-8''%E6%8A%A5%E4%BB%B7.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0=\r\n\
            --b\r\nContent-Type: image/png; name=\"=?GB18030?B?zbzGrC5wbmc=?=\"\r\nContent-ID: <logo@x>\r\n\
            Content-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw==\r\n\
            --b\r\nContent-Type: message/rfc822\r\n\r\nFrom: c@d.example\r\nSubject: inner\r\n\r\nold\r\n--b--\r\n";
        let parsed = parse(raw.as_bytes()).unwrap();
        let charsets = Charsets::of(raw.as_bytes(), "cn");
        let mail = Mail::new(&parsed, raw.as_bytes(), &charsets, raw.as_bytes());
        let (files, left_out) = of(&mail, None);
        let names: Vec<(&str, &str)> =
            files.iter().map(|file| (file.name.as_str(), file.media_type.as_str())).collect();
        assert_eq!(
            names,
            [("报价.pdf", "application/pdf"), ("图片.png", "image/png"), ("inner.eml", "message/rfc822")]
        );
        assert_eq!((files[0].bytes.as_ref(), left_out), (b"%PDF-".as_slice(), 0));
        assert_eq!(files[1].content_id.as_deref(), Some("logo@x"));
        let kept = [("logo@x".to_owned(), "0190".to_owned())];
        assert_eq!(point("<img src=\"cid:logo@x\">", &kept), "<img src=\"cid:0190\">");
    }
}
