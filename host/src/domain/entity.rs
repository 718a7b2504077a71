//! Records as plugins see them: a kind, an id, a version and named values.

use uuid::Uuid;

use super::conversation::{Conversation, Interaction};
use super::customer::{Customer, Order};
use super::deal::Deal;
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
    /// The names of its fields, as the HTTP API has them, besides `id` and `version`.
    pub fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Customer => &[
                "kind",
                "name",
                "stage",
                "grade",
                "language",
                "region",
                "birthday",
                "tags",
                "attributes",
                "created_at",
                "updated_at",
            ],
            Self::Conversation => {
                &["customer_id", "channel", "external_id", "subject", "last_at", "created_at"]
            }
            Self::Interaction => &[
                "customer_id",
                "conversation_id",
                "ticket_id",
                "kind",
                "inbound",
                "external_id",
                "text",
                "status",
                "occurred_at",
            ],
            Self::Ticket => &[
                "customer_id",
                "conversation_id",
                "subject",
                "class",
                "priority",
                "status",
                "language",
                "sentiment",
                "tags",
                "team_id",
                "assignee_id",
                "created_at",
                "updated_at",
                "resolved_at",
            ],
            Self::Task => &[
                "parent_id",
                "subject_kind",
                "subject_id",
                "customer_id",
                "title",
                "description",
                "status",
                "priority",
                "tags",
                "team_id",
                "assignee_id",
                "due_at",
                "remind_at",
                "closed_at",
                "created_at",
                "updated_at",
            ],
            Self::Order => &["customer_id", "number", "total", "currency", "items", "placed_at"],
            Self::Deal => &[
                "customer_id",
                "name",
                "pipeline_id",
                "stage_id",
                "status",
                "probability",
                "amount",
                "currency",
                "owner_id",
                "ticket_id",
                "source",
                "expected_close",
                "lost_reason",
                "created_at",
                "updated_at",
                "closed_at",
            ],
            Self::Share => &[
                "customer_id",
                "partner_id",
                "subject_kind",
                "subject_id",
                "note",
                "state",
                "reference",
                "message",
                "due_at",
                "created_at",
                "updated_at",
            ],
        }
    }
}

/// A record as plugins see it, with all its fields; grants cut it down before it enters a sandbox.
#[derive(Debug, Clone, PartialEq)]
pub struct Entity {
    /// What it is.
    pub kind: RecordKind,
    /// Its id.
    pub id: Uuid,
    /// Grows by one with every change.
    pub version: i64,
    /// Its fields.
    pub attributes: Vec<Attribute>,
}

fn id<T: Into<Uuid>>(id: Option<T>) -> Value {
    id.map(|id| id.into().to_string()).into()
}

fn date(day: Option<&String>) -> Value {
    day.map_or(Value::None, |day| Value::Date(day.clone()))
}

fn list(items: &[String]) -> Value {
    Value::Json(items.into())
}

fn entity<const N: usize>(kind: RecordKind, id: Uuid, version: i64, fields: [(&str, Value); N]) -> Entity {
    let attributes =
        fields.into_iter().map(|(name, value)| Attribute { name: name.to_owned(), value }).collect();
    Entity { kind, id, version, attributes }
}

impl From<&Customer> for Entity {
    fn from(customer: &Customer) -> Self {
        let fields = [
            ("kind", customer.kind.as_str().into()),
            ("name", customer.name.as_str().into()),
            ("stage", customer.stage.as_str().into()),
            ("grade", customer.grade.clone().into()),
            ("language", customer.language.clone().into()),
            ("region", customer.region.clone().into()),
            ("birthday", date(customer.birthday.as_ref())),
            ("tags", list(&customer.tags)),
            ("attributes", Value::Json(customer.attributes.clone().into())),
            ("created_at", customer.created_at.into()),
            ("updated_at", customer.updated_at.into()),
        ];
        entity(RecordKind::Customer, customer.id.0, customer.version, fields)
    }
}

impl From<&Conversation> for Entity {
    fn from(conversation: &Conversation) -> Self {
        let fields = [
            ("customer_id", id(Some(conversation.customer_id))),
            ("channel", conversation.channel.as_str().into()),
            ("external_id", conversation.external_id.as_str().into()),
            ("subject", conversation.subject.as_str().into()),
            ("last_at", conversation.last_at.into()),
            ("created_at", conversation.created_at.into()),
        ];
        entity(RecordKind::Conversation, conversation.id.0, conversation.version, fields)
    }
}

