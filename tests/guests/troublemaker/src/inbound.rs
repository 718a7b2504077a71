//! What a channel's plugin makes of a request, as the test says in its body.

use hospes_sdk::{
    Attribute, Error, HttpAnswer, Identity, Inbound, Kept, Media, Message, attachments, clock, kv,
};
use serde::Deserialize;

/// Everything that the request means.
#[derive(Deserialize)]
pub struct Script {
    #[serde(default = "ok")]
    answer: u16,
    #[serde(default)]
    messages: Vec<Draft>,
    #[serde(default)]
    kept: Vec<DraftKept>,
    /// Adds one to the counter `inbound`.
    #[serde(default)]
    count: bool,
}

#[derive(Deserialize)]
struct Draft {
    id: String,
    #[serde(default = "thread")]
    conversation: String,
    text: String,
    /// `scheme:value`.
    #[serde(default = "somebody")]
    sender: Vec<String>,
    /// Seconds since 1970; the call's own time when it isn't there.
    at: Option<i64>,
    name: Option<String>,
    /// Words that come as a file and are shown by the attribute `html`.
    file: Option<String>,
}

#[derive(Deserialize)]
struct DraftKept {
    #[serde(default)]
    id: String,
    reason: String,
    #[serde(default)]
    detail: String,
    message: Option<Draft>,
}

fn ok() -> u16 {
    200
}

fn thread() -> String {
    "thread".to_owned()
}

fn somebody() -> Vec<String> {
    vec!["test:somebody".to_owned()]
}

impl Script {
    /// Plays it.
    pub fn play(self) -> Result<Inbound, Error> {
        if self.count {
            kv::increment("inbound", 1)?;
        }
        let kept = self.kept.into_iter().map(|part| {
            let message = part.message.map(Draft::message).transpose()?;
            Ok(Kept { external_id: part.id, reason: part.reason, detail: part.detail, message })
        });
        Ok(Inbound {
            answer: HttpAnswer { status: self.answer, headers: Vec::new(), body: b"{}".to_vec() },
            messages: self.messages.into_iter().map(Draft::message).collect::<Result<_, _>>()?,
            receipts: Vec::new(),
            kept: kept.collect::<Result<_, Error>>()?,
        })
    }
}

impl Draft {
    fn message(self) -> Result<Message, Error> {
        let sender = self.sender.iter().map(|known| {
            let (scheme, value) = known.split_once(':').unwrap_or(("test", known));
            Identity {
                scheme: scheme.into(),
                issuer: String::new(),
                value: value.into(),
                attested: scheme == "test",
            }
        });
        let mut attributes = Vec::new();
        attributes.extend(self.name.map(|name| Attribute::new("name", name)));
        let mut files = Vec::new();
        if let Some(words) = self.file {
            let upload = attachments::create("interaction", "", "words.txt", "text/plain")?;
            upload.append(words.as_bytes())?;
            let id = upload.finish()?;
            attributes.push(Attribute::new("html", format!("<p><img src=\"attachment:{id}\"></p>")));
            files.push(Media {
                name: "words.txt".into(),
                media_type: "text/plain".into(),
                reference: id,
                size: None,
            });
        }
        Ok(Message {
            external_id: self.id,
            conversation: self.conversation,
            kind: "message".into(),
            sender: sender.collect(),
            sent_at: self.at.map_or_else(clock::now, |seconds| seconds * 1_000_000),
            text: self.text,
            attachments: files,
            attributes,
        })
    }
}
