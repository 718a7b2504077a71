//! Clients that go away in the middle of a transaction, and many that want the same at once.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use sqlx::Connection as _;
use support::on_both_engines;
use support::process::ADMIN;
use support::store::{Engine, Place};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::sender::{PATIENCE, call, client, full, start};

on_both_engines!(one_key_many_times_at_once_is_one_record);

/// Requests that are hung up on.
fn hang_ups() -> u64 {
    if full() { 10_000 } else { 600 }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hang_ups_poison_no_connection() {
    let place = Place::new(Engine::Postgres).await;
    let start = start(&place, "", "host");
    let host = start.run().unwrap_or_else(|error| panic!("{error}"));
    let mut tasks = JoinSet::new();
    for lane in 0..50 {
        let address = host.address;
        tasks.spawn(async move {
            for number in 0..hang_ups() / 50 {
                let body = json!({"name": format!("Gone {lane}-{number}")}).to_string();
                let request = format!(
                    "POST /v1/customers HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {ADMIN}\r\n\
                     content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                    body.len()
                );
                let mut stream = TcpStream::connect(address).await.expect("a connection");
                stream.write_all(request.as_bytes()).await.expect("it is sent");
                // Each at another moment: from before the transaction until after it.
                let patience = Duration::from_micros((number * 7 + lane) % 40 * 150);
                let mut answer = [0; 64];
                let _gone = tokio::time::timeout(patience, stream.read(&mut answer)).await;
            }
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.expect("a client doesn't panic");
    }
    // Every connection of the pools serves afterwards, many at once.
    let mut tasks = JoinSet::new();
    for number in 0..64 {
        let address = host.address;
        tasks.spawn(async move {
            let made =
                call(address, "POST", "/v1/customers", Some(&json!({"name": format!("Here {number}")})))
                    .await;
            let path = format!("/v1/customers/{}", made["id"].as_str().expect("an id"));
            assert_eq!(call(address, "GET", &path, None).await["name"], made["name"]);
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.expect("it is served");
    }
    // Nobody sits in a transaction that nobody ends; one under way at this moment may be seen once.
    let mut connection = sqlx::PgConnection::connect(&place.address()).await.expect("the database");
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let sql = "select count(*) from pg_stat_activity where datname = current_database() \
                   and state like 'idle in transaction%' and now() - state_change > interval '2 seconds'";
        let open: i64 = sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect("a count");
        assert_eq!(open, 0, "connections are left in a transaction");
        let sql = "select count(*) from pg_stat_activity where datname = current_database() and state = 'active' \
                   and pid <> pg_backend_pid()";
        let busy: i64 = sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect("a count");
        if busy == 0 {
            break;
        }
        assert!(tokio::time::Instant::now() < deadline, "connections never come to rest");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(host.stop().expect("it stops").success());
}

async fn one_key_many_times_at_once_is_one_record(engine: Engine) {
    let place = Place::new(engine).await;
    let start = start(&place, "", "host");
    let host = start.run().unwrap_or_else(|error| panic!("{error}"));
    let client = client();
    let mut tasks = JoinSet::new();
    for _ in 0..1_000 {
        let request = client
            .post(format!("http://{}/v1/customers", host.address))
            .bearer_auth(ADMIN)
            .header("idempotency-key", "order-7")
            .json(&json!({"name": "王芳"}));
        tasks.spawn(async move {
            let response = request.send().await.expect("an answer");
            (response.status().as_u16(), response.text().await.expect("a body"))
        });
    }
    let mut answers = BTreeSet::new();
    while let Some(answer) = tasks.join_next().await {
        answers.insert(answer.expect("a client doesn't panic"));
    }
    assert_eq!(answers.len(), 1, "{answers:#?}");
    assert_eq!(answers.first().expect("one").0, 201);
    let all: Value = call(host.address, "GET", "/v1/customers", None).await;
    assert_eq!(all["items"].as_array().expect("a list").len(), 1);
    assert!(host.stop().expect("it stops").success());
}
