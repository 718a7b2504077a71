//! What stands in a condition besides operators: fields by their names, and constants.

use super::added::{self, AddedField};
use super::cel::ConditionError;
use super::parser::{Expr, Node};
use crate::domain::catalogue::{Field, Kind, Type};
use crate::domain::clock::Timestamp;
use crate::domain::custom_field::COLUMN;

/// A field as conditions name it, and where its value is.
#[derive(Clone, Copy)]
pub(super) struct Named<'a> {
    pub name: &'a str,
    pub sql: &'a str,
    pub of: Type,
    pub optional: bool,
    /// The texts that it can be, where it is one of the company's own choices.
    pub choices: &'a [String],
}

impl From<&'static Field> for Named<'static> {
    fn from(field: &'static Field) -> Self {
        Self { name: field.name, sql: field.column, of: field.of, optional: field.optional, choices: &[] }
    }
}

/// One side of a comparison.
pub(super) enum Operand<'a> {
    Field(Named<'a>),
    /// A time that a duration is added to, in microseconds.
    Shifted(Named<'a>, i64),
    Size(Named<'a>),
    /// A field within a column of JSON: its column, and its name.
    Attribute(&'a str, String),
    Constant(Constant),
}

#[derive(Clone)]
pub(super) enum Constant {
    Null,
    Text(String),
    Integer(i64),
    Number(f64),
    Boolean(bool),
    Time(Timestamp),
    /// In microseconds.
    Duration(i64),
}

pub(super) const CONDITIONS: &str = "a condition compares a field (==, !=, <, <=, >, >=, in), or is has(), startsWith(), \
                          contains() or endsWith()";

/// The names that a condition may use: a kind's fields, those that were added to it, and `now`.
pub(super) struct Names<'a> {
    pub kind: &'static Kind,
    pub added: &'a [AddedField],
    pub now: Timestamp,
}

impl<'a> Names<'a> {
    /// What a part of a condition stands for that is no condition itself.
    pub(super) fn operand(&self, node: &Node) -> Result<Operand<'a>, ConditionError> {
        Ok(Operand::Constant(match &node.expr {
            Expr::Name(name) if name == "now" => Constant::Time(self.now),
            Expr::Name(name) => {
                return self.field(node, name);
            }
            Expr::Member(record, name) => return self.named(node, record, name),
            Expr::Index(record, name) => {
                let Expr::Text(name) = &name.expr else {
                    return Err(fault(name, "a custom field is named by a text: attributes[\"size\"]"));
                };
                return match self.within(node, record, name)? {
                    Some(field) => Ok(field),
                    None => Err(fault(node, "only attributes has fields by name: attributes[\"size\"]")),
                };
            }
            Expr::Null => Constant::Null,
            Expr::Boolean(flag) => Constant::Boolean(*flag),
            Expr::Integer(number) => Constant::Integer(*number),
            Expr::Number(number) => Constant::Number(*number),
            Expr::Text(text) if text.contains('\0') => {
                return Err(fault(node, "the character U+0000 can't be stored, so nothing has it"));
            }
            Expr::Text(text) => Constant::Text(text.clone()),
            Expr::Minus(inner) => match self.operand(inner)? {
                Operand::Constant(Constant::Integer(number)) => Constant::Integer(number.saturating_neg()),
                Operand::Constant(Constant::Number(number)) => Constant::Number(-number),
                Operand::Constant(Constant::Duration(micros)) => Constant::Duration(micros.saturating_neg()),
                _ => return Err(fault(node, "only a number or duration can be negative")),
            },
            Expr::Call(name, of, arguments) => return self.value(node, name, of.as_deref(), arguments),
            Expr::Two(sign @ ("+" | "-"), left, right) => return self.moved(node, sign, left, right),
            Expr::List(_) => return Err(fault(node, "a list stands after `in` alone")),
            _ => return Err(fault(node, format!("this is neither a field nor a constant; {CONDITIONS}"))),
        }))
    }

    /// What a call that is no condition stands for.
    fn value(
        &self,
        node: &Node,
        name: &str,
        of: Option<&Node>,
        arguments: &[Node],
    ) -> Result<Operand<'a>, ConditionError> {
        match (name, of, arguments) {
            ("timestamp", None, [text]) => {
                let Operand::Constant(Constant::Text(text)) = self.operand(text)? else {
                    return Err(fault(node, "write timestamp(\"2026-01-31T08:00:00Z\")"));
                };
                let wrong =
                    |_| fault(node, format!("{text:?} is no time as RFC 3339 has it: 2026-01-31T08:00:00Z"));
                text.parse().map(|at| Operand::Constant(Constant::Time(at))).map_err(wrong)
            }
            ("duration", None, [text]) => {
                let Operand::Constant(Constant::Text(text)) = self.operand(text)? else {
                    return Err(fault(node, "write duration(\"72h\")"));
                };
                let wrong = || {
                    fault(node, format!("{text:?} is no duration; write for example 90s, 30m, 1h30m, 72h"))
                };
                duration(&text).map(|micros| Operand::Constant(Constant::Duration(micros))).ok_or_else(wrong)
            }
            ("size", None, [field]) | ("size", Some(field), []) => match self.operand(field)? {
                Operand::Field(field) if field.of == Type::Texts || is_text(field.of) => {
                    Ok(Operand::Size(field))
                }
                _ => Err(fault(node, "size() is asked of a text or a list")),
            },
            _ => {
                let detail = format!(
                    "{name}() isn't available here; there are timestamp(), duration(), now and size()"
                );
                Err(fault(node, detail))
            }
        }
    }

    /// A time that a duration is added to or taken from.
    fn moved(
        &self,
        node: &Node,
        sign: &str,
        left: &Node,
        right: &Node,
    ) -> Result<Operand<'a>, ConditionError> {
        let (left, right) = match (self.operand(left)?, self.operand(right)?) {
            (left @ Operand::Constant(Constant::Duration(_)), right) if sign == "+" => (right, left),
            both => both,
        };
        let Operand::Constant(Constant::Duration(micros)) = right else {
            return Err(fault(node, "only durations are added and subtracted: now - duration(\"72h\")"));
        };
        let micros = if sign == "+" { micros } else { micros.saturating_neg() };
        match left {
            Operand::Constant(Constant::Time(at)) => {
                let moved = Timestamp::from_micros(at.as_micros().saturating_add(micros));
                Ok(Operand::Constant(Constant::Time(moved)))
            }
            Operand::Constant(Constant::Duration(other)) => {
                Ok(Operand::Constant(Constant::Duration(other.saturating_add(micros))))
            }
            Operand::Field(field) if field.of == Type::Time => Ok(Operand::Shifted(field, micros)),
            Operand::Shifted(field, other) => Ok(Operand::Shifted(field, other.saturating_add(micros))),
            _ => Err(fault(node, "a duration is added to a time: now - duration(\"72h\")")),
        }
    }

    /// `attributes.size`, or a field by the record's name: `ticket.status`.
    pub(super) fn named(
        &self,
        node: &Node,
        record: &Node,
        name: &str,
    ) -> Result<Operand<'a>, ConditionError> {
        if let Expr::Name(record) = &record.expr
            && record == self.kind.name
        {
            return self.field(node, name);
        }
        let found = self.within(node, record, name)?;
        found.ok_or_else(|| fault(node, format!("there is no .{name} here; there are {}", names(self.kind))))
    }

    /// A field of the kind's own.
    fn field(&self, node: &Node, name: &str) -> Result<Operand<'a>, ConditionError> {
        match field(self.kind, name) {
            Some(field) => Ok(Operand::Field(field.into())),
            None => Err(self.unknown(node, name)),
        }
    }

    /// A field within another one that has fields by name; none where it has none.
    fn within(&self, node: &Node, record: &Node, name: &str) -> Result<Option<Operand<'a>>, ConditionError> {
        match self.operand(record)? {
            Operand::Field(field) if field.name == COLUMN => {
                let found = added::find(self.added, &format!("{COLUMN}.{name}"));
                let found = found.ok_or_else(|| {
                    let (kind, known) = (self.kind.name, added::names(self.added));
                    fault(node, format!("{name:?} is no field that was added to {kind}s; there are: {known}"))
                })?;
                Ok(Some(Operand::Field(found.named())))
            }
            Operand::Field(field) if field.of == Type::Attributes => free(node, field.sql, name).map(Some),
            _ => Ok(None),
        }
    }

    fn unknown(&self, node: &Node, name: &str) -> ConditionError {
        fault(node, format!("{name:?} is no field of {}s; they have: {}", self.kind.name, names(self.kind)))
    }
}

