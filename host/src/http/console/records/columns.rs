//! Which fields of a kind have a column.

use super::field::PageField;
use crate::domain::catalogue::{Kind, Type};

/// The most columns where nobody says which.
const USUAL: usize = 7;

/// The fields that have a column: those that are named, or the usual ones. The title always comes first.
pub fn shown<'f>(kind: &Kind, fields: &'f [PageField], named: &[String]) -> Vec<&'f PageField> {
    let by_name = |name: &str| fields.iter().find(|field| field.name == name);
    let title = by_name(kind.title);
    let rest: Vec<&PageField> = if named.is_empty() {
        let mut rest: Vec<&PageField> = fields.iter().filter(|field| is_usual(field)).collect();
        rest.truncate(USUAL);
        // What people call it by stands beside what it is about.
        by_name("number").into_iter().filter(|field| field.of == Type::Integer).chain(rest).collect()
    } else {
        named.iter().filter_map(|name| by_name(name)).collect()
    };
    let others = rest.into_iter().filter(|field| field.name != kind.title);
    title.into_iter().chain(others).collect()
}

/// Whether people want to see it without asking: what a record is and where it stands, whose it is, what it is worth,
/// when it is due and when it changed.
fn is_usual(field: &PageField) -> bool {
    match field.of {
        Type::Word(_) | Type::Money => true,
        Type::Id(_) => {
            field.target.is_some_and(|kind| matches!(kind.name, "customer" | "user" | "team" | "partner"))
                && !matches!(field.name.as_str(), "canonical_id")
        }
        Type::Time => matches!(
            field.name.as_str(),
            "due_at" | "placed_at" | "updated_at" | "expires_at" | "revoked_at" | "last_used_at"
        ),
        Type::Text => matches!(field.name.as_str(), "email" | "region" | "grade"),
        Type::Boolean => field.name == "active",
        _ => false,
    }
}
