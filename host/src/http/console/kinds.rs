//! `/kinds`: kinds of records that are declared while the host runs.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Map, Value, json};

use super::frame::Frame;
use super::records::trouble;
use super::tags;
use super::visitor::{Fields, Person, Sent};
use crate::domain::actor::Permission;
use crate::domain::catalogue::{FieldClass, KINDS, Kind, Record as _};
use crate::domain::declared::{DeclaredField, DeclaredKind, DeclaredType};
use crate::http::extract::Name;
use crate::http::page::Page;
use crate::http::problem::Problem;
use crate::ops::declared_kinds::{self, WantedChange};
use crate::ops::{App, InvalidField, Refusal, records};

/// How many empty forms for further fields a page has.
const EMPTY: usize = 4;

/// The form of a field.
#[derive(Debug, Clone)]
struct FieldForm {
    field: DeclaredField,
    /// Its default, as it is entered.
    default: String,
    /// What it is called so far; empty of a new one.
    was: String,
    /// Whether it is to be dropped.
    drops: bool,
    /// What was wrong with it.
    notes: Vec<String>,
}

/// The list of kinds.
#[derive(Template)]
#[template(path = "console/kinds.html")]
struct KindsPage<'a> {
    frame: &'a Frame,
}

impl KindsPage<'_> {
    fn title(&self, kind: &Kind) -> &'static str {
        super::records::one(self.frame, kind)
    }

    /// The plugin that declares a kind.
    fn plugin(&self, kind: &Kind) -> Option<&'static str> {
        kind.declared.and_then(|declared| declared.kind.plugin.as_deref())
    }

    fn count(&self, kind: &Kind) -> i64 {
        kind.declared.map_or(0, |declared| i64::try_from(declared.kind.fields.len()).unwrap_or(i64::MAX))
    }
}

/// One kind, or the form for a new one.
#[derive(Template)]
#[template(path = "console/kind.html")]
struct KindPage<'a> {
    frame: &'a Frame,
    /// As it is; none of a new one.
    known: Option<DeclaredKind>,
    /// As the form has it.
    kind: DeclaredKind,
    forms: Vec<FieldForm>,
    targets: Vec<(&'static str, String)>,
    notes: Vec<String>,
}

impl KindPage<'_> {
    fn heading(&self) -> String {
        match &self.known {
            Some(known) => if self.frame.is_chinese() { &known.zh } else { &known.en }.clone(),
            None => self.frame.t("kinds-new"),
        }
    }

    fn action(&self) -> String {
        self.known.as_ref().map_or_else(|| "/kinds/new".to_owned(), |known| format!("/kinds/{}", known.name))
    }

    fn types(&self) -> &'static [&'static str] {
        DeclaredType::WORDS
    }

    fn classes(&self) -> &'static [&'static str] {
        FieldClass::WORDS
    }

    fn choices(&self, form: &FieldForm) -> String {
        tags::write(&form.field.choices)
    }

    fn is_title(&self, form: &FieldForm) -> bool {
        !form.field.name.is_empty() && form.field.name == self.kind.title
    }

    fn is_target(&self, form: &FieldForm, name: &str) -> bool {
        form.field.relates_to.as_deref() == Some(name)
    }

    fn caption(&self, form: &FieldForm) -> String {
        let title = if self.frame.is_chinese() { &form.field.zh } else { &form.field.en };
        if title.is_empty() { self.frame.t("kinds-field-new") } else { title.clone() }
    }
}

/// Shows the kinds.
pub async fn list(person: Person) -> Result<Response, Problem> {
    person.ctx.require(Permission::KindsWrite)?;
    Ok(Page::console(StatusCode::OK, KindsPage { frame: &person.frame }).into_response())
}

/// Shows the form for a new kind.
pub async fn draft(person: Person) -> Result<Response, Problem> {
    let title = DeclaredField {
        en: "Title".to_owned(),
        zh: "标题".to_owned(),
        required: true,
        ..DeclaredField::plain("title", DeclaredType::Text)
    };
    let kind = DeclaredKind { title: "title".to_owned(), fields: vec![title], ..DeclaredKind::blank() };
    let forms = forms_of(&kind);
    draw(&person, (None, kind, forms), Vec::new(), StatusCode::OK)
}

/// Shows a kind.
pub async fn show(State(app): State<App>, Name(name): Name, person: Person) -> Result<Response, Problem> {
    let kind = declared_kinds::get(&mut app.db.read().await?, &person.ctx, &name).await?;
    let forms = forms_of(&kind);
    draw(&person, (Some(kind.clone()), kind, forms), Vec::new(), StatusCode::OK)
}

