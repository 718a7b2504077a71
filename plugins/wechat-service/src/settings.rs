//! The installation's settings.

use hospes_sdk::{Error, config};
use hospes_wechat::labels::Language;

/// What the operator has set.
pub struct Settings {
    /// The account's AppID: whom callbacks are for, and what openids are unique in.
    pub account: String,
    /// Whether messages that aren't encrypted are taken.
    pub plain: bool,
    /// What unionids are unique in.
    pub open_platform: String,
    /// The API's address, without a slash at the end.
    pub api: String,
    /// The language of lines that stand for what has no words.
    pub language: Language,
}

impl Settings {
    /// Reads them.
    pub fn read() -> Self {
        let text = |name| config::text(name).unwrap_or_default();
        Self {
            account: text("app-id"),
            plain: config::boolean("plain").unwrap_or_default(),
            open_platform: text("open-platform"),
            api: text("api-url").trim_end_matches('/').to_owned(),
            language: Language::of(config::text("language").as_deref()),
        }
    }

    /// Reads those of an installation that was set up; `denied` before that.
    pub fn complete() -> Result<Self, Error> {
        let settings = Self::read();
        match settings.account.is_empty() {
            true => Err(Error::denied("The setting `app-id` is empty; set the account's AppID there.")),
            false => Ok(settings),
        }
    }
}