impl From<&Interaction> for Entity {
    fn from(interaction: &Interaction) -> Self {
        let fields = [
            ("customer_id", id(Some(interaction.customer_id))),
            ("conversation_id", id(interaction.conversation_id)),
            ("ticket_id", id(interaction.ticket_id)),
            ("kind", interaction.kind.as_str().into()),
            ("inbound", interaction.inbound.into()),
            ("external_id", interaction.external_id.clone().into()),
            ("text", interaction.text.as_str().into()),
            ("status", interaction.status.map(|status| status.as_str().to_owned()).into()),
            ("occurred_at", interaction.occurred_at.into()),
        ];
        entity(RecordKind::Interaction, interaction.id.0, interaction.version, fields)
    }
}

impl From<&Ticket> for Entity {
    fn from(ticket: &Ticket) -> Self {
        let fields = [
            ("customer_id", id(Some(ticket.customer_id))),
            ("conversation_id", id(ticket.conversation_id)),
            ("subject", ticket.subject.as_str().into()),
            ("class", ticket.class.as_str().into()),
            ("priority", ticket.priority.as_str().into()),
            ("status", ticket.status.as_str().into()),
            ("language", ticket.language.as_str().into()),
            ("sentiment", ticket.sentiment.into()),
            ("tags", list(&ticket.tags)),
            ("team_id", id(ticket.team_id)),
            ("assignee_id", id(ticket.assignee_id)),
            ("created_at", ticket.created_at.into()),
            ("updated_at", ticket.updated_at.into()),
            ("resolved_at", ticket.resolved_at.into()),
        ];
        entity(RecordKind::Ticket, ticket.id.0, ticket.version, fields)
    }
}

impl From<&Task> for Entity {
    fn from(task: &Task) -> Self {
        let fields = [
            ("parent_id", id(task.parent_id)),
            ("subject_kind", task.subject_kind.clone().into()),
            ("subject_id", id(task.subject_id)),
            ("customer_id", id(task.customer_id)),
            ("title", task.title.as_str().into()),
            ("description", task.description.as_str().into()),
            ("status", task.status.as_str().into()),
            ("priority", task.priority.as_str().into()),
            ("tags", list(&task.tags)),
            ("team_id", id(task.team_id)),
            ("assignee_id", id(task.assignee_id)),
            ("due_at", task.due_at.into()),
            ("remind_at", task.remind_at.into()),
            ("closed_at", task.closed_at.into()),
            ("created_at", task.created_at.into()),
            ("updated_at", task.updated_at.into()),
        ];
        entity(RecordKind::Task, task.id.0, task.version, fields)
    }
}

impl From<&Order> for Entity {
    fn from(order: &Order) -> Self {
        let fields = [
            ("customer_id", id(Some(order.customer_id))),
            ("number", order.number.as_str().into()),
            ("total", order.total().into()),
            ("currency", order.currency.as_str().into()),
            ("items", Value::Json(order.items.clone())),
            ("placed_at", order.placed_at.into()),
        ];
        entity(RecordKind::Order, order.id.0, 1, fields)
    }
}

impl From<&Deal> for Entity {
    fn from(deal: &Deal) -> Self {
        let fields = [
            ("customer_id", id(Some(deal.customer_id))),
            ("name", deal.name.as_str().into()),
            ("pipeline_id", id(Some(deal.pipeline_id))),
            ("stage_id", id(Some(deal.stage_id))),
            ("status", deal.status.as_str().into()),
            ("probability", Value::Integer(deal.probability)),
            ("amount", deal.amount().into()),
            ("currency", deal.currency.clone().into()),
            ("owner_id", id(deal.owner_id)),
            ("ticket_id", id(deal.ticket_id)),
            ("source", deal.source.clone().into()),
            ("expected_close", date(deal.expected_close.as_ref())),
            ("lost_reason", deal.lost_reason.clone().into()),
            ("created_at", deal.created_at.into()),
            ("updated_at", deal.updated_at.into()),
            ("closed_at", deal.closed_at.into()),
        ];
        entity(RecordKind::Deal, deal.id.0, deal.version, fields)
    }
}

impl From<&Share> for Entity {
    fn from(share: &Share) -> Self {
        let fields = [
            ("customer_id", id(Some(share.customer_id))),
            ("partner_id", id(Some(share.partner_id))),
            ("subject_kind", share.subject_kind.as_str().into()),
            ("subject_id", id(Some(share.subject_id))),
            ("note", share.note.as_str().into()),
            ("state", share.state.as_str().into()),
            ("reference", share.reference.as_str().into()),
            ("message", share.message.as_str().into()),
            ("due_at", share.due_at.into()),
            ("created_at", share.created_at.into()),
            ("updated_at", share.updated_at.into()),
        ];
        entity(RecordKind::Share, share.id.0, share.version, fields)
    }
}
