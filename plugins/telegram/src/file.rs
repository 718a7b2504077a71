//! Where Telegram keeps a file: the answer to `getFile` (<https://core.telegram.org/bots/api#getfile>).

use hospes_sdk::Error;
use serde_json::Value as Json;

use crate::outcome::{self, Outcome};

/// The file's path, behind `/file/bot<token>/`.
pub fn path(status: u16, body: &[u8]) -> Result<String, Error> {
    let answer: Json = serde_json::from_slice(body).unwrap_or(Json::Null);
    if answer["ok"] == true {
        let path = answer["result"]["file_path"].as_str().unwrap_or_default();
        // A server of one's own in its local mode names a place on its disk, which nobody else can read.
        let is_plain = !path.is_empty() && !path.starts_with('/') && !path.contains(['?', '#', '\\']);
        return match is_plain && !path.split('/').any(|part| part == "..") {
            true => Ok(path.to_owned()),
            false => Err(Error::new(
                "unsupported",
                format!("Telegram names no path by which the file can be had: {path:?}."),
            )),
        };
    }
    let said = answer["description"].as_str().unwrap_or_default();
    if said.contains("file is too big") {
        return Err(Error::new("limit-exceeded", format!("Telegram gives bots no larger files: {said}.")));
    }
    match outcome::read(status, body) {
        // It isn't said in which words: the id is unknown, or the file is gone.
        Outcome::Failed(error) if error.code == "invalid" => {
            Err(Error::not_found(format!("Telegram has no such file: {said}.")))
        }
        Outcome::Failed(error) => Err(error),
        Outcome::Sent(_) | Outcome::Moved(_) | Outcome::WrongKind => {
            Err(Error::not_found(format!("Telegram has no such file: {said}.")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, body: &str) -> Result<String, String> {
        path(status, body.as_bytes()).map_err(|error| error.code)
    }

    #[test]
    fn the_path_is_taken_and_no_other_place() {
        let known = |path: &str| format!(r#"{{"ok":true,"result":{{"file_id":"a","file_path":"{path}"}}}}"#);
        assert_eq!(read(200, &known("photos/file_7.jpg")), Ok("photos/file_7.jpg".to_owned()));
        for path in ["", "/var/lib/telegram/file_7", "../getMe", "a/../../b", "a?b=c", "a#b"] {
            assert_eq!(read(200, &known(path)), Err("unsupported".to_owned()), "{path}");
        }
        assert_eq!(read(200, "{}"), Err("unavailable".to_owned()));
    }

    #[test]
    fn refusals_say_whether_it_can_be_had_later() {
        let said =
            |code: u16, text: &str| format!(r#"{{"ok":false,"error_code":{code},"description":"{text}"}}"#);
        assert_eq!(read(400, &said(400, "Bad Request: file is too big")), Err("limit-exceeded".to_owned()));
        let unknown = "Bad Request: wrong file_id or the file is temporarily unavailable";
        assert_eq!(read(400, &said(400, unknown)), Err("not-found".to_owned()));
        assert_eq!(read(429, &said(429, "Too Many Requests")), Err("unavailable".to_owned()));
        assert_eq!(read(401, &said(401, "Unauthorized")), Err("denied".to_owned()));
        assert_eq!(read(502, "<html>"), Err("unavailable".to_owned()));
    }
}
