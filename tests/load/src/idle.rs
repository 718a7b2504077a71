//! What a host at rest takes: nobody asks anything, and many tickets wait for somebody whom there isn't.

use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use serde_json::json;

use crate::Size;
use crate::client::{Until, drive, write};
use crate::cpu::{Share, Watched, watch};
use crate::host::{Admin, CLASSES, Place, bearer, settle};
use crate::report::{Row, whole};

/// Tickets that wait, and the customers whose they are.
const TICKETS: u64 = 10_000;
const CUSTOMERS: usize = 100;

/// Makes the tickets, lets the host come to rest, and counts what it and its database take.
pub async fn run(place: &Place, size: Size) -> Result<Vec<Row>> {
    let database = place.fresh("idle").await?;
    let host = place.start(&database)?;
    let mut admin = Admin::of(&host).await?;
    admin.install(place, "lead-score", &json!({}), &[]).await?;
    admin.make_teams(12, 0).await?;
    let customers = make_customers(&mut admin, CUSTOMERS).await?;
    let token = bearer();
    drive(host.address, 8, Until::Sent(TICKETS), move |number, request| {
        ticket(number, &customers, &token, request);
    })
    .await?;
    let mut session = database.open().await?;
    settle(&mut session).await.with_context(|| host.log_end())?;
    let waiting = "select count(*) from tickets where assignee_id is null and status <> 'resolved'";
    let waiting = session.count(waiting, &[]).await?;
    ensure!(waiting == TICKETS, "{waiting} tickets wait");
    drop(session);
    // The last connections' idle times and the first sweep are no part of the load.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let watched = [Watched { process: host.id(), database }];
    let shares = watch(&watched, Duration::from_secs(size.idle_seconds)).await?;
    host.stop().map_err(|error| anyhow!(error))?;
    Ok(vec![Row {
        id: "idle",
        on: place.engine.name(),
        what: format!(
            "processor time while nobody asks anything, {} s after a load, {} tickets waiting: host{}",
            size.idle_seconds,
            whole(waiting as f64),
            if shares[0].database.is_some() { " and database" } else { "" }
        ),
        floor: String::new(),
        figure: shown(shares[0]),
        ratio: None,
        target: "<= 0.5 % together",
    }])
}

/// `0.2 % + 0.1 %`: a host and its database.
pub fn shown(share: Share) -> String {
    match share.database {
        Some(database) => format!("{:.2} % + {database:.2} %", share.program),
        None => format!("{:.2} %", share.program),
    }
}

/// Makes customers, up to a thousand; returns their ids.
pub async fn make_customers(admin: &mut Admin, count: usize) -> Result<Vec<String>> {
    let items: Vec<_> = (0..count).map(|number| json!({"name": format!("王芳 {number}")})).collect();
    let made = admin.call("POST", "/v1/customers:batch", Some(&json!({"items": items}))).await?;
    let made = made["items"].as_array().context("outcomes")?;
    made.iter().map(|one| Ok(one["record"]["id"].as_str().context("a customer's id")?.to_owned())).collect()
}

/// Opens a ticket of one of the customers, of each class in turn.
pub fn ticket(number: u64, customers: &[String], token: &str, request: &mut Vec<u8>) {
    let customer = &customers[number as usize % customers.len()];
    let class = CLASSES[number as usize % CLASSES.len()];
    let body = format!(
        "{{\"customer_id\":\"{customer}\",\"class\":\"{class}\",\"subject\":\"净水器漏水 {number}\",\"text\":\"净水器漏水了\"}}"
    );
    let headers = [("authorization", token), ("content-type", "application/json")];
    write(request, "POST", "/v1/tickets", &headers, body.as_bytes());
}
