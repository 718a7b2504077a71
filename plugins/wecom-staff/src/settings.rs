//! The installation's settings.

use hospes_notice::Language;
use hospes_notice::notice::{self, Offset};
use hospes_sdk::{Error, config};

/// What the operator has set.
pub struct Settings {
    /// The corporation's id.
    pub corporation: String,
    /// The application's AgentId, in digits.
    pub agent: String,
    /// The `email_type` by which people are found; none where they aren't.
    pub email_type: Option<i64>,
    /// The offset from UTC at which times are shown, such as `+08:00`.
    pub offset: Offset,
    /// The API's address, without a slash at the end.
    pub api: String,
}

impl Settings {
    /// Reads them.
    pub fn read() -> Self {
        let text = |name| config::text(name).unwrap_or_default();
        Self {
            corporation: text("corp-id"),
            agent: text("agent-id"),
            email_type: match text("email-kind").as_str() {
                "none" => None,
                "personal" => Some(2),
                _ => Some(1),
            },
            offset: notice::offset(&text("utc-offset")),
            api: text("api-url").trim_end_matches('/').to_owned(),
        }
    }

    /// The AgentId of an installation that was set up; `denied` before that.
    pub fn agent(&self, language: Language) -> Result<u64, Error> {
        let agent = self.agent.parse().ok().filter(|_| !self.corporation.is_empty());
        agent.ok_or_else(|| {
            Error::denied(language.pick(
                "企业微信通知还没有配置好：请管理员填写设置 `corp-id` 和 `agent-id`。",
                "WeCom notifications aren't set up yet: an administrator fills in the settings `corp-id` and `agent-id`.",
            ))
        })
    }
}
