//! The installation's settings.

use hospes_sdk::{Error, config};
use hospes_wechat::labels::Language;

/// What the operator has set.
pub struct Settings {
    /// The corporation's id: whom callbacks are for, and what ids of people are unique in.
    pub corporation: String,
    /// The application's AgentId; empty without one.
    pub agent: String,
    /// What new visitors of customer service are sent; empty for nothing.
    pub welcome: String,
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
            corporation: text("corp-id"),
            agent: text("agent-id"),
            welcome: text("welcome").trim().to_owned(),
            open_platform: text("open-platform"),
            api: text("api-url").trim_end_matches('/').to_owned(),
            language: Language::of(config::text("language").as_deref()),
        }
    }

    /// Reads those of an installation that was set up; `denied` before that.
    pub fn complete() -> Result<Self, Error> {
        let settings = Self::read();
        match settings.corporation.is_empty() {
            true => Err(Error::denied("The setting `corp-id` is empty; set the corporation's id there.")),
            false => Ok(settings),
        }
    }
}
