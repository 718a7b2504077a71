//! Records of any kind as plugins read them.

use uuid::Uuid;

use super::db::{DbError, Tx};
use crate::domain::actor::Scope;
use crate::domain::value::{Attribute, Value};

/// A record.
#[derive(Debug, Clone, PartialEq)]
pub struct Entity {
    /// Its kind.
    pub kind: String,
    /// Its id.
    pub id: Uuid,
    /// Grows with every change.
    pub version: i64,
    /// All its fields.
    pub attributes: Vec<Attribute>,
}

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// The same.
    Equal,
    /// Another.
    NotEqual,
    /// Less.
    Less,
    /// Less or the same.
    LessOrEqual,
    /// More.
    Greater,
    /// More or the same.
    GreaterOrEqual,
    /// A text that begins so.
    StartsWith,
    /// A text that contains it.
    Contains,
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

/// What to find: rows that meet all conditions, oldest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// The kind.
    pub kind: String,
    /// The conditions.
    pub conditions: Vec<Condition>,
    /// How many at most.
    pub limit: u32,
    /// `Page::next` of the page before.
    pub cursor: Option<String>,
}

/// A page of records.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Page {
    /// The records.
    pub items: Vec<Entity>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// The fields of a kind; none when there is no such kind.
pub fn fields(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "customer" => &["name", "kind", "stage", "grade", "language", "region", "tags"],
        "ticket" => &["subject", "class", "priority", "status", "language", "sentiment", "tags", "customer_id"],
        "interaction" => &["kind", "inbound", "text", "customer_id", "conversation_id"],
        "conversation" => &["customer_id", "channel", "subject", "last_at"],
        "order" => &["number", "total_cents", "currency", "placed_at", "customer_id"],
        "task" | "deal" => &[],
        _ => return None,
    })
}

/// One record, if it is there for this scope.
pub async fn get(_tx: &mut Tx, _kind: &str, _id: Uuid, _scope: Scope) -> Result<Option<Entity>, DbError> {
    Ok(None)
}

/// A page of records that are there for this scope.
pub async fn find(_tx: &mut Tx, _query: &Query, _scope: Scope) -> Result<Page, DbError> {
    Ok(Page::default())
}
