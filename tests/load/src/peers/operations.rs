//! What is compared: the same thing asked of Hospes and of Directus.

use serde_json::{Value, json};

use crate::host::CLASSES;

/// A request of either.
pub struct Request {
    /// Its method.
    pub method: &'static str,
    /// Its path with its query.
    pub path: String,
    /// Its body; null where it has none.
    pub body: Value,
}

/// The request of a number, about this customer.
pub type Make = fn(u64, &str) -> Request;

/// One row of the comparison.
pub struct Operation {
    /// What it does.
    pub what: &'static str,
    /// Hospes' request.
    pub hospes: Make,
    /// Directus' request; none where it has nothing like it.
    pub directus: Option<Make>,
    /// Whether what it leads to is waited for and belongs to its time.
    pub until_settled: bool,
    /// How many times as fast as Directus Hospes is to be on SQLite and on PostgreSQL.
    pub wanted: [&'static str; 2],
}

/// All of them, those that only read first.
pub const OPERATIONS: [Operation; 6] = [
    Operation {
        what: "read one",
        hospes: |_, customer| get(format!("/v1/customers/{customer}")),
        directus: Some(|_, customer| get(format!("/items/customers/{customer}"))),
        until_settled: false,
        wanted: ["a hint", ">= 60"],
    },
    Operation {
        what: "list 50 of 10,000",
        hospes: |_, _| get("/v1/customers?limit=50".to_owned()),
        directus: Some(|_, _| get("/items/customers?limit=50".to_owned())),
        until_settled: false,
        wanted: ["a hint", ">= 25"],
    },
    Operation {
        what: "360 view",
        hospes: |_, customer| get(format!("/v1/customers/{customer}/view")),
        directus: None,
        until_settled: false,
        wanted: ["", ">= 0.6"],
    },
    Operation {
        what: "update",
        hospes: |number, customer| change(format!("/v1/customers/{customer}"), number),
        directus: Some(|number, customer| change(format!("/items/customers/{customer}"), number)),
        until_settled: false,
        wanted: ["a hint", ">= 20"],
    },
    Operation {
        what: "create customer",
        hospes: |number, _| post("/v1/customers", hospes_customer(number)),
        directus: Some(|number, _| post("/items/customers", directus_customer(number))),
        until_settled: false,
        wanted: ["a hint", ">= 20"],
    },
    Operation {
        what: "ticket, with people to take it",
        hospes: |number, customer| {
            let mut ticket = ticket(number);
            ticket["customer_id"] = customer.into();
            post("/v1/tickets", ticket)
        },
        directus: Some(|number, customer| {
            let mut ticket = ticket(number);
            ticket["customer"] = customer.into();
            ticket["priority"] = "normal".into();
            ticket["status"] = "new".into();
            ticket["tags"] = json!([]);
            post("/items/tickets", ticket)
        }),
        until_settled: true,
        wanted: [">= 20", ">= 10"],
    },
];

/// A new customer, as Hospes takes her.
pub fn hospes_customer(number: u64) -> Value {
    json!({
        "name": format!("王芳 {number}"), "language": "zh-CN", "region": "华东",
        "identities": [{"scheme": "phone", "value": phone(number)}],
    })
}

/// The same customer, as Directus takes her.
pub fn directus_customer(number: u64) -> Value {
    json!({
        "kind": "person", "name": format!("王芳 {number}"), "stage": "lead", "language": "zh-CN", "region": "华东",
        "phone": phone(number), "tags": [], "attributes": {},
    })
}

fn phone(number: u64) -> String {
    format!("+86138{:08}", number % 100_000_000)
}

fn ticket(number: u64) -> Value {
    let class = CLASSES[number as usize % CLASSES.len()];
    json!({"subject": format!("净水器漏水 {number}"), "text": "净水器漏水了", "class": class})
}

fn get(path: String) -> Request {
    Request { method: "GET", path, body: Value::Null }
}

fn post(path: &str, body: Value) -> Request {
    Request { method: "POST", path: path.to_owned(), body }
}

fn change(path: String, number: u64) -> Request {
    Request { method: "PATCH", path, body: json!({"name": format!("李娜 {number}")}) }
}
