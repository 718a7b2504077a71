//! Who is written to: the userid that somebody entered, or the one that WeCom has for their e-mail address.

use hospes_notice::Notice;
use hospes_sdk::{Error, clock, kv, log};
use hospes_wechat::api::Api;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::outcome;
use crate::settings::Settings;

/// The longest userid, in bytes.
const LONGEST: usize = 64;
/// How long an address is remembered that nobody has, in milliseconds. WeCom counts wrong questions and answers none for a day
/// after too many (<https://developer.work.weixin.qq.com/document/path/95895>), so the same is asked once a day.
const UNKNOWN: i64 = 86_400_000;
/// How long a userid is remembered that was found: 30 days.
const KNOWN: i64 = 30 * UNKNOWN;

/// Somebody, and how they were found.
pub struct Person {
    /// Their userid.
    pub userid: String,
    /// Whether their e-mail address led to it.
    pub by_email: bool,
}

/// What WeCom said about an e-mail address.
#[derive(Debug, Serialize, Deserialize)]
struct Remembered {
    /// The userid; empty where nobody has the address.
    userid: String,
    /// When to ask again, in milliseconds since 1970.
    until: i64,
}

/// Finds the person of a notice.
pub fn find(api: &Api, settings: &Settings, notice: &Notice) -> Result<Person, Error> {
    if !notice.address.is_empty() {
        return match is_userid(&notice.address) {
            true => Ok(Person { userid: notice.address.clone(), by_email: false }),
            false => Err(outcome::no_userid(notice)),
        };
    }
    let email_type = settings.email_type.filter(|_| notice.email.contains('@'));
    let Some(email_type) = email_type else { return Err(outcome::no_address(notice)) };
    let key = key(notice);
    let now = clock::now() / 1_000;
    // A store that isn't granted is asked in vain, and one that another version has written is read anew.
    let known: Option<Remembered> = kv::json(&key).ok().flatten();
    let userid = match known.filter(|known| known.until > now) {
        Some(known) => known.userid,
        None => {
            let userid = ask(api, email_type, notice)?;
            let until = now + if userid.is_empty() { UNKNOWN } else { KNOWN };
            if let Err(error) = kv::set_json(&key, &Remembered { userid: userid.clone(), until }) {
                log::warn(&format!("Who has an e-mail address can't be remembered: {}", error.message));
            }
            userid
        }
    };
    match userid.is_empty() {
        true => Err(outcome::no_member(notice)),
        false => Ok(Person { userid, by_email: true }),
    }
}

/// Forgets whose the e-mail address is, if that was what led to the person.
pub fn forget(notice: &Notice) {
    if notice.address.is_empty()
        && let Err(error) = kv::delete(&key(notice))
    {
        log::warn(&format!("Who has an e-mail address can't be forgotten: {}", error.message));
    }
}

/// The userid for an e-mail address; empty where no member has it.
fn ask(api: &Api, email_type: i64, notice: &Notice) -> Result<String, Error> {
    let body = json!({"email": notice.email, "email_type": email_type});
    match api.post("/cgi-bin/user/get_userid_by_email", &body)? {
        Ok(answer) => {
            let userid = answer["userid"].as_str().unwrap_or_default();
            Ok(if is_userid(userid) { userid.to_owned() } else { String::new() })
        }
        Err(refusal) if outcome::is_nobody(refusal.code) => Ok(String::new()),
        Err(refusal) => Err(outcome::of_lookup(&refusal, notice)),
    }
}

/// Whether it is one member's userid. `|` stands between several and `@all` for everybody: whoever enters that would have
/// others read what is for them alone.
fn is_userid(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-@.".contains(&byte);
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(plain) && !text.starts_with('@')
}

/// Where it lies in the store whose an e-mail address is.
fn key(notice: &Notice) -> String {
    let email = notice.email.to_lowercase();
    format!("email/{}", &email[..email.floor_char_boundary(400)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_userid_is_one_members() {
        for userid in ["zhangsan", "Zhang.San-1_2@corp", "1"] {
            assert!(is_userid(userid), "{userid}");
        }
        for text in ["", "@all", "a|b", "张三", "zhang san", "a\n", &"x".repeat(65)] {
            assert!(!is_userid(text), "{text}");
        }
    }
}
