//! Which lists can be filtered and sorted, and by which of their records' fields.

use crate::domain::conversation::Delivery;
use crate::domain::customer::{CustomerKind, Stage};
use crate::domain::deal::DealStatus;
use crate::domain::task::TaskStatus;
use crate::domain::ticket::Status;
use crate::domain::triage::{Class, Priority};
use crate::store::search::Searched;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Text.
    Text,
    /// A word of a closed set.
    Word(&'static [&'static str]),
    /// A record's id.
    Id,
    /// A moment.
    Time,
    /// Yes or no.
    Boolean,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// A list of texts.
    Texts,
    /// Custom fields by name.
    Attributes,
}

impl Type {
    /// What it is, in words for people.
    pub fn described(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Word(_) => "a word",
            Self::Id => "an id",
            Self::Time => "a time",
            Self::Boolean => "true or false",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Texts => "a list of texts",
            Self::Attributes => "custom fields",
        }
    }
}

/// How a list is sorted by a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Not at all.
    No,
    /// By the record's id, which grows with the time of its making.
    Id,
    /// By an expression that is never NULL.
    By(&'static str),
}

/// A field that conditions may name. Its column has its name.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name in the API.
    pub name: &'static str,
    /// What it holds.
    pub of: Type,
    /// Whether it may be missing.
    pub(super) optional: bool,
    pub(super) order: Order,
}

impl Field {
    const fn new(name: &'static str, of: Type) -> Self {
        Self { name, of, optional: false, order: Order::No }
    }

    const fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    /// Sorted by its column, which is never NULL.
    const fn sorted(self) -> Self {
        Self { order: Order::By(self.name), ..self }
    }

    const fn sorted_by(self, expression: &'static str) -> Self {
        Self { order: Order::By(expression), ..self }
    }

    const fn sorted_by_id(self) -> Self {
        Self { order: Order::Id, ..self }
    }

    /// Whether a list can be sorted by it.
    pub fn sorts(&self) -> bool {
        self.order != Order::No
    }
}

/// A list: its table, what always narrows it, and its fields.
#[derive(Debug)]
pub struct Listed {
    /// What one of its records is called; conditions may name fields as `ticket.status`, too.
    pub record: &'static str,
    pub(super) table: &'static str,
    /// A condition that every row of the list meets.
    pub(super) always: Option<&'static str>,
    /// The column that says which installation a row came from.
    pub(super) source: Option<&'static str>,
    /// Whether its records can be shared with partners, who then see them, too.
    pub(super) shared: bool,
    /// What `?q=` finds them as.
    pub(super) searched: Option<Searched>,
    /// How it is sorted when nobody says.
    pub usual: &'static str,
    /// Its fields.
    pub fields: &'static [Field],
}

impl Listed {
    /// A field by its name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The names that a condition may use.
    pub fn names(&self) -> String {
        let names: Vec<&str> = self.fields.iter().map(|field| field.name).collect();
        names.join(", ")
    }

    /// The names that it can be sorted by.
    pub fn sortable(&self) -> String {
        let names: Vec<&str> =
            self.fields.iter().filter(|field| field.sorts()).map(|field| field.name).collect();
        names.join(", ")
    }
}

const fn text(name: &'static str) -> Field {
    Field::new(name, Type::Text)
}

