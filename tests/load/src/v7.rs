//! V7: from an event over a plugin to its durable effects.

use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};
use rusqlite::Connection;
use rusqlite::types::Value;
use serde_json::json;
use uuid::Uuid;

use crate::Size;
use crate::client::{Connection as Client, write};
use crate::data;
use crate::floor::writer::{self, Row as SqlRow};
use crate::host::{Admin, Place, address_of};
use crate::report::{Row, median, whole};

/// As many as the host works on at once.
const AT_ONCE: usize = 16;
const PATIENCE: Duration = Duration::from_secs(120);
/// Single events whose way is timed.
const SINGLE: i64 = 100;

/// Measures in turn: a batching writer that writes a score and its event, and the host that has a plugin make them.
pub async fn run(place: &Place, size: Size) -> Result<Vec<Row>> {
    let events: u64 = if size.rounds < 5 { 2_000 } else { 10_000 };
    let source = data::database(place, 10_000)?;
    let mut rates: [Vec<f64>; 3] = Default::default();
    for round in 0..size.rounds {
        let floor = place.sqlite(&format!("v7-floor-{round}.db"));
        std::fs::copy(&source, &floor)?;
        let length = Duration::from_millis(size.millis);
        let customers = 10_000;
        rates[0].push(writer::sqlx(&floor, AT_ONCE, length, move |number| rows(number, customers)).await?);
        let over = 1 << 31;
        rates[1].push(
            writer::rusqlite(&floor, AT_ONCE, length, move |number| rows(over + number, customers)).await?,
        );
        rates[2].push(burst(place, &source, round, events).await?);
    }
    let [sqlx, rusqlite, figure] = rates.map(|rates| median(&rates));
    let what = format!(
        "{} events to lead-score, until its scores and their events are durable",
        whole(events as f64)
    );
    let mut rows = vec![
        Row {
            id: "V7",
            what: format!("{what}; floor: the same two rows by a batching writer over sqlx"),
            floor: format!("{}/s", whole(sqlx)),
            figure: format!("{}/s", whole(figure)),
            ratio: Some(figure / sqlx),
            target: ">= 0.5",
        },
        Row {
            id: "V7",
            what: "the same; floor: a batching writer over rusqlite".to_owned(),
            floor: format!("{}/s", whole(rusqlite)),
            figure: format!("{}/s", whole(figure)),
            ratio: Some(figure / rusqlite),
            target: "aim 0.5",
        },
    ];
    rows.push(Row {
        id: "V7",
        what: "one message, from the answer to its webhook until the score is in the database, p50 on SQLite"
            .to_owned(),
        floor: String::new(),
        figure: format!("{:.1} ms", single(place).await?),
        ratio: None,
        target: "<= 5 ms",
    });
    Ok(rows)
}

/// Puts events into the log, each in its place, and starts the host on them.
async fn burst(place: &Place, source: &std::path::Path, round: u32, events: u64) -> Result<f64> {
    let database = place.sqlite(&format!("v7-{round}.db"));
    std::fs::copy(source, &database)?;
    let host = place.start(&address_of(&database))?;
    Admin::of(&host).await?.install(place, "lead-score", &json!({}), &[]).await?;
    host.stop().map_err(|error| anyhow!(error))?;
    let connection = Connection::open(&database)?;
    connection.execute(
        "insert into events (id, seq, kind, subject_kind, subject_id, customer_id, actor_kind, at, depth, data, salt, \
         data_digest, hash) \
         select randomblob(16), (select coalesce(max(seq), 0) from events) + row_number() over (order by id), \
         'survey.answered', 'customer', id, id, 'system', created_at, 0, '{}', zeroblob(16), zeroblob(32), randomblob(32) \
         from customers order by id limit ?1",
        [i64::try_from(events)?],
    )?;
    let host = place.start(&address_of(&database))?;
    let began = Instant::now();
    let count = || data::count(&connection, "select count(*) from scores");
    // Some were worked off before it said that it is ready.
    let before = count()?;
    loop {
        let done = count()?;
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
    let database = place.sqlite("v7-single.db");
    let host = place.start(&address_of(&database))?;
    let mut admin = Admin::of(&host).await?;
    admin.install(place, "web-form", &json!({}), &[]).await?;
    admin.install(place, "lead-score", &json!({}), &[]).await?;
    let mut client = Client::open(host.address).await?;
    let reader = Connection::open(&database)?;
    reader.busy_timeout(Duration::from_secs(5))?;
    let mut scores = reader.prepare("select count(*) from scores")?;
    let (mut request, mut millis) = (Vec::new(), Vec::new());
    for number in 0..SINGLE {
        let body = json!({"name": format!("Ada {number}"), "email": format!("ada{number}@example.com"), "message": "How much is it?"});
        write(
            &mut request,
            "POST",
            "/in/web-form/",
            &[("content-type", "application/json")],
            body.to_string().as_bytes(),
        );
        let status = client.send(&request).await?;
        ensure!(status == 200, "the form was answered with {status}");
        let committed = Instant::now();
        while scores.query_row([], |row| row.get::<_, i64>(0))? <= number {
            ensure!(committed.elapsed() < PATIENCE, "no score comes\n{}", host.log_end());
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        millis.push(committed.elapsed().as_secs_f64() * 1_000.0);
        // The message's other steps are not to stand in the next one's way.
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    host.stop().map_err(|error| anyhow!(error))?;
    Ok(median(&millis))
}

/// A score and the event of its change, sealed at once.
fn rows(number: u64, customers: u64) -> Vec<SqlRow> {
    let blob = |bytes: &[u8]| Value::Blob(bytes.to_vec());
    let customer = data::customer(number % customers + 1);
    let now = 1_767_600_000_000_000_i64;
    let name = format!("lead-{}", number / customers);
    vec![
        (
            "insert into scores (customer_id, name, installation_id, value, grade, reasons, computed_at) values (?, ?, ?, 17.5, 'warm', ?, ?)",
            vec![
                blob(customer.as_bytes()),
                Value::Text(name),
                blob(&[7; 16]),
                Value::Text("[\"asked for the price\",\"wrote lately\"]".to_owned()),
                now.into(),
            ],
        ),
        (
            "insert into events (id, seq, kind, subject_kind, subject_id, customer_id, actor_kind, actor_id, at, depth, data, salt, \
             data_digest, hash) values (?, ?, 'score.changed', 'customer', ?, ?, 'installation', ?, ?, 1, ?, ?, ?, ?)",
            vec![
                blob(Uuid::now_v7().as_bytes()),
                Value::Integer(i64::try_from(number).unwrap_or(0) + 1_000_000),
                blob(customer.as_bytes()),
                blob(customer.as_bytes()),
                blob(&[7; 16]),
                now.into(),
                Value::Text("{\"name\":\"lead\",\"value\":{\"old\":null,\"new\":17.5},\"grade\":{\"old\":null,\"new\":\"warm\"}}".to_owned()),
                blob(&[7; 16]),
                blob(&[8; 32]),
                blob(&[9; 32]),
            ],
        ),
    ]
}
