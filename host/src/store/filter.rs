//! The one place where SQL is put together, from column names that stand here and numbered arguments: conditions
//! on the fields of a kind for plugins (here), and lists with a sort and a filter of their callers' (`listing`).

mod added;
mod by_holder;
pub mod cel;
mod compare;
mod customer_rows;
mod declared;
mod json;
mod listing;
mod operand;
mod ordering;
mod parser;
mod tokens;
mod writer;

use uuid::Uuid;

use self::operand::Named;
use super::db::{Arg, DbError, Tx};
use super::visible::{self, Rows};
use crate::domain::actor::Scope;
use crate::domain::catalogue::{Field, Kind, Type};
use crate::domain::ids::{CustomerId, UserId};
use crate::domain::value::Value;
use crate::domain::words::words;

use self::added::AddedField;
pub use self::added::set_index;
pub(super) use self::added::without as without_added;
pub use self::customer_rows::CustomerRows;
pub(super) use self::customer_rows::{CustomerSql, of_customer};
pub(super) use self::declared::{
    KindVersion, count_of_added, forget as forget_declared_kind, hold as hold_declared_kind,
    kind as declared_kind, known as known_declared_kind, set_indexes, steps, title_of,
    titles as titles_of_declared,
};
pub(super) use self::listing::page_of;
pub use self::listing::{ListError, ListQuery, MOST_KEYS, Narrow, check, count, page};

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
        kind: &'static str,
        /// The field.
        field: String,
        /// The fields that can be compared.
        known: Vec<String>,
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
    of: &'static Kind,
    conditions: &[Condition],
    after: Uuid,
    limit: i64,
    scope: Scope,
) -> Result<Statement, FilterError> {
    let mut statement = Statement {
        sql: format!("select * from {} where id > $1 and {}", of.table, of.always.unwrap_or("true")),
        args: vec![after.into()],
        long: !conditions.is_empty(),
    };
    statement.within(of, &visible::rows_of(tx, of, scope).await?);
    let added = added::read(tx, of, conditions.iter().map(|condition| condition.field.as_str())).await?;
    for condition in conditions {
        match customer(of, condition) {
            Some(rows) => statement.of_customer(rows, rows.has_merged(tx).await?),
            None => add(&mut statement, of, &added, condition)?,
        }
    }
    statement.args.push(limit.into());
    statement.sql.push_str(&format!(" order by id limit ${}", statement.args.len()));
    Ok(statement)
}

impl Statement {
    /// Leaves the rows of a kind that are there for who reads them.
    fn within(&mut self, kind: &Kind, rows: &Rows) {
        match (rows, kind.source) {
            (Rows::All, _) => {}
            (Rows::Viewer(id), Some(column)) if kind.shared => {
                self.args.push((*id).into());
                let number = self.args.len();
                self.sql.push_str(&format!(" and ({column} = ${number} or {})", visible(kind, number)));
            }
            (Rows::Viewer(id), Some(column)) => self.and(column, "=", (*id).into()),
            (Rows::Viewer(_), None) => self.sql.push_str(" and false"),
            (Rows::Followed(user), _) => {
                self.args.push((*user).into());
                let number = self.args.len();
                self.sql.push_str(&format!(" and {}", visible(kind, number)));
            }
            (Rows::HeldBy(person, teams), _) => self.held_by(kind, *person, teams),
            (Rows::None, _) => self.sql.push_str(" and false"),
        }
    }

    /// Leaves the rows that belong to a person or to one of these teams.
    fn held_by(&mut self, kind: &Kind, user: UserId, teams: &[Uuid]) {
        let Some((person, team)) = kind.holders else { return };
        self.args.push(user.into());
        self.sql.push_str(&format!(" and ({person} = ${}", self.args.len()));
        if !teams.is_empty() {
            let teams: Vec<String> = teams.iter().map(|id| self.bind((*id).into())).collect();
            self.sql.push_str(&format!(" or {team} in ({})", teams.join(", ")));
        }
        self.sql.push(')');
    }

