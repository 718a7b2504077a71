//! Declared kinds as statements name them: their rows lie in one table, their fields' values in its column of JSON.
//!
//! Wherever the catalogue is read a kind lives as long as the program. So one that is declared is kept for ever, too, once
//! for each of its versions that this host has met: some kilobytes at each change of a declaration.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

use super::json::JsonValue;
use crate::domain::catalogue::{Field, Kind, Record as _, SortBy, Type};
use crate::domain::clock::Timestamp;
use crate::domain::custom_field::COLUMN;
use crate::domain::declared::{
    Declaration, DeclaredField, DeclaredKind, DeclaredRecord, DeclaredType, Pending,
};
use crate::domain::ids::DeclaredKindId;
use crate::domain::words::WordSet;
use crate::store::db::{DbError, Dialect, FromRow, Row, Tx};

/// The column of a record that has the values of its kind's fields.
const DATA: &str = "data";
/// Common fields that no kind shows: the values as they are kept, and the kind's own name.
const INNER: [&str; 2] = [DATA, "kind"];
/// How many versions of declarations a host keeps. Whoever changes kinds in a loop must not fill its memory.
const MOST_KEPT: usize = 20_000;

/// One version of a kind: its row, as far as it takes to know it again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::store) struct KindVersion {
    id: DeclaredKindId,
    name: String,
    version: i64,
    updated_at: Timestamp,
}

impl KindVersion {
    fn of(kind: &DeclaredKind) -> Self {
        let DeclaredKind { id, name, version, updated_at, .. } = kind;
        Self { id: *id, name: name.clone(), version: *version, updated_at: *updated_at }
    }

    /// The kind's name.
    pub(in crate::store) fn name(&self) -> &str {
        &self.name
    }
}

impl FromRow for KindVersion {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            version: row.get("version")?,
            updated_at: row.get("updated_at")?,
        })
    }
}

/// The versions that this host has met, by engine: columns are written otherwise on each.
type Kept = HashMap<(bool, KindVersion), &'static Kind>;

/// The map has no state that a panic could leave half done.
fn kept() -> MutexGuard<'static, Kept> {
    static KEPT: LazyLock<Mutex<Kept>> = LazyLock::new(Mutex::default);
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A version that this host has met.
pub(in crate::store) fn known(tx: &Tx, version: KindVersion) -> Option<&'static Kind> {
    kept().get(&(tx.dialect() == Dialect::Sqlite, version)).copied()
}

/// Forgets a version that is written anew: between its lock and that, it is the version before under a new number.
pub(in crate::store) fn forget(tx: &Tx, version: KindVersion) {
    kept().remove(&(tx.dialect() == Dialect::Sqlite, version));
}

/// The kind that was declared so.
pub(in crate::store) fn kind(tx: &Tx, declared: DeclaredKind) -> Result<&'static Kind, DbError> {
    let dialect = tx.dialect();
    let key = (dialect == Dialect::Sqlite, KindVersion::of(&declared));
    let mut kept = kept();
    if let Some(kind) = kept.get(&key) {
        return Ok(kind);
    }
    if kept.len() >= MOST_KEPT {
        let text = format!(
            "kinds were declared or changed {MOST_KEPT} times since the host was started; start it anew"
        );
        return Err(DbError::Other(text));
    }
    let kind: &'static Kind = Box::leak(Box::new(build(declared, dialect)));
    kept.insert(key, kind);
    Ok(kind)
}

fn text(text: String) -> &'static str {
    text.leak()
}

