//! `GET /plugins`

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain::actor::Permission;
use crate::domain::clock::Timestamp;
use crate::domain::ids::InstallationId;
use crate::http::console::frame::Frame;
use crate::http::console::visitor::{Person, Sent};
use crate::http::page::Page;
use crate::http::problem::{Problem, ProblemKind};
use crate::http::texts::Texts;
use crate::ops::installations::installed::{self, Installed};
use crate::ops::installations::requests::{Granting, Requested, Warning};
use crate::ops::installations::settings::CheckedSettings;
use crate::ops::intake::deliveries;
use crate::ops::{App, Refusal, installations};
use crate::plugins::package::manifest;
use crate::store::deliveries::Waiting;
use crate::store::page::PageRequest;
use crate::store::plugin_logs::Line;

/// How many lines of a plugin's log are shown.
const LOG_TAIL: i64 = 20;

/// The page.
#[derive(Template)]
#[template(path = "console/plugins.html")]
struct Plugins<'a> {
    frame: &'a Frame,
    plugins: Vec<Plugin>,
    may_write: bool,
    fault: Option<String>,
}

/// A plugin in use.
struct Plugin {
    installed: Installed,
    /// What it logged last, the latest first.
    log: Vec<Line>,
    /// How many deliveries of it wait that became no message; none where it is no channel, or they aren't to be seen.
    deliveries: Option<i64>,
}

impl Plugins<'_> {
    fn title<'p>(&self, plugin: &'p Plugin) -> &'p str {
        self.in_language(&plugin.installed.manifest.name)
    }

    fn reason<'p>(&self, request: &'p Requested) -> &'p str {
        self.in_language(&request.reason)
    }

    fn in_words<'p>(&self, request: &'p Requested) -> &'p str {
        self.in_language(&request.words)
    }

    fn in_language<'p>(&self, texts: &'p manifest::Texts) -> &'p str {
        if self.frame.texts == Texts::Chinese { &texts.zh_cn } else { &texts.en }
    }

    /// What it lacks, where that matters: it is on and doesn't work as it should.
    fn warnings<'p>(&self, plugin: &'p Plugin) -> &'p [Warning] {
        if plugin.installed.row.enabled { &plugin.installed.warnings } else { &[] }
    }

    fn lacking<'p>(&self, warning: &'p Warning) -> &'p str {
        self.in_language(&warning.words)
    }

    fn can_grant(&self, plugin: &Plugin) -> bool {
        self.may_write
            && plugin.installed.requested.iter().any(|request| request.grant.is_some() && !request.given)
    }

    fn broken_until(&self, plugin: &Plugin) -> Option<Timestamp> {
        plugin.installed.row.broken_until.filter(|until| *until > self.frame.now)
    }

    fn state(&self, plugin: &Plugin) -> &'static str {
        match (plugin.installed.row.enabled, self.broken_until(plugin)) {
            (false, _) => "off",
            (true, Some(_)) => "broken",
            (true, None) => "on",
        }
    }
}

/// Shows the plugins.
pub async fn show(State(app): State<App>, person: Person) -> Result<Response, Problem> {
    draw(&app, &person, StatusCode::OK, None).await
}

async fn draw(
    app: &App,
    person: &Person,
    status: StatusCode,
    fault: Option<String>,
) -> Result<Response, Problem> {
    let mut tx = app.db.read().await?;
    let waiting = match deliveries::waiting(&mut tx, &person.ctx).await {
        Ok(waiting) => Some(waiting),
        Err(Refusal::Denied(_)) => None,
        Err(other) => return Err(other.into()),
    };
    let mut plugins = Vec::new();
    for installed in installed::list(&mut tx, &person.ctx).await? {
        let page = PageRequest { limit: LOG_TAIL, after: None };
        let log = installations::logs(&mut tx, &person.ctx, installed.row.id, page).await?.items;
        let count = |waiting: &Vec<Waiting>| {
            let of = waiting.iter().find(|waiting| waiting.installation_id == installed.row.id);
            of.map_or(0, |waiting| waiting.count)
        };
        let is_channel = installed.manifest.channel.is_some();
        let deliveries = waiting.as_ref().filter(|_| is_channel).map(count);
        plugins.push(Plugin { installed, log, deliveries });
    }
    let may_write = person.ctx.require(Permission::PluginsWrite).is_ok();
    let page = Plugins { frame: &person.frame, plugins, may_write, fault };
    Ok(Page::console(status, page).into_response())
}

/// Switches a plugin on or off.
pub(super) async fn switch(
    app: &App,
    sent: &Sent,
    id: InstallationId,
    on: bool,
) -> Result<Response, Problem> {
    let done = app
        .commit(&sent.person.ctx, (id, on), |tx, ctx, request| {
            Box::pin(installations::switch(tx, ctx, request))
        })
        .await;
    match done {
        Ok(_) => Ok(Redirect::to("/plugins").into_response()),
        Err(refusal) => refused(app, &sent.person, refusal).await,
    }
}

/// Grants a plugin all that it asks for.
pub(super) async fn grant_requested(app: &App, sent: &Sent, id: InstallationId) -> Result<Response, Problem> {
    let done = async {
        let waiting = CheckedSettings::for_waiting(app, &sent.person.ctx, id).await?;
        let input = (id, Granting::Requested, waiting);
        app.commit(&sent.person.ctx, input, |tx, ctx, input| Box::pin(installations::grant(tx, ctx, input)))
            .await
    };
    let done = done.await;
    match done {
        Ok(_) => Ok(Redirect::to("/plugins").into_response()),
        Err(refusal) => refused(app, &sent.person, refusal).await,
    }
}

async fn refused(app: &App, person: &Person, refusal: Refusal) -> Result<Response, Problem> {
    let problem = Problem::from(refusal);
    let what = match problem.kind() {
        ProblemKind::Denied => "denied",
        ProblemKind::Conflict | ProblemKind::Invalid => "plugin-conflict",
        ProblemKind::Unavailable => "later",
        _ => return Err(problem),
    };
    draw(app, person, problem.kind().status(), Some(person.frame.word("fault", what))).await
}
