//! Calls of the API with an access token, which is kept in the plugin's store until shortly before it expires.

use hospes_sdk::http::{Request, Response};
use hospes_sdk::{Error, clock, kv, log};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::answer::{self, Answer};

/// The key of the store under which the token lies.
const KEPT_AS: &str = "access-token";
/// How long before it expires a token isn't used any more, in milliseconds.
const EARLY: i64 = 300_000;

/// A token as the platform gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What goes into addresses.
    pub text: String,
    /// How long it is good for, in seconds.
    pub seconds: i64,
}

/// A token as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct KeptToken {
    token: String,
    /// When to ask for another, in milliseconds since 1970.
    until: i64,
    /// Whom it is for, so that other settings don't find it.
    of: String,
}

/// A platform's API.
pub struct Api {
    /// Its address, such as `https://qyapi.weixin.qq.com`, without a slash at the end.
    pub base: String,
    /// Whose token is used: the corporation's or the account's id.
    pub account: String,
    /// Asks for a token; the argument says that the one it gave before isn't taken any more.
    pub renew: fn(&Api, bool) -> Result<Token, Error>,
    /// Whether an `errcode` says that the token isn't taken any more.
    pub is_stale: fn(i64) -> bool,
}

impl Api {
    /// Posts JSON to a path such as `/cgi-bin/message/send`.
    pub fn post(&self, path: &str, body: &Json) -> Result<Answer<Json>, Error> {
        self.call(|token| answer::read(&Request::post(self.address(path, token)).json(body).send()?))
    }

    /// Gets a path, which may have a query.
    pub fn get(&self, path: &str) -> Result<Answer<Json>, Error> {
        self.call(|token| answer::read(&Request::get(self.address(path, token)).send()?))
    }

    /// Makes a call with the token; once more with a new one if the first isn't taken.
    pub fn call<T>(&self, make: impl Fn(&str) -> Result<Answer<T>, Error>) -> Result<Answer<T>, Error> {
        let kept = self.kept();
        let token = match &kept {
            Some(token) => token.clone(),
            None => self.fresh(false)?,
        };
        match make(&token)? {
            Err(refusal) if (self.is_stale)(refusal.code) => make(&self.fresh(kept.is_none())?),
            answer => Ok(answer),
        }
    }

    /// A path's address with the token in its query.
    pub fn address(&self, path: &str, token: &str) -> String {
        let joint = if path.contains('?') { '&' } else { '?' };
        format!("{}{path}{joint}access_token={token}", self.base)
    }

    /// The token that was kept, while it is good.
    fn kept(&self) -> Option<String> {
        let kept: KeptToken = kv::json(KEPT_AS).ok().flatten()?;
        let now = clock::now() / 1_000;
        (kept.of == self.owner() && kept.until > now).then_some(kept.token)
    }

    /// A new token. A store that isn't granted or is full is no reason not to use it.
    fn fresh(&self, rejected: bool) -> Result<String, Error> {
        let Token { text, seconds } = (self.renew)(self, rejected)?;
        let until = clock::now() / 1_000 + seconds.saturating_mul(1_000).saturating_sub(EARLY);
        let kept = KeptToken { token: text, until, of: self.owner() };
        if let Err(error) = kv::set_json(KEPT_AS, &kept) {
            log::warn(&format!("The access token can't be kept: {}", error.message));
        }
        Ok(kept.token)
    }

    fn owner(&self) -> String {
        format!("{} {}", self.base, self.account)
    }
}

/// The token of an answer that gives one.
pub fn token(answer: &Json) -> Result<Token, Error> {
    let plain = |text: &&str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"&#?".contains(&byte))
    };
    let text = answer["access_token"].as_str().filter(plain);
    let seconds = answer["expires_in"].as_i64();
    match text.zip(seconds) {
        Some((text, seconds)) => Ok(Token { text: text.to_owned(), seconds }),
        None => Err(Error::unavailable("The API's answer holds no access token that can be used.", None)),
    }
}

/// The answer of a `Response` whose body is a file, unless it is JSON: then it is what the API says in its place.
pub(crate) fn json_in_place_of_file(response: &Response) -> Result<Option<Answer<Json>>, Error> {
    let is_json = response.header("content-type").is_some_and(|of| of.contains("json"))
        || response.body.first() == Some(&b'{');
    if response.is_success() && !is_json {
        return Ok(None);
    }
    answer::read(response).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn api() -> Api {
        Api {
            base: "https://qyapi.weixin.qq.com".into(),
            account: "ww1".into(),
            renew: |_, _| Err(Error::not_found("")),
            is_stale: |code| code == 42_001,
        }
    }

    #[test]
    fn a_token_joins_the_query_that_is_there() {
        assert_eq!(api().address("/a", "T"), "https://qyapi.weixin.qq.com/a?access_token=T");
        assert_eq!(api().address("/a?b=c", "T"), "https://qyapi.weixin.qq.com/a?b=c&access_token=T");
    }

    #[test]
    fn a_token_that_would_change_the_address_is_none() {
        let read = |text: &str| token(&json!({"access_token": text, "expires_in": 7200})).is_ok();
        assert!(read("abc-_DEF0") && !read("") && !read("a&b=c") && !read("a b") && !read("张"));
        assert!(token(&json!({"access_token": "a"})).is_err());
    }

    #[test]
    fn json_in_place_of_a_file_is_seen() {
        let response = |media_type: &str, body: &[u8], status: u16| Response {
            status,
            headers: vec![hospes_sdk::Header::new("Content-Type", media_type)],
            body: body.to_vec(),
        };
        assert_eq!(json_in_place_of_file(&response("image/jpeg", b"\xff", 206)).unwrap(), None);
        let refused = response("text/plain", br#"{"errcode":40007,"errmsg":"invalid media_id"}"#, 200);
        assert_eq!(json_in_place_of_file(&refused).unwrap().unwrap().unwrap_err().code, 40_007);
        assert!(json_in_place_of_file(&response("text/html", b"<html>", 502)).is_err());
    }
}