fn build(declared: DeclaredKind, dialect: Dialect) -> Kind {
    let name = text(declared.name.clone());
    let nothing = Pending::default();
    let pending = declared.pending.as_ref().unwrap_or(&nothing);
    let common = DeclaredRecord::KIND.fields.iter().filter(|field| !INNER.contains(&field.name)).copied();
    let (mut fields, rest): (Vec<Field>, Vec<Field>) = common.partition(|field| field.name == "id");
    let mut parts = Vec::new();
    for field in &declared.fields {
        fields.push(own(field, pending, dialect));
        parts.extend(currency(field, pending, dialect));
    }
    fields.extend(rest);
    let event = |what: &str| format!("{name}.{what}");
    let declaration = Declaration {
        created: event("created"),
        updated: event("updated"),
        deleted: event("deleted"),
        unmasked: event("unmasked"),
        kind: declared,
    };
    let declaration: &'static Declaration = Box::leak(Box::new(declaration));
    let kind = &declaration.kind;
    Kind {
        name,
        en: &kind.en,
        zh: &kind.zh,
        help: &kind.help,
        zh_help: &kind.help_zh,
        title: &kind.title,
        always: Some(text(format!("kind = '{name}'"))),
        fields: fields.leak(),
        parts: parts.leak(),
        declared: Some(declaration),
        ..*DeclaredRecord::KIND
    }
}

/// A field with where its value is.
fn own(field: &DeclaredField, pending: &Pending, dialect: Dialect) -> Field {
    let of = catalogue_type(field);
    let value = match of {
        Type::Money => place(field, pending, dialect).within("cents"),
        _ => place(field, pending, dialect),
    };
    let order = if field.of.sorts() {
        let order = value.order(of, dialect);
        SortBy::Written(text(order.expression), text(order.text))
    } else {
        SortBy::Nothing
    };
    let least = usize::from(field.required);
    Field {
        name: text(field.name.clone()),
        column: text(value.sql(of, dialect)),
        of,
        optional: !field.required && of != Type::Texts,
        en: text(field.en.clone()),
        zh: text(field.zh.clone()),
        help: text(field.help.clone()),
        zh_help: text(field.help_zh.clone()),
        new: true,
        change: true,
        required: field.required && field.default.is_none(),
        length: match of {
            Type::Text => Some((least, 200)),
            Type::LongText => Some((least, 10_000)),
            Type::Texts => Some((1, 200)),
            _ => None,
        },
        items: (of == Type::Texts).then_some(50),
        order,
        class: field.class,
        ..Field::PLAIN
    }
}

/// The currency of an amount, which can be asked for by name: `fee_currency`.
fn currency(field: &DeclaredField, pending: &Pending, dialect: Dialect) -> Option<Field> {
    (field.of == DeclaredType::Money).then(|| Field {
        name: text(format!("{}_currency", field.name)),
        column: text(place(field, pending, dialect).within("currency").sql(Type::Text, dialect)),
        optional: !field.required,
        en: text(field.en.clone()),
        zh: text(field.zh.clone()),
        class: field.class,
        ..Field::PLAIN
    })
}

/// Where a field's value is: under the name before while records are being migrated, or what it is filled with.
fn place(field: &DeclaredField, pending: &Pending, dialect: Dialect) -> JsonValue {
    let mut value = JsonValue::at(DATA, &field.name);
    if let Some(old) = pending.renamed.get(&field.name) {
        value = value.or(&JsonValue::at(DATA, old));
    }
    if let Some(constant) = pending.filled.get(&field.name) {
        value = value.or_constant(constant, dialect);
    }
    value
}

fn catalogue_type(field: &DeclaredField) -> Type {
    match field.of {
        DeclaredType::Text => Type::Text,
        DeclaredType::LongText => Type::LongText,
        DeclaredType::Word => {
            let words: Vec<&'static str> = field.choices.iter().map(|word| text(word.clone())).collect();
            Type::Word(WordSet { name: text(field.name.clone()), words: words.leak() })
        }
        DeclaredType::Boolean => Type::Boolean,
        DeclaredType::Integer => Type::Integer,
        DeclaredType::Number => Type::Number,
        DeclaredType::Date => Type::Date,
        DeclaredType::Time => Type::Time,
        DeclaredType::Money => Type::Money,
        DeclaredType::Id => Type::Id(field.relates_to.clone().map(text)),
        DeclaredType::Texts => Type::Texts,
    }
}

