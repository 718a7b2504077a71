//! Lists of records as files: the same rows and fields that the caller's lists have, page by page, and an event that says
//! who took what.

use serde_json::{Value, json};
use uuid::Uuid;

use super::AnyRecord;
use crate::domain::actor::Permission;
use crate::domain::catalogue::{Kind, Type};
use crate::domain::custom_field::{COLUMN, CustomField};
use crate::domain::event::Subject;
use crate::ops::access::masking;
use crate::ops::catalogue::{custom_fields, kinds};
use crate::ops::records;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::filter::{self, ListQuery};
use crate::store::page::{MAX_LIMIT, Page};

/// What is wanted of a list.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The kind's name.
    pub kind: String,
    /// The fields, in this order; all when none is named.
    pub columns: Vec<String>,
    /// Which records, in which order.
    pub query: ListQuery,
    /// What kind of file.
    pub format: &'static str,
}

/// A list that is being exported.
#[derive(Debug, Clone)]
pub struct Export {
    /// The kind.
    pub kind: &'static Kind,
    /// The fields, in their order.
    pub columns: Vec<Column>,
    query: ListQuery,
}

/// A field of an export.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name, `custom.NAME` of one that was added.
    pub name: String,
    /// Its titles in English and Chinese.
    pub titles: (String, String),
    /// The kind of the records that it names.
    pub target: Option<&'static Kind>,
}

/// Begins an export: what can't be given is refused before anything is sent, and the log says who took what.
pub async fn begin(tx: &mut Tx, ctx: &RequestContext, wanted: &Wanted) -> Result<Export, Refusal> {
    ctx.require(Permission::RecordsExport)?;
    let kind = records::kind(tx, ctx, &wanted.kind).await?;
    masking::require_shown(ctx, kind, &wanted.query)?;
    filter::check(tx, kind, &wanted.query).await?;
    let mut columns = all_columns(tx, ctx, kind).await?;
    if !wanted.columns.is_empty() {
        let named = |name: &String| match columns.iter().find(|column| column.name == *name) {
            Some(column) => Ok(column.clone()),
            None => Err(Refusal::Query(format!("columns: a {} has no field {name:?}", kind.name))),
        };
        columns = wanted.columns.iter().map(named).collect::<Result<_, _>>()?;
    }
    let ListQuery { filter, sort, q, .. } = &wanted.query;
    let names: Vec<&String> = columns.iter().map(|column| &column.name).collect();
    let data = json!({
        "kind": kind.name, "columns": names, "filter": filter, "sort": sort, "q": q, "format": wanted.format,
    });
    ctx.record(
        tx,
        "access.exported",
        Subject::of("log", Uuid::from(tx.id::<crate::domain::ids::EventId>())),
        data,
    )
    .await?;
    let query = ListQuery { limit: MAX_LIMIT, cursor: None, ..wanted.query.clone() };
    Ok(Export { kind, columns, query })
}

async fn all_columns(tx: &mut Tx, ctx: &RequestContext, kind: &'static Kind) -> Result<Vec<Column>, Refusal> {
    let fields = kind
        .fields
        .iter()
        .filter(|field| !field.internal && field.name != COLUMN && !matches!(field.of, Type::Bytes));
    let mut columns = Vec::new();
    for field in fields {
        let target = match field.of.target().filter(|_| field.name != "id") {
            Some(name) => kinds::named(tx, &name).await?,
            None => None,
        };
        let titles = (field.en.to_owned(), field.zh.to_owned());
        columns.push(Column { name: field.name.to_owned(), titles, target });
    }
    if CustomField::can_be_added_to(kind) {
        let added = custom_fields::list(tx, ctx, kind.name).await?;
        columns.extend(added.into_iter().map(|field| Column {
            name: format!("{COLUMN}.{}", field.name),
            titles: (field.en, field.zh),
            target: None,
        }));
    }
    Ok(columns)
}

/// The records of an export that come after a cursor, as the caller sees them now.
pub async fn page(
    tx: &mut Tx,
    ctx: &RequestContext,
    export: &Export,
    cursor: Option<String>,
) -> Result<Page<AnyRecord, String>, Refusal> {
    ctx.require(Permission::RecordsExport)?;
    let query = ListQuery { cursor, ..export.query.clone() };
    records::list(tx, ctx, export.kind, &query).await
}

/// What the records are called that these name, by their ids as answers write them.
pub async fn titles(
    tx: &mut Tx,
    ctx: &RequestContext,
    export: &Export,
    found: &[AnyRecord],
) -> Result<Vec<(String, String)>, Refusal> {
    let mut all = Vec::new();
    for column in &export.columns {
        let Some(target) = column.target else { continue };
        let ids = found.iter().filter_map(|record| record.value(&column.name).as_str()?.parse().ok());
        let mut ids: Vec<Uuid> = ids.collect();
        ids.sort_unstable();
        ids.dedup();
        let titles = records::titles(tx, ctx, target, &ids).await?;
        all.extend(titles.into_iter().map(|(id, title)| (id.to_string(), title)));
    }
    Ok(all)
}

/// A value as the text of a cell. What a spreadsheet would take for a formula begins with an apostrophe, as OWASP's page on
/// CSV injection has it.
pub fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => {
            let runs = |c: char| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠');
            if text.starts_with(runs) { format!("'{text}") } else { text.clone() }
        }
        Value::Array(items) => match items.iter().map(Value::as_str).collect::<Option<Vec<_>>>() {
            Some(texts) => cell(&json!(texts.join(", "))),
            None => value.to_string(),
        },
        Value::Object(object) => match (object.get("amount"), object.get("currency")) {
            (Some(Value::String(amount)), Some(Value::String(currency))) if object.len() == 2 => {
                format!("{amount} {currency}")
            }
            _ => value.to_string(),
        },
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_cell_is_run() {
        for (value, text) in [
            (json!("=1+1"), "'=1+1"),
            (json!("+86 138"), "'+86 138"),
            (json!("-5"), "'-5"),
            (json!("@SUM(A1)"), "'@SUM(A1)"),
            (json!("\t=1"), "'\t=1"),
            (json!("＝1"), "'＝1"),
            (json!(["=1", "b"]), "'=1, b"),
            (json!(-5), "-5"),
            (json!("a=1"), "a=1"),
            (json!(null), ""),
            (json!(["vip", "a"]), "vip, a"),
            (json!({"amount": "-12.30", "currency": "CNY"}), "-12.30 CNY"),
            (json!({"a": 1}), "{\"a\":1}"),
            (json!(true), "true"),
        ] {
            assert_eq!(cell(&value), text);
        }
    }
}
