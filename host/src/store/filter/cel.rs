//! Conditions as their users write them: a part of CEL, translated to SQL in which every value is bound.
//!
//! `status == "open" && (priority == "urgent" || "vip" in tags) && created_at > now - duration("72h")`
//!
//! A comparison with a missing value is false, except that it equals `null`; so what `!` stands before is true then.
//! SQL would leave such a comparison undecided. Therefore `!` is carried down to the single comparisons, each of which
//! is written out either way; below `and` and `or` alone, undecided counts as false.

use super::Statement;
use super::compare::Compare;
use super::operand::{CONDITIONS, Constant, Names, Operand, fault, is_text, names};
use super::parser::{Expr, Node, parse};
use super::writer::Writer;
use crate::domain::catalogue::Type;
use crate::store::db::Dialect;

/// The longest condition, in bytes of UTF-8.
pub const LONGEST: usize = 2_048;
/// The longest list after `in`.
pub const LONGEST_LIST: usize = 100;

/// What is wrong with a condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at character {at}: {detail}")]
pub struct ConditionError {
    /// Where, counted in characters from 1.
    pub at: usize,
    /// What is wrong there, and what would be right.
    pub detail: String,
}

/// Adds a condition to a statement, after `and`.
pub(super) fn add(
    statement: &mut Statement,
    names: Names<'_>,
    source: &str,
    dialect: Dialect,
) -> Result<(), ConditionError> {
    if source.len() > LONGEST {
        let detail = format!("a filter has at most {LONGEST} bytes, this one has {}", source.len());
        return Err(ConditionError { at: 1, detail });
    }
    let condition = parse(source)?;
    let mut sql = Writer { dialect, statement };
    sql.say(" and (");
    let mut walk = Walk { names, sql };
    walk.condition(&condition, false)?;
    walk.sql.say(")");
    Ok(())
}

/// The way through a condition's tree.
struct Walk<'a> {
    names: Names<'a>,
    sql: Writer<'a>,
}

impl Walk<'_> {
    /// Writes a condition, or what it is not.
    fn condition(&mut self, node: &Node, negated: bool) -> Result<(), ConditionError> {
        match &node.expr {
            Expr::Boolean(flag) => {
                self.sql.say(if *flag == negated { "false" } else { "true" });
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
                    self.sql.presence(&field, !negated);
                    Ok(())
                }
                _ => {
                    let record = self.names.kind.name;
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
                    self.sql.say(field.sql);
                    self.sql.say(if negated { " is not true" } else { " is true" });
                    Ok(())
                }
                side @ Operand::Attribute(..) => {
                    self.sql.with_constant(node, &side, Compare::Equal, &Constant::Boolean(true), negated)
                }
                _ => Err(fault(node, format!("this is no condition; {CONDITIONS}"))),
            },
            _ => Err(fault(node, format!("this is no condition; {CONDITIONS}"))),
        }
    }

    fn joined(&mut self, parts: &[Node], and: bool, negated: bool) -> Result<(), ConditionError> {
        for (index, part) in parts.iter().enumerate() {
            self.between(index, and);
            self.condition(part, negated)?;
        }
        self.sql.say(")");
        Ok(())
    }

    fn comparison(
        &mut self,
        left: &Node,
        compare: Compare,
        right: &Node,
        negated: bool,
    ) -> Result<(), ConditionError> {
        match (self.names.operand(left)?, self.names.operand(right)?) {
            (Operand::Constant(_), Operand::Constant(_)) => Err(self.no_field(left)),
            (side, Operand::Constant(value)) => {
                self.sql.with_constant(right, &side, compare, &value, negated)
            }
            (Operand::Constant(value), side) => {
                self.sql.with_constant(left, &side, compare.turned(), &value, negated)
            }
            (Operand::Attribute(..), _) | (_, Operand::Attribute(..)) => {
                Err(fault(left, "a custom field is compared with a constant"))
            }
            (one, other) => self.sql.fields(right, &one, compare, &other, negated),
        }
    }

    fn membership(&mut self, left: &Node, right: &Node, negated: bool) -> Result<(), ConditionError> {
        if let Expr::List(elements) = &right.expr {
            return self.one_of(left, right, elements, negated);
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
        self.sql.has(field, text, negated);
        Ok(())
    }

    /// Whether a field is one of a list of constants.
    fn one_of(
        &mut self,
        left: &Node,
        right: &Node,
        elements: &[Node],
        negated: bool,
    ) -> Result<(), ConditionError> {
        if elements.is_empty() || elements.len() > LONGEST_LIST {
            return Err(fault(right, format!("a list has 1 to {LONGEST_LIST} values")));
        }
        let side = self.names.operand(left)?;
        if let Operand::Constant(_) = side {
            return Err(self.no_field(left));
        }
        for (index, element) in elements.iter().enumerate() {
            self.between(index, negated);
            let Operand::Constant(value) = self.names.operand(element)? else {
                return Err(fault(element, "a list has constants only"));
            };
            self.sql.with_constant(element, &side, Compare::Equal, &value, negated)?;
        }
        self.sql.say(")");
        Ok(())
    }

    /// `startsWith`, `contains` and `endsWith`.
    fn part(&mut self, name: &str, target: &Node, part: &Node, negated: bool) -> Result<(), ConditionError> {
        let Operand::Constant(Constant::Text(text)) = self.names.operand(part)? else {
            return Err(fault(part, format!("{name}() takes a text")));
        };
        let side = self.names.operand(target)?;
        let stands = match &side {
            Operand::Field(field) => is_text(field.of),
            Operand::Attribute(..) => true,
            _ => false,
        };
        if !stands {
            return Err(fault(target, format!("{name}() is asked of a field that is text")));
        }
        self.sql.part(name, &side, &text, negated);
        Ok(())
    }

    /// What stands before a part of a row of conditions.
    fn between(&mut self, index: usize, and: bool) {
        self.sql.say(match (index, and) {
            (0, _) => "(",
            (_, true) => " and ",
            (_, false) => " or ",
        });
    }

    fn no_field(&self, node: &Node) -> ConditionError {
        fault(node, format!("a comparison needs a field; there are {}", names(self.names.kind)))
    }
}
