//! Asks for what callbacks announced: messages of customer service, and who new contacts are.
//!
//! Without the token of a callback WeCom answers rarely. So an account is asked about when one has come, and besides every
//! ten minutes, for callbacks that were lost.

use std::collections::BTreeMap;

use hospes_sdk::{Batch, Error, Kept, Message, Receipt, clock, log};
use hospes_wechat::answer::Answer;
use hospes_wechat::api::Api;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::customers;
use crate::outcome;
use crate::service::{self, Entry};
use crate::settings::Settings;
use crate::signals::{CONTACT, ContactSignal, Left, SERVICE, ServiceSignal};

/// How many entries are asked for at once, and with how many a poll has enough.
const PAGE: usize = 400;
const ENOUGH: usize = 500;
/// How often a poll asks for entries. With names, welcomes, contacts and tokens it stays within 16 requests.
const QUESTIONS: usize = 5;
const CONTACTS: usize = 2;
const WELCOMES: usize = 2;
/// How long a callback's token is good for, and after what time an account is asked about without one.
const TOKEN_MS: i64 = 600_000;
const UNASKED_MS: i64 = 600_000;
/// How long a message waits for the name of who wrote it.
const NAMELESS_MS: i64 = 120_000;
/// How long a welcome may be sent.
const WELCOME_MS: i64 = 20_000;

/// Where to go on: the cursor that the host keeps, as JSON.
#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    /// By `open_kfid`.
    accounts: BTreeMap<String, Account>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Account {
    /// `next_cursor`.
    cursor: String,
    /// When it was asked about last, in milliseconds since 1970.
    asked: i64,
}

/// What came, before it is known who the customers are.
#[derive(Default)]
struct Haul {
    /// Each with its customer's `external_userid`.
    messages: Vec<(Message, String)>,
    receipts: Vec<Receipt>,
    kept: Vec<Kept>,
    /// Codes of welcomes, and until when they may be sent, in milliseconds.
    welcomes: Vec<(String, i64)>,
    more: bool,
    /// What can't be asked for at the moment.
    problem: Option<Error>,
}

impl Haul {
    fn count(&self) -> usize {
        self.messages.len() + self.receipts.len() + self.kept.len()
    }

    fn add(&mut self, entry: Entry) {
        match entry {
            Entry::Message { message, customer, welcome } => {
                if !welcome.is_empty() {
                    self.welcomes.push((welcome, message.sent_at / 1_000 + WELCOME_MS));
                }
                self.messages.push((message, customer));
            }
            Entry::Receipt(receipt) => self.receipts.push(receipt),
            Entry::Kept(kept) => self.kept.push(kept),
        }
    }
}

