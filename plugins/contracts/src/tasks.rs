//! Tasks for those who look after a customer.

use hospes_sdk::{Error, Value};

use crate::books::Books;
use crate::record::Record;
use crate::texts::cut;

/// A day, in microseconds.
const DAY: i64 = 24 * 3_600_000_000;

/// A task that is to be made.
#[derive(Debug)]
pub struct Task {
    /// What is to be done.
    pub title: String,
    /// More about it.
    pub description: String,
    /// How pressing it is.
    pub priority: &'static str,
    /// Whether it is given to the owner; else it is nobody's.
    pub assign: bool,
}

/// Makes a task about a document, on its customer's page: for the document's owner, or the customer's; its id.
pub fn create(books: &Books, document: &Record, new: &Task) -> Result<String, Error> {
    let customer = books.get("customer", document.text("customer_id"))?;
    let mut task = Record::new("task");
    task.set("title", cut(new.title.trim_end_matches([' ', ':', '：']), 200));
    task.set("description", cut(&new.description, 20_000));
    task.set("priority", new.priority);
    task.set("due_at", Value::Time(books.host().now() + DAY));
    if let Some(customer) = &customer {
        task.set("subject_kind", "customer");
        task.set("subject_id", customer.id.as_str());
    }
    if new.assign {
        let holder = |field: &str| match document.value(field) {
            Value::None => customer.as_ref().map_or(Value::None, |customer| customer.value(field)),
            value => value,
        };
        task.set("assignee_id", holder("owner_id"));
        task.set("team_id", holder("team_id"));
    }
    books.create(task)
}

/// Cancels a task that nobody needs any more, if it is open.
pub fn cancel(books: &Books, id: &str) -> Result<(), Error> {
    let Some(mut task) = books.get("task", id)? else { return Ok(()) };
    if matches!(task.text("status"), "open" | "in-progress" | "waiting") {
        task.set("status", "cancelled");
        books.put(task);
    }
    Ok(())
}
