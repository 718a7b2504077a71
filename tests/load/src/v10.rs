//! V10: what people do all day must not get slower as the company grows a hundredfold.

use std::fs::File;

use anyhow::{Result, anyhow};
use rustix::fs::{Advice, fadvise};

use crate::client::{Until, drive, write};
use crate::data;
use crate::host::{Place, bearer};
use crate::report::{Row, median, whole};
use crate::{Size, random};

/// How large the small company is, of which the large one is a hundredfold.
const SHARE: u64 = 100;

/// A request that a person makes by a click.
struct Click {
    what: &'static str,
    path: fn(u64, u64) -> String,
    /// The most milliseconds that half of the answers may take; none if only growth counts.
    within: Option<f64>,
    /// Whether the files are out of the system's memory when a round begins, as after a restart of the machine. A host that
    /// has run for a while finds them there.
    cold: bool,
}

const CLICKS: [Click; 5] = [
    Click { what: "list of 50", path: |_, _| "/v1/customers?limit=50".to_owned(), within: None, cold: false },
    Click {
        what: "list of 50 tickets that are resolved",
        path: |_, _| "/v1/tickets?limit=50&status=resolved".to_owned(),
        within: None,
        cold: false,
    },
    // 王芳 and three others, percent-encoded.
    Click {
        what: "search of two Chinese characters",
        path: |number, _| {
            let names =
                ["%E7%8E%8B%E8%8A%B3", "%E6%9D%8E%E5%A8%9C", "%E5%BC%A0%E6%95%8F", "%E5%88%98%E9%9D%99"];
            format!("/v1/customers?limit=20&q={}", names[number as usize % names.len()])
        },
        within: Some(10.0),
        cold: false,
    },
    Click { what: "360 view", path: view, within: Some(5.0), cold: false },
    Click { what: "360 view, each page from the disk", path: view, within: Some(5.0), cold: true },
];

fn view(number: u64, customers: u64) -> String {
    format!("/v1/customers/{}/view", data::customer(random(number) % customers + 1))
}

/// Measures each click in turn at the small and at the large company.
pub async fn run(place: &Place, size: Size) -> Result<Vec<Row>> {
    let sizes = [size.customers / SHARE, size.customers];
    let databases = [data::database(place, sizes[0]).await?, data::database(place, sizes[1]).await?];
    for file in databases.iter().filter_map(|database| database.file().ok()) {
        std::io::copy(&mut File::open(file)?, &mut std::io::sink())?;
    }
    let [small, large] = databases.each_ref().map(|database| place.start(database));
    let (small, large) = (small?, large?);
    let mut rows = Vec::new();
    // What a server has in memory can't be taken from it.
    let can = |click: &&Click| !click.cold || databases[0].file().is_ok();
    for click in CLICKS.iter().filter(can) {
        let mut medians: [Vec<f64>; 2] = Default::default();
        for round in 0..=size.rounds {
            for (which, host) in [&small, &large].into_iter().enumerate() {
                if click.cold {
                    fadvise(File::open(databases[which].file()?)?, 0, None, Advice::DontNeed)?;
                }
                let (token, path, customers) = (bearer(), click.path, sizes[which]);
                let until = Until::Sent(if size.rounds < 5 { 50 } else { 200 });
                let outcome = drive(host.address, 1, until, move |number, request| {
                    let number = number + u64::from(round) * 1_000;
                    write(request, "GET", &path(number, customers), &[("authorization", &token)], b"");
                })
                .await?;
                if round > 0 {
                    medians[which].push(outcome.percentile(0.5));
                }
            }
        }
        let [before, after] = medians.map(|medians| median(&medians));
        let target = match click.within {
            Some(limit) if limit < 7.0 => "<= 1.5, <= 5 ms",
            Some(_) => "<= 1.5, <= 10 ms",
            None => "<= 1.5",
        };
        rows.push(Row {
            id: "V10",
            on: place.engine.name(),
            what: format!(
                "{}, p50; floor: {} customers, figure: {}",
                click.what,
                whole(sizes[0] as f64),
                whole(sizes[1] as f64)
            ),
            floor: format!("{before:.2} ms"),
            figure: format!("{after:.2} ms"),
            ratio: Some(after / before),
            target,
        });
    }
    for host in [small, large] {
        host.stop().map_err(|error| anyhow!(error))?;
    }
    Ok(rows)
}
