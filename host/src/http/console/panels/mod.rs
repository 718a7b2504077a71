//! `/panels/{id}/{place}/{record}`: what a plugin shows on a record's page. The page asks for it when it is shown itself, so
//! that no plugin keeps people from the record; without scripts it is a page of its own.

mod act;
mod chart;
mod show;

pub use self::act::act;
pub use self::show::show;

use askama::Template;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde_json::Value as Json;
use uuid::Uuid;

use super::frame::Frame;
use super::records::path_of;
use super::visitor::{Fields, Person};
use crate::domain::catalogue::KINDS;
use crate::domain::ids::InstallationId;
use crate::domain::panel::{Block, Chart, Input, InputKind, Place, RecordReference};
use crate::domain::value::Value;
use crate::http::page::Page;
use crate::http::problem::Problem;
use crate::ops::calls::panels::{self, Panel, Titled};
use crate::ops::{App, Refusal, records};
use crate::store::db::Tx;

/// The panels of a page, each in its place before it is drawn.
#[derive(Debug, Default, Template)]
#[template(path = "console/panels.html")]
pub struct Places {
    place: &'static str,
    record: Uuid,
    open: String,
    panels: Vec<Titled>,
}

impl Places {
    /// On the page of a record of a kind; none on most.
    pub async fn of(
        app: &App,
        tx: &mut Tx,
        frame: &Frame,
        kind: &str,
        record: Uuid,
    ) -> Result<Self, Refusal> {
        let Ok(place) = kind.parse::<Place>() else { return Ok(Self::default()) };
        let panels = panels::on(app, tx, place, frame.is_chinese()).await?;
        Ok(Self { place: place.as_str(), record, open: frame.t("panel-open"), panels })
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.panels.is_empty()
    }
}

/// Which panel a path names.
pub struct Named {
    installation: InstallationId,
    place: Place,
    record: Uuid,
}

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let found = RawPathParams::from_request_parts(parts, state).await.map_err(|_| Problem::no_path())?;
        let named = |wanted: &str| found.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value);
        let read = || {
            Some(Self {
                installation: named("id")?.parse().ok()?,
                place: named("place")?.parse().ok()?,
                record: named("record")?.parse().ok()?,
            })
        };
        read().ok_or_else(Problem::no_path)
    }
}

impl Named {
    fn for_reader(&self, frame: &Frame) -> Panel {
        let language = frame.language().to_owned();
        Panel { installation: self.installation, place: self.place, record: self.record, language }
    }

    fn path(&self) -> String {
        format!("/panels/{}/{}/{}", self.installation, self.place, self.record)
    }
}

/// A panel that was drawn.
#[derive(Template)]
#[template(path = "console/panel.html")]
struct Drawn<'a> {
    frame: &'a Frame,
    title: String,
    /// Where its forms are sent.
    path: String,
    /// The element that it stands in.
    element: String,
    blocks: Vec<Block>,
    may_write: bool,
    /// Makes a form that is sent twice count once.
    key: Uuid,
    /// What was wrong with a form, and what was entered into it.
    notes: Vec<String>,
    sent: Option<&'a Fields>,
}

/// The same on a page of its own.
#[derive(Template)]
#[template(path = "console/panel_page.html")]
struct PanelPage<'a> {
    frame: &'a Frame,
    back: String,
    record: String,
    panel: Drawn<'a>,
}

impl Drawn<'_> {
    /// A value as people read it.
    fn text(&self, value: &Value) -> String {
        match value {
            Value::None => self.frame.t("record-nothing"),
            Value::Boolean(flag) => self.frame.t(if *flag { "yes" } else { "no" }),
            Value::Integer(number) => number.to_string(),
            Value::Number(number) => number.to_string(),
            Value::Text(text) | Value::Date(text) => text.clone(),
            Value::Time(at) => self.frame.in_utc(at),
            Value::Money(money) => format!("{} {}", money.amount(), money.currency),
            Value::Json(Json::Array(items)) => {
                let texts =
                    items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned));
                texts.collect::<Vec<_>>().join(self.frame.t("list-comma").as_str())
            }
            Value::Json(json) => json.to_string(),
        }
    }

    /// What stands in an input: what was entered, if its form came back, or else what the plugin has put there.
    fn value(&self, form: &str, input: &Input) -> String {
        match self.sent.filter(|sent| sent.text("action") == form) {
            Some(sent) => sent.text(&format!("p-{}", input.name)).to_owned(),
            None => match &input.value {
                Value::None => String::new(),
                Value::Boolean(flag) => flag.to_string(),
                other => self.text(other),
            },
        }
    }

    fn is_ticked(&self, form: &str, input: &Input) -> bool {
        matches!(self.value(form, input).as_str(), "true" | "on")
    }

    fn chart(&self, chart: &Chart) -> chart::Picture {
        chart::Picture::of(chart)
    }

    fn page_of(&self, record: &RecordReference) -> String {
        match KINDS.iter().find(|kind| kind.name == record.kind) {
            Some(kind) => path_of(kind, record.id),
            None => format!("/records/{}/{}", record.kind, record.id),
        }
    }
}

/// What is shown of a panel.
struct Shown<'a> {
    blocks: Vec<Block>,
    status: StatusCode,
    notes: Vec<String>,
    /// The form that came back.
    sent: Option<&'a Fields>,
}

impl Shown<'_> {
    fn blocks(blocks: Vec<Block>) -> Self {
        Self { blocks, status: StatusCode::OK, notes: Vec::new(), sent: None }
    }
}

/// Shows a panel that was drawn: in its place, or as a page.
async fn page(
    app: &App,
    person: &Person,
    named: &Named,
    is_partial: bool,
    shown: Shown<'_>,
) -> Result<Response, Problem> {
    let Shown { blocks, status, notes, sent } = shown;
    let (frame, ctx) = (&person.frame, &person.ctx);
    let mut tx = app.db.read().await?;
    let kind = named.place.kind();
    let panels = panels::on(app, &mut tx, named.place, frame.is_chinese()).await?;
    let title = panels.into_iter().find(|panel| panel.installation == named.installation);
    let record = records::get(&mut tx, ctx, kind, named.record).await?;
    let panel = Drawn {
        frame,
        title: title.map(|panel| panel.title).unwrap_or_default(),
        path: named.path(),
        element: format!("#panel-{}", named.installation),
        blocks,
        may_write: records::may_write(ctx, kind),
        key: app.db.id(),
        notes,
        sent,
    };
    if is_partial {
        return Ok(Page::console(status, panel).into_response());
    }
    let page = PanelPage { frame, back: path_of(kind, named.record), record: record.title(), panel };
    Ok(Page::console(status, page).into_response())
}
