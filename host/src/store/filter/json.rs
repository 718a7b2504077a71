//! Values within a column of JSON, as statements name them: with the type that every write holds them to.

use serde_json::Value;

use crate::domain::catalogue::Type;
use crate::store::db::Dialect;

/// A value within a column of JSON. Its name has letters, digits and underscores alone, so it can stand in a text.
pub(super) struct JsonValue {
    /// As JSON; NULL where there is none.
    json: String,
    /// As the text of what it is.
    text: String,
}

/// How lists are sorted by a value: records without one come first.
pub(super) struct JsonOrder {
    /// An expression that is never NULL.
    pub expression: String,
    /// The same as text from which the value is read again as it was.
    pub text: String,
    /// What the expression is.
    pub of: Type,
}

/// A number that is bound as text, as it would stand in JSON. SQLite reads some numbers (1.7e308 is one) as another one
/// beside them: what is compared with a value has to be read by it, too, or nothing is equal to itself.
pub(super) fn number(argument: usize) -> String {
    format!("cast(cast(${argument} as text) as double precision)")
}

impl JsonValue {
    /// The value of this name.
    pub(super) fn at(column: &str, name: &str) -> Self {
        Self { json: format!("{column} -> '{name}'"), text: format!("{column} ->> '{name}'") }
    }

    /// This one, or where it is none the other.
    pub(super) fn or(self, other: &Self) -> Self {
        Self {
            json: format!("coalesce({}, {})", self.json, other.json),
            text: format!("coalesce({}, {})", self.text, other.text),
        }
    }

    /// This one, or where it is none a constant.
    pub(super) fn or_constant(self, value: &Value, dialect: Dialect) -> Self {
        let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
        let text = match (value, dialect) {
            (Value::Bool(flag), Dialect::Sqlite) => i64::from(*flag).to_string(),
            (Value::String(text), _) => quoted(text),
            (other, _) => quoted(&other.to_string()),
        };
        let json = match dialect {
            Dialect::Sqlite => quoted(&value.to_string()),
            Dialect::Postgres => format!("cast({} as jsonb)", quoted(&value.to_string())),
        };
        self.or(&Self { json, text })
    }

    /// A value within it.
    pub(super) fn within(&self, name: &str) -> Self {
        Self { json: format!("{} -> '{name}'", self.json), text: format!("{} ->> '{name}'", self.json) }
    }

    /// As what it is.
    pub(super) fn sql(&self, of: Type, dialect: Dialect) -> String {
        let (text, json) = (&self.text, &self.json);
        match (of, dialect) {
            (Type::Boolean, Dialect::Postgres) => format!("cast({text} as boolean)"),
            (Type::Integer | Type::Time | Type::Money, _) => format!("cast({text} as bigint)"),
            (Type::Number, _) => format!("cast({text} as double precision)"),
            (Type::Id(_), Dialect::Sqlite) => format!("unhex(replace({text}, '-', ''))"),
            (Type::Id(_), Dialect::Postgres) => format!("cast({text} as uuid)"),
            (Type::Texts, Dialect::Sqlite) => format!("coalesce({json}, '[]')"),
            (Type::Texts, Dialect::Postgres) => format!("coalesce({json}, cast('[]' as jsonb))"),
            (_, Dialect::Sqlite) => format!("({text})"),
            (_, Dialect::Postgres) => format!("(({text}) collate \"C\")"),
        }
    }

    /// How lists are sorted by it.
    pub(super) fn order(&self, of: Type, dialect: Dialect) -> JsonOrder {
        let sql = self.sql(of, dialect);
        let (expression, of) = match of {
            Type::Integer | Type::Time | Type::Money => {
                (format!("coalesce({sql}, -9223372036854775807)"), of)
            }
            Type::Number => (format!("coalesce({sql}, -1.7e308)"), of),
            Type::Boolean => (format!("coalesce(cast({sql} as text), '')"), Type::Text),
            text => (format!("coalesce({sql}, '')"), text),
        };
        let text = match of {
            // As it stands in JSON: as a text made of the number some engines leave digits out.
            Type::Number => format!("coalesce(cast({} as text), '-1.7e308')", self.json),
            _ => format!("cast({expression} as text)"),
        };
        JsonOrder { expression, text, of }
    }
}
