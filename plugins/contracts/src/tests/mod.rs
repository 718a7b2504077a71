//! The rules, tried against a host in memory: one that stages what a call writes and refuses it when it lost a race, as the
//! real one does.

mod contracts;
mod daily;
mod invoices;
mod memory;
mod panels;
mod payments;
mod quotations;

use hospes_sdk::serde_json::{Value as Json, json};
use hospes_sdk::{Error, Event, Money, Value};
use memory::Memory;

use crate::settings::Settings;
use crate::texts::Language;

/// 2028-02-01, 09:00 in Shanghai; a leap year.
const START: i64 = 1_832_979_600_000_000;
const DAY: i64 = 86_400_000_000;
const CUSTOMER: &str = "customer-1";

fn chinese() -> Settings {
    Settings::default()
}

fn english() -> Settings {
    Settings { language: Language::English, ..Settings::default() }
}

fn money(amount: &str, currency: &str) -> Value {
    Value::Money(Money::new(amount, currency))
}

fn yuan(amount: &str) -> Value {
    money(amount, "CNY")
}

fn day(text: &str) -> Value {
    Value::Date(text.to_owned())
}

/// A host with a customer, whose owner has id `user-1`.
fn host() -> Memory {
    let memory = Memory::new(START);
    memory.insert(
        "customer",
        CUSTOMER,
        &[("name", "星河物业".into()), ("language", "zh-CN".into()), ("owner_id", "user-1".into())],
    );
    memory
}

fn event(kind: &str, id: &str, data: &Json) -> Event {
    Event {
        id: "event".into(),
        kind: kind.into(),
        subject_kind: kind.split('.').next().unwrap_or_default().into(),
        subject_id: id.into(),
        at: i64::MAX,
        sequence: 1,
        actor: "person:1".into(),
        data: data.to_string(),
    }
}

/// Has an event happen.
fn happens(memory: &Memory, settings: &Settings, kind: &str, id: &str, data: &Json) -> Result<(), Error> {
    memory.call(settings, |books| crate::react(books, &event(kind, id, data)))
}

/// Makes a record as a person does, and hands its event to the plugin.
fn made(memory: &Memory, settings: &Settings, kind: &str, id: &str, fields: &[(&str, Value)]) {
    memory.insert(kind, id, fields);
    happens(memory, settings, &format!("{kind}.created"), id, &json!({})).expect("the event is taken");
}

/// An invoice of a customer that was issued.
fn issued(memory: &Memory, settings: &Settings, id: &str, total: Value) {
    let fields = [
        ("number", "—".into()),
        ("customer_id", CUSTOMER.into()),
        ("state", "issued".into()),
        ("total", total),
    ];
    made(memory, settings, "invoice", id, &fields);
}

/// Calls a tool.
fn tool(memory: &Memory, settings: &Settings, name: &str, arguments: &Json) -> Result<Json, Error> {
    memory.call(settings, |books| crate::tools::call(books, name, &arguments.to_string()))
}
