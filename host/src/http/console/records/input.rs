//! Fields in forms: how a value stands in one, and what was entered.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::field::PageField;
use super::names::Names;
use crate::domain::catalogue::{InvalidField, Kind, Type};
use crate::domain::clock::Timestamp;
use crate::domain::custom_field::COLUMN;
use crate::domain::money::Money;
use crate::http::console::frame::Frame;
use crate::http::console::tags;
use crate::http::console::visitor::Fields;
use crate::ops::records;
use crate::ops::{Refusal, RequestContext};
use crate::store::db::Tx;
use crate::store::filter::ListQuery;

/// The most records that one is chosen from.
const MOST_CHOSEN_FROM: i64 = 200;

/// How a field is entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A line.
    Line,
    /// Several lines.
    Lines,
    /// A number.
    Number,
    /// A day.
    Date,
    /// A moment, in UTC.
    Time,
    /// One of a few.
    One,
    /// Any of a few.
    Any,
    /// A record of another kind, by what it is called.
    Record,
}

/// Something to choose.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub text: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// A field of a form.
#[derive(Debug, Clone)]
pub struct Input {
    /// The field.
    pub field: PageField,
    /// How it is entered.
    pub shape: Shape,
    /// What stands there.
    pub value: String,
    /// What stood there when the form was drawn first.
    pub was: String,
    /// What is chosen from.
    pub choices: Vec<Choice>,
    /// What was wrong with what was entered.
    pub fault: Option<String>,
}

impl Input {
    /// Whether it must not be left empty.
    pub fn is_required(&self) -> bool {
        self.field.required
    }

    /// The most characters that it takes.
    pub fn longest(&self) -> usize {
        match (self.field.of, self.field.length) {
            (Type::Texts, _) => 4_000,
            (_, Some((_, most))) => most,
            (Type::LongText, None) => 10_000,
            (_, None) => 200,
        }
    }

    /// Whether the form says that it wants several, with commas between.
    pub fn is_list(&self) -> bool {
        self.field.of == Type::Texts
    }

    /// Whether it is an amount of money.
    pub fn is_money(&self) -> bool {
        self.field.of == Type::Money
    }

    /// The id of its element.
    pub fn id(&self) -> String {
        format!("field-{}", self.field.name.replace('.', "-"))
    }
}

/// How a field is entered.
fn shape(field: &PageField) -> Shape {
    match field.of {
        _ if field.is_chosen() => Shape::One,
        Type::LongText => Shape::Lines,
        Type::Integer | Type::Number => Shape::Number,
        Type::Date => Shape::Date,
        Type::Time => Shape::Time,
        Type::Words(_) => Shape::Any,
        Type::Texts if field.names.is_some() => Shape::Any,
        Type::Id(Some(_)) if field.target.is_some() => Shape::Record,
        _ => Shape::Line,
    }
}

/// A value as it stands in a form.
pub fn written(field: &PageField, value: &Value, names: &Names) -> String {
    match (field.of, value) {
        (_, Value::Null) => String::new(),
        (Type::Id(_), Value::String(id)) if !field.is_chosen() => {
            let name = id.parse::<Uuid>().ok().and_then(|id| names.get(id));
            name.unwrap_or(id).to_owned()
        }
        (Type::Time, Value::String(text)) => text.get(..16).unwrap_or(text).to_owned(),
        (Type::Texts | Type::Words(_), Value::Array(items)) => {
            let items: Vec<String> = items.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            tags::write(&items)
        }
        (Type::Money, Value::Object(money)) => {
            let part = |name: &str| money.get(name).and_then(Value::as_str).unwrap_or_default();
            format!("{} {}", part("amount"), part("currency"))
        }
        (_, Value::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    }
}

/// What stands in a form's field: of several boxes with commas between.
pub fn entered(fields: &Fields, name: &str) -> String {
    fields.all(name).map(str::trim).collect::<Vec<_>>().join(", ")
}

/// The inputs of a form.
pub async fn inputs<'f>(
    tx: &mut Tx,
    ctx: &RequestContext,
    frame: &Frame,
    fields: impl Iterator<Item = &'f PageField>,
    value: impl Fn(&PageField) -> String,
) -> Result<Vec<Input>, Refusal> {
    let mut inputs = Vec::new();
    for field in fields.filter(|field| field.is_entered()) {
        let (shape, value) = (shape(field), value(field));
        let choices = match shape {
            Shape::One | Shape::Any => given(tx, ctx, frame, field, &value).await?,
            _ => Vec::new(),
        };
        inputs.push(Input { field: field.clone(), shape, was: value.clone(), value, choices, fault: None });
    }
    Ok(inputs)
}

