//! How two sides are compared, and what a field may be compared with.

use uuid::Uuid;

use super::cel::ConditionError;
use super::operand::{Constant, Operand, fault, type_of};
use super::parser::Node;
use crate::domain::catalogue::Type;
use crate::store::db::Arg;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Compare {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Compare {
    /// The comparison that an operator stands for.
    pub(super) fn of(sign: &str) -> Option<Self> {
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

    /// What is true when this is not.
    pub(super) fn negated(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::GreaterOrEqual,
            Self::LessOrEqual => Self::Greater,
            Self::Greater => Self::LessOrEqual,
            Self::GreaterOrEqual => Self::Less,
        }
    }

    /// The same with its sides changed.
    pub(super) fn turned(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }

    /// The operator in SQL, with the spaces around it.
    pub(super) fn sql(self) -> &'static str {
        match self {
            Self::Equal => " = ",
            Self::NotEqual => " <> ",
            Self::Less => " < ",
            Self::LessOrEqual => " <= ",
            Self::Greater => " > ",
            Self::GreaterOrEqual => " >= ",
        }
    }

    /// Whether it asks what comes first.
    pub(super) fn orders(self) -> bool {
        !matches!(self, Self::Equal | Self::NotEqual)
    }
}

/// The argument that a side is compared with.
pub(super) fn argument(
    at: &Node,
    side: &Operand<'_>,
    compare: Compare,
    value: &Constant,
) -> Result<Arg, ConditionError> {
    let of = type_of(side);
    let name = match side {
        Operand::Field(field) | Operand::Shifted(field, _) | Operand::Size(field) => field.name,
        Operand::Attribute(..) | Operand::Constant(_) => "this",
    };
    if compare.orders() && matches!(of, Type::Word(_) | Type::Id(_) | Type::Boolean) {
        let detail = format!("{name} is {}; it is compared with ==, != and in alone", of.described());
        return Err(fault(at, detail));
    }
    Ok(match (of, value) {
        (Type::Text | Type::LongText | Type::Date, Constant::Text(text)) => {
            let choices = match side {
                Operand::Field(field) => field.choices,
                _ => &[],
            };
            if !choices.is_empty() && !choices.contains(text) {
                let detail = format!("{name} is never {text:?}; it is one of: {}", choices.join(", "));
                return Err(fault(at, detail));
            }
            text.into()
        }
        (Type::Word(words), Constant::Text(word)) => {
            if !words.words.contains(&word.as_str()) {
                let detail = format!("{name} is never {word:?}; it is one of: {}", words.words.join(", "));
                return Err(fault(at, detail));
            }
            word.into()
        }
        (Type::Id(_), Constant::Text(text)) => match text.parse::<Uuid>() {
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
        // Amounts are kept in hundredths.
        (Type::Money, Constant::Integer(number)) => number.saturating_mul(100).into(),
        (Type::Money, Constant::Number(number)) => ((number * 1e6).round() / 1e4).into(),
        _ => {
            let right = match of {
                Type::Time => "; write timestamp(\"2026-01-31T08:00:00Z\"), or now - duration(\"72h\")",
                Type::Texts => "; write \"vip\" in tags, or size(tags) > 0",
                Type::Attributes => "; write attributes.name, or attributes[\"name\"]",
                Type::Text | Type::LongText | Type::Date | Type::Word(_) | Type::Id(_) => {
                    "; it is compared with a text in quotes"
                }
                _ => "",
            };
            return Err(fault(at, format!("{name} is {}{right}", of.described())));
        }
    })
}
