//! What Telegram's answer to a request means.

use hospes_sdk::Error;
use serde_json::Value as Json;

/// What became of one request.
#[derive(Debug)]
pub enum Outcome {
    /// Taken; the new message's number.
    Sent(i64),
    /// The group has become a supergroup with this id: send it there.
    Moved(i64),
    /// The file's id belongs to another kind of file: send it by the other method.
    WrongKind,
    /// It failed; the error says whether trying again helps.
    Failed(Error),
}

/// Reads the status and body of an answer to a `send…` method.
pub fn read(status: u16, body: &[u8]) -> Outcome {
    let answer: Json = serde_json::from_slice(body).unwrap_or(Json::Null);
    if answer["ok"] == true {
        return match answer["result"]["message_id"].as_i64() {
            Some(number) => Outcome::Sent(number),
            None => Outcome::Failed(Error::new(
                "failed",
                "Telegram took the message but its answer names no message_id.",
            )),
        };
    }
    // Behind a proxy the body may not be Telegram's; then the HTTP status is all there is.
    let code = answer["error_code"].as_u64().and_then(|code| u16::try_from(code).ok()).unwrap_or(status);
    let said = answer["description"].as_str().unwrap_or("no description");
    let parameters = &answer["parameters"];
    if let Some(chat) = parameters["migrate_to_chat_id"].as_i64() {
        return Outcome::Moved(chat);
    }
    Outcome::Failed(match code {
        429 => {
            let seconds = parameters["retry_after"].as_u64().unwrap_or(1).max(1);
            let wait = u32::try_from(seconds.saturating_mul(1000)).unwrap_or(u32::MAX);
            Error::unavailable(format!("Telegram asks to wait {seconds} s: {said}"), Some(wait))
        }
        401 => token(said),
        // Telegram answers 404 to a token that doesn't look like one.
        404 if said == "Not Found" => token(said),
        403 => Error::new("recipient-blocked", format!("Telegram refuses to deliver to this chat: {said}")),
        400 if said.contains("can't use file of type") => return Outcome::WrongKind,
        400 if said.contains("chat not found") => {
            Error::not_found(format!("Telegram doesn't know this chat, or the bot was never in it: {said}"))
        }
        400..500 => Error::invalid(format!("Telegram refused the message ({code}): {said}")),
        _ => Error::unavailable(format!("Telegram answered {code}: {said}"), None),
    })
}

fn token(said: &str) -> Error {
    Error::denied(format!(
        "Telegram doesn't accept the secret `bot-token` ({said}); get the bot's token from @BotFather and set it anew."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(status: u16, body: &str) -> Error {
        match read(status, body.as_bytes()) {
            Outcome::Failed(error) => error,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_sent_message_has_its_number() {
        let body = r#"{"ok":true,"result":{"message_id":31,"chat":{"id":42}}}"#;
        assert!(matches!(read(200, body.as_bytes()), Outcome::Sent(31)));
    }

    #[test]
    fn failures_that_pass_are_tried_again_and_others_are_final() {
        let body = r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 7","parameters":{"retry_after":7}}"#;
        let wait = failed(429, body);
        assert_eq!((wait.code.as_str(), wait.retry_after_ms), ("unavailable", Some(7000)));
        for (status, body) in [(500, "{}"), (502, "<html>Bad Gateway</html>"), (503, "")] {
            assert_eq!(failed(status, body).code, "unavailable", "{status}");
        }
        for (status, said, code) in [
            (403, "Forbidden: bot was blocked by the user", "recipient-blocked"),
            (403, "Forbidden: user is deactivated", "recipient-blocked"),
            (400, "Bad Request: chat not found", "not-found"),
            (400, "Bad Request: BUTTON_URL_INVALID", "invalid"),
            (413, "Request Entity Too Large", "invalid"),
            (401, "Unauthorized", "denied"),
            (404, "Not Found", "denied"),
        ] {
            let error =
                failed(status, &format!(r#"{{"ok":false,"error_code":{status},"description":"{said}"}}"#));
            assert_eq!((error.code.as_str(), error.retry_after_ms), (code, None), "{said}");
            assert!(error.message.contains(said));
        }
        assert!(failed(401, "{}").message.contains("bot-token"));
    }

    #[test]
    fn a_moved_group_and_a_wrong_kind_of_file_are_told() {
        let moved = r#"{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-1001234567890}}"#;
        assert!(matches!(read(400, moved.as_bytes()), Outcome::Moved(-1_001_234_567_890)));
        let kind = r#"{"ok":false,"error_code":400,"description":"Bad Request: can't use file of type Document as Photo"}"#;
        assert!(matches!(read(400, kind.as_bytes()), Outcome::WrongKind));
    }
}
