//! Answers of the API: whatever went wrong inside comes with the status 200 and an `errcode`.

use hospes_sdk::{Error, lenient};
use serde_json::Value as Json;

/// How long DingTalk answers nobody at an address that asked too much, in milliseconds: five minutes.
const PUNISHED: u32 = 300_000;

/// What the API refused with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The `errcode`; of 88, which stands for many things, the `sub_code`.
    pub code: i64,
    /// The words, and in brackets the code.
    pub message: String,
}

/// Reads an answer. The error is of what stands before the API: a gate, a proxy, a server that is down.
pub fn read(status: u16, body: &[u8]) -> Result<Result<Json, Refusal>, Error> {
    let answer: Json = serde_json::from_slice(&lenient::json(body)).unwrap_or_default();
    if let Some(code) = number(&answer["errcode"]) {
        return Ok(if code == 0 { Ok(answer) } else { Err(refusal(code, &answer)) });
    }
    // `{"status": 1111, "wait": 5, "punish": "deny"}`: too many calls from this address.
    if answer["punish"].is_string() || answer["status"] == 1_111 {
        let text = "DingTalk answers no calls from this address for five minutes, as there were too many.";
        return Err(Error::unavailable(text, Some(PUNISHED)));
    }
    let message = format!("DingTalk answered with the status {status} and no errcode.");
    Err(match status {
        400..=407 | 409..=428 => Error::invalid(message),
        _ => Error::unavailable(message, None),
    })
}

fn refusal(code: i64, answer: &Json) -> Refusal {
    let said = answer["errmsg"].as_str().unwrap_or("no errmsg");
    let sub = || number(&answer["sub_code"]).or_else(|| sub_code(said));
    let code = if code == 88 { sub().unwrap_or(code) } else { code };
    Refusal { code, message: format!("{said} (errcode {code})") }
}

/// The code in `ding talk error[subcode=60011,submsg=…]`.
fn sub_code(said: &str) -> Option<i64> {
    let rest = said.split_once("subcode=")?.1;
    rest.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()
}

/// A number, which some answers write as text.
pub fn number(value: &Json) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(body: &str) -> i64 {
        read(200, body.as_bytes()).unwrap().unwrap_err().code
    }

    #[test]
    fn a_refusal_has_its_own_code() {
        assert_eq!(code(r#"{"errcode":33012,"errmsg":"无效的USERID"}"#), 33_012);
        assert_eq!(code(r#"{"errcode":88,"sub_code":"60011","errmsg":"x"}"#), 60_011);
        assert_eq!(code(r#"{"errcode":88,"errmsg":"ding talk error[subcode=90018,submsg=x]"}"#), 90_018);
        assert_eq!(code(r#"{"errcode":88}"#), 88);
        assert_eq!(code(r#"{"errcode":"-1"}"#), -1);
        assert!(read(200, br#"{"errcode":0,"task_id":1}"#).unwrap().is_ok());
    }

    #[test]
    fn what_is_no_answer_is_never_taken_for_success() {
        let wait = |status, body: &str| {
            let error = read(status, body.as_bytes()).unwrap_err();
            (error.code, error.retry_after_ms)
        };
        let punished = r#"{"status":1111,"wait":5,"source":"x5","punish":"deny","uuid":"1"}"#;
        assert_eq!(wait(200, punished), ("unavailable".to_owned(), Some(300_000)));
        for (status, body) in [(200, "<html>"), (200, "{}"), (200, ""), (502, "bad gateway"), (429, "")] {
            assert_eq!(wait(status, body), ("unavailable".to_owned(), None), "{status} {body}");
        }
        assert_eq!(wait(404, "not found").0, "invalid");
    }
}
