//! Records as plugins see them: a kind, an id, a version and named values.

use uuid::Uuid;

use super::catalogue::{Kind, Record, Shown, Type};
use super::conversation::{Conversation, Interaction};
use super::custom_field::COLUMN;
use super::customer::Customer;
use super::deal::Deal;
use super::declared::DeclaredRecord;
use super::order::Order;
use super::partner::Share;
use super::task::Task;
use super::ticket::Ticket;
use super::value::{Attribute, Value};
use super::words::words;

words! {
    /// The kinds of records that plugins may be granted.
    pub enum RecordKind {
        /// A person or organisation.
        Customer = "customer",
        /// A thread with a customer.
        Conversation = "conversation",
        /// One message or touch.
        Interaction = "interaction",
        /// A demand.
        Ticket = "ticket",
        /// Something to be done.
        Task = "task",
        /// An order.
        Order = "order",
        /// A chance to sell something.
        Deal = "deal",
        /// A record that is shared with a partner.
        Share = "share",
    }
}

impl RecordKind {
    /// What the catalogue says of it.
    pub fn kind(self) -> &'static Kind {
        match self {
            Self::Customer => Customer::KIND,
            Self::Conversation => Conversation::KIND,
            Self::Interaction => Interaction::KIND,
            Self::Ticket => Ticket::KIND,
            Self::Task => Task::KIND,
            Self::Order => Order::KIND,
            Self::Deal => Deal::KIND,
            Self::Share => Share::KIND,
        }
    }
}

/// A record as plugins see it, with all its fields; grants cut it down before it enters a sandbox.
#[derive(Debug, Clone, PartialEq)]
pub struct Entity {
    /// What it is: one of [`RecordKind`], or a declared kind.
    pub kind: String,
    /// Its id.
    pub id: Uuid,
    /// Grows by one with every change.
    pub version: i64,
    /// Its fields.
    pub attributes: Vec<Attribute>,
}

impl Entity {
    /// A record as plugins see it. Of money they see the currency as a field of its own, too, and each field that the
    /// company has added is one: `custom.industry`.
    pub fn of<R: Record>(kind: RecordKind, record: &R) -> Self {
        let (mut id, mut version, mut attributes) = (Uuid::nil(), 1, Vec::new());
        for (field, value) in record.values() {
            match (field.name, &value) {
                ("id", Shown::Id(own)) => id = *own,
                ("version", Shown::Integer(own)) => version = *own,
                _ if field.internal => {}
                (COLUMN, Shown::Fields(added)) => {
                    let own = added.iter().map(|(name, value)| (format!("{COLUMN}.{name}"), value.clone()));
                    attributes.extend(own.map(|(name, value)| Attribute::new(name, Value::from(value))));
                }
                (name, _) => attributes.push(Attribute::new(name, seen(field.of, &value))),
            }
            if field.of == Type::Money
                && let Some(part) = R::KIND.parts.iter().find(|part| part.name == "currency")
            {
                let currency = match &value {
                    Shown::Money(money) => Value::Text(money.currency.clone()),
                    _ => Value::None,
                };
                attributes.push(Attribute::new(part.name, currency));
            }
        }
        Self { kind: kind.to_string(), id, version, attributes }
    }
}

impl Entity {
    /// A record of a declared kind.
    pub fn declared(kind: &Kind, record: &DeclaredRecord) -> Self {
        let attributes = kind.declared.map(|declared| record.attributes(&declared.kind)).unwrap_or_default();
        Self { kind: kind.name.to_owned(), id: record.id.0, version: record.version, attributes }
    }
}

fn seen(of: Type, value: &Shown<'_>) -> Value {
    match value {
        Shown::Null | Shown::Bytes(_) => Value::None,
        Shown::Boolean(flag) => (*flag).into(),
        Shown::Integer(number) => (*number).into(),
        Shown::Number(number) => (*number).into(),
        Shown::Text(day) if of == Type::Date => Value::Date((*day).to_owned()),
        Shown::Text(text) => (*text).into(),
        Shown::Id(id) => id.to_string().into(),
        Shown::Time(at) => (*at).into(),
        Shown::Money(money) => (*money).clone().into(),
        deeper => Value::Json(deeper.to_json()),
    }
}
