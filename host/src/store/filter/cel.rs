//! Conditions as their users write them: a part of CEL, translated to SQL in which every value is bound.
//!
//! `status == "open" && (priority == "urgent" || "vip" in tags) && created_at > now - duration("72h")`
//!
//! A comparison with a missing value is false, except that it equals `null`; so what `!` stands before is true then.
//! SQL would leave such a comparison undecided. Therefore `!` is carried down to the single comparisons, each of which
//! is written out either way; below `and` and `or` alone, undecided counts as false.

use uuid::Uuid;

use super::Statement;
use super::fields::{Listed, Type};
use super::operand::{CONDITIONS, Constant, Names, Operand, fault, is_optional, type_of};
use super::parser::{Expr, Node, parse};
use crate::domain::clock::Timestamp;
use crate::store::db::{Arg, Dialect};

/// The longest condition, in bytes of UTF-8.
pub const LONGEST: usize = 2_048;
/// The longest list after `in`.
pub const LONGEST_LIST: usize = 100;

/// What is wrong with a condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at character {at}: {detail}")]
pub struct Fault {
    /// Where, counted in characters from 1.
    pub at: usize,
    /// What is wrong there, and what would be right.
    pub detail: String,
}

/// Adds a condition to a statement, after `and`.
pub(super) fn add(
    statement: &mut Statement,
    list: &'static Listed,
    source: &str,
    dialect: Dialect,
    now: Timestamp,
) -> Result<(), Fault> {
    if source.len() > LONGEST {
        let detail = format!("a filter has at most {LONGEST} bytes, this one has {}", source.len());
        return Err(Fault { at: 1, detail });
    }
    let condition = parse(source)?;
    statement.sql.push_str(" and (");
    Translation { names: Names { list, now }, dialect, statement }.condition(&condition, false)?;
    statement.sql.push(')');
    Ok(())
}

struct Translation<'a> {
    names: Names,
    dialect: Dialect,
    statement: &'a mut Statement,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Compare {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Compare {
    fn of(sign: &str) -> Option<Self> {
        Some(match sign {
            "==" => Self::Equal,
            "!=" => Self::NotEqual,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            _ => return None,
        })
    }

    fn negated(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::GreaterOrEqual,
            Self::LessOrEqual => Self::Greater,
            Self::Greater => Self::LessOrEqual,
            Self::GreaterOrEqual => Self::Less,
        }
    }

    fn turned(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }

    fn sql(self) -> &'static str {
        match self {
            Self::Equal => " = ",
            Self::NotEqual => " <> ",
            Self::Less => " < ",
            Self::LessOrEqual => " <= ",
            Self::Greater => " > ",
            Self::GreaterOrEqual => " >= ",
        }
    }

    fn orders(self) -> bool {
        !matches!(self, Self::Equal | Self::NotEqual)
    }
}

