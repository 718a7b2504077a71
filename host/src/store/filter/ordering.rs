//! Orders of lists: by named fields, the id last; and places in such an order, as cursors name them.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::Statement;
use super::added::{self, AddedField};
use super::json;
use super::listing::{ListError, MOST_KEYS};
use crate::domain::catalogue::{Field, Kind, SortBy, Type};
use crate::store::db::{Arg, Dialect};

/// What a list is sorted by.
pub(super) struct Ordering {
    pub(super) keys: Vec<Key>,
    /// Whether the id comes last and decides between equals.
    pub(super) by_id: bool,
    /// Whether the greatest id comes first.
    pub(super) falling: bool,
}

pub(super) struct Key {
    pub(super) name: Cow<'static, str>,
    of: Type,
    expression: Cow<'static, str>,
    /// The expression as text.
    pub(super) text: String,
    pub(super) falling: bool,
}

impl Ordering {
    pub(super) fn read(
        kind: &'static Kind,
        added: &[AddedField],
        sort: Option<&str>,
    ) -> Result<Self, ListError> {
        let mut order = Self { keys: Vec::new(), by_id: true, falling: false };
        let mut named = Vec::new();
        let mut ended = false;
        for text in sort.unwrap_or(kind.usual).split(',') {
            let (name, falling) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
            let field = kind.field(name).filter(|field| field.sorts());
            let own = added::find(added, name);
            if field.is_none() && own.is_none() {
                let sortable = kind.fields.iter().filter(|field| field.sorts()).map(|field| field.name);
                let sortable = sortable.collect::<Vec<_>>().join(", ");
                return Err(ListError::Sort(format!(
                    "{name:?} is no field that {}s are sorted by; sort by: {sortable}, or a field that was added",
                    kind.name
                )));
            }
            if named.contains(&name) {
                return Err(ListError::Sort(format!("{name} is named twice")));
            }
            named.push(name);
            if named.len() > MOST_KEYS {
                return Err(ListError::Sort(format!("a list is sorted by at most {MOST_KEYS} fields")));
            }
            order.falling = if ended { order.falling } else { falling };
            match (field.map(|field| (field, field.order)), own) {
                // No two records have the same id: what is named behind it decides nothing.
                _ if ended => {}
                (Some((_, SortBy::Id)), _) => ended = true,
                (Some((field, SortBy::Expression(expression))), _) => {
                    order.keys.push(Key::of(field, expression, falling));
                }
                (Some((field, SortBy::Written(expression, text))), _) => {
                    order.keys.push(Key { text: text.to_owned(), ..Key::of(field, expression, falling) });
                }
                (_, Some(own)) => order.keys.push(Key::added(name, own, falling)),
                (_, None) => {}
            }
        }
        Ok(order)
    }

    /// As the search index has them, the newest first.
    pub(super) fn as_found() -> Self {
        Self { keys: vec![Key::of(&FOUND, FOUND_NUMBER, true)], by_id: false, falling: true }
    }

    /// Rows behind a place. Where all keys run one way, one comparison of rows says it, which an index serves.
    pub(super) fn behind(&self, statement: &mut Statement, place: &SortPosition, dialect: Dialect) {
        let mut bound: Vec<(String, String, bool)> = Vec::new();
        for (key, value) in self.keys.iter().zip(&place.keys) {
            statement.args.push(key.argument(value));
            bound.push((key.sql(dialect), key.bound(statement.args.len()), key.falling));
        }
        if self.by_id {
            statement.args.push(place.id.into());
            bound.push(("id".to_owned(), format!("${}", statement.args.len()), self.falling));
        }
        let sign = |falling| if falling { "<" } else { ">" };
        if bound.iter().all(|(_, _, falling)| *falling == self.falling) {
            let left: Vec<&str> = bound.iter().map(|(sql, ..)| sql.as_str()).collect();
            let right: Vec<&str> = bound.iter().map(|(_, arg, _)| arg.as_str()).collect();
            statement.sql.push_str(&format!(
                " and ({}) {} ({})",
                left.join(", "),
                sign(self.falling),
                right.join(", ")
            ));
            return;
        }
        statement.sql.push_str(" and (");
        for (index, (sql, arg, falling)) in bound.iter().enumerate() {
            statement.sql.push_str(if index == 0 { "(" } else { " or (" });
            for (equal, value, _) in &bound[..index] {
                statement.sql.push_str(&format!("{equal} = {value} and "));
            }
            statement.sql.push_str(&format!("{sql} {} {arg})", sign(*falling)));
        }
        statement.sql.push(')');
    }

