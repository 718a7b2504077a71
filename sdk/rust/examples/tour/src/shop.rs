//! What several interfaces need: the workshop's app, and the languages.

use hospes_sdk::http::{Request, Response};
use hospes_sdk::{Error, config};

/// Where the app is.
const APP: &str = "https://radwerk.example.com";

/// A request to the app. The host puts the token in on the way out; the plugin never sees it.
pub fn app(method: &str, path: &str) -> Request {
    Request::new(method, format!("{APP}{path}")).bearer("token")
}

/// The answer if it is a good one. What may pass is `unavailable` and tried again; anything else is final.
pub fn good(response: Response) -> Result<Response, Error> {
    let answered = format!("The app answered {}.", response.status);
    match response.status {
        200..300 => Ok(response),
        429 | 500.. => Err(Error::unavailable(answered, Some(10_000))),
        _ => Err(Error::invalid(answered)),
    }
}

/// Whether a language is Chinese.
pub fn is_chinese(language: &str) -> bool {
    language.starts_with("zh")
}

/// Whether the staff reads Chinese: reasons and mails have no reader whose language the host could name.
pub fn staff_is_chinese() -> bool {
    config::text("language").is_none_or(|language| is_chinese(&language))
}
