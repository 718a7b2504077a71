//! Answers of the API: whatever went wrong inside comes with the status 200 and an `errcode`.

use hospes_sdk::http::Response;
use hospes_sdk::{Error, lenient};
use serde_json::Value as Json;

/// What the API refused with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The `errcode`, which is what programs compare.
    pub code: i64,
    /// The `errmsg`, and in brackets the code.
    pub message: String,
}

/// What the API gave, or refused with.
pub type Answer<T> = Result<T, Refusal>;

/// Reads an answer. The error is of what stands before the API: a proxy, a server that is down.
pub fn read(response: &Response) -> Result<Answer<Json>, Error> {
    of(response.status, &response.body)
}

fn of(status: u16, body: &[u8]) -> Result<Answer<Json>, Error> {
    let answer: Json = serde_json::from_slice(&lenient::json(body)).unwrap_or_default();
    if !answer.is_object() {
        let message = format!("The API answered with the status {status} and no JSON object.");
        return Err(match status {
            400..=407 | 409..=428 => Error::invalid(message),
            _ => Error::unavailable(message, None),
        });
    }
    let code = answer["errcode"].as_i64().unwrap_or_default();
    if code == 0 {
        return Ok(Ok(answer));
    }
    let said = answer["errmsg"].as_str().unwrap_or("no errmsg");
    Ok(Err(Refusal { code, message: format!("{said} (errcode {code})") }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_has_its_code_and_words() {
        let refused = of(200, br#"{"errcode":40014,"errmsg":"invalid access_token, hint: [1]"}"#).unwrap();
        let expected =
            Refusal { code: 40_014, message: "invalid access_token, hint: [1] (errcode 40014)".into() };
        assert_eq!(refused.unwrap_err(), expected);
        assert_eq!(of(200, br#"{"errcode":-1}"#).unwrap().unwrap_err().code, -1);
    }

    #[test]
    fn an_answer_without_a_code_is_one() {
        assert!(of(200, br#"{"ip_list":[]}"#).unwrap().is_ok());
        let raw = "{\"errcode\":0,\"name\":\"a\u{1}\"}";
        assert_eq!(of(200, raw.as_bytes()).unwrap().unwrap()["name"], "a\u{1}");
    }

    #[test]
    fn what_is_no_answer_is_tried_again_unless_the_request_is_wrong() {
        for (status, body, code) in [
            (502, "<html>Bad Gateway</html>", "unavailable"),
            (200, "", "unavailable"),
            (200, "[]", "unavailable"),
            (429, "", "unavailable"),
            (404, "not found", "invalid"),
        ] {
            assert_eq!(of(status, body.as_bytes()).unwrap_err().code, code, "{status} {body}");
        }
    }
}
