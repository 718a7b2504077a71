//! The installation's settings.

use hospes_notice::notice::{self, Offset};
use hospes_sdk::config;

/// How notifications go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendBy {
    /// To each person alone.
    WorkNotification,
    /// Into a group.
    GroupRobot,
}

/// What the operator has set.
pub struct Settings {
    /// How notifications go out.
    pub send_by: SendBy,
    /// The application's AppKey.
    pub app_key: String,
    /// Its AgentId, in digits.
    pub agent: String,
    /// The offset from UTC at which times are shown.
    pub offset: Offset,
    /// The API's address, without a slash at the end.
    pub api: String,
}

impl Settings {
    /// Reads them.
    pub fn read() -> Self {
        let text = |name| config::text(name).unwrap_or_default();
        Self {
            send_by: match text("send-by").as_str() {
                "group-robot" => SendBy::GroupRobot,
                _ => SendBy::WorkNotification,
            },
            app_key: text("app-key"),
            agent: text("agent-id"),
            offset: notice::offset(&text("utc-offset")),
            api: text("api-url").trim_end_matches('/').to_owned(),
        }
    }
}
