//! What the dealer's system answers.

use hospes_sdk::Error;
use hospes_sdk::serde_json;
use serde::Deserialize;

/// What became of a share at the dealer's.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    /// The dealer has decided.
    Decided {
        /// Whether it takes the share.
        accepted: bool,
        /// Its own number.
        number: String,
        /// For people.
        message: String,
    },
    /// The dealer has it and decides later.
    Pending {
        /// Its own number.
        number: String,
        /// For people.
        message: String,
    },
}

#[derive(Deserialize)]
struct Taken {
    #[serde(default)]
    number: String,
    decision: String,
    #[serde(default)]
    message: String,
}

#[derive(Deserialize, Default)]
struct Refused {
    #[serde(default)]
    message: String,
}

/// Reads the answer to a share. What the dealer's system says it can't take (422) is the dealer's refusal.
pub fn read(status: u16, wait: Option<u32>, body: &[u8]) -> Result<Outcome, Error> {
    if status == 422 {
        let Refused { message } = serde_json::from_slice(body).unwrap_or_default();
        return Ok(Outcome::Decided { accepted: false, number: String::new(), message });
    }
    check(status, wait, body)?;
    let taken: Taken = serde_json::from_slice(body).map_err(|error| unreadable(&error))?;
    let Taken { number, decision, message } = taken;
    match decision.as_str() {
        "accepted" => Ok(Outcome::Decided { accepted: true, number, message }),
        "refused" => Ok(Outcome::Decided { accepted: false, number, message }),
        "pending" => Ok(Outcome::Pending { number, message }),
        other => Err(Error::unavailable(
            format!("The dealer's decision {other:?} is neither accepted, refused nor pending."),
            None,
        )),
    }
}

/// An answer that isn't what was expected may be a proxy's page: the same request may get a better one later.
pub fn unreadable(error: &serde_json::Error) -> Error {
    Error::unavailable(format!("The dealer's answer can't be read: {error}."), None)
}

/// Refuses answers that aren't a success, as the host is to take them.
pub fn check(status: u16, wait: Option<u32>, body: &[u8]) -> Result<(), Error> {
    let Refused { message } = serde_json::from_slice(body).unwrap_or_default();
    let said = if message.is_empty() { String::new() } else { format!(": {message}") };
    match status {
        200..=299 => Ok(()),
        401 | 403 => Err(Error::denied(format!(
            "The dealer's system doesn't let us in ({status}{said}); check the secrets `token` and `signing-key`."
        ))),
        404 => Err(Error::not_found(format!("The dealer's system has no such thing{said}."))),
        408 | 425 | 429 | 500..=599 => Err(Error::unavailable(
            format!("The dealer's system can't at the moment ({status}{said})."),
            wait,
        )),
        _ => Err(Error::new("refused", format!("The dealer's system answered {status}{said}."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(status: u16, body: &str) -> String {
        read(status, None, body.as_bytes()).unwrap_err().code
    }

    #[test]
    fn a_decision_is_read() {
        let outcome = read(201, None, br#"{"number": "D-1", "decision": "accepted", "more": 1}"#).unwrap();
        assert_eq!(
            outcome,
            Outcome::Decided { accepted: true, number: "D-1".into(), message: String::new() }
        );
        let refused = read(422, None, br#"{"message": "too far"}"#).unwrap();
        assert_eq!(
            refused,
            Outcome::Decided { accepted: false, number: String::new(), message: "too far".into() }
        );
        assert!(matches!(read(202, None, br#"{"decision": "pending"}"#), Ok(Outcome::Pending { .. })));
    }

    #[test]
    fn what_may_be_better_later_is_tried_again() {
        for (status, body) in
            [(500, ""), (503, "x"), (429, "{}"), (200, "<html>"), (200, "{\"decision\": \"?\"}")]
        {
            assert_eq!(code(status, body), "unavailable", "{status} {body}");
        }
        assert_eq!(code(401, ""), "denied");
        assert_eq!(code(400, ""), "refused");
        assert_eq!(read(503, Some(5_000), b"").unwrap_err().retry_after_ms, Some(5_000));
    }
}