    /// Binds one more argument; what stands for it.
    fn bind(&mut self, arg: Arg) -> String {
        self.args.push(arg);
        format!("${}", self.args.len())
    }

    /// Leaves the rows of a customer.
    fn of_customer(&mut self, rows: CustomerRows, has_merged: bool) {
        self.args.push(rows.customer().into());
        let condition = customer_rows::condition(self.args.len(), has_merged);
        self.sql.push_str(&format!(" and {condition}"));
    }

    fn and(&mut self, column: &str, operator: &'static str, arg: Arg) {
        self.args.push(arg);
        self.sql.push_str(&format!(" and {column} {operator} ${}", self.args.len()));
    }
}

/// The condition that a row of a kind is there for the viewer who is bound as this argument.
fn visible(kind: &Kind, viewer: usize) -> String {
    format!(
        "exists (select 1 from visible_records v where v.viewer = ${viewer} and v.kind = '{}' and v.id = {}.id \
         and v.act in ('any', 'read'))",
        kind.name, kind.table
    )
}

/// The customer whose rows a condition asks for; none where it asks for something else.
fn customer(kind: &'static Kind, condition: &Condition) -> Option<CustomerRows> {
    const FIELD: &str = "customer_id";
    let asked = condition.field == FIELD && condition.comparison == Comparison::Equal;
    let known = !kind.is_declared() && compared(kind).any(|field| field.name == FIELD);
    let id: CustomerId = condition.value.as_text().filter(|_| asked && known)?.parse().ok()?;
    Some(id.into())
}

/// The fields of a kind that plugins may compare.
fn compared(kind: &'static Kind) -> impl Iterator<Item = &'static Field> {
    let one = |of| !matches!(of, Type::Texts | Type::Attributes | Type::Money);
    kind.filtered().filter(move |field| one(field.of))
}

fn add(
    statement: &mut Statement,
    kind: &'static Kind,
    added: &[AddedField],
    condition: &Condition,
) -> Result<(), FilterError> {
    let own = compared(kind).find(|field| field.name == condition.field).map(Named::from);
    let Some(field) = own.or_else(|| added::find(added, &condition.field).map(AddedField::named)) else {
        let own = compared(kind).map(|field| field.name);
        let known = own.chain(added.iter().map(|field| field.named().name)).map(str::to_owned).collect();
        return Err(FilterError::Field { kind: kind.name, field: condition.field.clone(), known });
    };
    let (column, of) = (field.sql, field.of);
    if let Comparison::StartsWith | Comparison::Contains = condition.comparison {
        let (Type::Text | Type::LongText | Type::Word(_), Value::Text(text)) = (of, &condition.value) else {
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
    let wrong = || FilterError::Type { field: condition.field.clone(), expected: of.described() };
    Ok(match (of, &condition.value) {
        (Type::Text | Type::LongText | Type::Word(_), Value::Text(text)) => text.into(),
        (Type::Text | Type::LongText | Type::Word(_), Value::None) => Arg::Text(None),
        (Type::Date, Value::Date(day) | Value::Text(day)) => day.into(),
        (Type::Date, Value::None) => Arg::Text(None),
        (Type::Id(_), Value::Text(text)) => text.parse::<Uuid>().map_err(|_| wrong())?.into(),
        (Type::Id(_), Value::None) => Arg::Uuid(None),
        (Type::Time, Value::Time(at)) => (*at).into(),
        (Type::Time | Type::Integer, Value::None) => Arg::Int(None),
        (Type::Boolean, Value::Boolean(flag)) => (*flag).into(),
        (Type::Integer, Value::Integer(number)) => (*number).into(),
        (Type::Number, Value::Number(number)) => (*number).into(),
        (Type::Number, Value::Integer(number)) => (*number as f64).into(),
        _ => return Err(wrong()),
    })
}