/// What a form offers for a field, with what it has.
pub async fn given(
    tx: &mut Tx,
    ctx: &RequestContext,
    frame: &Frame,
    field: &PageField,
    value: &str,
) -> Result<Vec<Choice>, Refusal> {
    let mut offered = choices(tx, ctx, frame, field, value).await?;
    offered.retain(|choice| choice.chosen || field.is_given(&choice.value));
    Ok(offered)
}

/// All that a field can be, with what is chosen.
pub async fn choices(
    tx: &mut Tx,
    ctx: &RequestContext,
    frame: &Frame,
    field: &PageField,
    value: &str,
) -> Result<Vec<Choice>, Refusal> {
    let all: Vec<(String, String)> = match (field.of, field.target) {
        (Type::Boolean, _) => ["true", "false"]
            .iter()
            .zip(["yes", "no"])
            .map(|(word, key)| ((*word).to_owned(), frame.t(key)))
            .collect(),
        (Type::Texts, _) => names(tx, ctx, frame, field).await?,
        (_, Some(kind)) => chosen_from(tx, ctx, kind).await?,
        _ => field.words.clone(),
    };
    let chosen: Vec<String> = match field.of {
        Type::Words(_) | Type::Texts => tags::read(value),
        _ => vec![value.to_owned()],
    };
    let mut choices: Vec<Choice> = all
        .into_iter()
        .map(|(value, text)| Choice { chosen: chosen.contains(&value), value, text })
        .collect();
    // What can't be chosen any more stays what it is.
    let any = matches!(field.of, Type::Words(_) | Type::Texts);
    if !value.is_empty() && !any && choices.iter().all(|choice| !choice.chosen) {
        choices.push(Choice { value: value.to_owned(), text: field.word(value), chosen: true });
    }
    Ok(choices)
}

/// The records that a field's texts name, by what they are called.
async fn names(
    tx: &mut Tx,
    ctx: &RequestContext,
    frame: &Frame,
    field: &PageField,
) -> Result<Vec<(String, String)>, Refusal> {
    let Some(kind) = field.names else { return Ok(Vec::new()) };
    let named = records::some_titles(tx, ctx, kind, MOST_CHOSEN_FROM).await?;
    Ok(named.into_iter().map(|(_, name)| (name.clone(), frame.word(kind.name, &name))).collect())
}

async fn chosen_from(
    tx: &mut Tx,
    ctx: &RequestContext,
    kind: &'static Kind,
) -> Result<Vec<(String, String)>, Refusal> {
    if !records::has_pages(kind) {
        return records::some_titles(tx, ctx, kind, MOST_CHOSEN_FROM).await;
    }
    let query = ListQuery { limit: MOST_CHOSEN_FROM, ..ListQuery::default() };
    match records::list(tx, ctx, kind, &query).await {
        Ok(page) => {
            let active = |record: &&records::AnyRecord| record.value("active") != &json!(false);
            let titled =
                page.items.iter().filter(active).map(|record| (record.id.to_string(), record.title()));
            Ok(titled.collect())
        }
        Err(Refusal::Denied(_)) => Ok(Vec::new()),
        Err(other) => Err(other),
    }
}

/// What was entered, as the API takes it.
pub async fn read(
    tx: &mut Tx,
    ctx: &RequestContext,
    field: &PageField,
    text: &str,
) -> Result<Value, Refusal> {
    let invalid = |detail: &str| Refusal::invalid(pointer(&field.name), detail);
    Ok(match field.of {
        Type::Texts => json!(tags::read(text)),
        Type::Words(_) => json!(tags::read(text)),
        Type::Text | Type::LongText if !field.optional => json!(text),
        _ if text.is_empty() && field.optional => Value::Null,
        _ if text.is_empty() => return Err(invalid("say what it is")),
        Type::Text | Type::LongText | Type::Word(_) | Type::Date => json!(text),
        Type::Boolean => json!(text == "true"),
        Type::Integer => json!(text.parse::<i64>().map_err(|_| invalid("a whole number"))?),
        Type::Number => {
            let number: f64 = text.parse().map_err(|_| invalid("a number"))?;
            if !number.is_finite() {
                return Err(invalid("a number"));
            }
            // What is whole stays so: 5, not 5.0.
            text.parse::<i64>().map_or_else(|_| json!(number), |whole| json!(whole))
        }
        Type::Time => json!(moment(text).ok_or_else(|| invalid("a time, 2026-01-31T08:00, in UTC"))?),
        Type::Money => json!(money(text).ok_or_else(|| invalid("an amount and a currency: 12.30 CNY"))?),
        Type::Id(_) => match (text.parse::<Uuid>(), field.target) {
            (Ok(id), _) => json!(id),
            (Err(_), None) => return Err(invalid("this is no id")),
            (Err(_), Some(kind)) => match records::called(tx, ctx, kind, text).await?.as_slice() {
                [id] => json!(id),
                [] => return Err(invalid(&format!("there is no {} {text:?}", kind.name))),
                _ => {
                    let detail = format!("several {} are called {text:?}: give its id", kind.plural());
                    return Err(invalid(&detail));
                }
            },
        },
        Type::Attributes | Type::Json | Type::Reason | Type::Reasons | Type::Bytes => Value::Null,
    })
}

