//! Who followers are: their unionids and where they came from. A callback has no HTTP, so it leaves their openids in the
//! plugin's store, and the next poll asks.

use std::collections::BTreeMap;

use hospes_sdk::{Attribute, Batch, Error, Identity, Message, clock, kv, log};
use hospes_wechat::api::Api;
use hospes_wechat::callback;
use hospes_wechat::xml::Element;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::incoming::Around;
use crate::outcome;
use crate::settings::Settings;

/// Where followers wait to be asked about, by their openids.
const WAITING: &str = "user/";
/// How many are asked about at once, which is WeChat's limit, and how many are looked at.
const AT_ONCE: usize = 100;
const LOOKED_AT: u32 = 500;
/// The longest openid.
const LONGEST: usize = 128;

/// A follower who is to be asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signal {
    #[serde(skip)]
    follower: String,
    /// When the callback came, in milliseconds since 1970.
    at: i64,
    /// When the follower subscribed just now, in seconds since 1970; none if the callback is of something else.
    subscribed: Option<i64>,
}

impl Signal {
    /// What is to be asked because of a callback.
    pub fn of(callback: &Element, subscribed: bool, around: Around<'_>) -> Self {
        let at = callback::written(callback).unwrap_or(around.now / 1_000);
        let follower = callback.text_of("FromUserName").to_owned();
        Self { follower, at: around.now, subscribed: subscribed.then_some(at) }
    }

    /// Leaves it for the next poll. A subscription that waits isn't forgotten because of a message that follows.
    pub fn leave(&self) -> Result<(), Error> {
        let key = format!("{WAITING}{}", self.follower);
        if self.follower.len() > LONGEST || (self.subscribed.is_none() && kv::get(&key)?.is_some()) {
            return Ok(());
        }
        kv::set_json(&key, self)
    }
}

/// A follower as the store has them.
struct Waiting {
    key: String,
    bytes: Vec<u8>,
    signal: Signal,
}

/// Up to whom was asked: the cursor that the host keeps. What a poll writes into the store is dropped when all that it
/// brings was here before, and most followers were; the cursor is kept always.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord, Clone, Serialize, Deserialize)]
struct Until {
    at: i64,
    follower: String,
}

impl Waiting {
    fn place(&self) -> Until {
        Until { at: self.signal.at, follower: self.signal.follower.clone() }
    }
}

/// Asks about the followers who wait. Each is a visit at the time of subscribing, which the host has only once.
pub fn poll(cursor: Option<String>, settings: &Settings, api: &Api) -> Result<Batch, Error> {
    let mut until: Until = cursor.and_then(|cursor| serde_json::from_str(&cursor).ok()).unwrap_or_default();
    let now = clock::now() / 1_000;
    let mut waiting = Vec::new();
    for key in kv::list_keys(WAITING, None, LOOKED_AT)? {
        let Some(bytes) = kv::get(&key)? else { continue };
        match serde_json::from_slice::<Signal>(&bytes) {
            Ok(mut signal) => {
                signal.follower = key[WAITING.len()..].to_owned();
                waiting.push(Waiting { key, bytes, signal });
            }
            Err(_) => kv::delete(&key)?,
        }
    }
    // A clock that was set back leaves a place ahead of all that comes.
    if until.at > now {
        until = Until::default();
    }
    waiting.sort_by_key(Waiting::place);
    let (done, due): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|one| one.place() <= until);
    for one in done.iter().chain(due.iter().take(AT_ONCE)) {
        kv::swap(&one.key, Some(&one.bytes), None)?;
    }
    let more = due.len() > AT_ONCE;
    let due: Vec<Waiting> = due.into_iter().take(AT_ONCE).collect();
    let mut messages = Vec::new();
    if let Some(last) = due.last() {
        until = last.place();
        let known = ask(api, &due)?;
        let found =
            due.iter().filter_map(|one| subscription(&one.signal, known.get(&one.signal.follower), settings));
        messages.extend(found);
    }
    let cursor = Some(serde_json::to_string(&until)?);
    Ok(Batch { messages, receipts: Vec::new(), kept: Vec::new(), cursor, more })
}

/// What WeChat says of followers, by their openids
/// (<https://developers.weixin.qq.com/doc/offiaccount/User_Management/Get_users_basic_information_UnionID.html>). An account
/// that may not ask goes without.
fn ask(api: &Api, waiting: &[Waiting]) -> Result<BTreeMap<String, Json>, Error> {
    let list: Vec<Json> =
        waiting.iter().map(|one| json!({"openid": one.signal.follower, "lang": "zh_CN"})).collect();
    let answer = api.post("/cgi-bin/user/info/batchget", &json!({"user_list": list}))?;
    match answer.map_err(|refusal| outcome::error(&refusal)) {
        Ok(answer) => {
            let users = answer["user_info_list"].as_array().into_iter().flatten();
            Ok(users.filter_map(|user| Some((user["openid"].as_str()?.to_owned(), user.clone()))).collect())
        }
        Err(error) if error.retry_after_ms.is_some() => Err(error),
        Err(error) => {
            log::warn(&format!("Followers can't be asked about: {}", error.message));
            Ok(BTreeMap::new())
        }
    }
}

/// The visit of somebody who subscribed; none of somebody who writes without being a follower.
fn subscription(signal: &Signal, known: Option<&Json>, settings: &Settings) -> Option<Message> {
    let user = known.filter(|user| user["subscribe"] == 1).unwrap_or(&Json::Null);
    let text = |name: &str| user[name].as_str().filter(|text| !text.is_empty());
    let at = user["subscribe_time"].as_i64().or(signal.subscribed)?;
    let mut sender = vec![Identity::attested("wechat", settings.account.as_str(), signal.follower.as_str())];
    if let Some(unionid) = text("unionid") {
        sender.push(Identity::attested("wechat-unionid", settings.open_platform.as_str(), unionid));
    }
    let names = [("nickname", "name"), ("subscribe_scene", "subscribe_scene"), ("qr_scene_str", "scene")];
    let mut attributes: Vec<Attribute> =
        names.into_iter().filter_map(|(of, name)| Some(Attribute::new(name, text(of)?))).collect();
    if let Some(scene) = user["qr_scene"].as_i64().filter(|scene| *scene != 0) {
        attributes.push(Attribute::new("qr_scene", scene));
    }
    Some(Message {
        external_id: format!("subscription:{}:{at}", signal.follower),
        conversation: signal.follower.clone(),
        kind: "visit".to_owned(),
        sender,
        sent_at: at.saturating_mul(1_000_000),
        text: settings.language.label("subscribe"),
        attachments: Vec::new(),
        attributes,
    })
}
