//! `tools`: functions that people, automations and language models call. What they take and return is declared in the
//! manifest, and the host holds both sides to it.

use hospes_sdk::serde_json::{self, Value as Json, json};
use hospes_sdk::{Attribute, Error, Tools, attachments, records};

use crate::Radwerk;
use crate::shop::is_chinese;

/// So much of a checklist is read.
const LONGEST: u64 = 64 * 1024;

impl Tools for Radwerk {
    fn call(name: String, arguments: String) -> Result<String, Error> {
        let arguments: Json = serde_json::from_str(&arguments)?;
        let text = |field: &str| arguments[field].as_str().unwrap_or_default();
        let result = match name.as_str() {
            "price" => price(text("job"))?,
            "hand-over" => hand_over(text("ticket"))?,
            "checklist" => checklist(text("file"))?,
            other => return Err(Error::not_found(format!("There is no tool {other:?}."))),
        };
        Ok(result.to_string())
    }
}

fn price(job: &str) -> Result<Json, Error> {
    let amount = match job {
        "brakes" => "39.00",
        "chain" => "24.50",
        _ => {
            return Err(Error::not_found(format!(
                "There is no price for {job:?}; there are brakes and chain."
            )));
        }
    };
    Ok(json!({"amount": amount, "currency": "CNY", "job": job}))
}

/// Tells the customer that the bicycle is ready, and notes it wherever somebody will look. All of it happens or none.
fn hand_over(ticket: &str) -> Result<Json, Error> {
    let ticket = records::get("ticket", ticket)?;
    let chinese = is_chinese(ticket.text("language").unwrap_or_default());
    let conversation =
        ticket.text("conversation_id").ok_or_else(|| Error::invalid("The ticket has no conversation."))?;
    let ready = if chinese { "您的车修好了，随时可取。" } else { "Your bicycle is ready." };
    let message = records::message(conversation, ready, &[])?;
    // With the version that it was read at: if somebody has changed the ticket meanwhile, the call runs again.
    records::update("ticket", &ticket.id, ticket.version, &[Attribute::new("priority", "low")])?;
    let task = records::create(
        "task",
        &[
            Attribute::new("title", if chinese { "等客户取车" } else { "Wait for the customer" }),
            Attribute::new("subject_kind", "ticket"),
            Attribute::new("subject_id", ticket.id.as_str()),
        ],
    )?;
    // The task's id is known although it is stored only when the call has succeeded.
    records::link("task", &task, "about", "ticket", &ticket.id)?;
    if let Some(customer) = ticket.text("customer_id") {
        records::tag("customer", customer, &["pick-up".into()], &[])?;
    }
    Ok(json!({"message": message, "task": task}))
}

/// A file comes in chunks, so that it never has to fit into the sandbox as a whole.
fn checklist(file: &str) -> Result<Json, Error> {
    let file = attachments::open(file)?;
    let mut bytes = Vec::new();
    while bytes.len() < usize::try_from(file.size().min(LONGEST)).unwrap_or_default() {
        let chunk = file.read(bytes.len() as u64, 16 * 1024)?;
        if chunk.is_empty() {
            break;
        }
        bytes.extend(chunk);
    }
    Ok(json!({"text": String::from_utf8_lossy(&bytes)}))
}
