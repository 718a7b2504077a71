//! V7: from an event over a plugin to its durable effects.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use serde_json::json;
use uuid::Uuid;

use crate::Size;
use crate::client::{Connection as Client, write};
use crate::data;
use crate::database::{Database, Session, Value};
use crate::floor::writer::{self, Row as SqlRow};
use crate::host::{Admin, Place};
use crate::report::{Row, median, whole};

/// As many as the host works on at once.
const AT_ONCE: usize = 16;
const PATIENCE: Duration = Duration::from_secs(120);
/// Single events whose way is timed.
const SINGLE: u64 = 100;
/// How many customers the events are of.
const CUSTOMERS: u64 = 10_000;
const SCORES: &str = "select count(*) from scores";

/// Measures in turn: batching writers that write a score and its event, and the host that has a plugin make them.
pub async fn run(place: &Place, size: Size) -> Result<Vec<Row>> {
    let events: u64 = if size.rounds < 5 { 2_000 } else { 10_000 };
    let source = data::database(place, CUSTOMERS).await?;
    let (mut sqlx, mut rusqlite, mut figure) = (Vec::new(), Vec::new(), Vec::new());
    let length = Duration::from_millis(size.millis);
    for round in 0..size.rounds {
        let floor = place.engine.copy(&source, &format!("v7-floor-{round}")).await?;
        sqlx.push(writer::sqlx(&floor, AT_ONCE, length, rows).await?);
        if let Database::Sqlite(file) = &floor {
            let over = 1 << 31;
            rusqlite.push(writer::rusqlite(file, AT_ONCE, length, move |number| rows(over + number)).await?);
        }
        figure.push(burst(place, &source, round, events).await?);
    }
    let what = format!(
        "{} events to lead-score, until its scores and their events are durable",
        whole(events as f64)
    );
    let figure = median(&figure);
    let row = |what: String, floor: &[f64], target| Row {
        id: "V7",
        on: place.engine.name(),
        what,
        floor: format!("{}/s", whole(median(floor))),
        figure: format!("{}/s", whole(figure)),
        ratio: Some(figure / median(floor)),
        target,
    };
    let first = format!("{what}; floor: the same two rows by a batching writer over sqlx");
    let mut table = vec![row(first, &sqlx, ">= 0.5")];
    if !rusqlite.is_empty() {
        let second = "the same; floor: a batching writer over rusqlite".to_owned();
        table.push(row(second, &rusqlite, "aim 0.5"));
    }
    table.push(Row {
        id: "V7",
        on: place.engine.name(),
        what: "one message, from the answer to its webhook until the score is in the database, p50"
            .to_owned(),
        floor: String::new(),
        figure: format!("{:.1} ms", single(place).await?),
        ratio: None,
        target: if source.file().is_ok() { "<= 5 ms" } else { "<= 20 ms" },
    });
    Ok(table)
}