/// A field that conditions may name.
pub(super) fn field(kind: &Kind, name: &str) -> Option<&'static Field> {
    kind.filtered().find(|field| field.name == name)
}

/// The names of the fields that conditions may name.
pub(super) fn names(kind: &Kind) -> String {
    kind.filtered().map(|field| field.name).collect::<Vec<_>>().join(", ")
}

/// Whether what a field holds is text of any form.
pub(super) fn is_text(of: Type) -> bool {
    matches!(of, Type::Text | Type::LongText | Type::Date)
}

pub(super) fn fault(node: &Node, detail: impl Into<String>) -> ConditionError {
    ConditionError { at: node.at, detail: detail.into() }
}

/// A field of the kind's free ones.
fn free<'a>(node: &Node, column: &'a str, name: &str) -> Result<Operand<'a>, ConditionError> {
    // SQLite would take some of these for a path.
    let odd =
        name.contains(['"', '\\']) || name.starts_with(['$', '[']) || name.chars().any(char::is_control);
    if odd || name.is_empty() || name.chars().count() > 64 {
        let detail = "a custom field's name has 1 to 64 characters, none of them a quote or backslash";
        return Err(fault(node, detail));
    }
    Ok(Operand::Attribute(column, name.to_owned()))
}

pub(super) fn type_of(side: &Operand<'_>) -> Type {
    match side {
        Operand::Field(field) => field.of,
        Operand::Shifted(..) => Type::Time,
        Operand::Size(_) => Type::Integer,
        Operand::Attribute(..) | Operand::Constant(_) => Type::Attributes,
    }
}

pub(super) fn is_optional(side: &Operand<'_>) -> bool {
    match side {
        Operand::Field(field) | Operand::Shifted(field, _) | Operand::Size(field) => field.optional,
        Operand::Attribute(..) | Operand::Constant(_) => true,
    }
}

/// A duration as CEL writes it, `1h30m`, in microseconds.
fn duration(text: &str) -> Option<i64> {
    let (sign, mut rest) = text.strip_prefix('-').map_or((1.0, text), |rest| (-1.0, rest));
    if rest.is_empty() {
        return None;
    }
    let mut micros = 0.0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..end].parse().ok()?;
        let units = [("ms", 1e3), ("us", 1.0), ("ns", 1e-3), ("h", 3.6e9), ("m", 6e7), ("s", 1e6)];
        let (unit, factor) = units.into_iter().find(|(unit, _)| rest[end..].starts_with(unit))?;
        micros += number * factor;
        rest = &rest[end + unit.len()..];
    }
    // A hundred years are more than any record's age; far more would be no time at all.
    (micros <= 3.2e15).then_some((sign * micros) as i64)
}
