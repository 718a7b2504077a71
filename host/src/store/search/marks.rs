//! What a transaction notes of the records whose texts it writes. The texts of those that it adds are known; others' are read
//! before the commit.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::super::db::{Json, Tx, row};
use super::Searched;
use crate::domain::conversation::Interaction;
use crate::domain::customer::{Customer, Identity};
use crate::domain::task::Task;
use crate::domain::ticket::Ticket;

row! {
    /// What a record is found by, before it is taken apart into terms.
    #[derive(Debug, Clone, PartialEq)]
    pub(in crate::store) struct Text {
        pub id: Uuid,
        /// Names or texts; of a customer a name per line.
        pub text: String,
        /// Identities, one per line.
        pub others: Option<String>,
        /// The values of fields that were added.
        pub custom: Option<Json<Map<String, Value>>>,
    }
}

/// One note.
#[derive(Debug)]
pub(in crate::store) enum Mark {
    /// A record was added that is found by this.
    Added(Searched, Text),
    /// A customer that was added has this identity.
    Identity(Uuid, String),
    /// A record's texts have changed.
    Changed(Searched, Uuid),
}

/// What marks come to.
pub(super) struct Sum {
    /// The records that were added, with their texts.
    pub added: Vec<(Searched, Text)>,
    /// Those whose texts have to be read.
    pub changed: Vec<(Searched, Uuid)>,
}

/// What these marks come to, in the order in which they were made.
pub(super) fn summed_up(marks: Vec<Mark>) -> Sum {
    let mut records: BTreeMap<(Searched, Uuid), Option<Text>> = BTreeMap::new();
    for mark in marks {
        match mark {
            Mark::Added(kind, text) => {
                records.insert((kind, text.id), Some(text));
            }
            Mark::Identity(customer, value) => {
                if let Some(text) = records.entry((Searched::Customer, customer)).or_default() {
                    let others = text.others.get_or_insert_default();
                    others.push_str(&value);
                    others.push('\n');
                }
            }
            Mark::Changed(kind, id) => {
                records.insert((kind, id), None);
            }
        }
    }
    let mut sum = Sum { added: Vec::new(), changed: Vec::new() };
    for ((kind, id), text) in records {
        match text {
            Some(text) => sum.added.push((kind, text)),
            None => sum.changed.push((kind, id)),
        }
    }
    sum
}

impl Text {
    fn new(id: impl Into<Uuid>, text: String, custom: Option<&Map<String, Value>>) -> Self {
        Self { id: id.into(), text, others: None, custom: custom.cloned().map(Json) }
    }
}

/// Each as [`texts`](super::texts) would read it.
impl Tx {
    /// Marks a record whose text was written: before the commit, what it is found by follows.
    pub(in crate::store) fn texts_changed(&mut self, kind: Searched, id: impl Into<Uuid>) {
        self.mark(Mark::Changed(kind, id.into()));
    }

    /// Marks a customer that is added.
    pub(in crate::store) fn customer_added(&mut self, customer: &Customer) {
        let text = Text::new(customer.id, customer.name.clone(), Some(&customer.custom));
        self.mark(Mark::Added(Searched::Customer, text));
    }

    /// Marks an identity of a customer that is added with it.
    pub(in crate::store) fn identity_added(&mut self, identity: &Identity) {
        self.mark(Mark::Identity(identity.customer_id.into(), identity.value.clone()));
    }

    /// Marks a ticket that was added under this number.
    pub(in crate::store) fn ticket_added(&mut self, ticket: &Ticket, number: i64) {
        let text = format!("{} {number}", ticket.subject);
        self.mark(Mark::Added(Searched::Ticket, Text::new(ticket.id, text, Some(&ticket.custom))));
    }

    /// Marks an interaction that was added.
    pub(in crate::store) fn interaction_added(&mut self, interaction: &Interaction) {
        let text = Text::new(interaction.id, interaction.text.clone(), None);
        self.mark(Mark::Added(Searched::Interaction, text));
    }

    /// Marks a task that was added.
    pub(in crate::store) fn task_added(&mut self, task: &Task) {
        let text = format!("{} {}", task.title, task.description);
        self.mark(Mark::Added(Searched::Task, Text::new(task.id, text, Some(&task.custom))));
    }
}