/// Puts events into the log, each in its place, and starts the host on them.
async fn burst(place: &Place, source: &Database, round: u32, events: u64) -> Result<f64> {
    let database = place.engine.copy(source, &format!("v7-{round}")).await?;
    let host = place.start(&database)?;
    Admin::of(&host).await?.install(place, "lead-score", &json!({}), &[]).await?;
    host.stop().map_err(|error| anyhow!(error))?;
    let mut session = database.open().await?;
    // A customer's id does for the event's, which nothing else has among events.
    let sql = "insert into events (id, seq, kind, subject_kind, subject_id, customer_id, actor_kind, at, depth, data, salt, \
        data_digest, hash) \
        select id, (select coalesce(max(seq), 0) from events) + row_number() over (order by id), \
        'survey.answered', 'customer', id, id, 'system', created_at, 0, '{}', $1, $2, $3 \
        from customers order by id limit $4";
    let bytes = |count: usize| Value::Bytes(vec![7; count]);
    session.execute(sql, &[bytes(16), bytes(32), bytes(32), Value::Integer(i64::try_from(events)?)]).await?;
    let host = place.start(&database)?;
    let began = Instant::now();
    // Some were worked off before it said that it is ready.
    let before = session.count(SCORES, &[]).await?;
    loop {
        let done = session.count(SCORES, &[]).await?;
        if done >= events {
            break;
        }
        ensure!(began.elapsed() < PATIENCE, "only {done} of {events} are scored\n{}", host.log_end());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let rate = (events - before) as f64 / began.elapsed().as_secs_f64();
    host.stop().map_err(|error| anyhow!(error))?;
    Ok(rate)
}

/// The median time in milliseconds from a webhook's answer, which comes after the commit, until the score is there.
async fn single(place: &Place) -> Result<f64> {
    let database = place.fresh("v7-single").await?;
    let host = place.start(&database)?;
    let mut admin = Admin::of(&host).await?;
    install_scoring(&mut admin, place).await?;
    let mut session = database.open().await?;
    let millis = until_scored(host.address, &mut session, SINGLE, form).await;
    let millis = millis.with_context(|| host.log_end())?;
    host.stop().map_err(|error| anyhow!(error))?;
    Ok(median(&millis))
}

/// Installs what [`form`]'s messages come by and what scores who sent them.
pub async fn install_scoring(admin: &mut Admin, place: &Place) -> Result<()> {
    admin.install(place, "web-form", &json!({}), &[]).await?;
    admin.install(place, "lead-score", &json!({}), &[]).await
}

/// A message of somebody new by the web form.
pub fn form(number: u64, request: &mut Vec<u8>) {
    let body = json!({"name": format!("Ada {number}"), "email": format!("ada{number}@example.com"), "message": "How much is it?"});
    let headers = [("content-type", "application/json")];
    write(request, "POST", "/in/web-form/", &headers, body.to_string().as_bytes());
}

/// Sends requests one after the other, each of which leads to one more row in the table `scores`; how many milliseconds
/// went by from each answer until the row was there.
pub async fn until_scored(
    address: SocketAddr,
    session: &mut Session,
    count: u64,
    make: impl Fn(u64, &mut Vec<u8>),
) -> Result<Vec<f64>> {
    let mut client = Client::open(address).await?;
    let (mut request, mut millis) = (Vec::new(), Vec::new());
    let before = session.count(SCORES, &[]).await?;
    for number in 0..count {
        make(before + number, &mut request);
        let status = client.send(&request).await?;
        ensure!((200..300).contains(&status), "a message was answered with {status}");
        let committed = Instant::now();
        while session.count(SCORES, &[]).await? <= before + number {
            ensure!(committed.elapsed() < PATIENCE, "no score comes");
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        millis.push(committed.elapsed().as_secs_f64() * 1_000.0);
        // The message's other steps are not to stand in the next one's way.
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    Ok(millis)
}

/// A score and the event of its change, sealed at once.
fn rows(number: u64) -> Vec<SqlRow> {
    let customer = data::customer(number % CUSTOMERS + 1);
    let now = Value::Integer(1_767_600_000_000_000);
    let installation = Value::Id(Uuid::from_bytes([7; 16]));
    let change = json!({
        "name": "lead", "value": {"old": null, "new": 17.5}, "grade": {"old": null, "new": "warm"},
    });
    vec![
        (
            "insert into scores (customer_id, name, installation_id, value, grade, reasons, computed_at) \
             values ($1, $2, $3, 17.5, 'warm', $4, $5)",
            vec![
                Value::Id(customer),
                Value::Text(format!("lead-{}", number / CUSTOMERS)),
                installation.clone(),
                Value::Json(json!(["asked for the price", "wrote lately"])),
                now.clone(),
            ],
        ),
        (
            "insert into events (id, seq, kind, subject_kind, subject_id, customer_id, actor_kind, actor_id, at, depth, data, \
             salt, data_digest, hash) \
             values ($1, $2, 'score.changed', 'customer', $3, $4, 'installation', $5, $6, 1, $7, $8, $9, $10)",
            vec![
                Value::Id(Uuid::now_v7()),
                Value::Integer(i64::try_from(number).unwrap_or(0) + 1_000_000),
                Value::Id(customer),
                Value::Id(customer),
                installation,
                now,
                Value::Text(change.to_string()),
                Value::Bytes(vec![7; 16]),
                Value::Bytes(vec![8; 32]),
                Value::Bytes(vec![9; 32]),
            ],
        ),
    ]
}
