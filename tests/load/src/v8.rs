//! V8: one customer of a million, by its id.

use std::time::Duration;

use anyhow::Result;

use crate::client::{Until, drive, write};
use crate::data;
use crate::floor::server::{Kind, Server};
use crate::host::{Place, address_of, bearer};
use crate::report::{Row, median, whole};
use crate::{Size, random};

const CONNECTIONS: usize = 32;

/// Measures in turn: bare axum without a database, with one read through sqlx, through rusqlite, and the host.
pub async fn run(place: &Place, size: Size) -> Result<Vec<Row>> {
    let customers = size.customers;
    let database = data::database(place, customers)?;
    let host = place.start(&address_of(&database))?;
    let floors = [
        Server::start(Kind::Nothing, &database)?,
        Server::start(Kind::Sqlx, &database)?,
        Server::start(Kind::Rusqlite, &database)?,
    ];
    let addresses = [floors[0].address, floors[1].address, floors[2].address, host.address];
    let mut rates: [Vec<f64>; 4] = Default::default();
    let mut slowest: Vec<f64> = Vec::new();
    // The first round warms caches and counts for nothing.
    for round in 0..=size.rounds {
        for (which, address) in addresses.into_iter().enumerate() {
            let token = bearer();
            let until = Until::Elapsed(Duration::from_millis(size.millis));
            let outcome = drive(address, CONNECTIONS, until, move |number, request| {
                let id = data::customer(random(number) % customers + 1);
                write(request, "GET", &format!("/v1/customers/{id}"), &[("authorization", &token)], b"");
            })
            .await?;
            if round > 0 {
                rates[which].push(outcome.rate);
                if which == 3 {
                    slowest.push(outcome.percentile(0.99));
                }
            }
        }
    }
    host.stop().map_err(|error| anyhow::anyhow!(error))?;
    let [nothing, sqlx, rusqlite, figure] = rates.map(|rates| median(&rates));
    let what =
        format!("`GET /v1/customers/{{id}}` of {}, {CONNECTIONS} connections", whole(customers as f64));
    let shown = format!("{}/s, p99 {:.1} ms", whole(figure), median(&slowest));
    Ok(vec![
        Row {
            id: "V8",
            what: format!("{what}; floor: bare axum, one read through sqlx"),
            floor: format!("{}/s", whole(sqlx)),
            figure: shown.clone(),
            ratio: Some(figure / sqlx),
            target: ">= 0.6",
        },
        Row {
            id: "V8",
            what: "the same; floor: bare axum, one read through rusqlite".to_owned(),
            floor: format!("{}/s", whole(rusqlite)),
            figure: shown,
            ratio: Some(figure / rusqlite),
            target: "aim 0.6",
        },
        Row {
            id: "",
            what: "the client alone: bare axum without a database".to_owned(),
            floor: String::new(),
            figure: format!("{}/s", whole(nothing)),
            ratio: None,
            target: "",
        },
        Row {
            id: "",
            what: "reads: rusqlite in the handler's thread; floor: sqlx".to_owned(),
            floor: format!("{}/s", whole(sqlx)),
            figure: format!("{}/s", whole(rusqlite)),
            ratio: Some(rusqlite / sqlx),
            target: "why SQLite goes without sqlx",
        },
    ])
}