fn draw(
    person: &Person,
    (known, kind, mut forms): (Option<DeclaredKind>, DeclaredKind, Vec<FieldForm>),
    notes: Vec<String>,
    status: StatusCode,
) -> Result<Response, Problem> {
    person.ctx.require(Permission::KindsWrite)?;
    let frame = &person.frame;
    let empty = FieldForm {
        field: DeclaredField {
            en: String::new(),
            zh: String::new(),
            ..DeclaredField::plain("", DeclaredType::Text)
        },
        default: String::new(),
        was: String::new(),
        drops: false,
        notes: Vec::new(),
    };
    forms.extend(std::iter::repeat_n(empty, EMPTY));
    let own = KINDS.iter().copied().filter(|kind| records::has_pages(kind));
    let targets = own.chain(frame.kinds.iter().copied());
    let targets = targets.map(|kind| (kind.name, super::records::one(frame, kind).to_owned())).collect();
    Ok(Page::console(status, KindPage { frame, known, kind, forms, targets, notes }).into_response())
}

fn forms_of(kind: &DeclaredKind) -> Vec<FieldForm> {
    let form = |field: &DeclaredField| FieldForm {
        default: field.default.as_ref().map(written).unwrap_or_default(),
        was: field.name.clone(),
        field: field.clone(),
        drops: false,
        notes: Vec::new(),
    };
    kind.fields.iter().map(form).collect()
}

/// A default as it is entered.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        Value::Object(money) => {
            let part = |name: &str| money.get(name).and_then(Value::as_str).unwrap_or_default();
            format!("{} {}", part("amount"), part("currency"))
        }
        other => other.to_string(),
    }
}

/// A default as the API takes it; what can't be read so is refused there.
fn entered(of: DeclaredType, text: &str) -> Value {
    let json = || serde_json::from_str(text).unwrap_or_else(|_| json!(text));
    match of {
        DeclaredType::Boolean | DeclaredType::Integer | DeclaredType::Number => json(),
        DeclaredType::Texts => json!(tags::read(text)),
        DeclaredType::Money => match text.split_once(' ') {
            Some((amount, currency)) => json!({"amount": amount, "currency": currency.trim()}),
            None => json!(text),
        },
        _ => json!(text),
    }
}

/// The forms of fields that were sent, in their order; those that were left empty aren't there.
fn sent_forms(sent: &Fields) -> Vec<FieldForm> {
    let mut forms = Vec::new();
    for place in 0.. {
        let name = |part: &str| format!("f{place}-{part}");
        if !sent.has(&name("name")) {
            break;
        }
        let text = |part: &str| sent.text(&name(part)).trim().to_owned();
        let of = text("type").parse().unwrap_or(DeclaredType::Text);
        let default = text("default");
        let field = DeclaredField {
            en: text("en"),
            zh: text("zh"),
            help: text("help"),
            help_zh: text("help_zh"),
            required: sent.has(&name("required")),
            choices: tags::read(&text("choices")),
            relates_to: Some(text("relates_to")).filter(|kind| !kind.is_empty() && of == DeclaredType::Id),
            class: text("class").parse().unwrap_or(FieldClass::Plain),
            indexed: sent.has(&name("indexed")),
            default: Some(entered(of, &default)).filter(|_| !default.is_empty()),
            was: Some(text("was")).filter(|was| !was.is_empty() && *was != text("name")),
            ..DeclaredField::plain(&text("name"), of)
        };
        if field.name.is_empty() && field.en.is_empty() && field.zh.is_empty() {
            continue;
        }
        let drops = sent.has(&name("drop"));
        forms.push(FieldForm { field, default, was: text("was"), drops, notes: Vec::new() });
    }
    forms
}

/// What was sent, as a request has it.
fn request(sent: &Fields, forms: &[FieldForm], title: &str) -> Map<String, Value> {
    let text = |name: &str| json!(sent.text(name).trim());
    let mut request = Map::new();
    for name in ["en", "zh", "help", "help_zh"] {
        request.insert(name.to_owned(), text(name));
    }
    request.insert("title".to_owned(), json!(title));
    let kept = forms.iter().filter(|form| !form.drops).map(|form| json!(form.field));
    request.insert("fields".to_owned(), kept.collect());
    request
}

/// The name of the field that was chosen as the title.
fn title(sent: &Fields) -> String {
    let place = sent.text("title");
    sent.text(&format!("f{place}-name")).trim().to_owned()
}

/// Declares a kind, and goes to its list.
pub async fn declare(State(app): State<App>, sent: Sent) -> Result<Response, Problem> {
    let forms = sent_forms(&sent.fields);
    let mut new = request(&sent.fields, &forms, &title(&sent.fields));
    new.insert("name".to_owned(), json!(sent.fields.text("name").trim()));
    let done = match serde_json::from_value(Value::Object(new)) {
        Ok(new) => {
            app.commit(&sent.person.ctx, new, |tx, ctx, new| Box::pin(declared_kinds::declare(tx, ctx, new)))
                .await
        }
        Err(error) => Err(Refusal::invalid("", error.to_string())),
    };
    match done {
        Ok(kind) => Ok(Redirect::to(&format!("/records/{}", kind.name)).into_response()),
        Err(refusal) => again(&sent, None, forms, refusal),
    }
}

