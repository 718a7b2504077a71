//! Who customers are: what customer service says of its visitors, and what a member's contact is called.

use std::collections::BTreeMap;

use hospes_sdk::{Attribute, Error, Identity, Message, log};
use hospes_wechat::api::Api;
use hospes_wechat::labels::Language;
use hospes_wechat::query;
use serde_json::{Value as Json, json};

use crate::outcome;
use crate::settings::Settings;
use crate::signals::ContactSignal;
use crate::thread::Thread;

/// How many customers are asked about at once, and how often in one poll.
const AT_ONCE: usize = 100;
const QUESTIONS: usize = 4;

/// What WeCom says of a customer; what it doesn't say is empty.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Customer {
    name: String,
    unionid: String,
    company: String,
}

impl Customer {
    fn of(data: &Json, name: &str) -> Self {
        let text = |name: &str| data[name].as_str().unwrap_or_default().trim().to_owned();
        Self { name: text(name), unionid: text("unionid"), company: text("corp_name") }
    }

    /// Puts onto a message who wrote it.
    pub fn sign(&self, message: &mut Message, open_platform: &str) {
        if !self.name.is_empty() {
            message.attributes.push(Attribute::new("name", self.name.as_str()));
        }
        if !self.company.is_empty() {
            message.attributes.push(Attribute::new("company", self.company.as_str()));
        }
        if !self.unionid.is_empty() {
            message.sender.push(Identity::attested("wechat-unionid", open_platform, self.unionid.as_str()));
        }
    }
}

/// What customer service says of its visitors, by their `external_userid`
/// (<https://developer.work.weixin.qq.com/document/path/95159>). Whoever is made a customer without a name stays without, so
/// an error says that names can be had later, if the messages may `wait` for them; otherwise they come without.
pub fn of_service(api: &Api, ids: &[&str], wait: bool) -> Result<BTreeMap<String, Customer>, Error> {
    let mut customers = BTreeMap::new();
    for ids in ids.chunks(AT_ONCE).take(QUESTIONS) {
        let answer = api.post("/cgi-bin/kf/customer/batchget", &json!({"external_userid_list": ids}));
        match answer.and_then(|answer| answer.map_err(|refusal| outcome::error(&refusal))) {
            Ok(answer) => {
                let list = answer["customer_list"].as_array().into_iter().flatten();
                customers.extend(list.filter_map(|customer| {
                    let id = customer["external_userid"].as_str()?;
                    Some((id.to_owned(), Customer::of(customer, "nickname")))
                }));
            }
            Err(error) if wait && is_passing(&error) => return Err(error),
            Err(error) => log::warn(&format!("The customers' names aren't given: {}", error.message)),
        }
    }
    Ok(customers)
}

/// Whether the same may succeed later.
fn is_passing(error: &Error) -> bool {
    error.retry_after_ms.is_some() || matches!(error.code.as_str(), "unavailable" | "timed-out")
}

/// A member's new contact as a visit (<https://developer.work.weixin.qq.com/document/path/92114>).
pub fn contact(api: &Api, id: &str, signal: &ContactSignal, settings: &Settings) -> Result<Message, Error> {
    let answer = api.get(&format!("/cgi-bin/externalcontact/get?external_userid={}", query::encoded(id)))?;
    let customer = match answer.map_err(|refusal| outcome::error(&refusal)) {
        Ok(answer) => Customer::of(&answer["external_contact"], "name"),
        Err(error) if is_passing(&error) => return Err(error),
        Err(error) => {
            log::warn(&format!("The name of the contact {id} isn't given: {}", error.message));
            Customer::default()
        }
    };
    let mut message = visit(id, signal, &settings.corporation, settings.language);
    customer.sign(&mut message, &settings.open_platform);
    Ok(message)
}

fn visit(id: &str, signal: &ContactSignal, corporation: &str, language: Language) -> Message {
    let mut attributes = vec![Attribute::new("member", signal.user.as_str())];
    if !signal.state.is_empty() {
        attributes.push(Attribute::new("state", signal.state.as_str()));
    }
    Message {
        external_id: signal.id.clone(),
        conversation: Thread::Contact { customer: id.to_owned() }.to_string(),
        kind: "visit".to_owned(),
        sender: vec![Identity::attested("wecom", corporation, id)],
        sent_at: signal.at.saturating_mul(1_000_000),
        text: format!("{} {}", language.label("new-contact"), signal.user),
        attachments: Vec::new(),
        attributes,
    }
}
