//! Who wrote: identities, display name and language, from Telegram's `User`, `Chat` and `Contact`.

use hospes_sdk::Identity;
use serde_json::Value as Json;

/// The person, group or channel behind a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Sender {
    /// The user's or chat's id as Telegram writes it.
    pub id: i64,
    /// What people see; may be empty.
    pub name: String,
    /// BCP 47; empty when Telegram doesn't say.
    pub language: String,
    /// Whether another bot wrote it.
    pub bot: bool,
}

/// Reads who wrote a `Message` or pressed a button.
///
/// `sender_chat` goes first: with it, `from` holds one of Telegram's stand-in accounts (anonymous
/// administrators, linked channels), which is the same for everybody and must not join people up.
pub fn read(message: &Json) -> Option<Sender> {
    let chat = &message["sender_chat"];
    if let Some(id) = chat["id"].as_i64() {
        let title = chat["title"].as_str().filter(|title| shows(title));
        let name = title.map_or_else(|| full_name(chat), str::to_owned);
        return Some(Sender { id, name, language: String::new(), bot: false });
    }
    let user = &message["from"];
    Some(Sender {
        id: user["id"].as_i64()?,
        name: full_name(user),
        language: language(user["language_code"].as_str().unwrap_or_default()),
        bot: user["is_bot"].as_bool().unwrap_or(false),
    })
}

/// Everything known about the sender, best first. Telegram signed the update, so it vouches for the
/// account; and for the phone number when somebody shares their own contact, because Telegram itself
/// looked up whose number that is.
pub fn identities(sender: &Sender, issuer: &str, contact: &Json) -> Vec<Identity> {
    let mut known = vec![Identity::attested("telegram", issuer, sender.id.to_string())];
    if contact["user_id"].as_i64() == Some(sender.id)
        && let Some(value) = contact["phone_number"].as_str().and_then(e164)
    {
        known.push(Identity::attested("phone", "", value));
    }
    known
}

/// First and last name, in the order of the script that they are written in; the user name when both are missing or show
/// nothing.
pub fn full_name(user: &Json) -> String {
    let part = |key: &str| {
        user[key].as_str().map(str::trim).filter(|name| shows(name)).unwrap_or_default().to_owned()
    };
    let (first, last) = (part("first_name"), part("last_name"));
    match (first.is_empty(), last.is_empty()) {
        (false, false) if is_east_asian(&first) && is_east_asian(&last) => last + &first,
        (false, false) => format!("{first} {last}"),
        (true, true) => part("username"),
        _ => first + &last,
    }
}

/// Whether a name is written in Chinese characters or Hangul alone: there the family name leads, without a blank.
fn is_east_asian(name: &str) -> bool {
    let letter = |character: char| {
        matches!(character, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'
            | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
    };
    name.chars().all(letter)
}

/// Whether there is anything to see. People call themselves by fillers, blanks of other scripts and marks of direction, to
/// be nobody.
fn shows(name: &str) -> bool {
    let blank = |character: char| {
        character.is_whitespace()
            || character.is_control()
            || matches!(character, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
    };
    !name.chars().all(blank)
}

/// Telegram's number, which comes with or without `+`, in E.164.
fn e164(number: &str) -> Option<String> {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    (7..=15).contains(&digits.len()).then(|| format!("+{digits}"))
}

/// Telegram's `language_code` (`zh-hans`, `pt-br`, `en`) as BCP 47. Chinese gets its region, because
/// that is what the host's texts are named by.
pub fn language(code: &str) -> String {
    if !code.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
        return String::new();
    }
    let lower = code.replace('_', "-").to_ascii_lowercase();
    match lower.as_str() {
        "zh" | "zh-hans" | "zh-cn" | "zh-hans-cn" => return "zh-CN".into(),
        "zh-sg" | "zh-hans-sg" => return "zh-SG".into(),
        "zh-hant" | "zh-tw" | "zh-hant-tw" => return "zh-TW".into(),
        "zh-hk" | "zh-hant-hk" => return "zh-HK".into(),
        _ => {}
    }
    let mut tag = String::with_capacity(lower.len());
    for (place, part) in lower.split('-').enumerate() {
        if place > 0 {
            tag.push('-');
        }
        match (place, part.len()) {
            (0, _) => tag.push_str(part),
            (_, 2) => tag.push_str(&part.to_ascii_uppercase()),
            (_, 4) => {
                tag.push_str(&part[..1].to_ascii_uppercase());
                tag.push_str(&part[1..]);
            }
            _ => tag.push_str(part),
        }
    }
    tag
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn languages_become_bcp_47() {
        for (given, wanted) in [
            ("zh-hans", "zh-CN"),
            ("zh-hant", "zh-TW"),
            ("zh", "zh-CN"),
            ("pt-br", "pt-BR"),
            ("en", "en"),
            ("sr-latn", "sr-Latn"),
            ("", ""),
            ("é", ""),
            ("x-éé", ""),
        ] {
            assert_eq!(language(given), wanted, "{given}");
        }
    }

    #[test]
    fn a_name_has_the_order_of_its_script() {
        for (first, last, name) in [
            ("建平", "罗", "罗建平"),
            ("민수", "김", "김민수"),
            ("Jianping", "Luo", "Jianping Luo"),
            ("Anna", "王", "Anna 王"),
        ] {
            assert_eq!(full_name(&json!({"first_name": first, "last_name": last})), name);
        }
    }

    #[test]
    fn a_name_that_shows_nothing_is_none() {
        for nothing in ["\u{3164}", "\u{200b}\u{200d}", "\u{2800}", "\u{202e}", ""] {
            let user = json!({"id": 42, "first_name": nothing, "username": "lin_t"});
            assert_eq!(full_name(&user), "lin_t");
            assert_eq!(full_name(&json!({"id": 42, "first_name": nothing, "last_name": "Li"})), "Li");
            assert_eq!(full_name(&json!({"id": 42, "first_name": nothing})), "");
        }
        assert_eq!(full_name(&json!({"first_name": "👩‍👩‍👧‍👦"})), "👩‍👩‍👧‍👦");
    }

    #[test]
    fn own_contact_gives_an_attested_phone_and_a_strangers_does_not() {
        let sender = read(&json!({"from": {"id": 42, "first_name": "小梅", "last_name": "王"}})).unwrap();
        assert_eq!(sender.name, "王小梅");
        let own = identities(&sender, "shop", &json!({"phone_number": "8613800138000", "user_id": 42}));
        assert_eq!(own.len(), 2);
        assert_eq!((own[1].scheme.as_str(), own[1].value.as_str()), ("phone", "+8613800138000"));
        assert!(own[1].attested);
        for stranger in
            [json!({"phone_number": "+4930123456", "user_id": 7}), json!({"phone_number": "+4930123456"})]
        {
            assert_eq!(identities(&sender, "shop", &stranger).len(), 1);
        }
    }

    #[test]
    fn a_chat_that_speaks_is_the_sender_and_not_the_stand_in_account() {
        let sender = read(&json!({
            "from": {"id": 1087968824, "is_bot": true, "first_name": "Group", "username": "GroupAnonymousBot"},
            "sender_chat": {"id": -1001234567890i64, "title": "售后群", "type": "supergroup"}
        }))
        .unwrap();
        assert_eq!((sender.id, sender.name.as_str(), sender.bot), (-1001234567890, "售后群", false));
    }
}
