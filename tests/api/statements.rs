//! How many statements an operation takes: on PostgreSQL each is a round trip. What is more than here has to be worth it.
//! Whoever follows commits reads after each, and fans its events out by a transaction of four, mostly after the answer:
//! so the bounds of what writes have room for that.

use std::time::Duration;

use hospes::store::db::Db;
use reqwest::Method;
use serde_json::{Value, json};
use support::app::TestApp;
use support::company::{company, message};
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(operations_take_few_statements, a_host_at_rest_asks_little);

/// How many statements outside of transactions and in them the work takes. What goes on by itself makes some now and then,
/// so the least of several counts.
async fn least(app: &TestApp, beside: &Db, work: impl AsyncFn(usize)) -> (u64, u64) {
    let counts = || app.host.app().db.counts();
    let mut least = (u64::MAX, u64::MAX);
    for number in 0..8 {
        app.settle_seen_by(beside).await;
        let before = counts();
        work(number).await;
        let after = counts();
        least.0 = least.0.min(after.reads - before.reads);
        least.1 = least.1.min(after.writes - before.writes);
    }
    least
}

async fn operations_take_few_statements(engine: Engine) {
    let company = company(engine).await;
    let app = &company.app;
    let beside =
        &Db::open_reading(&app.place.location, app.clock.clone()).await.expect("a reader of its own");
    for person in [&company.li, &company.ann] {
        let path = format!("/v1/users/{person}");
        app.call(Method::PATCH, &path, Some(&json!({"capacity": 1_000}))).await.expect(200);
    }
    let new = |number: usize| json!({"name": format!("Li {number}"), "identities": [{"scheme": "phone", "value": format!("+86138000000{number:02}")}]});
    let id = async |number| app.post("/v1/customers", &new(number)).await.expect(201)["id"].clone();
    let made = id(90).await;
    let path = format!("/v1/customers/{}", made.as_str().unwrap());
    let at_most = |sqlite, postgres| if engine == Engine::Sqlite { sqlite } else { postgres };
    let mut found = Vec::new();
    let read = least(app, beside, async |_| drop(app.get(&path).await)).await;
    found.push(("a customer is read", read, (1, 0)));
    let list = least(app, beside, async |_| drop(app.get("/v1/customers").await)).await;
    found.push(("a page of customers", list, (1, 0)));
    let view = least(app, beside, async |_| drop(app.get(&format!("{path}/view")).await)).await;
    found.push(("all of a customer", view, (11, 0)));
    let create =
        least(app, beside, async |number| drop(app.post("/v1/customers", &new(number)).await.expect(201)))
            .await;
    found.push(("a customer is made", create, (12, at_most(12, 4))));
    let update = least(app, beside, async |number| {
        let change = json!({"name": format!("Han {number}")});
        let _changed: Value = app.call(Method::PATCH, &path, Some(&change)).await.expect(200);
    });
    found.push(("a customer is changed", update.await, (12, at_most(15, 7))));
    let deliver = async |number: i64| {
        company.deliver(&message(number, 1_000 + number, "Tom", "en", "Is it in stock?")).await.expect(200);
    };
    let receive = least(app, beside, async |number| deliver(100 + number as i64).await).await;
    found.push(("a message is taken", receive, (12, at_most(18, 16))));
    let assigned = least(app, beside, async |number| {
        deliver(200 + number as i64).await;
        app.settle_seen_by(beside).await;
    });
    found.push((
        "a message is taken, and its ticket given to somebody",
        assigned.await,
        (110, at_most(85, 95)),
    ));
    let fits = |count: (u64, u64), most: (u64, u64)| count.0 <= most.0 && count.1 <= most.1;
    let mut table = format!("{engine:?}: reads, writes of transactions; at most\n");
    for (what, count, most) in &found {
        table.push_str(&format!("{count:?} {most:?} {what}\n"));
    }
    println!("{table}");
    assert!(found.iter().all(|(_, count, most)| fits(*count, *most)), "{table}");
}

/// While nobody asks anything, with a ticket that waits and clocks that run for days.
async fn a_host_at_rest_asks_little(engine: Engine) {
    const WATCHED: Duration = Duration::from_secs(2);
    let company = company(engine).await;
    let app = &company.app;
    for person in [&company.li, &company.ann] {
        let path = format!("/v1/users/{person}");
        app.call(Method::PATCH, &path, Some(&json!({"capacity": 0}))).await.expect(200);
    }
    company.deliver(&message(1, 1_001, "Tom", "en", "My pump is broken!")).await.expect(200);
    app.settle().await;
    let counts = || app.host.app().db.counts();
    let mut least = u64::MAX;
    // Old things are looked for every ten seconds, so in one of these at most.
    for _ in 0..2 {
        let before = counts();
        // This is what is watched: time that passes.
        tokio::time::sleep(WATCHED).await;
        let after = counts();
        least = least.min(after.reads - before.reads + after.writes - before.writes);
    }
    assert!(least <= 10, "{least} statements in {WATCHED:?} of rest on {engine:?}");
}
