//! `/v1/notification-settings`: how one is notified besides the console.

mod failures;
mod get;
mod set;
mod test;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::notification_settings::{self as domain, By, NotificationSettings, TimeOfDay};
use crate::http::schema::texts::{CarrierName, ClockTime, MessengerAddress, NotificationKind, TimeZoneName};
use crate::ops::App;
use crate::store::notification_settings::KeptSettings;

/// The operations on one's own settings.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get::get_notification_settings, set::put_notification_settings))
        .routes(routes!(failures::list_notification_failures))
        .routes(routes!(test::send_test_notification))
}

/// How somebody is notified besides the console.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NotificationSettings, example = json!({
    "ways": [], "muted_kinds": ["ticket.updated"], "quiet_hours": {"from": "22:00", "until": "07:00"}, "time_zone": "Asia/Shanghai",
}))]
pub struct Settings {
    /// The ways in use, each once, at most ten.
    #[schema(max_items = 10)]
    ways: Vec<Way>,
    /// The kinds that go no way but into the console.
    #[serde(default)]
    #[schema(value_type = Vec<NotificationKind>, max_items = 200)]
    muted_kinds: Vec<String>,
    /// When nothing goes out but what has a time of its own; what happens then goes out when it is over.
    #[serde(default)]
    quiet_hours: Option<QuietHours>,
    /// The time zone of all times here.
    #[serde(default)]
    #[schema(value_type = TimeZoneName)]
    time_zone: String,
}

/// One way by which somebody is notified.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NotificationWay, example = json!({"by": "mail", "address": "", "wait_minutes": 5, "digest_at": null}))]
pub struct Way {
    /// What carries them.
    #[schema(value_type = CarrierName)]
    by: By,
    /// What the messenger calls them; empty where it knows their e-mail address, and for mail.
    #[serde(default)]
    #[schema(value_type = MessengerAddress)]
    address: String,
    /// How many minutes they have to read it in the console before it goes out.
    #[serde(default)]
    #[schema(maximum = 1_440)]
    wait_minutes: u32,
    /// When all of a day goes out together, instead of one by one.
    #[serde(default)]
    #[schema(value_type = Option<ClockTime>)]
    digest_at: Option<TimeOfDay>,
}

/// A part of the day, past midnight where it ends before it begins.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"from": "22:00", "until": "07:00"}))]
pub struct QuietHours {
    /// When it begins.
    #[schema(value_type = ClockTime)]
    from: TimeOfDay,
    /// When it ends.
    #[schema(value_type = ClockTime)]
    until: TimeOfDay,
}

impl From<NotificationSettings> for Settings {
    fn from(of: NotificationSettings) -> Self {
        let NotificationSettings { ways, muted_kinds, quiet_hours, time_zone } = of;
        let way = |domain::Way { by, address, wait_minutes, digest_at }| Way {
            by,
            address,
            wait_minutes,
            digest_at,
        };
        let quiet_hours = quiet_hours.map(|domain::QuietHours { from, until }| QuietHours { from, until });
        Self { ways: ways.into_iter().map(way).collect(), muted_kinds, quiet_hours, time_zone }
    }
}

impl From<Settings> for NotificationSettings {
    fn from(of: Settings) -> Self {
        let Settings { ways, muted_kinds, quiet_hours, time_zone } = of;
        let way = |Way { by, address, wait_minutes, digest_at }| domain::Way {
            by,
            address,
            wait_minutes,
            digest_at,
        };
        let quiet_hours = quiet_hours.map(|QuietHours { from, until }| domain::QuietHours { from, until });
        Self { ways: ways.into_iter().map(way).collect(), muted_kinds, quiet_hours, time_zone }
    }
}

impl From<Option<KeptSettings>> for Settings {
    fn from(kept: Option<KeptSettings>) -> Self {
        kept.map(|kept| kept.settings.0).unwrap_or_default().into()
    }
}
