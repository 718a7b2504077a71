//! Timers over restarts of the host and jumps of the clock: each fires once, none is lost.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use hospes::boot::Host;
use hospes::domain::clock::Timestamp;
use hospes::store::events::{self, Event};
use serde_json::{Value, json};
use support::app::{TestApp, settings};
use support::clock::FakeClock;
use support::on_both_engines;
use support::store::{Engine, Place};

use crate::sender::{PATIENCE, full};

on_both_engines!(timers_fire_once_over_restarts_and_jumps_of_the_clock);

/// The timers of a ticket: a reminder and the end of the time, of the first response and of the resolution.
const TIMERS: usize = 4;
const MINUTE: i64 = 60_000;

/// Tickets, for 10,000 timers in full.
fn tickets() -> usize {
    if full() { 2_500 } else { 100 }
}

async fn timers_fire_once_over_restarts_and_jumps_of_the_clock(engine: Engine) {
    let clock = Arc::new(FakeClock::new());
    let place = Place::new(engine).await;
    let app = TestApp::start_in(place, clock.clone(), &[]).await;
    // Working time, so that due times are computed over the change of clocks in March, too.
    let calendar = json!({"name": "night", "time_zone": "Europe/Berlin", "hours": "Mo-Su 00:00-24:00"});
    let calendar = app.post("/v1/calendars", &calendar).await.expect(201)["id"].clone();
    clock.set("2026-03-28T20:00:00Z".parse().expect("a time"));
    let customer = app.post("/v1/customers", &json!({"name": "王芳"})).await.expect(201)["id"].clone();
    for number in 0..tickets() {
        if number % (tickets() / 10) == 0 {
            let minutes = 60 + 30 * number / (tickets() / 10);
            let policy = json!({
                "name": format!("policy {minutes}"), "grade": null, "class": "inquiry", "calendar_id": calendar,
                "first_response_minutes": minutes, "resolution_minutes": 3 * minutes,
            });
            // The swiftest of equals counts, so each new one is slower than all before: they are replaced.
            for known in app.get("/v1/sla-policies").await["items"].as_array().expect("a list") {
                let path = format!("/v1/sla-policies/{}", known["id"].as_str().expect("an id"));
                app.call(reqwest::Method::DELETE, &path, None).await.expect(204);
            }
            app.post("/v1/sla-policies", &policy).await.expect(201);
        }
        let new = json!({"customer_id": customer, "subject": format!("{number}"), "class": "inquiry"});
        app.post("/v1/tickets", &new).await.expect(201);
    }
    app.settle().await;
    // Forth and back by an hour, with an end of the host between, until all is long over.
    let mut app = app;
    for minutes in [70, -60, 65, 60, -60, 200, 90, -60, 300, 24 * 60] {
        clock.advance_millis(minutes * MINUTE);
        if minutes > 0 {
            let TestApp { host, place, .. } = app;
            host.stop().await;
            app = again(place, clock.clone()).await;
        }
        app.settle().await;
    }
    let mut fired: BTreeMap<String, usize> = BTreeMap::new();
    let mut early = 0;
    for event in said(&app).await {
        let data: Value = serde_json::from_str(event.data.as_deref().expect("it says")).expect("JSON");
        let due: Timestamp = data["due"].as_str().expect("a time").parse().expect("a time");
        early += usize::from(event.kind == "ticket.sla-breached" && event.at < due);
        *fired.entry(format!("{} {} {}", event.subject_id, event.kind, data["clock"])).or_default() += 1;
    }
    assert_eq!(fired.len(), TIMERS * tickets(), "none is lost");
    assert!(fired.values().all(|times| *times == 1), "none fires twice");
    assert_eq!(early, 0, "none fires before its time");
}

/// A host where another has just ended: it takes the file once the last of the other's work has let go of it.
async fn again(place: Place, clock: Arc<FakeClock>) -> TestApp {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        match Host::start(settings(&place, &[]), clock.clone()).await {
            Ok(host) => return TestApp::of(host, place, clock),
            Err(error) => assert!(tokio::time::Instant::now() < deadline, "{error:#}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// What the log says of clocks.
async fn said(app: &TestApp) -> Vec<Event> {
    let mut tx = app.host.app().db.read().await.expect("a reader");
    let (mut found, mut after) = (Vec::new(), 0);
    loop {
        let events = events::after(&mut tx, after, 1_000).await.expect("the log");
        let Some(last) = events.last() else { return found };
        after = last.seq;
        found.extend(events.into_iter().filter(|event| event.kind.starts_with("ticket.sla-")));
    }
}
