//! The one place where SQL is put together, from column names that stand here and numbered arguments: conditions
//! on the fields of a kind for plugins (here), and lists with a sort and a filter of their callers' (`listing`).

pub mod cel;
mod compare;
mod customer_rows;
mod fields;
mod listing;
mod operand;
mod parser;
mod tokens;
mod writer;

use uuid::Uuid;

use super::db::{Arg, DbError, Tx};
use crate::domain::actor::Scope;
use crate::domain::entity::RecordKind;
use crate::domain::ids::CustomerId;
use crate::domain::value::Value;
use crate::domain::words::words;

pub use self::customer_rows::CustomerRows;
pub(super) use self::customer_rows::{CustomerSql, of_customer};
pub use self::fields::{
    CONVERSATIONS, CUSTOMERS, DEALS, Field, INTERACTIONS, Listed, TASKS, TICKETS, Type as FieldType,
};
pub use self::listing::{ListError, ListQuery, MOST_KEYS, Narrow, page};

words! {
    /// How a field is compared with a value.
    pub enum Comparison {
        /// Equal; a missing value equals a missing one.
        Equal = "equal",
        /// Not equal.
        NotEqual = "not-equal",
        /// Less than.
        Less = "less",
        /// Less than or equal.
        LessOrEqual = "less-or-equal",
        /// Greater than.
        Greater = "greater",
        /// Greater than or equal.
        GreaterOrEqual = "greater-or-equal",
        /// Begins with the text, without regard to case.
        StartsWith = "starts-with",
        /// Has the text in it, without regard to case.
        Contains = "contains",
    }
}

/// One condition on a field.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The field.
    pub field: String,
    /// How it is compared.
    pub comparison: Comparison,
    /// With what.
    pub value: Value,
}

/// A condition that can't be met by any row, because it makes no sense.
#[derive(Debug, thiserror::Error)]
pub enum FilterError {
    /// The kind has no such field, or it can't be compared.
    #[error("{kind} has no field {field:?} to compare; it has: {}", known.join(", "))]
    Field {
        /// The kind.
        kind: RecordKind,
        /// The field.
        field: String,
        /// The fields that can be compared.
        known: Vec<&'static str>,
    },
    /// The value is of another type than the field.
    #[error("{field} is compared with a value of another type; it is {expected}")]
    Type {
        /// The field.
        field: String,
        /// What it is.
        expected: &'static str,
    },
    /// The database's own.
    #[error(transparent)]
    Store(#[from] DbError),
}

#[derive(Clone, Copy)]
enum Type {
    Text,
    Id,
    Time,
    Boolean,
    Number,
    Date,
}

/// The fields of a kind that can be compared: their columns have the same names.
fn columns(kind: RecordKind) -> &'static [(&'static str, Type)] {
    use Type::{Boolean, Date, Id, Number, Text, Time};
    match kind {
        RecordKind::Customer => &[
            ("kind", Text),
            ("name", Text),
            ("stage", Text),
            ("grade", Text),
            ("language", Text),
            ("region", Text),
            ("birthday", Date),
            ("created_at", Time),
            ("updated_at", Time),
        ],
        RecordKind::Conversation => &[
            ("customer_id", Id),
            ("channel", Text),
            ("external_id", Text),
            ("subject", Text),
            ("last_at", Time),
            ("created_at", Time),
        ],
        RecordKind::Interaction => &[
            ("customer_id", Id),
            ("conversation_id", Id),
            ("ticket_id", Id),
            ("kind", Text),
            ("inbound", Boolean),
            ("external_id", Text),
            ("text", Text),
            ("status", Text),
            ("occurred_at", Time),
        ],
        RecordKind::Ticket => &[
            ("customer_id", Id),
            ("conversation_id", Id),
            ("subject", Text),
            ("class", Text),
            ("priority", Text),
            ("status", Text),
            ("language", Text),
            ("sentiment", Number),
            ("team_id", Id),
            ("assignee_id", Id),
            ("created_at", Time),
            ("updated_at", Time),
            ("resolved_at", Time),
        ],
        RecordKind::Task => &[
            ("parent_id", Id),
            ("subject_kind", Text),
            ("subject_id", Id),
            ("customer_id", Id),
            ("title", Text),
            ("status", Text),
            ("priority", Text),
            ("team_id", Id),
            ("assignee_id", Id),
            ("due_at", Time),
            ("remind_at", Time),
            ("closed_at", Time),
            ("created_at", Time),
            ("updated_at", Time),
        ],
        RecordKind::Order => {
            &[("customer_id", Id), ("number", Text), ("currency", Text), ("placed_at", Time)]
        }
        RecordKind::Deal => &[
            ("customer_id", Id),
            ("name", Text),
            ("pipeline_id", Id),
            ("stage_id", Id),
            ("status", Text),
            ("currency", Text),
            ("owner_id", Id),
            ("ticket_id", Id),
            ("source", Text),
            ("expected_close", Date),
            ("created_at", Time),
            ("updated_at", Time),
            ("closed_at", Time),
        ],
        RecordKind::Share => &[
            ("customer_id", Id),
            ("partner_id", Id),
            ("subject_kind", Text),
            ("subject_id", Id),
            ("state", Text),
            ("reference", Text),
            ("due_at", Time),
            ("created_at", Time),
            ("updated_at", Time),
        ],
    }
}

