//! Calls of the API with an access token, which is kept in the plugin's store until shortly before it expires
//! (<https://open.dingtalk.com/document/orgapp/obtain-orgapp-token>).

use hospes_sdk::http::{Piece, Request};
use hospes_sdk::{Error, clock, kv, log};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::answer::{self, Refusal};
use crate::outcome;
use crate::settings::Settings;

/// The key of the store under which the token lies.
const KEPT_AS: &str = "access-token";
/// How long before it expires a token isn't used any more, in milliseconds.
const EARLY: i64 = 300_000;

/// A token as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct KeptToken {
    token: String,
    /// When to ask for another, in milliseconds since 1970.
    until: i64,
    /// Whom it is for, so that other settings don't find it.
    of: String,
}

/// Posts JSON to a path; once more with a new token if the one that was kept isn't taken.
pub fn post(settings: &Settings, path: &str, body: &Json) -> Result<Result<Json, Refusal>, Error> {
    let send = |token: &str| {
        let response =
            Request::post(format!("{}{path}?access_token={token}", settings.api)).json(body).send()?;
        answer::read(response.status, &response.body)
    };
    let token = match kept(settings) {
        Some(token) => token,
        None => fresh(settings)?,
    };
    match send(&token)? {
        Err(refusal) if outcome::is_stale(refusal.code) => send(&fresh(settings)?),
        answer => Ok(answer),
    }
}

/// The token that was kept, while it is good.
fn kept(settings: &Settings) -> Option<String> {
    let kept: KeptToken = kv::json(KEPT_AS).ok().flatten()?;
    (kept.of == owner(settings) && kept.until > clock::now() / 1_000).then_some(kept.token)
}

/// A new token. A store that isn't granted or is full is no reason not to use it.
fn fresh(settings: &Settings) -> Result<String, Error> {
    let before = format!("{}/gettoken?appkey={}&appsecret=", settings.api, settings.app_key);
    let response = Request::get([Piece::text(before), Piece::secret("app-secret")]).send()?;
    let answer = answer::read(response.status, &response.body)?;
    let answer = answer.map_err(|refusal| outcome::of_token(&refusal))?;
    let plain = |text: &&str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"&#?%".contains(&byte))
    };
    let token = answer["access_token"].as_str().filter(plain);
    let Some((token, seconds)) = token.zip(answer::number(&answer["expires_in"])) else {
        return Err(Error::unavailable("DingTalk's answer holds no access token that can be used.", None));
    };
    let until = clock::now() / 1_000 + seconds.saturating_mul(1_000).saturating_sub(EARLY);
    let kept = KeptToken { token: token.to_owned(), until, of: owner(settings) };
    if let Err(error) = kv::set_json(KEPT_AS, &kept) {
        log::warn(&format!("The access token can't be kept: {}", error.message));
    }
    Ok(kept.token)
}

fn owner(settings: &Settings) -> String {
    format!("{} {}", settings.api, settings.app_key)
}
