//! How the parameters of lists look in the API's description.

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::domain::catalogue::{Kind, Record as _};
use crate::domain::conversation::{Conversation, Interaction};
use crate::domain::customer::Customer;
use crate::domain::deal::Deal;
use crate::domain::order::Order;
use crate::domain::task::Task;
use crate::domain::ticket::Ticket;
use crate::http::extract::{Condition, Cursor, Limit, Next};
use crate::store::filter::MOST_KEYS;
use crate::store::page::{DEFAULT_LIMIT, MAX_LIMIT};

macro_rules! named {
    ($($name:ident),+) => {$(
        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )+};
}

named!(Limit, Cursor, Next, Condition);

impl PartialSchema for Limit {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(1))
            .maximum(Some(MAX_LIMIT))
            .default(Some(DEFAULT_LIMIT.into()))
            .into()
    }
}

impl PartialSchema for Cursor {
    fn schema() -> RefOr<Schema> {
        text("The `next` of the page before.", "AAZGm4nFgAAZuKPgAABwAIAAAAAAAAAB")
            .pattern(Some("^[A-Za-z0-9_-]{32}$"))
            .into()
    }
}

impl PartialSchema for Next {
    fn schema() -> RefOr<Schema> {
        let what = "The `next` of the page before; what the list was asked for stays as it was.";
        text(what, "sLq1Y2FtZeABm4o-AAAAcACAAAAAAAAAAVtd")
            .max_length(Some(4_096))
            .pattern(Some("^[A-Za-z0-9_-]+$"))
            .into()
    }
}

impl PartialSchema for Condition {
    fn schema() -> RefOr<Schema> {
        text(
            "A condition in CEL on the fields of the list's records.",
            "created_at > now - duration(\"72h\")",
        )
        .format(Some(SchemaFormat::Custom("cel".to_owned())))
        .min_length(Some(1))
        .max_length(Some(2_048))
        .into()
    }
}

/// Declares what lists can be sorted by.
macro_rules! sorts {
    ($($(#[$doc:meta])* $name:ident: $record:ident;)+) => {$(
        $(#[$doc])*
        pub enum $name {}

        named!($name);

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let what = "Names of fields, separated by commas, each once; `-` before one puts the greatest first.";
                text(what, $record::KIND.usual).pattern(Some(format!("^({})$", orders(&names($record::KIND), MOST_KEYS)))).into()
            }
        }
    )+};
}

sorts! {
    /// What conversations can be sorted by.
    ConversationSort: Conversation;
    /// What customers can be sorted by.
    CustomerSort: Customer;
    /// What deals can be sorted by.
    DealSort: Deal;
    /// What interactions can be sorted by.
    InteractionSort: Interaction;
    /// What orders can be sorted by.
    OrderSort: Order;
    /// What tasks can be sorted by.
    TaskSort: Task;
    /// What tickets can be sorted by.
    TicketSort: Ticket;
}

fn text(description: &str, example: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
        .examples([serde_json::json!(example)])
}

fn names(kind: &Kind) -> Vec<&'static str> {
    kind.fields.iter().filter(|field| field.sorts()).map(|field| field.name).collect()
}

/// The orders of at most so many of these names, none of which comes twice, as a pattern.
fn orders(names: &[&str], most: usize) -> String {
    let begun_with = |name: &&str| {
        let others: Vec<&str> = names.iter().copied().filter(|other| other != name).collect();
        match most > 1 && !others.is_empty() {
            true => format!("-?{name}(,({}))?", orders(&others, most - 1)),
            false => format!("-?{name}"),
        }
    };
    names.iter().map(begun_with).collect::<Vec<_>>().join("|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_has_each_name_once_and_no_more_than_are_allowed() {
        assert_eq!(orders(&["a"], 3), "-?a");
        assert_eq!(orders(&["a", "b"], 3), "-?a(,(-?b))?|-?b(,(-?a))?");
        assert_eq!(orders(&["a", "b"], 1), "-?a|-?b");
    }
}