    pub(super) fn by(&self, statement: &mut Statement, dialect: Dialect) {
        let way = |falling| if falling { " desc" } else { "" };
        let mut parts: Vec<String> =
            self.keys.iter().map(|key| format!("{}{}", key.sql(dialect), way(key.falling))).collect();
        if self.by_id {
            parts.push(format!("id{}", way(self.falling)));
        }
        statement.sql.push_str(&format!(" order by {}", parts.join(", ")));
    }
}

impl Key {
    fn of(field: &'static Field, expression: &'static str, falling: bool) -> Self {
        let text = format!("cast({expression} as text)");
        Self { name: field.name.into(), of: field.of, expression: expression.into(), text, falling }
    }

    fn added(name: &str, field: &AddedField, falling: bool) -> Self {
        let order = field.order();
        let (expression, text) = (order.expression.into(), order.text);
        Self { name: name.to_owned().into(), of: order.of, expression, text, falling }
    }

    /// Texts are sorted byte by byte on both engines.
    fn sql(&self, dialect: Dialect) -> String {
        let text = matches!(self.of, Type::Text | Type::LongText | Type::Date | Type::Word(_))
            && dialect == Dialect::Postgres;
        if text { format!("{} collate \"C\"", self.expression) } else { self.expression.clone().into_owned() }
    }

    fn argument(&self, value: &str) -> Arg {
        match self.of {
            Type::Time | Type::Integer | Type::Money => Arg::Int(value.parse().ok()),
            Type::Id(_) => Arg::Uuid(value.parse().ok()),
            _ => value.into(),
        }
    }

    /// The argument as a statement names it.
    fn bound(&self, number: usize) -> String {
        if self.of == Type::Number { json::number(number) } else { format!("${number}") }
    }

    fn reads(&self, value: &str) -> bool {
        match self.of {
            Type::Time | Type::Integer | Type::Money => value.parse::<i64>().is_ok(),
            Type::Number => value.parse::<f64>().is_ok(),
            _ => true,
        }
    }
}

/// The number of a record in SQLite's search index, where a list is read in its order.
static FOUND: Field =
    Field { name: "found", of: Type::Integer, order: SortBy::Expression(FOUND_NUMBER), ..Field::PLAIN };
const FOUND_NUMBER: &str = "found_number";

/// Where a row stands: the values that its list is sorted by, as text, and its id.
pub(super) struct SortPosition {
    pub(super) keys: Vec<String>,
    pub(super) id: Uuid,
}

impl SortPosition {
    /// The cursor that names it, for lists of this digest.
    pub(super) fn written(&self, digest: &[u8; 8], keys: usize) -> String {
        let mut bytes = digest.to_vec();
        bytes.extend_from_slice(self.id.as_bytes());
        // Texts can always be written as JSON.
        bytes.extend(serde_json::to_vec(&self.keys[..keys.min(self.keys.len())]).unwrap_or_default());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    pub(super) fn read(cursor: &str, digest: &[u8; 8], order: &Ordering) -> Result<Self, ListError> {
        let wrong = || ListError::Cursor("this is none; take it from `next` of the page before");
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| wrong())?;
        let (of, rest) = bytes.split_at_checked(8).ok_or_else(wrong)?;
        let (id, keys) = rest.split_at_checked(16).ok_or_else(wrong)?;
        let keys: Vec<String> = serde_json::from_slice(keys).map_err(|_| wrong())?;
        if of != digest {
            let detail =
                "it belongs to a list with another sort or filter; ask for the first page without it";
            return Err(ListError::Cursor(detail));
        }
        let fits = keys.len() == order.keys.len()
            && order.keys.iter().zip(&keys).all(|(key, value)| key.reads(value));
        if !fits || keys.iter().any(|key| key.contains('\0')) {
            return Err(wrong());
        }
        Ok(Self { keys, id: Uuid::from_slice(id).map_err(|_| wrong())? })
    }
}