/// Makes the indexes that a kind has by its declaration and takes away those that it had and has no more. Writes of
/// records wait meanwhile.
pub(in crate::store) async fn set_indexes(
    tx: &mut Tx,
    before: Option<&DeclaredKind>,
    after: Option<&DeclaredKind>,
) -> Result<(), DbError> {
    let of = |kind: Option<&DeclaredKind>| -> Vec<(String, DeclaredField)> {
        let indexed = kind.into_iter().flat_map(|kind| {
            let fields = kind.fields.iter().filter(|field| field.has_index());
            fields.map(|field| (index_name(kind, field), field.clone()))
        });
        indexed.collect()
    };
    let (had, has) = (of(before), of(after));
    let dialect = tx.dialect();
    for (name, _) in had.iter().filter(|(name, _)| has.iter().all(|(other, _)| other != name)) {
        tx.define(format!("drop index if exists {name}")).await?;
    }
    for (name, field) in has.iter().filter(|(name, _)| had.iter().all(|(other, _)| other != name)) {
        let value = JsonValue::at(DATA, &field.name).sql(catalogue_type(field), dialect);
        let kind = after.map_or("", |kind| &kind.name);
        tx.define(format!("create index {name} on records ({value}, id) where kind = '{kind}'")).await?;
    }
    Ok(())
}

/// What the index of a field is called: the same as long as what it holds is written in the same way.
fn index_name(kind: &DeclaredKind, field: &DeclaredField) -> String {
    let hash = Sha256::digest(format!("{} {}", field.name, field.of));
    let hash: String = hash.iter().take(5).map(|byte| format!("{byte:02x}")).collect();
    format!("records_{}_{hash}", kind.id.0.simple())
}

/// The statements that bring records of a kind (`$1`) between two ids (`$2`, `$3`) into the new form, each with its argument
/// if it has one.
pub(in crate::store) fn steps(tx: &Tx, pending: &Pending) -> Vec<(String, Option<String>)> {
    let sqlite = tx.dialect() == Dialect::Sqlite;
    let step = |set: String, condition: String| {
        format!("update records set data = {set} where kind = $1 and id > $2 and id <= $3 and {condition}")
    };
    let mut steps = Vec::new();
    for (new, old) in &pending.renamed {
        let set = match sqlite {
            true => format!(
                "json_remove(json_set(data, '$.{new}', json(coalesce(data -> '{new}', data -> '{old}'))), '$.{old}')"
            ),
            false => format!(
                "(data - '{old}') || jsonb_build_object('{new}', coalesce(data -> '{new}', data -> '{old}'))"
            ),
        };
        steps.push((step(set, format!("data -> '{old}' is not null")), None));
    }
    for name in &pending.dropped {
        let set = if sqlite { format!("json_remove(data, '$.{name}')") } else { format!("data - '{name}'") };
        steps.push((step(set, format!("data -> '{name}' is not null")), None));
    }
    for (name, value) in &pending.filled {
        let set = match sqlite {
            true => format!("json_set(data, '$.{name}', json($4))"),
            false => format!("data || jsonb_build_object('{name}', cast($4 as jsonb))"),
        };
        steps.push((step(set, format!("data -> '{name}' is null")), Some(value.to_string())));
    }
    steps
}

/// The version of a kind by its name, held as it is until the transaction ends; SQLite has one writer anyway.
pub(in crate::store) fn hold(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "select id, name, version, updated_at from declared_kinds where name = $1",
        Dialect::Postgres => {
            "select id, name, version, updated_at from declared_kinds where name = $1 for share"
        }
    }
}

/// What people know a record of a kind by, in SQL.
pub(in crate::store) fn title_of(kind: &Kind) -> &'static str {
    kind.field(kind.title).map_or("''", |field| field.column)
}

/// The ids and titles of records of a kind that meet a condition in SQL.
pub(in crate::store) fn titles(kind: &Kind, condition: &str) -> String {
    let (title, always) = (title_of(kind), kind.always.unwrap_or("true"));
    format!("select id, coalesce({title}, '') as title from records where {always} and {condition}")
}

/// How many records of a kind have a value of the added field `$1`; where `$2` is not null, this one.
pub(in crate::store) fn count_of_added(kind: &Kind) -> String {
    let always = kind.always.unwrap_or("true");
    format!(
        "select count(*) as count from records
         where {always} and {COLUMN} ->> $1 is not null and ($2 is null or {COLUMN} ->> $1 = $2)"
    )
}
