//! V8: one customer of a million, by its id.

use std::time::Duration;

use anyhow::Result;

use crate::client::{Until, drive, write};
use crate::data;
use crate::floor::server::{Kind, Server};
use crate::host::{Place, bearer};
use crate::report::{Row, WHY, median, whole};
use crate::{Size, random};

const CONNECTIONS: usize = 32;

/// Measures in turn: bare axum without a database, with one read through sqlx, on SQLite also through rusqlite, and the
/// host.
pub async fn run(place: &Place, size: Size) -> Result<Vec<Row>> {
    let customers = size.customers;
    let database = data::database(place, customers).await?;
    let host = place.start(&database)?;
    let mut kinds = vec![Kind::Nothing, Kind::Sqlx];
    kinds.extend(database.file().is_ok().then_some(Kind::Rusqlite));
    let floors = kinds.iter().map(|kind| Server::start(*kind, &database)).collect::<Result<Vec<_>>>()?;
    let addresses: Vec<_> = floors.iter().map(|floor| floor.address).chain([host.address]).collect();
    let mut rates: Vec<Vec<f64>> = vec![Vec::new(); addresses.len()];
    let mut slowest: Vec<f64> = Vec::new();
    // The first round warms caches and counts for nothing.
    for round in 0..=size.rounds {
        for (which, address) in addresses.iter().copied().enumerate() {
            let token = bearer();
            let until = Until::Elapsed(Duration::from_millis(size.millis));
            let outcome = drive(address, CONNECTIONS, until, move |number, request| {
                let id = data::customer(random(number) % customers + 1);
                write(request, "GET", &format!("/v1/customers/{id}"), &[("authorization", &token)], b"");
            })
            .await?;
            if round > 0 {
                rates[which].push(outcome.rate);
                if address == host.address {
                    slowest.push(outcome.percentile(0.99));
                }
            }
        }
    }
    host.stop().map_err(|error| anyhow::anyhow!(error))?;
    let medians: Vec<f64> = rates.iter().map(|rates| median(rates)).collect();
    let (nothing, sqlx, figure) = (medians[0], medians[1], medians[medians.len() - 1]);
    let rusqlite = database.file().is_ok().then_some(medians[2]);
    let what =
        format!("`GET /v1/customers/{{id}}` of {}, {CONNECTIONS} connections", whole(customers as f64));
    let shown = format!("{}/s, p99 {:.1} ms", whole(figure), median(&slowest));
    let row = |id, what: String, floor: Option<f64>, (figure, shown): (f64, String), target| Row {
        id,
        on: place.engine.name(),
        what,
        floor: floor.map(|floor| format!("{}/s", whole(floor))).unwrap_or_default(),
        figure: shown,
        ratio: floor.map(|floor| figure / floor),
        target,
    };
    let rate = |rate: f64| (rate, format!("{}/s", whole(rate)));
    let host = (figure, shown);
    let through_sqlx = format!("{what}; floor: bare axum, one read through sqlx");
    let mut rows = vec![row("V8", through_sqlx, Some(sqlx), host.clone(), ">= 0.6")];
    if let Some(rusqlite) = rusqlite {
        let what = "the same; floor: bare axum, one read through rusqlite".to_owned();
        rows.push(row("V8", what, Some(rusqlite), host, "aim 0.6"));
        let what = "reads: rusqlite in the handler's thread; floor: sqlx".to_owned();
        rows.push(row("", what, Some(sqlx), rate(rusqlite), WHY));
    }
    let client = "the client alone: bare axum without a database".to_owned();
    rows.push(row("", client, None, rate(nothing), ""));
    Ok(rows)
}