/// Puts a value among the fields of a request.
pub fn put(request: &mut Map<String, Value>, name: &str, value: Value) {
    match name.split_once('.') {
        Some((COLUMN, added)) => {
            let custom = request.entry(COLUMN).or_insert_with(|| json!({}));
            if let Some(custom) = custom.as_object_mut() {
                custom.insert(added.to_owned(), value);
            }
        }
        _ => {
            request.insert(name.to_owned(), value);
        }
    }
}

/// The place of a field in a request.
pub fn pointer(name: &str) -> String {
    format!("/{}", name.replace('.', "/"))
}

/// Puts what was wrong beside the fields where it is; the rest comes back.
pub fn blame(frame: &Frame, inputs: &mut [Input], faults: &[InvalidField]) -> Vec<String> {
    let mut rest = Vec::new();
    for fault in faults {
        let of = |input: &&mut Input| {
            let own = pointer(&input.field.name);
            fault.pointer == own || fault.pointer.strip_prefix(&own).is_some_and(|more| more.starts_with('/'))
        };
        match inputs.iter_mut().find(of) {
            Some(input) => input.fault = Some(explained(frame, input, &fault.detail)),
            None => rest.push(fault.detail.clone()),
        }
    }
    rest
}

/// What would be right, in the reader's language where that follows from the field and what was typed into it.
fn explained(frame: &Frame, Input { field, value, .. }: &Input, detail: &str) -> String {
    let both = |(least, most): (String, String)| frame.texts.between("field-length", &least, &most);
    let is_text = matches!(field.of, Type::Text | Type::LongText);
    match (field.of, field.length, field.range) {
        (_, Some((least, most)), _) if is_text && !(least..=most).contains(&value.trim().chars().count()) => {
            both((least.to_string(), most.to_string()))
        }
        (Type::Integer, _, Some((least, most))) => {
            frame.texts.between("field-range", &least.to_string(), &most.to_string())
        }
        (Type::Id(_), ..) if frame.is_chinese() => frame.t("field-record"),
        (Type::Money, ..) => frame.t("field-money"),
        (Type::Text | Type::LongText | Type::Texts, ..) if frame.is_chinese() => {
            // What is wrong is quoted, where a part of it is.
            let part = detail.split('"').nth(1).filter(|part| !part.is_empty()).unwrap_or(detail);
            let example = field.example.map(|example| frame.named("field-example", example));
            frame.named("field-not-understood", part) + example.as_deref().unwrap_or_default()
        }
        _ => detail.to_owned(),
    }
}

/// A moment as browsers send it, in UTC, or in full.
fn moment(text: &str) -> Option<Timestamp> {
    text.parse()
        .ok()
        .or_else(|| format!("{text}:00Z").parse().ok())
        .or_else(|| format!("{text}Z").parse().ok())
}

/// An amount with its currency behind or before it.
fn money(text: &str) -> Option<Money> {
    let mut parts = text.split_whitespace();
    let (one, other) = (parts.next()?, parts.next());
    let (amount, currency) = match other {
        Some(other) if one.chars().all(char::is_alphabetic) => (other, one),
        Some(other) => (one, other),
        None => (one, "CNY"),
    };
    let plain = amount.replace(',', "");
    serde_json::from_value(json!({"amount": plain, "currency": currency.to_uppercase()})).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, cents, currency) in [
            ("12.30 CNY", 1_230, "CNY"),
            ("36,000", 3_600_000, "CNY"),
            ("eur 5", 500, "EUR"),
            ("0.01 usd", 1, "USD"),
        ] {
            let money = money(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((money.cents, money.currency.as_str()), (cents, currency), "{text}");
        }
        for text in ["", "much", "1.234 CNY"] {
            assert!(money(text).is_none(), "{text}");
        }
    }

    #[test]
    fn moments_are_read_as_browsers_send_them() {
        for text in
            ["2026-01-31T08:00", "2026-01-31T08:00:00", "2026-01-31T08:00:00Z", "2026-01-31T16:00:00+08:00"]
        {
            assert_eq!(moment(text).unwrap().to_string(), "2026-01-31T08:00:00Z", "{text}");
        }
        assert!(moment("31.1.2026").is_none());
    }

    #[test]
    fn added_fields_stand_within_their_own() {
        let mut request = Map::new();
        put(&mut request, "name", json!("a"));
        put(&mut request, "custom.industry", json!("b"));
        put(&mut request, "custom.staff", json!(3));
        assert_eq!(json!(request), json!({"name": "a", "custom": {"industry": "b", "staff": 3}}));
        assert_eq!(pointer("custom.industry"), "/custom/industry");
    }
}