const fn word(name: &'static str, words: &'static [&'static str]) -> Field {
    Field::new(name, Type::Word(words))
}

const fn id(name: &'static str) -> Field {
    Field::new(name, Type::Id)
}

const fn time(name: &'static str) -> Field {
    Field::new(name, Type::Time)
}

const fn integer(name: &'static str) -> Field {
    Field::new(name, Type::Integer)
}

/// The number of a record in SQLite's search index, where a list is read in its order.
pub(super) static FOUND: Field = integer("found").sorted_by("found_number");

/// Customers that were not merged into others.
pub static CUSTOMERS: Listed = Listed {
    record: "customer",
    table: "customers",
    always: Some("canonical_id is null"),
    source: Some("source_id"),
    shared: false,
    searched: Some(Searched::Customer),
    usual: "-created_at",
    fields: &[
        id("id"),
        word("kind", CustomerKind::WORDS),
        text("name").sorted(),
        word("stage", Stage::WORDS),
        text("grade").optional(),
        text("language").optional(),
        text("region").optional(),
        text("birthday").optional(),
        id("organisation_id").optional(),
        id("owner_id").optional(),
        id("source_id").optional(),
        Field::new("tags", Type::Texts),
        Field::new("attributes", Type::Attributes),
        time("created_at").sorted_by_id(),
        time("updated_at").sorted(),
        integer("version"),
    ],
};

/// Conversations.
pub static CONVERSATIONS: Listed = Listed {
    record: "conversation",
    table: "conversations",
    always: None,
    source: Some("installation_id"),
    shared: false,
    searched: None,
    usual: "-last_at",
    fields: &[
        id("id"),
        id("customer_id"),
        id("installation_id").optional(),
        text("channel"),
        text("external_id"),
        text("subject"),
        time("last_at").sorted(),
        time("created_at").sorted_by_id(),
        integer("version"),
    ],
};

/// Interactions.
pub static INTERACTIONS: Listed = Listed {
    record: "interaction",
    table: "interactions",
    always: None,
    source: Some("installation_id"),
    shared: false,
    searched: Some(Searched::Interaction),
    usual: "-occurred_at",
    fields: &[
        id("id"),
        id("customer_id"),
        id("conversation_id").optional(),
        id("ticket_id").optional(),
        id("installation_id").optional(),
        text("kind"),
        Field::new("inbound", Type::Boolean),
        text("external_id").optional(),
        id("author_id").optional(),
        text("text"),
        Field::new("attributes", Type::Attributes),
        word("status", Delivery::WORDS).optional(),
        text("failure").optional(),
        time("occurred_at").sorted(),
        time("created_at").sorted_by_id(),
        integer("version"),
    ],
};

/// Leads and deals.
pub static DEALS: Listed = Listed {
    record: "deal",
    table: "deals",
    always: None,
    source: Some("source_id"),
    shared: true,
    searched: None,
    usual: "-updated_at",
    fields: &[
        id("id"),
        id("customer_id"),
        text("name"),
        id("pipeline_id"),
        id("stage_id"),
        word("status", DealStatus::WORDS),
        integer("probability"),
        integer("amount_cents").optional(),
        text("currency").optional(),
        id("owner_id").optional(),
        id("ticket_id").optional(),
        id("partner_id").optional(),
        text("source").optional(),
        text("expected_close").optional(),
        text("lost_reason").optional(),
        time("stage_at"),
        time("closed_at").optional(),
        time("created_at").sorted_by_id(),
        time("updated_at").sorted(),
        integer("version"),
    ],
};

/// Tasks.
pub static TASKS: Listed = Listed {
    record: "task",
    table: "tasks",
    always: None,
    source: Some("source_id"),
    shared: false,
    searched: None,
    usual: "-created_at",
    fields: &[
        id("id"),
        id("parent_id").optional(),
        text("subject_kind").optional(),
        id("subject_id").optional(),
        id("customer_id").optional(),
        text("title"),
        text("description"),
        word("status", TaskStatus::WORDS),
        word("priority", Priority::WORDS),
        Field::new("tags", Type::Texts),
        id("team_id").optional(),
        id("assignee_id").optional(),
        // A task without a due time comes after all that have one.
        time("due_at").optional().sorted_by("coalesce(due_at, 9223372036854775807)"),
        time("remind_at").optional(),
        time("closed_at").optional(),
        time("created_at").sorted_by_id(),
        time("updated_at").sorted(),
        integer("version"),
    ],
};

/// Tickets.
pub static TICKETS: Listed = Listed {
    record: "ticket",
    table: "tickets",
    always: None,
    source: Some("source_id"),
    shared: true,
    searched: Some(Searched::Ticket),
    usual: "-updated_at",
    fields: &[
        id("id"),
        integer("number").sorted(),
        id("customer_id"),
        id("conversation_id").optional(),
        text("subject"),
        word("class", Class::WORDS),
        word("priority", Priority::WORDS),
        word("status", Status::WORDS),
        text("language"),
        Field::new("sentiment", Type::Number),
        Field::new("tags", Type::Texts),
        id("team_id").optional(),
        id("assignee_id").optional(),
        id("source_id").optional(),
        integer("reopened"),
        time("first_response_due_at").optional(),
        // A ticket without a due time comes after all that have one.
        time("resolution_due_at").optional().sorted_by("coalesce(resolution_due_at, 9223372036854775807)"),
        time("first_response_at").optional(),
        time("resolved_at").optional(),
        time("created_at").sorted_by_id(),
        time("updated_at").sorted(),
        integer("version"),
    ],
};
