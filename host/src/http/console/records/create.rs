//! `/records/{kind}/new`: a new record.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::Map;

use super::field::PageField;
use super::input::{self, Input, Shape};
use super::{change, fields, kind, one, path_of, plural};
use crate::domain::catalogue::Kind;
use crate::http::console::frame::Frame;
use crate::http::console::visitor::{Fields, Person, Sent};
use crate::http::extract::{Name, Query};
use crate::http::page::Page;
use crate::http::problem::Problem;
use crate::ops::records::{self, AnyRecord};
use crate::ops::{App, InvalidField, Refusal, RequestContext};
use crate::store::db::Tx;

/// The page.
#[derive(Template)]
#[template(path = "console/record_new.html")]
struct Draft<'a> {
    frame: &'a Frame,
    kind: &'static Kind,
    plural: String,
    one: &'static str,
    inputs: Vec<Input>,
    notes: Vec<String>,
}

/// Shows the form, with what its address says of the new record.
pub async fn draft(
    State(app): State<App>,
    person: Person,
    name: Name,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let kind = kind(&app, &person.ctx, &name).await?;
    draw(&app, &person, kind, &Fields::of(asked), Vec::new(), StatusCode::OK).await
}

/// Makes a record.
pub async fn create(State(app): State<App>, name: Name, sent: Sent) -> Result<Response, Problem> {
    let (ctx, kind) = (&sent.person.ctx, kind(&app, &sent.person.ctx, &name).await?);
    let fields = fields(&mut app.db.read().await?, &sent.person.frame, ctx, kind).await?;
    let request = (kind, fields, sent.fields.clone());
    let done = app.commit(ctx, request, |tx, ctx, request| Box::pin(apply(tx, ctx, request))).await;
    match done {
        Ok(record) => Ok(Redirect::to(&path_of(kind, record.id)).into_response()),
        Err(refusal) => {
            let trouble = change::trouble(&sent, refusal)?;
            let note = trouble.note.map(|detail| InvalidField { pointer: String::new(), detail });
            let faults = trouble.faults.into_iter().chain(note).collect();
            draw(&app, &sent.person, kind, &sent.fields, faults, trouble.status).await
        }
    }
}

async fn draw(
    app: &App,
    person: &Person,
    kind: &'static Kind,
    sent: &Fields,
    faults: Vec<InvalidField>,
    status: StatusCode,
) -> Result<Response, Problem> {
    let (frame, ctx) = (&person.frame, &person.ctx);
    if !records::may_create(ctx, kind) {
        return Err(
            records::writing(kind).map_or_else(Problem::no_path, |needed| Refusal::Denied(needed).into())
        );
    }
    let mut tx = app.db.read().await?;
    let fields = fields(&mut tx, frame, ctx, kind).await?;
    let entered = fields.iter().filter(|field| field.new);
    let value = |field: &PageField| input::entered(sent, &field.name);
    let mut inputs = input::inputs(&mut tx, ctx, frame, entered, value).await?;
    // What must be said comes first.
    inputs.sort_by_key(|input| !input.is_required());
    let notes = input::blame(frame, &mut inputs, &faults);
    let page = Draft { frame, kind, plural: plural(frame, kind), one: one(frame, kind), inputs, notes };
    Ok(Page::console(status, page).into_response())
}

/// Makes a record of what was entered; what was left empty is as usual.
async fn apply(
    tx: &mut Tx,
    ctx: &RequestContext,
    (kind, fields, sent): &(&'static Kind, Vec<PageField>, Fields),
) -> Result<AnyRecord, Refusal> {
    let mut request = Map::new();
    let mut faults = Vec::new();
    for field in fields.iter().filter(|field| field.new && field.is_entered()) {
        let text = input::entered(sent, &field.name);
        if text.is_empty() && !field.required {
            continue;
        }
        match input::read(tx, ctx, field, &text).await {
            Ok(value) => input::put(&mut request, &field.name, value),
            Err(Refusal::Invalid(more)) => faults.extend(more),
            Err(other) => return Err(other),
        }
    }
    Refusal::unless_valid(faults)?;
    records::create(tx, ctx, &(*kind, request)).await
}