/// Changes a kind.
pub async fn change(State(app): State<App>, Name(name): Name, sent: Sent) -> Result<Response, Problem> {
    let ctx = &sent.person.ctx;
    let known = declared_kinds::get(&mut app.db.read().await?, ctx, &name).await?;
    let forms = sent_forms(&sent.fields);
    let change = request(&sent.fields, &forms, &title(&sent.fields));
    let done = match serde_json::from_value(Value::Object(change)) {
        Ok(change) => {
            let (expected, force) = (sent.fields.read::<i64>("version"), sent.fields.has("force"));
            let wanted = WantedChange { name: name.clone(), expected, change, force };
            match declared_kinds::look(&app, ctx, &wanted).await {
                Ok(looked) => {
                    let request = (wanted, looked);
                    app.commit(ctx, request, |tx, ctx, request| {
                        Box::pin(declared_kinds::change(tx, ctx, request))
                    })
                    .await
                }
                Err(refusal) => Err(refusal),
            }
        }
        Err(error) => Err(Refusal::invalid("", error.to_string())),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/kinds/{name}")).into_response()),
        Err(refusal) => again(&sent, Some(known), forms, refusal),
    }
}

/// Removes a kind, and its records if the form says so.
pub async fn remove(State(app): State<App>, Name(name): Name, sent: Sent) -> Result<Response, Problem> {
    let ctx = &sent.person.ctx;
    let known = declared_kinds::get(&mut app.db.read().await?, ctx, &name).await?;
    let request = (name, sent.fields.has("force"));
    match app
        .commit(ctx, request, |tx, ctx, request| Box::pin(declared_kinds::delete(tx, ctx, request)))
        .await
    {
        Ok(()) => Ok(Redirect::to("/kinds").into_response()),
        Err(refusal) => {
            let trouble = trouble(&sent, refusal)?;
            let forms = forms_of(&known);
            draw(
                &sent.person,
                (Some(known.clone()), known, forms),
                trouble.note.into_iter().collect(),
                trouble.status,
            )
        }
    }
}

/// Draws the form again with what was wrong.
fn again(
    sent: &Sent,
    known: Option<DeclaredKind>,
    mut forms: Vec<FieldForm>,
    refusal: Refusal,
) -> Result<Response, Problem> {
    let trouble = trouble(sent, refusal)?;
    let mut notes: Vec<String> = trouble.note.into_iter().collect();
    for InvalidField { pointer, detail } in trouble.faults {
        let place =
            pointer.strip_prefix("/fields/").and_then(|rest| rest.split('/').next()?.parse::<usize>().ok());
        let mut kept = forms.iter_mut().filter(|form| !form.drops);
        match place.and_then(|place| kept.nth(place)) {
            Some(form) => form.notes.push(detail),
            None => notes.push(detail),
        }
    }
    let text = |name: &str| sent.fields.text(name).trim().to_owned();
    let base = known.clone().unwrap_or_else(|| DeclaredKind { name: text("name"), ..DeclaredKind::blank() });
    let kind = DeclaredKind {
        en: text("en"),
        zh: text("zh"),
        help: text("help"),
        help_zh: text("help_zh"),
        title: title(&sent.fields),
        ..base
    };
    draw(&sent.person, (known, kind, forms), notes, trouble.status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_is_entered_as_people_write_it_and_stands_there_again() {
        for (of, text, value) in [
            (DeclaredType::Boolean, "true", json!(true)),
            (DeclaredType::Integer, "12", json!(12)),
            (DeclaredType::Number, "0.5", json!(0.5)),
            (DeclaredType::Money, "12.30 CNY", json!({"amount": "12.30", "currency": "CNY"})),
            (DeclaredType::Texts, "a, b", json!(["a", "b"])),
            (DeclaredType::Word, "planned", json!("planned")),
        ] {
            assert_eq!(entered(of, text), value, "{of}");
            assert_eq!(written(&value), text, "{of}");
        }
        assert_eq!(entered(DeclaredType::Integer, "many"), json!("many"));
    }

    #[test]
    fn fields_that_were_left_empty_are_not_there() {
        let sent = [
            ("f0-name", "purpose"),
            ("f0-type", "text"),
            ("f0-en", "Purpose"),
            ("f0-zh", "事由"),
            ("f0-was", "reason"),
            ("f1-name", ""),
            ("f1-type", "text"),
            ("f2-name", "day"),
            ("f2-type", "date"),
            ("f2-en", "Day"),
            ("f2-zh", "日期"),
            ("f2-drop", "on"),
            ("title", "0"),
        ];
        let sent =
            Fields::of(sent.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect());
        let forms = sent_forms(&sent);
        assert_eq!(forms.len(), 2);
        assert_eq!(forms[0].field.was.as_deref(), Some("reason"));
        let request = request(&sent, &forms, &title(&sent));
        assert_eq!(request["fields"].as_array().unwrap().len(), 1);
        assert_eq!(request["title"], "purpose");
    }
}
