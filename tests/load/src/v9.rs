//! V9: customers created, each durable before its answer.

use std::time::Duration;

use anyhow::Result;
use uuid::Uuid;

use crate::Size;
use crate::client::{Until, drive, write};
use crate::database::{Database, Value};
use crate::floor::writer::{self, Row as SqlRow};
use crate::host::{Place, bearer};
use crate::report::{Row, WHY, median, whole};

const CLIENTS: usize = 64;

/// Measures in turn: a batching writer over sqlx, on SQLite one over rusqlite, and the host.
pub async fn run(place: &Place, size: Size) -> Result<Vec<Row>> {
    let database = place.fresh("v9").await?;
    let floor = place.fresh("v9-floor").await?;
    place.make(&floor)?;
    let host = place.start(&database)?;
    let length = Duration::from_millis(size.millis);
    let (mut sqlx, mut rusqlite, mut figures) = (Vec::new(), Vec::new(), Vec::new());
    let mut slowest = Vec::new();
    for round in 0..=size.rounds {
        let offset = u64::from(round) << 32;
        sqlx.push(writer::sqlx(&floor, CLIENTS, length, move |number| rows(offset + number)).await?);
        if let Database::Sqlite(file) = &floor {
            let make = move |number| rows(offset + (1 << 31) + number);
            rusqlite.push(writer::rusqlite(file, CLIENTS, length, make).await?);
        }
        let token = bearer();
        let outcome = drive(host.address, CLIENTS, Until::Elapsed(length), move |number, request| {
            let body = format!(
                "{{\"name\":\"王芳 {number}\",\"language\":\"zh-CN\",\"identities\":[{{\"scheme\":\"phone\",\"value\":\"+86138{:08}\"}}]}}",
                (offset / 64 + number) % 100_000_000
            );
            let headers = [("authorization", token.as_str()), ("content-type", "application/json")];
            write(request, "POST", "/v1/customers", &headers, body.as_bytes());
        })
        .await?;
        figures.push(outcome.rate);
        slowest.push(outcome.percentile(0.99));
    }
    host.stop().map_err(|error| anyhow::anyhow!(error))?;
    // The first round warms caches and counts for nothing.
    let [sqlx, figure, slowest] = [&sqlx, &figures, &slowest].map(|values| median(&values[1..]));
    let rusqlite = rusqlite.get(1..).map(median);
    let row = |id, what: String, floor: f64, (figure, shown): (f64, String), target| Row {
        id,
        on: place.engine.name(),
        what,
        floor: format!("{}/s", whole(floor)),
        figure: shown,
        ratio: Some(figure / floor),
        target,
    };
    let host = (figure, format!("{}/s, p99 {slowest:.1} ms", whole(figure)));
    let first = format!(
        "`POST /v1/customers` with a phone, durable, {CLIENTS} connections; floor: the same three rows by a batching writer over sqlx"
    );
    let mut table = vec![row("V9", first, sqlx, host.clone(), ">= 0.5")];
    if let Some(rusqlite) = rusqlite {
        let what = "the same; floor: a batching writer over rusqlite".to_owned();
        table.push(row("V9", what, rusqlite, host, "aim 0.5"));
        let what = "writes: rusqlite in the writer's thread; floor: sqlx".to_owned();
        table.push(row("", what, sqlx, (rusqlite, format!("{}/s", whole(rusqlite))), WHY));
    }
    Ok(table)
}

/// A customer, her phone and the event of her making, sealed at once.
fn rows(number: u64) -> Vec<SqlRow> {
    let now = Value::Integer(1_767_600_000_000_000);
    let customer = Value::Id(Uuid::now_v7());
    vec![
        (
            "insert into customers (id, kind, name, stage, language, tags, attributes, created_at, updated_at, version) \
             values ($1, 'person', $2, 'lead', 'zh-CN', '[]', '{}', $3, $4, 1)",
            vec![customer.clone(), Value::Text(format!("王芳 {number}")), now.clone(), now.clone()],
        ),
        (
            "insert into identities (id, customer_id, scheme, issuer, value, attested, created_at) \
             values ($1, $2, 'phone', '', $3, false, $4)",
            vec![
                Value::Id(Uuid::now_v7()),
                customer.clone(),
                Value::Text(format!("+86138{:08}", number % 100_000_000)),
                now.clone(),
            ],
        ),
        (
            "insert into events (id, seq, kind, subject_kind, subject_id, customer_id, actor_kind, actor_id, at, depth, data, \
             salt, data_digest, hash) \
             values ($1, $2, 'customer.created', 'customer', $3, $4, 'token', $5, $6, 0, $7, $8, $9, $10)",
            vec![
                Value::Id(Uuid::now_v7()),
                // Beyond any that the host has given out while it made the tables.
                Value::Integer(i64::try_from(number).unwrap_or(0) + 1_000),
                customer.clone(),
                customer.clone(),
                customer,
                now,
                Value::Text("{\"name\":\"王芳\",\"stage\":\"lead\"}".to_owned()),
                Value::Bytes(vec![7; 16]),
                Value::Bytes(vec![8; 32]),
                Value::Bytes(vec![9; 32]),
            ],
        ),
    ]
}
