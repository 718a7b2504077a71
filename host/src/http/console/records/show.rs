//! `GET /records/{kind}/{id}`: a record with its fields, what belongs to it, and what happened to it.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use uuid::Uuid;

use super::block::Block;
use super::cell::Cell;
use super::comments::Comments;
use super::field::PageField;
use super::input::{self, Input, Shape};
use super::names::Names;
use super::{fields, kind, one, path_of, plural};
use crate::domain::actor::Permission;
use crate::domain::catalogue::{Kind, Type};
use crate::domain::clock::Timestamp;
use crate::domain::role::Sight;
use crate::http::console::frame::Frame;
use crate::http::console::panels::Places;
use crate::http::console::visitor::{Fields, Person};
use crate::http::extract::{Id, Name};
use crate::http::page::Page;
use crate::http::problem::Problem;
use crate::ops::records::unmask;
use crate::ops::records::{self, AnyRecord};
use crate::ops::{App, InvalidField, RequestContext};
use crate::store::db::Tx;
use crate::store::events::{self, Event};
use crate::store::filter::ListQuery;

/// How many records of another kind are shown beside one.
const RELATED: i64 = 5;

/// Records of another kind that name this one.
struct Related {
    title: String,
    lines: Vec<(String, String)>,
    all: String,
}

/// Something that happened to the record.
struct Entry {
    at: Timestamp,
    what: String,
    who: String,
    changes: Vec<(String, String, String)>,
}

/// What was wrong with what was sent.
pub struct Trouble<'a> {
    /// What was sent.
    pub sent: &'a Fields,
    /// What was wrong with its fields.
    pub faults: Vec<InvalidField>,
    /// What was wrong besides.
    pub note: Option<String>,
    /// The status of the answer.
    pub status: StatusCode,
}

/// The page.
#[derive(Template)]
#[template(path = "console/record.html")]
struct RecordPage<'a> {
    frame: &'a Frame,
    kind: &'static Kind,
    record: &'a AnyRecord,
    plural: String,
    one: &'static str,
    title: String,
    inputs: Vec<Input>,
    notes: Vec<String>,
    facts: Vec<(String, Cell)>,
    block: Block,
    panels: Places,
    comments: Option<Comments>,
    may_write: bool,
    related: Vec<Related>,
    entries: Vec<Entry>,
    may_change: bool,
    may_unmask: bool,
    unmasked: Vec<(String, String)>,
}

/// Shows a record.
pub async fn show(
    State(app): State<App>,
    person: Person,
    name: Name,
    Id(id): Id<Uuid>,
) -> Result<Response, Problem> {
    draw(&app, &person, kind(&app, &person.ctx, &name).await?, id, None).await
}

/// Draws a record; with what was sent and wrong, where something was.
pub async fn draw(
    app: &App,
    person: &Person,
    kind: &'static Kind,
    id: Uuid,
    trouble: Option<Trouble<'_>>,
) -> Result<Response, Problem> {
    draw_with(app, person, kind, id, trouble, Vec::new()).await
}

/// As [`draw`], with fields by their titles that are shown in full this once.
pub async fn draw_with(
    app: &App,
    person: &Person,
    kind: &'static Kind,
    id: Uuid,
    trouble: Option<Trouble<'_>>,
    unmasked: Vec<(String, String)>,
) -> Result<Response, Problem> {
    let (frame, ctx) = (&person.frame, &person.ctx);
    let mut tx = app.db.read().await?;
    let record = records::get(&mut tx, ctx, kind, id).await?;
    let fields = fields(&mut tx, frame, ctx, kind).await?;
    let names = Names::of(&mut tx, ctx, fields.iter(), std::slice::from_ref(&record)).await?;
    let may_change = records::may_change(ctx, kind);
    let open = |field: &PageField| ctx.actor.sights.of_class(field.class) == Sight::Shown;
    let entered =
        fields.iter().filter(|field| may_change && field.change && field.is_entered() && open(field));
    let now = |field: &PageField| input::written(field, record.value(&field.name), &names);
    let mut inputs = input::inputs(&mut tx, ctx, frame, entered, now).await?;
    let mut notes = Vec::new();
    if let Some(trouble) = &trouble {
        for input in &mut inputs {
            let name = &input.field.name;
            if trouble.sent.has(&format!("was-{name}")) {
                input.value = input::entered(trouble.sent, name);
                input.choices = input::given(&mut tx, ctx, frame, &input.field, &input.value).await?;
            }
        }
        notes = input::blame(frame, &mut inputs, &trouble.faults);
        notes.extend(trouble.note.clone());
    }
    let shown = |field: &&PageField| {
        let entered = may_change && field.change && field.is_entered() && open(field);
        let unknown = matches!(field.of, Type::Id(Some(_))) && field.target.is_none();
        !entered && !unknown && !matches!(field.name.as_str(), "id" | "version")
    };
    let facts = fields
        .iter()
        .filter(shown)
        .map(|field| (field.title.clone(), Cell::of(frame, field, record.value(&field.name), &names)));
    let facts: Vec<_> = facts.filter(|(_, cell)| *cell != Cell::Nothing).collect();
    let block = Block::of(&mut tx, frame, ctx, &record).await?;
    let panels = Places::of(app, &mut tx, frame, kind.name, id).await?;
    let typed = trouble.as_ref().map(|trouble| trouble.sent.text("text").to_owned()).unwrap_or_default();
    let comments = Comments::of(&mut tx, frame, ctx, &record, typed).await?;
    let page = RecordPage {
        frame,
        kind,
        plural: plural(frame, kind),
        one: one(frame, kind),
        title: record.title(),
        inputs,
        notes,
        facts,
        block,
        panels,
        comments,
        may_write: records::may_write(ctx, kind),
        related: related(&mut tx, frame, ctx, &record).await?,
        entries: entries(&mut tx, frame, ctx, &record, &fields).await?,
        may_change,
        may_unmask: frame.may(Permission::RecordsUnmask) && !unmask::masked_fields(ctx, kind).is_empty(),
        unmasked,
        record: &record,
    };
    let status = trouble.map_or(StatusCode::OK, |trouble| trouble.status);
    Ok(Page::console(status, page).into_response())
}

