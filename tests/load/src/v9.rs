//! V9: customers created, each durable before its answer.

use std::time::Duration;

use anyhow::Result;
use rusqlite::types::Value;
use uuid::Uuid;

use crate::Size;
use crate::client::{Until, drive, write};
use crate::floor::writer::{self, Row as SqlRow};
use crate::host::{Place, address_of, bearer};
use crate::report::{Row, median, whole};

const CLIENTS: usize = 64;

/// Measures in turn: a batching writer over sqlx, one over rusqlite, and the host.
pub async fn run(place: &Place, size: Size) -> Result<Vec<Row>> {
    let database = place.sqlite("v9.db");
    let floor = place.sqlite("v9-floor.db");
    place.make(&floor)?;
    let host = place.start(&address_of(&database))?;
    let length = Duration::from_millis(size.millis);
    let mut rates: [Vec<f64>; 3] = Default::default();
    let mut slowest = Vec::new();
    for round in 0..=size.rounds {
        let offset = u64::from(round) << 32;
        let figures = [
            writer::sqlx(&floor, CLIENTS, length, move |number| rows(offset + number)).await?,
            writer::rusqlite(&floor, CLIENTS, length, move |number| rows(offset + (1 << 31) + number))
                .await?,
            {
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
                if round > 0 {
                    slowest.push(outcome.percentile(0.99));
                }
                outcome.rate
            },
        ];
        for (rates, figure) in rates.iter_mut().zip(figures).filter(|_| round > 0) {
            rates.push(figure);
        }
    }
    host.stop().map_err(|error| anyhow::anyhow!(error))?;
    let [sqlx, rusqlite, figure] = rates.map(|rates| median(&rates));
    let shown = format!("{}/s, p99 {:.1} ms", whole(figure), median(&slowest));
    Ok(vec![
        Row {
            id: "V9",
            what: format!(
                "`POST /v1/customers` with a phone, durable, {CLIENTS} connections; floor: the same three rows by a batching writer over sqlx"
            ),
            floor: format!("{}/s", whole(sqlx)),
            figure: shown.clone(),
            ratio: Some(figure / sqlx),
            target: ">= 0.5",
        },
        Row {
            id: "V9",
            what: "the same; floor: a batching writer over rusqlite".to_owned(),
            floor: format!("{}/s", whole(rusqlite)),
            figure: shown,
            ratio: Some(figure / rusqlite),
            target: "aim 0.5",
        },
        Row {
            id: "",
            what: "writes: rusqlite in the writer's thread; floor: sqlx".to_owned(),
            floor: format!("{}/s", whole(sqlx)),
            figure: format!("{}/s", whole(rusqlite)),
            ratio: Some(rusqlite / sqlx),
            target: "why SQLite goes without sqlx",
        },
    ])
}

/// A customer, her phone and the event of her making, sealed at once.
fn rows(number: u64) -> Vec<SqlRow> {
    let id = || Value::Blob(Uuid::now_v7().as_bytes().to_vec());
    let text = |text: &str| Value::Text(text.to_owned());
    let now = 1_767_600_000_000_000_i64;
    let customer = id();
    vec![
        (
            "insert into customers (id, kind, name, stage, language, tags, attributes, created_at, updated_at, version) \
             values (?, 'person', ?, 'lead', 'zh-CN', '[]', '{}', ?, ?, 1)",
            vec![customer.clone(), Value::Text(format!("王芳 {number}")), now.into(), now.into()],
        ),
        (
            "insert into identities (id, customer_id, scheme, issuer, value, attested, created_at) values (?, ?, 'phone', '', ?, false, ?)",
            vec![
                id(),
                customer.clone(),
                Value::Text(format!("+86138{:08}", number % 100_000_000)),
                now.into(),
            ],
        ),
        (
            "insert into events (id, seq, kind, subject_kind, subject_id, customer_id, actor_kind, actor_id, at, depth, data, salt, \
             data_digest, hash) values (?, ?, 'customer.created', 'customer', ?, ?, 'token', ?, ?, 0, ?, ?, ?, ?)",
            vec![
                id(),
                // Beyond any that the host has given out while it made the tables.
                Value::Integer(i64::try_from(number).unwrap_or(0) + 1_000),
                customer.clone(),
                customer.clone(),
                customer,
                now.into(),
                text("{\"name\":\"王芳\",\"stage\":\"lead\"}"),
                Value::Blob(vec![7; 16]),
                Value::Blob(vec![8; 32]),
                Value::Blob(vec![9; 32]),
            ],
        ),
    ]
}
