//! Fields that the company has added, as statements name them: by `custom.NAME`, with the type that every write holds
//! their values to.

use std::borrow::Cow;

use super::json::{JsonOrder, JsonValue};
use super::operand::Named;
use crate::domain::catalogue::{Kind, Type};
use crate::domain::custom_field::{COLUMN, CustomField, CustomType};
use crate::domain::ids::CustomFieldId;
use crate::store::custom_fields;
use crate::store::db::{DbError, Dialect, Tx};

/// An added field and the SQL of its value, which is NULL where a record has none.
pub(super) struct AddedField {
    /// `custom.NAME`.
    name: String,
    value: JsonValue,
    sql: String,
    of: Type,
    /// What may be chosen; empty unless it is a word.
    choices: Vec<String>,
    dialect: Dialect,
}

impl AddedField {
    fn new(field: &CustomField, dialect: Dialect) -> Self {
        let (value, of) = (JsonValue::at(COLUMN, &field.name), catalogue_type(field.value_type));
        let (name, choices) = (format!("{COLUMN}.{}", field.name), field.choices.clone());
        Self { name, sql: value.sql(of, dialect), value, of, choices, dialect }
    }

    /// As conditions name it.
    pub(super) fn named(&self) -> Named<'_> {
        Named { name: &self.name, sql: &self.sql, of: self.of, optional: true, choices: &self.choices }
    }

    /// How lists are sorted by it.
    pub(super) fn order(&self) -> JsonOrder {
        self.value.order(self.of, self.dialect)
    }
}

fn catalogue_type(of: CustomType) -> Type {
    match of {
        CustomType::Text | CustomType::Word => Type::Text,
        CustomType::LongText => Type::LongText,
        CustomType::Boolean => Type::Boolean,
        CustomType::Integer => Type::Integer,
        CustomType::Number => Type::Number,
        CustomType::Date => Type::Date,
    }
}

/// The fields that were added to a kind, if one of these texts may name one.
pub(super) async fn read(
    tx: &mut Tx,
    kind: &'static Kind,
    texts: impl IntoIterator<Item = &str>,
) -> Result<Vec<AddedField>, DbError> {
    if !CustomField::can_be_added_to(kind) || texts.into_iter().all(|text| !text.contains(COLUMN)) {
        return Ok(Vec::new());
    }
    let dialect = tx.dialect();
    Ok(custom_fields::of_kind(tx, kind).await?.iter().map(|field| AddedField::new(field, dialect)).collect())
}

/// The field of this name.
pub(super) fn find<'a>(added: &'a [AddedField], name: &str) -> Option<&'a AddedField> {
    added.iter().find(|field| field.name == name)
}

/// The names of the fields.
pub(super) fn names(added: &[AddedField]) -> Cow<'static, str> {
    if added.is_empty() {
        return "none was added".into();
    }
    added.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", ").into()
}

/// Makes the index by which records are found by a field, or takes it away.
pub async fn set_index(
    tx: &mut Tx,
    kind: &'static Kind,
    field: &CustomField,
    wanted: bool,
) -> Result<(), DbError> {
    let name = index_name(field.id);
    let sql = if wanted {
        let value = AddedField::new(field, tx.dialect()).sql;
        format!("create index {name} on {} ({value}, id)", kind.table)
    } else {
        format!("drop index if exists {name}")
    };
    tx.define(sql).await
}

fn index_name(id: CustomFieldId) -> String {
    format!("{COLUMN}_{}", id.0.simple())
}

/// The added fields of a record but for `$1`, in SQL.
pub(in crate::store) fn without(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "json_remove(custom, '$.\"' || $1 || '\"')",
        Dialect::Postgres => "custom - cast($1 as text)",
    }
}
