//! `channel`: the app delivers what customers do by webhook.

use hospes_sdk::secrets::Hash;
use hospes_sdk::serde_json::{self, Value as Json};
use hospes_sdk::{
    Channel, Error, Header, HttpAnswer, HttpRequest, Inbound, Kept, Media, Receipt, ReceiptStatus,
    attachments, encoding, secrets,
};

use crate::Radwerk;
use crate::message::{AppMessage, json};

impl Channel for Radwerk {
    fn receive(request: HttpRequest) -> Result<Inbound, Error> {
        if request.method != "POST" {
            let headers = vec![Header::new("allow", "POST")];
            return Ok(Inbound::answer(HttpAnswer { headers, ..HttpAnswer::status(405) }));
        }
        check_signature(&request)?;
        let delivery: Json = json(&request.body)?;
        let mut inbound = Inbound::answer(HttpAnswer::status(200));
        match delivery["type"].as_str().unwrap_or_default() {
            "message" => {
                let mut read: AppMessage = serde_json::from_value(delivery)?;
                let checklist = read.checklist.take();
                let mut message = read.into_message()?;
                if let Some(checklist) = checklist {
                    message.attachments.push(keep(&checklist)?);
                }
                inbound.messages.push(message);
            }
            "read" => inbound.receipts.push(Receipt {
                external_id: text(&delivery, "id")?,
                status: ReceiptStatus::Read,
                at: delivery["sent"].as_i64().unwrap_or_default().saturating_mul(1_000),
                error: None,
            }),
            // What is answered 200 is never sent again: whatever becomes no message is kept for people to see.
            other => inbound.kept.push(Kept {
                external_id: text(&delivery, "id").unwrap_or_default(),
                reason: "unknown-kind".into(),
                detail: format!("The app delivered {other:?}, which this version doesn't know."),
                message: None,
            }),
        }
        Ok(inbound)
    }
}

/// Lets only the app in. The host compares, with a key that the plugin never sees.
fn check_signature(request: &HttpRequest) -> Result<(), Error> {
    let tag = request.header("x-radwerk-signature").and_then(encoding::hex_decoded);
    let tag = tag.ok_or_else(|| Error::denied("X-Radwerk-Signature is missing or isn't hexadecimal."))?;
    // Of the body as it came: written anew it may be other bytes.
    match secrets::get("webhook-key")?.verify_hmac(Hash::Sha256, &request.body, &tag)? {
        true => Ok(()),
        false => Err(Error::denied("X-Radwerk-Signature isn't the body's.")),
    }
}

/// Keeps a text as a file. It has no record yet: it belongs to the message whose attachment refers to it.
fn keep(text: &str) -> Result<Media, Error> {
    let upload = attachments::create("interaction", "", "checklist.txt", "text/plain")?;
    upload.append(text.as_bytes())?;
    let reference = upload.finish()?;
    let size = Some(text.len() as u64);
    Ok(Media { name: "checklist.txt".into(), media_type: "text/plain".into(), reference, size })
}

fn text(object: &Json, field: &str) -> Result<String, Error> {
    let missing = || Error::invalid(format!("{field} is missing, or no text."));
    object[field].as_str().map(str::to_owned).ok_or_else(missing)
}
