//! Who is written to: a userid as it was entered, or the one that belongs to a mobile number.

use hospes_notice::Notice;
use hospes_sdk::{Error, clock, kv, log};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::settings::Settings;
use crate::{api, outcome};

/// The longest userid, in bytes.
const LONGEST: usize = 64;
/// How long a number is remembered that nobody has, in milliseconds: an hour.
const UNKNOWN: i64 = 3_600_000;
/// How long a userid is remembered that was found: 30 days.
const KNOWN: i64 = 30 * 86_400_000;

/// What somebody entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A mobile number: Chinese ones without, others with their country (`+852-61234567`).
    Mobile(String),
    /// A userid.
    Userid(String),
}

/// Somebody, and how they were found.
#[derive(Debug)]
pub struct Person {
    /// Their userid.
    pub userid: String,
    /// The number that led to it, if one did.
    pub mobile: Option<String>,
}

/// What DingTalk said about a number.
#[derive(Debug, Serialize, Deserialize)]
struct Remembered {
    /// The userid; empty where nobody has the number.
    userid: String,
    /// When to ask again, in milliseconds since 1970.
    until: i64,
}

impl Address {
    /// Reads it; none where it is neither.
    pub fn read(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|one| !matches!(one, ' ' | '-' | '(' | ')' | '.')).collect();
        let number = digits.strip_prefix('+').or_else(|| digits.strip_prefix("00"));
        let is_number =
            |text: &str| (6..=15).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        let chinese =
            |text: &str| text.len() == 11 && text.starts_with('1') && is_number(text) && &text[1..2] > "2";
        if let Some(number) = number.filter(|number| is_number(number)) {
            // DingTalk wants the country's code apart, which nothing but the person's own hyphen tells.
            let national = number.strip_prefix("86").filter(|national| chinese(national));
            let written = national.map_or_else(|| format!("+{}", hyphenated(text)), str::to_owned);
            return Some(Self::Mobile(written));
        }
        if chinese(&digits) {
            return Some(Self::Mobile(digits));
        }
        let plain = |byte: u8| byte.is_ascii_graphic() && !b",;|\"'\\<>".contains(&byte);
        let is_userid =
            (1..=LONGEST).contains(&text.len()) && text.bytes().all(plain) && !text.starts_with(['@', '+']);
        is_userid.then(|| Self::Userid(text.to_owned()))
    }
}

/// A foreign number with one hyphen after its country's code, if it was written with anything there.
fn hyphenated(text: &str) -> String {
    let text = text.trim_start_matches('+').trim_start_matches("00");
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    match text.split_once([' ', '-', '(']) {
        Some((country, rest)) => format!("{}-{}", digits(country), digits(rest)),
        None => digits(text),
    }
}

/// Finds the person of a notice.
pub fn find(settings: &Settings, notice: &Notice) -> Result<Person, Error> {
    if notice.address.is_empty() {
        return Err(outcome::no_address(notice));
    }
    let mobile = match Address::read(&notice.address) {
        Some(Address::Userid(userid)) => return Ok(Person { userid, mobile: None }),
        Some(Address::Mobile(mobile)) => mobile,
        None => return Err(outcome::no_userid(notice)),
    };
    let now = clock::now() / 1_000;
    // A store that isn't granted is asked in vain, and one that another version has written is read anew.
    let known: Option<Remembered> = kv::json(&key(&mobile)).ok().flatten();
    let userid = match known.filter(|known| known.until > now) {
        Some(known) => known.userid,
        None => {
            let userid = ask(settings, &mobile)?;
            let until = now + if userid.is_empty() { UNKNOWN } else { KNOWN };
            if let Err(error) = kv::set_json(&key(&mobile), &Remembered { userid: userid.clone(), until }) {
                log::warn(&format!("Who has a mobile number can't be remembered: {}", error.message));
            }
            userid
        }
    };
    match userid.is_empty() {
        true => Err(outcome::no_member(notice)),
        false => Ok(Person { userid, mobile: Some(mobile) }),
    }
}

/// Forgets whose a number is.
pub fn forget(person: &Person) {
    if let Some(mobile) = &person.mobile
        && let Err(error) = kv::delete(&key(mobile))
    {
        log::warn(&format!("Who has a mobile number can't be forgotten: {}", error.message));
    }
}

/// The userid for a number (<https://open.dingtalk.com/document/orgapp/query-users-by-phone-number>); empty where nobody has it.
/// An account that the company made itself goes before a private one with the same number.
fn ask(settings: &Settings, mobile: &str) -> Result<String, Error> {
    let body = json!({"mobile": mobile, "support_exclusive_account_search": true});
    match api::post(settings, "/topapi/v2/user/getbymobile", &body)? {
        Ok(answer) => {
            let result = &answer["result"];
            let userid =
                result["exclusive_account_userid_list"][0].as_str().or_else(|| result["userid"].as_str());
            Ok(userid.unwrap_or_default().to_owned())
        }
        Err(refusal) if outcome::is_nobody(refusal.code) => Ok(String::new()),
        Err(refusal) => Err(outcome::of_lookup(&refusal)),
    }
}

fn key(mobile: &str) -> String {
    format!("mobile/{mobile}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_userids_are_told_apart() {
        let mobile = |text: &str| Some(Address::Mobile(text.to_owned()));
        for text in ["13800138000", "138 0013 8000", "+86 138-0013-8000", "008613800138000"] {
            assert_eq!(Address::read(text), mobile("13800138000"), "{text}");
        }
        assert_eq!(Address::read("+852-6123 4567"), mobile("+852-61234567"));
        assert_eq!(Address::read("+85261234567"), mobile("+85261234567"));
        for text in ["manager4081", "0125056400954069", "zhang.san@corp", "12345678901", "1380013800"] {
            assert_eq!(Address::read(text), Some(Address::Userid(text.to_owned())), "{text}");
        }
        for text in ["", "a,b", "张三", "a b", "@all", "+", &"x".repeat(65)] {
            assert_eq!(Address::read(text), None, "{text}");
        }
    }
}
