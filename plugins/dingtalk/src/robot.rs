//! A robot in a group: everybody there reads what it writes, and the person is called by name.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hospes_notice::Notice;
use hospes_notice::pace::Pace;
use hospes_sdk::http::{Piece, Request};
use hospes_sdk::{Error, clock, secrets};
use serde_json::{Value as Json, json};

use crate::people::Address;
use crate::settings::Settings;
use crate::{answer, message, outcome};

/// How many messages a robot may write within a minute. After more it is silenced for ten.
const A_MINUTE: usize = 20;

/// Writes one into the group. DingTalk has no id for it.
pub fn send(settings: &Settings, notice: &Notice) -> Result<String, Error> {
    let now = clock::now() / 1_000;
    let sign = signature(now)?;
    if let Some(wait) = (Pace { key: "robot", most: A_MINUTE }).take(now)? {
        let text = "A robot writes 20 messages a minute at most; the others follow. 群机器人每分钟最多发送 20 条，其余稍后发送。";
        return Err(Error::unavailable(text, Some(wait)));
    }
    let url = [
        Piece::text(format!("{}/robot/send?access_token=", settings.api)),
        Piece::secret("robot-token"),
        Piece::text(sign),
    ];
    let response = Request::post(url).json(&body(notice)).send()?;
    let answer = answer::read(response.status, &response.body)?;
    answer.map(|_| String::new()).map_err(|refusal| outcome::of_robot(&refusal))
}

/// The signature as it joins the address, which DingTalk takes within an hour
/// (<https://open.dingtalk.com/document/orgapp/customize-robot-security-settings>); nothing for a robot that is secured by a
/// keyword or its callers' addresses instead, and has no such secret.
fn signature(now: i64) -> Result<String, Error> {
    let secret = match secrets::get("robot-secret") {
        Ok(secret) => secret,
        Err(error) if matches!(error.code.as_str(), "not-found" | "denied") => return Ok(String::new()),
        Err(error) => return Err(error),
    };
    let timestamp = now.to_string();
    let sign = STANDARD.encode(secret.sign_dingtalk(&timestamp)?);
    let sign: String = form_urlencoded::byte_serialize(sign.as_bytes()).collect();
    Ok(format!("&timestamp={timestamp}&sign={sign}"))
}

/// The message, which calls the person by what they entered; by their name where they entered nothing.
fn body(notice: &Notice) -> Json {
    let mut at = json!({"isAtAll": false});
    let call = match Address::read(&notice.address) {
        Some(Address::Mobile(mobile)) => {
            at["atMobiles"] = json!([mobile]);
            format!("@{mobile} ")
        }
        Some(Address::Userid(userid)) => {
            at["atUserIds"] = json!([userid]);
            format!("@{userid} ")
        }
        None if notice.name.is_empty() => String::new(),
        None => format!("{}: ", notice.name),
    };
    json!({"msgtype": "text", "text": {"content": format!("{call}{}", message::lines(notice))}, "at": at})
}
