//! `/account/notifications`: how one is notified besides the console.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::frame::Frame;
use super::visitor::{Person, Sent};
use crate::domain::notice;
use crate::domain::notification_settings::{By, NotificationSettings, QuietHours, TimeOfDay, Way};
use crate::http::extract::Query;
use crate::http::page::Page;
use crate::http::problem::Problem;
use crate::ops::notifications::{self, Messenger};
use crate::ops::{App, Refusal};
use crate::store::notification_outbox::Failure;

/// How long one may have to read something before it goes out, in minutes.
const WAITS: [u32; 6] = [0, 2, 5, 15, 60, 240];

/// What is shown: `?stop=KIND` asks whether that kind is to go out no more, `?done` says that something was done.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Shown {
    stop: String,
    done: String,
}

/// The page.
#[derive(Template)]
#[template(path = "console/notification_settings.html")]
struct SettingsPage<'a> {
    frame: &'a Frame,
    settings: NotificationSettings,
    choices: Vec<Choice>,
    failures: Vec<Failure>,
    shown: Shown,
    notes: Vec<String>,
}

/// A way that can be chosen.
struct Choice {
    by: By,
    name: String,
    way: Option<Way>,
}

impl SettingsPage<'_> {
    /// What a kind of notification is called.
    fn kind(&self, kind: &str) -> String {
        let key = kind.replace('.', "-");
        let own = self.frame.texts.known_word("notify-kind", &key);
        own.unwrap_or_else(|| self.frame.word("event", &key))
    }

    /// The kinds that can be stopped, but not the test of one's own.
    fn kinds(&self) -> Vec<&'static str> {
        notice::kinds().filter(|kind| !kind.starts_with("notification.")).collect()
    }

    fn goes_out(&self, kind: &str) -> bool {
        !self.settings.muted_kinds.iter().any(|muted| muted == kind)
    }

    fn failure(&self, by: &By) -> Option<&Failure> {
        self.failures.iter().find(|failure| failure.way == by.to_string())
    }

    fn quiet(&self, end: &str) -> String {
        let time = |quiet: QuietHours| if end == "from" { quiet.from } else { quiet.until };
        self.settings.quiet_hours.map(time).map(|time| time.to_string()).unwrap_or_default()
    }

    fn is_wait(&self, choice: &Choice, minutes: &u32) -> bool {
        let usual = if choice.by == By::Mail { 5 } else { 0 };
        choice.way.as_ref().map_or(usual, |way| way.wait_minutes) == *minutes
    }

    fn wait(&self, minutes: &u32) -> String {
        match minutes {
            0 => self.frame.t("notify-at-once"),
            minutes => self.frame.count("notify-minutes", &i64::from(*minutes)),
        }
    }
}

/// Shows the page.
pub async fn show(
    State(app): State<App>,
    person: Person,
    Query(shown): Query<Shown>,
) -> Result<Response, Problem> {
    let kept = notifications::settings(&mut app.db.read().await?, &person.ctx).await?;
    let settings = kept.map(|kept| kept.settings.0).unwrap_or_default();
    draw(&app, &person, settings, shown, Vec::new(), StatusCode::OK).await
}

async fn draw(
    app: &App,
    person: &Person,
    settings: NotificationSettings,
    shown: Shown,
    notes: Vec<String>,
    status: StatusCode,
) -> Result<Response, Problem> {
    let frame = &person.frame;
    let mut tx = app.db.read().await?;
    let messengers = notifications::messengers(app, &mut tx, &person.ctx).await?;
    let mut choices = Vec::new();
    if notifications::has_mail(app) {
        choices.push((By::Mail, frame.t("notify-by-mail")));
    }
    for messenger in &messengers {
        choices.push((By::Messenger(messenger.id), title(messenger, &messengers, frame.language())));
    }
    // What was chosen and isn't there now stays to be seen.
    for way in &settings.ways {
        if !choices.iter().any(|(by, _)| *by == way.by) {
            choices.push((way.by, frame.t("notify-by-gone")));
        }
    }
    let choice =
        |(by, name)| Choice { by, name, way: settings.ways.iter().find(|way| way.by == by).cloned() };
    let page = SettingsPage {
        frame,
        choices: choices.into_iter().map(choice).collect(),
        failures: notifications::failures(&mut tx, &person.ctx).await?,
        settings,
        shown,
        notes,
    };
    Ok(Page::console(status, page).into_response())
}

