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
    /// Who is to do it; empty for nobody.
    pub owner: String,
}

/// Who looks after a document: its owner, or its customer's; empty where there is none.
pub fn owner(books: &Books, document: &Record) -> Result<String, Error> {
    if !document.is_empty("owner_id") {
        return Ok(document.text("owner_id").to_owned());
    }
    let customer = books.get("customer", document.text("customer_id"))?;
    Ok(customer.map_or_else(String::new, |customer| customer.text("owner_id").to_owned()))
}

/// Makes a task about a document, on its customer's page; its id.
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
    task.set_text("assignee_id", &new.owner);
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