impl Translation<'_> {
    fn say(&mut self, sql: &str) {
        self.statement.sql.push_str(sql);
    }

    fn bind(&mut self, arg: impl Into<Arg>) {
        self.statement.args.push(arg.into());
        let number = self.statement.args.len();
        self.say(&format!("${number}"));
    }

    /// Writes a condition, or what it is not.
    fn condition(&mut self, node: &Node, negated: bool) -> Result<(), Fault> {
        match &node.expr {
            Expr::Boolean(flag) => {
                self.say(if *flag == negated { "false" } else { "true" });
                Ok(())
            }
            Expr::Not(inner) => self.condition(inner, !negated),
            Expr::And(parts) => self.joined(parts, !negated, negated),
            Expr::Or(parts) => self.joined(parts, negated, negated),
            Expr::Two("in", left, right) => self.membership(left, right, negated),
            Expr::Two(sign, left, right) => match Compare::of(sign) {
                Some(compare) => self.comparison(left, compare, right, negated),
                None => Err(fault(node, format!("`{sign}` is no condition; {CONDITIONS}"))),
            },
            Expr::Call(name, None, arguments) if name == "has" => match arguments.as_slice() {
                [Node { expr: Expr::Member(record, field), .. }] => {
                    let field = self.names.named(node, record, field)?;
                    self.presence(&field, !negated);
                    Ok(())
                }
                _ => {
                    let record = self.names.list.record;
                    Err(fault(
                        node,
                        format!("has() takes a field of a record: has({record}.id), has(attributes.size)"),
                    ))
                }
            },
            Expr::Call(name, Some(target), arguments) => match (name.as_str(), arguments.as_slice()) {
                (name @ ("startsWith" | "contains" | "endsWith"), [part]) => {
                    self.part(name, target, part, negated)
                }
                ("all" | "exists" | "exists_one" | "map" | "filter", _) => Err(fault(
                    node,
                    format!("{name}() isn't available here; for lists write \"vip\" in tags"),
                )),
                _ => Err(fault(node, format!("{name}() isn't available here; {CONDITIONS}"))),
            },
            Expr::Name(_) | Expr::Member(..) | Expr::Index(..) => match self.names.operand(node)? {
                Operand::Field(field) if field.of == Type::Boolean => {
                    self.say(field.name);
                    self.say(if negated { " is not true" } else { " is true" });
                    Ok(())
                }
                Operand::Attribute(name) => {
                    self.attribute(node, &name, Compare::Equal, &Constant::Boolean(true), negated)
                }
                _ => Err(fault(node, format!("this is no condition; {CONDITIONS}"))),
            },
            _ => Err(fault(node, format!("this is no condition; {CONDITIONS}"))),
        }
    }

    fn joined(&mut self, parts: &[Node], and: bool, negated: bool) -> Result<(), Fault> {
        for (index, part) in parts.iter().enumerate() {
            self.say(if index == 0 {
                "("
            } else if and {
                " and "
            } else {
                " or "
            });
            self.condition(part, negated)?;
        }
        self.say(")");
        Ok(())
    }

    fn comparison(
        &mut self,
        left: &Node,
        compare: Compare,
        right: &Node,
        negated: bool,
    ) -> Result<(), Fault> {
        match (self.names.operand(left)?, self.names.operand(right)?) {
            (Operand::Constant(_), Operand::Constant(_)) => {
                Err(fault(left, format!("a comparison needs a field; there are {}", self.names.list.names())))
            }
            (Operand::Attribute(name), Operand::Constant(value)) => {
                self.attribute(right, &name, compare, &value, negated)
            }
            (Operand::Constant(value), Operand::Attribute(name)) => {
                self.attribute(left, &name, compare.turned(), &value, negated)
            }
            (side, Operand::Constant(value)) => self.with_constant(right, &side, compare, &value, negated),
            (Operand::Constant(value), side) => {
                self.with_constant(left, &side, compare.turned(), &value, negated)
            }
            (Operand::Attribute(_), _) | (_, Operand::Attribute(_)) => {
                Err(fault(left, "a custom field is compared with a constant"))
            }
            (one, other) => self.fields(right, &one, compare, &other, negated),
        }
    }

    fn with_constant(
        &mut self,
        at: &Node,
        side: &Operand,
        compare: Compare,
        value: &Constant,
        negated: bool,
    ) -> Result<(), Fault> {
        let compare = if negated { compare.negated() } else { compare };
        if let (Operand::Field(_), Constant::Null) = (side, value) {
            if compare.orders() {
                return Err(fault(at, "null is compared with == and != alone"));
            }
            self.presence(side, compare == Compare::NotEqual);
            return Ok(());
        }
        let arg = self.argument(at, side, compare, value)?;
        let optional = is_optional(side);
        // A missing value is unequal to any other, and what is not less than a value may be missing.
        let or_missing = optional && (negated || compare == Compare::NotEqual) && compare != Compare::Equal;
        self.say(if or_missing { "(" } else { "" });
        self.side(side, compare.orders());
        self.say(compare.sql());
        self.bind(arg);
        if or_missing {
            self.say(" or ");
            self.presence(side, false);
            self.say(")");
        }
        Ok(())
    }

    fn fields(
        &mut self,
        at: &Node,
        one: &Operand,
        compare: Compare,
        other: &Operand,
        negated: bool,
    ) -> Result<(), Fault> {
        let (of, others) = (type_of(one), type_of(other));
        let numbers = |of: Type| matches!(of, Type::Integer | Type::Number);
        let same = std::mem::discriminant(&of) == std::mem::discriminant(&others);
        if !(same || numbers(of) && numbers(others)) || matches!(of, Type::Texts | Type::Attributes) {
            let detail = format!("{} can't be compared with {}", of.described(), others.described());
            return Err(fault(at, detail));
        }
        if compare.orders() && !matches!(of, Type::Text | Type::Time | Type::Integer | Type::Number) {
            return Err(fault(at, format!("{} is compared with == and != alone", of.described())));
        }
        self.say(if negated { "not coalesce(" } else { "(" });
        self.side(one, compare.orders());
        self.say(match compare {
            Compare::Equal => " is not distinct from ",
            Compare::NotEqual => " is distinct from ",
            order => order.sql(),
        });
        self.side(other, compare.orders());
        self.say(if negated { ", false)" } else { ")" });
        Ok(())
    }

    fn membership(&mut self, left: &Node, right: &Node, negated: bool) -> Result<(), Fault> {
        if let Expr::List(elements) = &right.expr {
            if elements.is_empty() || elements.len() > LONGEST_LIST {
                return Err(fault(right, format!("a list has 1 to {LONGEST_LIST} values")));
            }
            let side = self.names.operand(left)?;
            if let Operand::Constant(_) = side {
                return Err(fault(
                    left,
                    format!("a comparison needs a field; there are {}", self.names.list.names()),
                ));
            }
            for (index, element) in elements.iter().enumerate() {
                self.say(if index == 0 {
                    "("
                } else if negated {
                    " and "
                } else {
                    " or "
                });
                let Operand::Constant(value) = self.names.operand(element)? else {
                    return Err(fault(element, "a list has constants only"));
                };
                match &side {
                    Operand::Attribute(name) => {
                        self.attribute(element, name, Compare::Equal, &value, negated)?;
                    }
                    side => self.with_constant(element, side, Compare::Equal, &value, negated)?,
                }
            }
            self.say(")");
            return Ok(());
        }
        let Operand::Field(field) = self.names.operand(right)? else {
            return Err(fault(right, "after `in` stands a list: [\"a\", \"b\"], or a field that is a list"));
        };
        if field.of != Type::Texts {
            let detail = format!("{} is {}; after `in` stands a list", field.name, field.of.described());
            return Err(fault(right, detail));
        }
        let Operand::Constant(Constant::Text(text)) = self.names.operand(left)? else {
            return Err(fault(left, format!("what {} has is text", field.name)));
        };
        self.say(if negated { "not " } else { "" });
        match self.dialect {
            Dialect::Sqlite => {
                self.say("exists (select 1 from json_each(");
                self.say(field.name);
                self.say(") where value = ");
                self.bind(text);
                self.say(")");
            }
            Dialect::Postgres => {
                self.say("(");
                self.say(field.name);
                self.say(" @> to_jsonb(");
                self.bind(text);
                self.say("))");
            }
        }
        Ok(())
    }

    /// `startsWith`, `contains` and `endsWith`, which tell capitals from small letters, as CEL has them.
    fn part(&mut self, name: &str, target: &Node, part: &Node, negated: bool) -> Result<(), Fault> {
        let Operand::Constant(Constant::Text(text)) = self.names.operand(part)? else {
            return Err(fault(part, format!("{name}() takes a text")));
        };
        let side = self.names.operand(target)?;
        let stands = match &side {
            Operand::Field(field) => field.of == Type::Text,
            Operand::Attribute(_) => true,
            _ => false,
        };
        if !stands {
            return Err(fault(target, format!("{name}() is asked of a field that is text")));
        }
        self.say(if negated { "not coalesce(" } else { "(" });
        match (name, &side) {
            _ if text.is_empty() => self.presence(&side, true),
            // A range, so that an index serves it.
            ("startsWith", Operand::Field(_)) => {
                self.side(&side, true);
                self.say(" >= ");
                self.bind(&text);
                if let Some(end) = behind(&text) {
                    self.say(" and ");
                    self.side(&side, true);
                    self.say(" < ");
                    self.bind(end);
                }
            }
            ("contains", _) => {
                self.say(match self.dialect {
                    Dialect::Sqlite => "instr(",
                    Dialect::Postgres => "strpos(",
                });
                self.text(&side);
                self.say(", ");
                self.bind(&text);
                self.say(") > 0");
            }
            (_, _) => {
                let characters = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
                self.say("substr(");
                self.text(&side);
                if name == "startsWith" {
                    self.say(", 1, cast(");
                } else {
                    self.say(", length(");
                    self.text(&side);
                    self.say(") + 1 - cast(");
                }
                self.bind(characters);
                self.say(" as integer)) = ");
                self.bind(&text);
            }
        }
        self.say(if negated { ", false)" } else { ")" });
        Ok(())
    }

    /// A custom field against a constant: true only where the field is of the constant's type.
    fn attribute(
        &mut self,
        at: &Node,
        name: &str,
        compare: Compare,
        value: &Constant,
        negated: bool,
    ) -> Result<(), Fault> {
        // What is unequal may be of another type, or missing.
        let (compare, negated) =
            if compare == Compare::NotEqual { (Compare::Equal, !negated) } else { (compare, negated) };
        self.say(if negated { "not coalesce(" } else { "(" });
        match value {
            Constant::Null if compare == Compare::Equal => {
                self.presence(&Operand::Attribute(name.to_owned()), false);
            }
            Constant::Boolean(flag) if compare == Compare::Equal => {
                self.json_type(name);
                match (self.dialect, flag) {
                    (Dialect::Sqlite, true) => self.say(" = 'true'"),
                    (Dialect::Sqlite, false) => self.say(" = 'false'"),
                    (Dialect::Postgres, flag) => {
                        self.say(" = 'boolean' and attributes -> ");
                        self.bind(name);
                        self.say(if *flag { " = 'true'::jsonb" } else { " = 'false'::jsonb" });
                    }
                }
            }
            Constant::Text(text) => {
                self.text(&Operand::Attribute(name.to_owned()));
                self.say(if self.dialect == Dialect::Postgres && compare.orders() {
                    " collate \"C\""
                } else {
                    ""
                });
                self.say(compare.sql());
                self.bind(text);
            }
            Constant::Integer(_) | Constant::Number(_) => {
                self.say("case when ");
                self.json_type(name);
                self.say(match self.dialect {
                    Dialect::Sqlite => " in ('integer', 'real') then attributes ->> ",
                    Dialect::Postgres => " = 'number' then cast(attributes ->> ",
                });
                self.bind(name);
                self.say(if self.dialect == Dialect::Postgres { " as numeric) end" } else { " end" });
                self.say(compare.sql());
                let arg = if let Constant::Integer(number) = value {
                    Arg::from(*number)
                } else if let Constant::Number(number) = value {
                    Arg::from(*number)
                } else {
                    Arg::Int(None)
                };
                self.say("cast(");
                self.bind(arg);
                self.say(match (self.dialect, value) {
                    (Dialect::Postgres, _) => " as numeric)",
                    (Dialect::Sqlite, Constant::Integer(_)) => " as integer)",
                    (Dialect::Sqlite, _) => " as real)",
                });
            }
            _ => {
                let detail = "a custom field is compared with a text or number, and by == and != with true, false and null";
                return Err(fault(at, detail));
            }
        }
        self.say(if negated { ", false)" } else { ")" });
        Ok(())
    }

    /// Whether a side is there.
    fn presence(&mut self, side: &Operand, there: bool) {
        match side {
            Operand::Attribute(name) => {
                self.say("coalesce(");
                self.json_type(name);
                self.say(if there { ", 'null') <> 'null'" } else { ", 'null') = 'null'" });
            }
            Operand::Field(field) if !field.optional => self.say(if there { "true" } else { "false" }),
            side => {
                self.side(side, false);
                self.say(if there { " is not null" } else { " is null" });
            }
        }
    }

    /// A side's expression. Texts that are put in order are compared byte by byte on both engines.
    fn side(&mut self, side: &Operand, ordered: bool) {
        match side {
            Operand::Field(field) => {
                self.say(field.name);
                if ordered && field.of == Type::Text && self.dialect == Dialect::Postgres {
                    self.say(" collate \"C\"");
                }
            }
            Operand::Shifted(field, micros) => {
                self.say("(");
                self.say(field.name);
                self.say(" + ");
                self.bind(*micros);
                self.say(")");
            }
            Operand::Size(field) if field.of == Type::Texts => {
                self.say(match self.dialect {
                    Dialect::Sqlite => "json_array_length(",
                    Dialect::Postgres => "jsonb_array_length(",
                });
                self.say(field.name);
                self.say(")");
            }
            Operand::Size(field) => {
                self.say("length(");
                self.say(field.name);
                self.say(")");
            }
            // These are written where they are compared.
            Operand::Attribute(_) | Operand::Constant(_) => self.say("null"),
        }
    }

    /// A side as text; NULL where a custom field is something else.
    fn text(&mut self, side: &Operand) {
        let Operand::Attribute(name) = side else { return self.side(side, false) };
        self.say("case when ");
        self.json_type(name);
        self.say(match self.dialect {
            Dialect::Sqlite => " = 'text' then attributes ->> ",
            Dialect::Postgres => " = 'string' then attributes ->> ",
        });
        self.bind(name);
        self.say(" end");
    }

    fn json_type(&mut self, name: &str) {
        self.say(match self.dialect {
            Dialect::Sqlite => "json_type(attributes -> ",
            Dialect::Postgres => "jsonb_typeof(attributes -> ",
        });
        self.bind(name);
        self.say(")");
    }

    /// The argument that a side is compared with.
    fn argument(&self, at: &Node, side: &Operand, compare: Compare, value: &Constant) -> Result<Arg, Fault> {
        let of = type_of(side);
        let name = match side {
            Operand::Field(field) | Operand::Shifted(field, _) | Operand::Size(field) => field.name,
            Operand::Attribute(_) | Operand::Constant(_) => "this",
        };
        if compare.orders() && matches!(of, Type::Word(_) | Type::Id | Type::Boolean) {
            let detail = format!("{name} is {}; it is compared with ==, != and in alone", of.described());
            return Err(fault(at, detail));
        }
        Ok(match (of, value) {
            (Type::Text, Constant::Text(text)) => text.into(),
            (Type::Word(words), Constant::Text(word)) => {
                if !words.contains(&word.as_str()) {
                    let detail = format!("{name} is never {word:?}; it is one of: {}", words.join(", "));
                    return Err(fault(at, detail));
                }
                word.into()
            }
            (Type::Id, Constant::Text(text)) => match text.parse::<Uuid>() {
                Ok(id) => id.into(),
                Err(_) => return Err(fault(at, format!("{name} is an id, and {text:?} isn't one"))),
            },
            (Type::Time, Constant::Time(moment)) => (*moment).into(),
            (Type::Boolean, Constant::Boolean(flag)) => (*flag).into(),
            (Type::Integer | Type::Number, Constant::Integer(number)) => {
                if of == Type::Number {
                    Arg::from(*number as f64)
                } else {
                    Arg::from(*number)
                }
            }
            (Type::Integer | Type::Number, Constant::Number(number)) => (*number).into(),
            _ => {
                let right = match of {
                    Type::Time => "; write timestamp(\"2026-01-31T08:00:00Z\"), or now - duration(\"72h\")",
                    Type::Texts => "; write \"vip\" in tags, or size(tags) > 0",
                    Type::Attributes => "; write attributes.name, or attributes[\"name\"]",
                    Type::Text | Type::Word(_) | Type::Id => "; it is compared with a text in quotes",
                    _ => "",
                };
                return Err(fault(at, format!("{name} is {}{right}", of.described())));
            }
        })
    }
}

/// The first text after all that begin with this one; none when there is none.
fn behind(text: &str) -> Option<String> {
    let mut characters: Vec<char> = text.chars().collect();
    while let Some(last) = characters.pop() {
        let next = match last {
            '\u{d7ff}' => Some('\u{e000}'),
            last => char::from_u32(last as u32 + 1),
        };
        if let Some(next) = next {
            characters.push(next);
            return Some(characters.into_iter().collect());
        }
    }
    None
}
