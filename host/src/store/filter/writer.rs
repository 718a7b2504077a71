//! Writes comparisons as SQL, each for both engines, every value bound.

use super::Statement;
use super::cel::ConditionError;
use super::compare::{Compare, argument};
use super::json;
use super::operand::{Constant, Named, Operand, fault, is_optional, is_text, type_of};
use super::parser::Node;
use crate::domain::catalogue::Type;
use crate::store::db::{Arg, Dialect};

/// A statement that is being written, in its engine's words.
pub(super) struct Writer<'a> {
    pub dialect: Dialect,
    pub statement: &'a mut Statement,
}

impl Writer<'_> {
    /// Adds a fixed text.
    pub(super) fn say(&mut self, sql: &str) {
        self.statement.sql.push_str(sql);
    }

    fn bind(&mut self, arg: impl Into<Arg>) {
        self.statement.args.push(arg.into());
        let number = self.statement.args.len();
        self.say(&format!("${number}"));
    }

    /// A side against a constant.
    pub(super) fn with_constant(
        &mut self,
        at: &Node,
        side: &Operand<'_>,
        compare: Compare,
        value: &Constant,
        negated: bool,
    ) -> Result<(), ConditionError> {
        if let Operand::Attribute(column, name) = side {
            return self.attribute(at, (column, name), compare, value, negated);
        }
        let compare = if negated { compare.negated() } else { compare };
        if let (Operand::Field(_), Constant::Null) = (side, value) {
            if compare.orders() {
                return Err(fault(at, "null is compared with == and != alone"));
            }
            self.presence(side, compare == Compare::NotEqual);
            return Ok(());
        }
        let arg = argument(at, side, compare, value)?;
        let optional = is_optional(side);
        // A missing value is unequal to any other, and what is not less than a value may be missing.
        let or_missing = optional && (negated || compare == Compare::NotEqual) && compare != Compare::Equal;
        self.say(if or_missing { "(" } else { "" });
        self.side(side, compare.orders());
        self.say(compare.sql());
        match (type_of(side), value, arg) {
            (Type::Number, _, Arg::Real(Some(number))) => {
                self.statement.args.push(serde_json::Value::from(number).to_string().into());
                let number = self.statement.args.len();
                self.say(&json::number(number));
            }
            // One statement text has one type for each of its arguments.
            (Type::Integer | Type::Money, Constant::Number(_), arg) => {
                self.say("cast(");
                self.bind(arg);
                self.say(" as double precision)");
            }
            (_, _, arg) => self.bind(arg),
        }
        if or_missing {
            self.say(" or ");
            self.presence(side, false);
            self.say(")");
        }
        Ok(())
    }

    /// Two fields against each other.
    pub(super) fn fields(
        &mut self,
        at: &Node,
        one: &Operand<'_>,
        compare: Compare,
        other: &Operand<'_>,
        negated: bool,
    ) -> Result<(), ConditionError> {
        let (of, others) = (type_of(one), type_of(other));
        let numbers = |of: Type| matches!(of, Type::Integer | Type::Number);
        let same =
            std::mem::discriminant(&of) == std::mem::discriminant(&others) || is_text(of) && is_text(others);
        if !(same || numbers(of) && numbers(others)) || matches!(of, Type::Texts | Type::Attributes) {
            let detail = format!("{} can't be compared with {}", of.described(), others.described());
            return Err(fault(at, detail));
        }
        if compare.orders()
            && !(is_text(of) || matches!(of, Type::Time | Type::Integer | Type::Number | Type::Money))
        {
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

    /// `startsWith`, `contains` and `endsWith`, which tell capitals from small letters, as CEL has them.
    pub(super) fn part(&mut self, name: &str, side: &Operand<'_>, text: &str, negated: bool) {
        self.say(if negated { "not coalesce(" } else { "(" });
        match (name, side) {
            _ if text.is_empty() => self.presence(side, true),
            // A range, so that an index serves it.
            ("startsWith", Operand::Field(_)) => {
                self.side(side, true);
                self.say(" >= ");
                self.bind(text);
                if let Some(end) = behind(text) {
                    self.say(" and ");
                    self.side(side, true);
                    self.say(" < ");
                    self.bind(end);
                }
            }
            ("contains", _) => {
                self.say(match self.dialect {
                    Dialect::Sqlite => "instr(",
                    Dialect::Postgres => "strpos(",
                });
                self.text(side);
                self.say(", ");
                self.bind(text);
                self.say(") > 0");
            }
            (_, _) => {
                let characters = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
                self.say("substr(");
                self.text(side);
                if name == "startsWith" {
                    self.say(", 1, cast(");
                } else {
                    self.say(", length(");
                    self.text(side);
                    self.say(") + 1 - cast(");
                }
                self.bind(characters);
                self.say(" as integer)) = ");
                self.bind(text);
            }
        }
        self.say(if negated { ", false)" } else { ")" });
    }

    /// Whether a list among the fields has a text.
    pub(super) fn has(&mut self, list: Named<'_>, text: String, negated: bool) {
        self.say(if negated { "not " } else { "" });
        match self.dialect {
            Dialect::Sqlite => {
                self.say("exists (select 1 from json_each(");
                self.say(list.sql);
                self.say(") where value = ");
                self.bind(text);
                self.say(")");
            }
            Dialect::Postgres => {
                self.say("(");
                self.say(list.sql);
                self.say(" @> to_jsonb(");
                self.bind(text);
                self.say("))");
            }
        }
    }

    /// A custom field against a constant: true only where the field is of the constant's type.
    fn attribute(
        &mut self,
        at: &Node,
        (column, name): (&str, &str),
        compare: Compare,
        value: &Constant,
        negated: bool,
    ) -> Result<(), ConditionError> {
        // What is unequal may be of another type, or missing.
        let (compare, negated) =
            if compare == Compare::NotEqual { (Compare::Equal, !negated) } else { (compare, negated) };
        self.say(if negated { "not coalesce(" } else { "(" });
        match value {
            Constant::Null if compare == Compare::Equal => {
                self.presence(&Operand::Attribute(column, name.to_owned()), false);
            }
            Constant::Boolean(flag) if compare == Compare::Equal => {
                self.json_type(column, name);
                match (self.dialect, flag) {
                    (Dialect::Sqlite, true) => self.say(" = 'true'"),
                    (Dialect::Sqlite, false) => self.say(" = 'false'"),
                    (Dialect::Postgres, flag) => {
                        self.say(" = 'boolean' and ");
                        self.say(column);
                        self.say(" -> ");
                        self.bind(name);
                        self.say(if *flag { " = 'true'::jsonb" } else { " = 'false'::jsonb" });
                    }
                }
            }
            Constant::Text(text) => {
                self.text(&Operand::Attribute(column, name.to_owned()));
                self.say(if self.dialect == Dialect::Postgres && compare.orders() {
                    " collate \"C\""
                } else {
                    ""
                });
                self.say(compare.sql());
                self.bind(text);
            }
            Constant::Integer(number) => self.number((column, name), compare, *number, ["integer", "bigint"]),
            // PostgreSQL makes fifteen digits of a floating-point number; its text has them all.
            Constant::Number(number) if self.dialect == Dialect::Postgres => {
                self.number((column, name), compare, number.to_string(), ["", "text"]);
            }
            Constant::Number(number) => self.number((column, name), compare, *number, ["real", ""]),
            _ => {
                let detail = "a custom field is compared with a text or number, and by == and != with true, false and null";
                return Err(fault(at, detail));
            }
        }
        self.say(if negated { ", false)" } else { ")" });
        Ok(())
    }

    /// A custom field against a number, whose type on SQLite and PostgreSQL is named: one statement text has one type for
    /// each of its arguments.
    fn number(
        &mut self,
        (column, name): (&str, &str),
        compare: Compare,
        number: impl Into<Arg>,
        [sqlite, postgres]: [&str; 2],
    ) {
        self.say("case when ");
        self.json_type(column, name);
        self.say(match self.dialect {
            Dialect::Sqlite => " in ('integer', 'real') then ",
            Dialect::Postgres => " = 'number' then cast(",
        });
        self.say(column);
        self.say(" ->> ");
        self.bind(name);
        self.say(if self.dialect == Dialect::Postgres { " as numeric) end" } else { " end" });
        self.say(compare.sql());
        self.say(if self.dialect == Dialect::Postgres { "cast(cast(" } else { "cast(" });
        self.bind(number);
        self.say(" as ");
        match self.dialect {
            Dialect::Sqlite => self.say(sqlite),
            Dialect::Postgres => {
                self.say(postgres);
                self.say(") as numeric");
            }
        }
        self.say(")");
    }

    /// Whether a side is there.
    pub(super) fn presence(&mut self, side: &Operand<'_>, there: bool) {
        match side {
            Operand::Attribute(column, name) => {
                self.say("coalesce(");
                self.json_type(column, name);
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
    fn side(&mut self, side: &Operand<'_>, ordered: bool) {
        match side {
            Operand::Field(field) => {
                self.say(field.sql);
                if ordered && is_text(field.of) && self.dialect == Dialect::Postgres {
                    self.say(" collate \"C\"");
                }
            }
            Operand::Shifted(field, micros) => {
                self.say("(");
                self.say(field.sql);
                self.say(" + ");
                self.bind(*micros);
                self.say(")");
            }
            Operand::Size(field) if field.of == Type::Texts => {
                self.say(match self.dialect {
                    Dialect::Sqlite => "json_array_length(",
                    Dialect::Postgres => "jsonb_array_length(",
                });
                self.say(field.sql);
                self.say(")");
            }
            Operand::Size(field) => {
                self.say("length(");
                self.say(field.sql);
                self.say(")");
            }
            // These are written where they are compared.
            Operand::Attribute(..) | Operand::Constant(_) => self.say("null"),
        }
    }

    /// A side as text; NULL where a custom field is something else.
    fn text(&mut self, side: &Operand<'_>) {
        let Operand::Attribute(column, name) = side else { return self.side(side, false) };
        self.say("case when ");
        self.json_type(column, name);
        self.say(match self.dialect {
            Dialect::Sqlite => " = 'text' then ",
            Dialect::Postgres => " = 'string' then ",
        });
        self.say(column);
        self.say(" ->> ");
        self.bind(name);
        self.say(" end");
    }

    fn json_type(&mut self, column: &str, name: &str) {
        self.say(match self.dialect {
            Dialect::Sqlite => "json_type(",
            Dialect::Postgres => "jsonb_typeof(",
        });
        self.say(column);
        self.say(" -> ");
        self.bind(name);
        self.say(")");
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
