//! V17: what a host has in memory some minutes after much work and one large plugin. And of R28 the guests that spin.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};
use serde_json::json;

use crate::client::{Connection, Until, drive, write};
use crate::host::{Admin, Place, WEBHOOK_SECRET, bearer};
use crate::report::{Row, say};
use crate::v15::resident;
use crate::{Size, made};

/// Requests of all kinds.
const REQUESTS: u64 = 20_000;
/// Bytes of code of the large plugin: as many as one in Python has.
const LARGE: usize = 18_000_000;

/// Measures a host's memory after requests of all kinds, with the shipped plugins and one large one.
pub async fn memory(place: &Place, size: Size) -> Result<Vec<Row>> {
    // An entry of an earlier run would save the host the compiling.
    let _ = std::fs::remove_dir_all(place.target.join("load-code"));
    let host = place.start(&place.fresh("v17").await?)?;
    let mut admin = Admin::of(&host).await?;
    admin.install_all(place).await?;
    admin.make_teams(12, 1_000).await?;
    let tell = |when: &str| -> Result<f64> {
        let megabytes = resident(host.id())?;
        say(&format!("V17: {megabytes:.0} MB {when}"));
        Ok(megabytes)
    };
    tell("with the shipped plugins")?;
    let token = bearer();
    drive(host.address, 64, Until::Sent(REQUESTS), move |number, request| mixed(number, &token, request))
        .await?;
    let busy = tell("after the requests")?;
    let large = made::large(&place.program, place.folder.path(), LARGE, place.large.as_deref())?;
    let bytes = std::fs::metadata(&large)?.len();
    let began = Instant::now();
    admin.install_file(&large, "large", &json!({}), &[]).await?;
    let compiled = began.elapsed();
    let installed = tell("after the large plugin")?;
    for minute in 1..=size.minutes {
        tokio::time::sleep(Duration::from_secs(60)).await;
        tell(&format!("{minute} min later"))?;
    }
    let rested = resident(host.id())?;
    host.stop().map_err(|error| anyhow!(error))?;
    let row = |what: String, figure: String, target| Row {
        id: "V17",
        on: place.engine.name(),
        what,
        floor: String::new(),
        figure,
        ratio: None,
        target,
    };
    Ok(vec![
        row(
            format!("resident right after {REQUESTS} mixed requests, with all shipped plugins"),
            format!("{busy:.0} MB"),
            "a hint",
        ),
        row(
            format!("resident right after a plugin of {} MB was installed besides", bytes / 1_000_000),
            format!("{installed:.0} MB ({:.0} s)", compiled.as_secs_f64()),
            "a hint",
        ),
        row(format!("resident {} min later", size.minutes), format!("{rested:.0} MB"), "<= 150 MB"),
    ])
}

/// Messages by two channels, customers, lists, searches, views and pages.
fn mixed(number: u64, token: &str, request: &mut Vec<u8>) {
    let json = [("authorization", token), ("content-type", "application/json")];
    match number % 10 {
        0..=2 => {
            let chat = 700_000 + number / 30;
            let body = format!(
                "{{\"update_id\":{number},\"message\":{{\"message_id\":{number},\"date\":1767600000,\"chat\":{{\"id\":{chat},\
                 \"type\":\"private\"}},\"from\":{{\"id\":{chat},\"is_bot\":false,\"first_name\":\"客户{chat}\"}},\
                 \"text\":\"净水器坏了，第{number}次\"}}}}"
            );
            let headers =
                [("x-telegram-bot-api-secret-token", WEBHOOK_SECRET), ("content-type", "application/json")];
            write(request, "POST", "/in/telegram/update", &headers, body.as_bytes());
        }
        3 => {
            let body =
                format!("name=Ada+{number}&email=a{number}%40example.com&message=Where+is+it%3F+{number}");
            let headers = [("content-type", "application/x-www-form-urlencoded")];
            write(request, "POST", "/in/web-form/", &headers, body.as_bytes());
        }
        4 => {
            let body = format!(
                "{{\"kind\":\"person\",\"name\":\"吴桐{number}\",\"identities\":[{{\"scheme\":\"phone\",\"value\":\"+8613{:09}\"}}]}}",
                number + 1_000
            );
            write(request, "POST", "/v1/customers", &json, body.as_bytes());
        }
        5 => write(request, "GET", "/v1/customers?limit=50", &json, b""),
        6 => write(request, "GET", "/v1/tickets?limit=50", &json, b""),
        7 => write(request, "GET", "/v1/customers?q=%E5%90%B4%E6%A1%90&limit=10", &json, b""),
        8 => write(request, "GET", "/v1/teams", &json, b""),
        _ => write(request, "GET", "/v1/events?limit=20", &json, b""),
    }
}

/// A call that spins ends after 250 ms on a processor.
const LEAST_SPIN: Duration = Duration::from_millis(200);

/// Asks for `/healthz` while twenty guests spin.
pub async fn spinning(place: &Place) -> Result<Vec<Row>> {
    let host = place.start(&place.fresh("r28").await?)?;
    let mut admin = Admin::of(&host).await?;
    let mut spin = Vec::new();
    let (done, sent) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let local = tokio::task::LocalSet::new();
    // An installation is left alone after ten failures: so many that none is within the time.
    for number in 0..10 {
        let name = format!("spins-{number}");
        let file = made::spinning(&place.program, place.folder.path(), &name)?;
        admin.install_file(&file, &name, &json!({}), &[]).await?;
        for _ in 0..2 {
            let mut connection = Connection::open(host.address).await?;
            let (done, sent, name) = (done.clone(), sent.clone(), name.clone());
            spin.push(local.spawn_local(async move {
                let mut request = Vec::new();
                let mut spun = 0;
                while !done.load(Ordering::Relaxed) {
                    // What has failed three times isn't tried again.
                    let body = sent.fetch_add(1, Ordering::Relaxed).to_string();
                    write(&mut request, "POST", &format!("/in/{name}/x"), &[], body.as_bytes());
                    let asked = Instant::now();
                    let failed = connection.send(&request).await? >= 500;
                    // What is refused at once didn't spin.
                    spun += usize::from(failed && asked.elapsed() >= LEAST_SPIN);
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                anyhow::Ok(spun)
            }));
        }
    }
    let ask = async {
        let mut connection = Connection::open(host.address).await?;
        let (mut request, mut millis) = (Vec::new(), Vec::new());
        write(&mut request, "GET", "/healthz", &[], b"");
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(4) {
            let asked = Instant::now();
            ensure!(connection.send(&request).await? == 200, "/healthz is refused");
            millis.push(asked.elapsed().as_secs_f64() * 1_000.0);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        done.store(true, Ordering::Relaxed);
        millis.sort_by(f64::total_cmp);
        anyhow::Ok(millis)
    };
    let millis = local.run_until(ask).await?;
    let mut spun = 0;
    for task in spin {
        spun += local.run_until(task).await??;
    }
    host.stop().map_err(|error| anyhow!(error))?;
    ensure!(spun > 0, "no guest spun");
    let at = |share: f64| millis[((millis.len() - 1) as f64 * share) as usize];
    Ok(vec![Row {
        id: "R28",
        on: place.engine.name(),
        what: format!(
            "`/healthz` for 4 s while twenty guests spin ({spun} calls ended at their limit), p50 and p99"
        ),
        floor: String::new(),
        figure: format!("{:.1} ms, {:.1} ms", at(0.5), at(0.99)),
        ratio: None,
        target: "p99 <= 100 ms",
    }])
}