/// What a messenger is called in a language; with the operator's name for it where several are called the same.
fn title(messenger: &Messenger, all: &[Messenger], language: &str) -> String {
    let title = messenger.title.in_language(language);
    match all.iter().filter(|other| other.title.in_language(language) == title).count() {
        1 => title.to_owned(),
        _ => format!("{title} · {}", messenger.name),
    }
}

/// Keeps what was chosen.
pub async fn set(State(app): State<App>, sent: Sent) -> Result<Response, Problem> {
    match read(&sent) {
        Ok(settings) => {
            let done = notifications::set(&app, &sent.person.ctx, settings.clone()).await;
            end(&app, &sent, settings, "saved", done.map(|_| ())).await
        }
        Err((settings, note)) => {
            draw(&app, &sent.person, settings, Shown::default(), vec![note], StatusCode::UNPROCESSABLE_ENTITY)
                .await
        }
    }
}

/// Has a kind go out no more.
pub async fn stop(State(app): State<App>, sent: Sent) -> Result<Response, Problem> {
    let done = notifications::mute(&app, &sent.person.ctx, sent.fields.text("kind")).await;
    end(&app, &sent, NotificationSettings::default(), "stopped", done.map(|_| ())).await
}

/// Sends a test.
pub async fn test(State(app): State<App>, sent: Sent) -> Result<Response, Problem> {
    let done = app.commit(&sent.person.ctx, (), |tx, ctx, ()| Box::pin(notifications::test(tx, ctx))).await;
    end(&app, &sent, NotificationSettings::default(), "tested", done).await
}

/// Back to the page, or the page with what was wrong.
async fn end(
    app: &App,
    sent: &Sent,
    settings: NotificationSettings,
    what: &str,
    done: Result<(), Refusal>,
) -> Result<Response, Problem> {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/account/notifications?done={what}")).into_response()),
        Err(Refusal::Invalid(faults)) => {
            let notes = faults.into_iter().map(|fault| fault.detail).collect();
            draw(app, &sent.person, settings, Shown::default(), notes, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(other) => Err(other.into()),
    }
}

/// What a form says; a time of day that is none is an error, with the rest of it.
fn read(sent: &Sent) -> Result<NotificationSettings, (NotificationSettings, String)> {
    let fields = &sent.fields;
    let mut wrong = None;
    let mut time = |name: &str| -> Option<TimeOfDay> {
        let text = fields.text(name).trim();
        match text.parse() {
            _ if text.is_empty() => None,
            Ok(time) => Some(time),
            Err(error) => {
                wrong = Some(error);
                None
            }
        }
    };
    let quiet_hours =
        time("quiet-from").zip(time("quiet-until")).map(|(from, until)| QuietHours { from, until });
    let ways = fields.all("by").filter_map(|by| by.parse().ok()).map(|by: By| Way {
        by,
        address: fields.text(&format!("address-{by}")).trim().to_owned(),
        wait_minutes: fields.read(&format!("wait-{by}")).unwrap_or_default(),
        digest_at: time(&format!("digest-{by}")),
    });
    let ways = ways.collect();
    let goes: Vec<&str> = fields.all("kind").collect();
    let muted = notice::kinds().filter(|kind| !kind.starts_with("notification.") && !goes.contains(kind));
    // Kinds of plugins' own are muted where they came, and stay so.
    let muted = muted.map(str::to_owned).chain(fields.all("muted").map(str::to_owned)).collect();
    let settings = NotificationSettings {
        ways,
        muted_kinds: muted,
        quiet_hours,
        time_zone: fields.text("time-zone").trim().to_owned(),
    };
    match wrong {
        None => Ok(settings),
        Some(error) => Err((settings, error)),
    }
}
