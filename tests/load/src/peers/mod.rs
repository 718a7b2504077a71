//! `load peers`: Hospes on both databases beside Directus on PostgreSQL, in turn, in one run. All have to have on disk what
//! they have answered.

mod directus;
mod node;
mod operations;
mod system;
mod table;

use std::time::Duration;

use anyhow::{Result, anyhow};
use serde_json::json;

use self::directus::Directus;
use self::operations::{OPERATIONS, directus_customer, hospes_customer};
use self::system::{Product, System};
use self::table::{Line, Unit};
use crate::Size;
use crate::cpu::{Watched, watch};
use crate::database::Engine;
use crate::host::{Admin, Place, bearer, settle};
use crate::report::{Row, median, say};
use crate::v7;

/// Connections that ask at once.
pub const CONNECTIONS: usize = 8;
/// So many events are timed.
const EVENTS: u64 = 60;

/// Sets all three up, measures them in turn, and prints the table; its ratios as rows.
pub async fn run(place: &Place, size: Size) -> Result<Vec<Row>> {
    let sqlite = Engine::Sqlite(place.folder.path().to_owned());
    let databases =
        [sqlite.fresh("peers").await?, place.fresh("peers").await?, place.fresh("peers-directus").await?];
    say("starting Directus");
    let directus = Directus::start(&place.target.join("peers"), &databases[2]).await?;
    directus.make_tables().await?;
    let hosts = [place.start(&databases[0])?, place.start(&databases[1])?];
    for host in &hosts {
        let mut admin = Admin::of(host).await?;
        admin.make_teams(25, 1_000).await?;
    }
    let mut systems = vec![
        System::of(Product::Hospes, hosts[0].address, bearer(), &databases[0]).await?,
        System::of(Product::Hospes, hosts[1].address, bearer(), &databases[1]).await?,
        System::of(Product::Directus, directus.address, directus::bearer(), &databases[2]).await?,
    ];

    say("10,000 customers in bulk");
    let mut bulk: [Vec<f64>; 3] = Default::default();
    for (system, seconds) in systems.iter_mut().zip(&mut bulk) {
        seconds.push(system.bulk(0).await?);
        system.look_up_customers().await?;
    }
    let mut lines = Vec::new();
    for operation in &OPERATIONS {
        say(operation.what);
        let mut rates: [Vec<f64>; 3] = Default::default();
        // The first round warms caches and counts for nothing.
        for round in 0..=size.rounds {
            for (system, rates) in systems.iter_mut().zip(&mut rates) {
                let rate = system.rate(operation, Duration::from_millis(size.millis)).await?;
                rates.extend(rate.filter(|_| round > 0));
            }
        }
        lines.push(Line::of(operation.what, Unit::Rate, rates.map(|rates| median(&rates)), operation.wanted));
    }
    for round in 1..u64::from(size.rounds) {
        for (system, seconds) in systems.iter_mut().zip(&mut bulk) {
            seconds.push(system.bulk(round).await?);
        }
    }
    let seconds = bulk.map(|seconds| median(&seconds));
    lines.push(Line::of("10,000 customers in bulk", Unit::Seconds, seconds, ["a hint", "a hint"]));

    say("from an event to its score");
    for host in &hosts {
        v7::install_scoring(&mut Admin::of(host).await?, place).await?;
    }
    let mut millis: [Vec<f64>; 3] = Default::default();
    for _ in 0..size.rounds {
        for (system, millis) in systems.iter_mut().zip(&mut millis) {
            millis.extend(system.until_scored(EVENTS / u64::from(size.rounds)).await?);
        }
    }
    let millis = millis.map(|millis| median(&millis));
    lines.push(Line::of("event -> score, p50", Unit::Millis, millis, ["a hint", "a hint"]));

    say("at rest");
    for system in &mut systems[..2] {
        settle(&mut system.session).await?;
    }
    drop(systems);
    tokio::time::sleep(Duration::from_secs(5)).await;
    let ids = [hosts[0].id(), hosts[1].id(), directus.id()];
    let watched = ids.into_iter().zip(databases).map(|(process, database)| Watched { process, database });
    let shares = watch(&watched.collect::<Vec<_>>(), Duration::from_secs(size.idle_seconds)).await?;
    for host in hosts {
        host.stop().map_err(|error| anyhow!(error))?;
    }
    table::print(&lines, &shares)?;
    Ok(table::rows(&lines))
}

/// Many new customers in one request.
fn batch(product: Product, first: u64, count: u64) -> serde_json::Value {
    let numbers = first..first + count;
    match product {
        Product::Hospes => json!({"items": numbers.map(hospes_customer).collect::<Vec<_>>()}),
        Product::Directus => numbers.map(directus_customer).collect(),
    }
}