/// Asks for all that is due.
pub fn poll(cursor: Option<String>, settings: &Settings, api: &Api) -> Result<Batch, Error> {
    let now = clock::now() / 1_000;
    let mut state: State = cursor.and_then(|cursor| serde_json::from_str(&cursor).ok()).unwrap_or_default();
    let mut haul = Haul::default();
    messages(&mut state, &mut haul, (settings, api, now))?;
    let mut contacts = Vec::new();
    let left = Left::<ContactSignal>::all(CONTACT)?;
    haul.more |= left.len() > CONTACTS;
    for contact in left.iter().take(CONTACTS) {
        match customers::contact(api, &contact.about, &contact.signal, settings) {
            Ok(message) => {
                contact.take()?;
                contacts.push(message);
            }
            Err(error) => haul.problem = Some(error),
        }
    }
    let Haul { messages, receipts, kept, welcomes, more, problem } = haul;
    if let Some(problem) = problem {
        if messages.is_empty() && receipts.is_empty() && kept.is_empty() && contacts.is_empty() {
            return Err(problem);
        }
        log::warn(&format!("Not all could be asked for: {}", problem.message));
    }
    welcome(&welcomes, &settings.welcome, api);
    let mut ids: Vec<&str> = messages.iter().map(|(_, customer)| customer.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let wait = messages.iter().all(|(message, _)| now - message.sent_at / 1_000 < NAMELESS_MS);
    let known = customers::of_service(api, &ids, wait)?;
    let signed = messages.into_iter().map(|(mut message, customer)| {
        if let Some(customer) = known.get(&customer) {
            customer.sign(&mut message, &settings.open_platform);
        }
        message
    });
    let messages = signed.chain(contacts).collect();
    Ok(Batch { messages, receipts, kept, cursor: Some(serde_json::to_string(&state)?), more })
}

/// An account that is to be asked about.
struct Due {
    /// Its `open_kfid`.
    id: String,
    /// The callback's note; none where no callback came for long.
    left: Option<Left<ServiceSignal>>,
}

impl Due {
    /// The callback's token, while it is good.
    fn token(&self, now: i64) -> Option<&str> {
        let signal = &self.left.as_ref()?.signal;
        Some(signal.token.as_str()).filter(|token| !token.is_empty() && now - signal.at < TOKEN_MS)
    }

    /// There is nothing more to ask because of the note.
    fn done(&self) -> Result<(), Error> {
        self.left.as_ref().map_or(Ok(()), Left::take)
    }
}

/// Asks for the messages of all accounts that a callback spoke of, or that weren't asked about for long.
fn messages(state: &mut State, haul: &mut Haul, around: (&Settings, &Api, i64)) -> Result<(), Error> {
    let (_, _, now) = around;
    let left = Left::<ServiceSignal>::all(SERVICE)?.into_iter();
    let mut due: Vec<Due> = left.map(|left| Due { id: left.about.clone(), left: Some(left) }).collect();
    let unasked = state.accounts.iter().filter(|(_, account)| now - account.asked >= UNASKED_MS);
    for (id, _) in unasked {
        if due.iter().all(|known| known.id != *id) {
            due.push(Due { id: id.clone(), left: None });
        }
    }
    let mut questions = QUESTIONS;
    for account in &due {
        if !pages(state, haul, account, (around, &mut questions))? {
            haul.more = true;
            break;
        }
    }
    Ok(())
}

/// Asks for an account's entries, page by page. Whether it came to an end; otherwise the poll has enough.
fn pages(
    state: &mut State,
    haul: &mut Haul,
    due: &Due,
    ((settings, api, now), questions): ((&Settings, &Api, i64), &mut usize),
) -> Result<bool, Error> {
    let mut token = due.token(now);
    loop {
        if *questions == 0 || haul.count() >= ENOUGH {
            return Ok(false);
        }
        *questions -= 1;
        let cursor = state.accounts.get(&due.id).map_or("", |account| account.cursor.as_str());
        let answer = match ask(api, (&due.id, cursor, token)) {
            Ok(Ok(answer)) => answer,
            // The token of the callback isn't taken: without it WeCom answers, too, only less often.
            Ok(Err(refusal)) if refusal.code == 95_007 && token.is_some() => {
                token = None;
                continue;
            }
            Ok(Err(refusal)) if matches!(refusal.code, 95_000 | 95_004) => {
                log::warn(&format!("The service account {} is gone: {}", due.id, refusal.message));
                state.accounts.remove(&due.id);
                due.done()?;
                return Ok(true);
            }
            // It stays due; other accounts don't wait for it.
            Ok(Err(refusal)) => {
                haul.problem = Some(outcome::error(&refusal));
                return Ok(true);
            }
            Err(error) => {
                haul.problem = Some(error);
                return Ok(true);
            }
        };
        for entry in answer["msg_list"].as_array().into_iter().flatten() {
            haul.add(service::read(entry, &settings.corporation, settings.language));
        }
        let account = state.accounts.entry(due.id.clone()).or_default();
        account.asked = now;
        if let Some(next) = answer["next_cursor"].as_str().filter(|next| !next.is_empty()) {
            account.cursor = next.to_owned();
        }
        if answer["has_more"] != 1 {
            due.done()?;
            return Ok(true);
        }
    }
}

/// One page of an account's entries. The account is empty where a callback named none: then all are meant.
fn ask(api: &Api, (account, cursor, token): (&str, &str, Option<&str>)) -> Result<Answer<Json>, Error> {
    let mut body = json!({"limit": PAGE, "voice_format": 0});
    let parts = [("open_kfid", account), ("cursor", cursor), ("token", token.unwrap_or_default())];
    for (name, value) in parts.into_iter().filter(|(_, value)| !value.is_empty()) {
        body[name] = json!(value);
    }
    api.post("/cgi-bin/kf/sync_msg", &body)
}

/// Welcomes those who have just come. One that comes too late or is refused is no reason to hold messages up.
fn welcome(codes: &[(String, i64)], text: &str, api: &Api) {
    if text.is_empty() {
        return;
    }
    let now = clock::now() / 1_000;
    for (code, _) in codes.iter().filter(|(_, until)| *until > now).take(WELCOMES) {
        let body = json!({"code": code, "msgtype": "text", "text": {"content": text}});
        let problem = match api.post("/cgi-bin/kf/send_msg_on_event", &body) {
            Ok(Ok(_)) => continue,
            Ok(Err(refusal)) => refusal.message,
            Err(error) => error.message,
        };
        log::warn(&format!("A customer wasn't welcomed: {problem}"));
    }
}
