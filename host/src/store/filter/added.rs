//! Fields that the company has added, as statements name them: by `custom.NAME`, with the type that every write holds
//! their values to.

use std::borrow::Cow;

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
    sql: String,
    of: Type,
    /// What may be chosen; empty unless it is a word.
    choices: Vec<String>,
}

/// How lists are sorted by an added field: records without a value come first.
pub(super) struct AddedOrder {
    /// An expression that is never NULL.
    pub expression: String,
    /// The same as text from which the value is read again as it was.
    pub text: String,
    /// What the expression is.
    pub of: Type,
}

impl AddedField {
    fn new(field: &CustomField, dialect: Dialect) -> Self {
        // A name has letters, digits and underscores alone, so it can stand in a text.
        let value = format!("{COLUMN} ->> '{}'", field.name);
        let (of, sql) = match (field.value_type, dialect) {
            (CustomType::Boolean, Dialect::Sqlite) => (Type::Boolean, format!("({value})")),
            (CustomType::Boolean, Dialect::Postgres) => (Type::Boolean, format!("cast({value} as boolean)")),
            (CustomType::Integer, _) => (Type::Integer, format!("cast({value} as bigint)")),
            (CustomType::Number, _) => (Type::Number, format!("cast({value} as double precision)")),
            (text, Dialect::Sqlite) => (of_text(text), format!("({value})")),
            (text, Dialect::Postgres) => (of_text(text), format!("(({value}) collate \"C\")")),
        };
        Self { name: format!("{COLUMN}.{}", field.name), sql, of, choices: field.choices.clone() }
    }

    /// As conditions name it.
    pub(super) fn named(&self) -> Named<'_> {
        Named { name: &self.name, sql: &self.sql, of: self.of, optional: true, choices: &self.choices }
    }

    /// How lists are sorted by it.
    pub(super) fn order(&self) -> AddedOrder {
        let sql = &self.sql;
        let (expression, of) = match self.of {
            Type::Integer => (format!("coalesce({sql}, -9223372036854775807)"), Type::Integer),
            Type::Number => (format!("coalesce({sql}, -1.7e308)"), Type::Number),
            Type::Boolean => (format!("coalesce(cast({sql} as text), '')"), Type::Text),
            text => (format!("coalesce({sql}, '')"), text),
        };
        let text = match (of, self.name.split_once('.')) {
            // As it stands in JSON: as a text made of the number some engines leave digits out.
            (Type::Number, Some((column, name))) => {
                format!("coalesce(cast({column} -> '{name}' as text), '-1.7e308')")
            }
            _ => format!("cast({expression} as text)"),
        };
        AddedOrder { expression, text, of }
    }
}

fn of_text(of: CustomType) -> Type {
    match of {
        CustomType::LongText => Type::LongText,
        CustomType::Date => Type::Date,
        _ => Type::Text,
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