fn table(kind: RecordKind) -> (&'static str, Option<&'static str>) {
    match kind {
        RecordKind::Customer => ("customers", Some("source_id")),
        RecordKind::Conversation => ("conversations", Some("installation_id")),
        RecordKind::Interaction => ("interactions", Some("installation_id")),
        RecordKind::Ticket => ("tickets", Some("source_id")),
        RecordKind::Task => ("tasks", Some("source_id")),
        RecordKind::Order => ("orders", None),
        RecordKind::Deal => ("deals", Some("source_id")),
        RecordKind::Share => ("shares", Some("installation_id")),
    }
}

/// A statement and its arguments.
pub(super) struct Statement {
    pub sql: String,
    pub args: Vec<Arg>,
    /// Whether it may have to look at many rows.
    pub long: bool,
}

/// Rows of a kind that meet all conditions, oldest first, after an id.
pub(super) async fn select(
    tx: &mut Tx,
    kind: RecordKind,
    conditions: &[Condition],
    after: Uuid,
    limit: i64,
    scope: Scope,
) -> Result<Statement, FilterError> {
    let (table, source) = table(kind);
    let mut statement = Statement {
        sql: format!("select * from {table} where id > $1"),
        args: vec![after.into()],
        long: !conditions.is_empty(),
    };
    if kind == RecordKind::Customer {
        statement.sql.push_str(" and canonical_id is null");
    }
    statement.within(table, source, matches!(kind, RecordKind::Ticket | RecordKind::Deal), scope);
    for condition in conditions {
        match customer(kind, condition) {
            Some(rows) => statement.of_customer(rows, rows.has_merged(tx).await?),
            None => add(&mut statement, kind, condition)?,
        }
    }
    statement.args.push(limit.into());
    statement.sql.push_str(&format!(" order by id limit ${}", statement.args.len()));
    Ok(statement)
}

impl Statement {
    /// Leaves the rows that a scope sees: those whose `source` it is, and of a table whose records can be shared those
    /// that are shared with it.
    fn within(
        &mut self,
        table: &'static str,
        source: Option<&'static str>,
        can_be_shared: bool,
        scope: Scope,
    ) {
        match (scope.source(), source) {
            (None, _) => {}
            (Some(id), Some(column)) if can_be_shared => {
                self.args.push(id.into());
                let number = self.args.len();
                self.sql.push_str(&format!(
                    " and ({column} = ${number} or exists (select 1 from visible_shares v \
                     where v.viewer = ${number} and v.subject_id = {table}.id))"
                ));
            }
            (Some(id), Some(column)) => self.and(column, "=", id.into()),
            (Some(_), None) => self.sql.push_str(" and false"),
        }
    }