/// The records of other kinds that name this one, the newest of each.
async fn related(
    tx: &mut Tx,
    frame: &Frame,
    ctx: &RequestContext,
    record: &AnyRecord,
) -> Result<Vec<Related>, Problem> {
    let mut found = Vec::new();
    let ids = records::stands_for(tx, record).await?;
    let ids: Vec<String> = ids.iter().map(|id| format!("\"{id}\"")).collect();
    for (kind, field) in records::relations(tx, ctx, record.kind).await? {
        let filter = match ids.as_slice() {
            [id] => format!("{field} == {id}"),
            several => format!("{field} in [{}]", several.join(", ")),
        };
        let query = ListQuery { filter: Some(filter.clone()), limit: RELATED, ..ListQuery::default() };
        let page = records::list(tx, ctx, kind, &query).await?;
        if page.items.is_empty() {
            continue;
        }
        let named =
            kind.field(field).map_or("", |field| if frame.is_chinese() { field.zh } else { field.en });
        let filter = percent_encoding::utf8_percent_encode(&filter, percent_encoding::NON_ALPHANUMERIC);
        found.push(Related {
            title: format!("{} · {named}", plural(frame, kind)),
            lines: page.items.iter().map(|record| (path_of(kind, record.id), record.title())).collect(),
            all: format!("/records/{}?set=1&filter={filter}", kind.name),
        });
    }
    Ok(found)
}

/// What happened to the record, the newest first.
async fn entries(
    tx: &mut Tx,
    frame: &Frame,
    ctx: &RequestContext,
    record: &AnyRecord,
    fields: &[PageField],
) -> Result<Vec<Entry>, Problem> {
    let mut found = records::history(tx, ctx, record).await?;
    // That somebody was notified of it happened to them, not to the record.
    found.retain(|event| !event.kind.starts_with("notification."));
    let people: Vec<Uuid> =
        found.iter().filter(|event| event.actor_kind == "user").filter_map(|event| event.actor_id).collect();
    let people = records::names_of_people(tx, ctx, &people).await?;
    let who = |event: &Event| {
        let person = event.actor_id.filter(|_| event.actor_kind == "user");
        let name = person.and_then(|id| people.iter().find(|(known, _)| *known == id));
        name.map_or_else(|| frame.word("principal", &event.actor_kind), |(_, name)| name.clone())
    };
    let changes: Vec<Vec<Changed<'_>>> = found.iter().map(|event| changed(fields, event)).collect();
    let values = changes.iter().flatten().flat_map(|(field, old, new)| [(*field, old), (*field, new)]);
    let names = Names::of_values(tx, ctx, values).await?;
    let entry = |(event, changes): (&Event, &Vec<Changed<'_>>)| Entry {
        at: event.at,
        what: what(frame, record.kind, event),
        who: who(event),
        changes: changes
            .iter()
            .map(|(field, old, new)| {
                let text = |value: &Value| Cell::of(frame, field, value, &names).in_line(frame);
                (field.title.clone(), text(old), text(new))
            })
            .collect(),
    };
    Ok(found.iter().zip(&changes).map(entry).collect())
}

/// What happened, in words.
fn what(frame: &Frame, kind: &Kind, event: &Event) -> String {
    let key = event.kind.replace('.', "-");
    if let Some(text) = frame.texts.known_word("event", &key) {
        return text;
    }
    let step = event.kind.rsplit_once('.').map_or("", |(_, step)| step);
    match frame.texts.known_word("record-event", step) {
        Some(text) => text,
        None => format!("{} {step}", one(frame, kind)),
    }
}

/// A field with what it was and what it became.
type Changed<'f> = (&'f PageField, Value, Value);

/// Which fields an event changed; of the added ones those whose values differ.
fn changed<'f>(fields: &'f [PageField], event: &Event) -> Vec<Changed<'f>> {
    let Value::Object(data) = events::data(event) else { return Vec::new() };
    let mut changed = Vec::new();
    for (name, change) in &data {
        let (Some(old), Some(new)) = (change.get("old"), change.get("new")) else { continue };
        let added = format!("{name}.");
        changed.extend(fields.iter().filter_map(|field| {
            if field.name == *name {
                return Some((field, old.clone(), new.clone()));
            }
            let part = field.name.strip_prefix(&added)?;
            let of = |values: &Value| values.get(part).cloned().unwrap_or_default();
            let (old, new) = (of(old), of(new));
            (old != new).then_some((field, old, new))
        }));
    }
    changed
}
