//! `/fields/{kind}`: the fields of a kind of records, and those that the company adds.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Map, json};

use super::frame::Frame;
use super::records::{one, plural, trouble};
use super::tags;
use super::visitor::{Fields, Person, Sent};
use crate::domain::actor::Permission;
use crate::domain::catalogue::{KINDS, Kind};
use crate::domain::custom_field::{CustomField, CustomFieldChange, CustomType, NewCustomField};
use crate::http::extract::{Name, PartName};
use crate::http::page::Page;
use crate::http::problem::Problem;
use crate::ops::catalogue::custom_fields::{self, FieldUses};
use crate::ops::catalogue::kinds;
use crate::ops::{App, Refusal};

/// What was wrong with which form.
#[derive(Default)]
struct Wrong {
    /// The field whose form it was; empty for the form of a new one.
    field: String,
    notes: Vec<String>,
}

/// The page.
#[derive(Template)]
#[template(path = "console/fields.html")]
struct FieldsPage<'a> {
    frame: &'a Frame,
    kind: &'static Kind,
    one: &'static str,
    kinds: Vec<(&'static str, String)>,
    added: Vec<(CustomField, FieldUses)>,
    types: &'static [&'static str],
    sent: &'a Fields,
    wrong: Option<Wrong>,
}

impl FieldsPage<'_> {
    /// What was wrong with the form of a field; of the new one where the name is empty.
    fn notes(&self, field: &str) -> &[String] {
        self.wrong.as_ref().filter(|wrong| wrong.field == field).map_or(&[], |wrong| &wrong.notes)
    }

    /// Whether records have values of it, or views and plugins name it.
    fn is_used(&self, uses: &FieldUses) -> bool {
        uses.records > 0 || !uses.views.is_empty() || !uses.plugins.is_empty()
    }

    /// Whether the page shows the fields of this kind.
    fn is_kind(&self, name: &str) -> bool {
        self.kind.name == name
    }

    /// Whether this type was chosen.
    fn is_type(&self, word: &str) -> bool {
        self.sent.text("value_type") == word
    }

    /// What uses a field besides records.
    fn users(&self, uses: &FieldUses) -> Vec<String> {
        let named = |key: &str, names: &[String]| {
            (!names.is_empty()).then(|| self.frame.named(key, &names.join(", ")))
        };
        [named("fields-used-views", &uses.views), named("fields-used-plugins", &uses.plugins)]
            .into_iter()
            .flatten()
            .collect()
    }

    fn choices(&self, field: &CustomField) -> String {
        tags::write(&field.choices)
    }

    fn has_choices(&self, field: &CustomField) -> bool {
        field.value_type == CustomType::Word
    }

    fn can_be_indexed(&self, field: &CustomField) -> bool {
        field.value_type != CustomType::LongText
    }
}

/// Shows the fields of a kind.
pub async fn fields(State(app): State<App>, person: Person, Name(name): Name) -> Result<Response, Problem> {
    draw(&app, &person, &name, &Fields::default(), None, StatusCode::OK).await
}

async fn draw(
    app: &App,
    person: &Person,
    name: &str,
    sent: &Fields,
    wrong: Option<Wrong>,
    status: StatusCode,
) -> Result<Response, Problem> {
    let (frame, ctx) = (&person.frame, &person.ctx);
    ctx.require(Permission::FieldsWrite)?;
    let mut tx = app.db.read().await?;
    let kind = kinds::get(&mut tx, ctx, name).await?;
    let can = |kind: &&&Kind| CustomField::can_be_added_to(kind);
    let all = KINDS.iter().chain(&frame.kinds);
    let kinds = all.filter(can).map(|kind| (kind.name, plural(frame, kind))).collect();
    let mut added = Vec::new();
    for field in custom_fields::list(&mut tx, ctx, name).await? {
        let uses = custom_fields::uses(&mut tx, ctx, name, &field.name).await?;
        added.push((field, uses));
    }
    let page = FieldsPage {
        frame,
        kind,
        one: one(frame, kind),
        kinds,
        added,
        types: CustomType::WORDS,
        sent,
        wrong,
    };
    Ok(Page::console(status, page).into_response())
}

/// Ends an action: back to the page, or the page with what was wrong.
async fn end<T>(
    app: &App,
    sent: &Sent,
    kind: &str,
    field: &str,
    done: Result<T, Refusal>,
) -> Result<Response, Problem> {
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/fields/{kind}")).into_response()),
        Err(refusal) => {
            let trouble = trouble(sent, refusal)?;
            let notes = trouble.faults.into_iter().map(|fault| fault.detail).chain(trouble.note).collect();
            let wrong = Wrong { field: field.to_owned(), notes };
            draw(app, &sent.person, kind, &sent.fields, Some(wrong), trouble.status).await
        }
    }
}

/// Adds a field.
pub async fn add_field(State(app): State<App>, Name(kind): Name, sent: Sent) -> Result<Response, Problem> {
    let text = |name: &str| sent.fields.text(name).trim().to_owned();
    let choices = tags::read(&text("choices"));
    let new: Result<NewCustomField, Refusal> = serde_json::from_value(json!({
        "name": text("name"), "value_type": text("value_type"), "en": text("en"), "zh": text("zh"),
        "help": text("help"), "choices": choices, "indexed": sent.fields.has("indexed"),
    }))
    .map_err(|error| Refusal::invalid("/value_type", error.to_string()));
    let done = match new {
        Ok(new) => {
            let request = (kind.clone(), new);
            app.commit(&sent.person.ctx, request, |tx, ctx, new| {
                Box::pin(async move { custom_fields::create(tx, ctx, new).await.map(|_| ()) })
            })
            .await
        }
        Err(refusal) => Err(refusal),
    };
    end(&app, &sent, &kind, "", done).await
}

/// Changes a field.
pub async fn change_field(
    State(app): State<App>,
    Name(kind): Name,
    PartName(field): PartName,
    sent: Sent,
) -> Result<Response, Problem> {
    let text = |name: &str| sent.fields.text(name).trim().to_owned();
    let mut change = Map::new();
    for name in ["en", "zh", "help"] {
        change.insert(name.to_owned(), json!(text(name)));
    }
    if sent.fields.has("choices") {
        change.insert("choices".to_owned(), json!(tags::read(&text("choices"))));
    }
    change.insert("indexed".to_owned(), json!(sent.fields.has("indexed")));
    let change: CustomFieldChange = serde_json::from_value(change.into())
        .map_err(|error| Problem::internal(format!("a field's form can't be read: {error}")))?;
    let version = sent.fields.read::<i64>("version");
    let request = (kind.clone(), field.clone(), version, change);
    let done = app
        .commit(&sent.person.ctx, request, |tx, ctx, request| {
            Box::pin(async move { custom_fields::change(tx, ctx, request).await.map(|_| ()) })
        })
        .await;
    end(&app, &sent, &kind, &field, done).await
}

/// Removes a field; one that views and plugins name only if the form says so.
pub async fn remove_field(
    State(app): State<App>,
    Name(kind): Name,
    PartName(field): PartName,
    sent: Sent,
) -> Result<Response, Problem> {
    let request = (kind.clone(), field.clone(), sent.fields.has("force"));
    let done = app
        .commit(&sent.person.ctx, request, |tx, ctx, request| {
            Box::pin(custom_fields::delete(tx, ctx, request))
        })
        .await;
    end(&app, &sent, &kind, &field, done).await
}