    /// Leaves the rows of a customer.
    fn of_customer(&mut self, rows: CustomerRows, has_merged: bool) {
        self.args.push(rows.customer().into());
        let condition = customer_rows::condition(self.args.len(), has_merged);
        self.sql.push_str(&format!(" and {condition}"));
    }

    fn and(&mut self, column: &'static str, operator: &'static str, arg: Arg) {
        self.args.push(arg);
        self.sql.push_str(&format!(" and {column} {operator} ${}", self.args.len()));
    }
}

/// The customer whose rows a condition asks for; none where it asks for something else.
fn customer(kind: RecordKind, condition: &Condition) -> Option<CustomerRows> {
    const FIELD: &str = "customer_id";
    let asked = condition.field == FIELD && condition.comparison == Comparison::Equal;
    let known = columns(kind).iter().any(|(name, _)| *name == FIELD);
    let id: CustomerId = condition.value.as_text().filter(|_| asked && known)?.parse().ok()?;
    Some(id.into())
}

fn add(statement: &mut Statement, kind: RecordKind, condition: &Condition) -> Result<(), FilterError> {
    let columns = columns(kind);
    let Some((column, of)) = columns.iter().copied().find(|(name, _)| *name == condition.field) else {
        let known = columns.iter().map(|(name, _)| *name).collect();
        return Err(FilterError::Field { kind, field: condition.field.clone(), known });
    };
    if let Comparison::StartsWith | Comparison::Contains = condition.comparison {
        let (Type::Text, Value::Text(text)) = (of, &condition.value) else {
            return Err(FilterError::Type { field: condition.field.clone(), expected: "text" });
        };
        let escaped = text.to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
        let open = if condition.comparison == Comparison::Contains { "%" } else { "" };
        statement.args.push(format!("{open}{escaped}%").into());
        let number = statement.args.len();
        statement.sql.push_str(&format!(" and lower({column}) like ${number} escape '!'"));
        return Ok(());
    }
    let operator = match condition.comparison {
        // PostgreSQL finds no index for the long form, which only a missing value needs.
        Comparison::Equal if condition.value != Value::None => "=",
        Comparison::Equal => "is not distinct from",
        Comparison::NotEqual => "is distinct from",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        _ => ">=",
    };
    statement.and(column, operator, argument(condition, of)?);
    Ok(())
}

fn argument(condition: &Condition, of: Type) -> Result<Arg, FilterError> {
    let wrong = |expected| FilterError::Type { field: condition.field.clone(), expected };
    Ok(match (of, &condition.value) {
        (Type::Text, Value::Text(text)) => text.into(),
        (Type::Text, Value::None) => Arg::Text(None),
        (Type::Text, _) => return Err(wrong("text")),
        (Type::Date, Value::Date(day)) => day.into(),
        (Type::Date, Value::None) => Arg::Text(None),
        (Type::Date, _) => return Err(wrong("a day")),
        (Type::Id, Value::Text(text)) => text.parse::<Uuid>().map_err(|_| wrong("an id"))?.into(),
        (Type::Id, Value::None) => Arg::Uuid(None),
        (Type::Id, _) => return Err(wrong("an id")),
        (Type::Time, Value::Time(at)) => (*at).into(),
        (Type::Time, Value::None) => Arg::Int(None),
        (Type::Time, _) => return Err(wrong("a time")),
        (Type::Boolean, Value::Boolean(flag)) => (*flag).into(),
        (Type::Boolean, _) => return Err(wrong("true or false")),
        (Type::Number, Value::Number(number)) => (*number).into(),
        (Type::Number, Value::Integer(number)) => (*number as f64).into(),
        (Type::Number, _) => return Err(wrong("a number")),
    })
}
