//! R24: guesses of passwords from many addresses: how many of them are tried, and what the time of an answer tells.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Instant;

use anyhow::{Context, Result, anyhow, ensure};
use serde_json::json;

use crate::client::{Connection, write};
use crate::host::{Admin, Place};
use crate::report::{Row, median};

/// Guesses at one account, and the addresses that they come from.
const GUESSES: u32 = 10_000;
const ADDRESSES: u32 = 1_000;
/// Accounts whose answers' time is compared with that of names which nobody has, and the tries at each.
const ACCOUNTS: u32 = 20;
const TRIES: u32 = 5;

const TRIED: u16 = 422;
const TOO_OFTEN: u16 = 429;

/// Guesses at one account from all addresses, then at others as far as they are tried.
pub async fn guesses(place: &Place) -> Result<Vec<Row>> {
    let host = place.start(&place.fresh("r24").await?)?;
    let mut admin = Admin::of(&host).await?;
    for number in 0..=ACCOUNTS {
        let user = json!({"name": "Ann", "email": name(number, true), "language": "en", "roles": ["agent"]});
        let made = admin.call("POST", "/v1/users", Some(&user)).await?;
        let path = format!("/v1/users/{}/password", made["id"].as_str().context("an id")?);
        admin.call("POST", &path, Some(&json!({"password": "correct horse battery"}))).await?;
    }
    let began = Instant::now();
    let mut tried = 0;
    for address in 0..ADDRESSES {
        let mut connection = Connection::open_from(source(address), host.address).await?;
        for _ in 0..GUESSES / ADDRESSES {
            tried += u32::from(guess(&mut connection, &name(0, true)).await?.0 == TRIED);
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    let mut micros: [Vec<f64>; 2] = Default::default();
    for number in 1..=ACCOUNTS {
        for attempt in 0..TRIES {
            let from = source(ADDRESSES + number * TRIES + attempt);
            let mut connection = Connection::open_from(from, host.address).await?;
            for (place, known) in [true, false].into_iter().enumerate() {
                let (status, time) = guess(&mut connection, &name(number, known)).await?;
                ensure!(status == TRIED, "a guess was answered with {status}");
                micros[place].push(time);
            }
        }
    }
    host.stop().map_err(|error| anyhow!(error))?;
    let [known, unknown] = micros.map(|micros| median(&micros) / 1_000.0);
    let row = |what: String, figure: String, ratio, target| Row {
        id: "R24",
        on: place.engine.name(),
        what,
        floor: String::new(),
        figure,
        ratio,
        target,
    };
    Ok(vec![
        row(
            format!(
                "{GUESSES} guesses at one account from {ADDRESSES} addresses, in {seconds:.0} s: how many are tried"
            ),
            tried.to_string(),
            None,
            "<= 20 an hour",
        ),
        row(
            format!(
                "how long the answer takes for an account and for a name that nobody has, p50 of {}",
                ACCOUNTS * TRIES
            ),
            format!("{known:.1} ms, {unknown:.1} ms"),
            Some(known / unknown),
            "0.95 to 1.05",
        ),
    ])
}

/// An address of somebody's, or one that nobody has.
fn name(number: u32, known: bool) -> String {
    format!("{}{number}@example.com", if known { "ann" } else { "eve" })
}

/// Another address of this machine for each number.
fn source(number: u32) -> IpAddr {
    IpAddr::V4(Ipv4Addr::from(u32::from(Ipv4Addr::new(127, 1, 0, 0)) + number))
}

/// Tries a wrong password; the answer's status and how many microseconds it took.
async fn guess(connection: &mut Connection, email: &str) -> Result<(u16, f64)> {
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let body = format!("email={email}&password=wrong+horse+battery&next=%2Finbox");
    let mut request = Vec::new();
    write(&mut request, "POST", "/sign-in", &form, body.as_bytes());
    let asked = Instant::now();
    let status = connection.send(&request).await?;
    ensure!(matches!(status, TRIED | TOO_OFTEN), "a guess was answered with {status}");
    Ok((status, asked.elapsed().as_secs_f64() * 1_000_000.0))
}
