//! Following the event log as it grows: without a gap, nothing twice, and no longer than the caller may.

use std::time::Duration;

use hospes::boot::host::Host;
use hospes::domain::actor::Principal;
use hospes::domain::event::{Cause, NewEvent, Subject};
use hospes::domain::ids::EventId;
use hospes::store::db::DbError;
use hospes::store::events;
use reqwest::Method;
use serde_json::{Value, json};
use support::app::{ADMIN, TestApp, settings};
use support::on_both_engines;
use support::store::Engine;
use support::stream::Following;

on_both_engines!(
    a_stream_goes_on_where_it_broke_off,
    only_what_is_asked_for_comes,
    a_slow_reader_misses_nothing,
    who_may_no_longer_is_cut_off,
    a_stopping_host_sends_followers_home,
);

/// Opens a stream under a token.
async fn follow_as(app: &TestApp, token: &str, query: &str, last: Option<&str>) -> Following {
    let request = app.request(Method::GET, &format!("/v1/events/stream?{query}")).bearer_auth(token);
    let request = match last {
        Some(last) => request.header("last-event-id", last),
        None => request,
    };
    Following::of(request.send().await.expect("an answer"))
}

async fn follow(app: &TestApp, query: &str) -> Following {
    follow_as(app, ADMIN, query, None).await
}

async fn customer(app: &TestApp, name: &str) {
    app.post("/v1/customers", &json!({"kind": "person", "name": name})).await.expect(201);
}

fn places(events: &[Value]) -> Vec<i64> {
    events.iter().map(|event| event["hospesseq"].as_i64().unwrap()).collect()
}

async fn a_stream_goes_on_where_it_broke_off(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let mut stream = follow(&app, "after=0").await;
    let mut seen = Vec::new();
    for round in 0..5 {
        let writers = (0..6).map(|writer| {
            let name = format!("{round}-{writer}");
            let app = &app;
            async move { customer(app, &name).await }
        });
        futures::future::join_all(writers).await;
        // Some are left unread when the line breaks, a different number each time.
        seen.extend(stream.take(3 + round).await);
        drop(stream);
        let last = seen.last().unwrap()["hospesseq"].to_string();
        // A client that comes back sends the address that it began with.
        stream = follow_as(&app, ADMIN, "after=0", Some(&last)).await;
    }
    seen.extend(stream.take(31 - seen.len()).await);
    assert_eq!(places(&seen), (1..=31).collect::<Vec<i64>>());
    let list = app.get("/v1/events?limit=500").await;
    assert_eq!(list["items"].as_array().unwrap(), &seen, "the list has the same events in the same form");
}

async fn only_what_is_asked_for_comes(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    app.kinds().await;
    // From now on, when no place is said: the token of the start stays out.
    let mut now = follow(&app, "").await;
    let mut teams = follow(&app, "type=team.*,ticket.resolved").await;
    customer(&app, "Ann").await;
    let team = json!({"name": "Service", "classes": [], "watches": []});
    app.post("/v1/teams", &team).await.expect(201);
    let kinds: Vec<Value> = now.take(2).await.iter().map(|event| event["type"].clone()).collect();
    assert_eq!(kinds, ["customer.created", "team.created"]);
    assert_eq!(teams.take(1).await[0]["type"], "team.created");
    let listed = app.get("/v1/events?type=team.created").await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);

    let refused = async |query: &str, last: &str, status: u16, word: &str| {
        let path = format!("/v1/events/stream?{query}");
        let request = app.request(Method::GET, &path).bearer_auth(ADMIN).header("last-event-id", last);
        let answer = app.send(request).await;
        assert_eq!(answer.status.as_u16(), status, "{query} {last}: {}", answer.text);
        assert!(answer.text.contains(word), "{}", answer.text);
    };
    refused("", "x", 400, "Last-Event-ID").await;
    refused("", "-1", 400, "Last-Event-ID").await;
    refused("", "4000000", 422, "the log ends at 3").await;
    refused("type=Ticket", "1", 400, "ticket.resolved").await;
    refused("limit=5", "1", 400, "limit").await;
    let reader = json!({"name": "reader", "scopes": ["customers:read"]});
    let reader = app.post("/v1/tokens", &reader).await.expect(201);
    let request =
        app.request(Method::GET, "/v1/events/stream").bearer_auth(reader["token"].as_str().unwrap());
    let denied = app.send(request).await;
    assert_eq!(denied.status.as_u16(), 403);
    assert!(denied.text.contains("events:read"), "{}", denied.text);
}

async fn a_slow_reader_misses_nothing(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let mut slow = follow(&app, "after=0").await;
    let mut fast = follow(&app, "after=0").await;
    // 20 MB: more than what sockets and buffers between the two ends hold.
    let text = "很".repeat(7_000);
    for _ in 0..10 {
        let written = app.host.app().db.write(text.clone(), |tx, text| {
            Box::pin(async move {
                for number in 0..100 {
                    let (subject, data) = (Subject::of("note", tx.id::<EventId>()), json!([number, text]));
                    let event = NewEvent { kind: "note.written", subject, data };
                    events::append(tx, Principal::System, Cause::default(), event).await?;
                }
                Ok::<(), DbError>(())
            })
        });
        written.await.expect("written");
    }
    let whole: Vec<i64> = (1..=1_001).collect();
    assert_eq!(places(&fast.take(1_001).await), whole);
    assert_eq!(places(&slow.take(1_001).await), whole);
}

async fn who_may_no_longer_is_cut_off(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let within = Duration::from_secs(5);
    let token = async |expires: Value| {
        let new = json!({"name": "feed", "scopes": ["events:read", "tokens:write", "customers:read"], "expires_at": expires});
        app.post("/v1/tokens", &new).await.expect(201)
    };
    let revoked = token(Value::Null).await;
    let expiring = token(json!("2026-01-05T09:00:00Z")).await;
    let lasting = token(Value::Null).await;
    // On PostgreSQL "from now on" is from the last event that has its place.
    app.kinds().await;
    let open = async |token: &Value| follow_as(&app, token["token"].as_str().unwrap(), "", None).await;
    let (first, second, mut third) = (open(&revoked).await, open(&expiring).await, open(&lasting).await);

    let path = format!("/v1/tokens/{}", revoked["id"].as_str().unwrap());
    app.call(Method::DELETE, &path, None).await.expect(204);
    tokio::time::timeout(within, first.end()).await.expect("a revoked token's stream ends within 5 s");
    app.clock.advance_millis(3_600_001);
    tokio::time::timeout(within, second.end()).await.expect("an expired token's stream ends within 5 s");
    let kinds: Vec<Value> = third.take(1).await.iter().map(|event| event["type"].clone()).collect();
    assert_eq!(kinds, ["token.revoked"], "others go on");
    customer(&app, "Ann").await;
    assert_eq!(third.take(1).await[0]["type"], "customer.created");
}

async fn a_stopping_host_sends_followers_home(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let stream = follow(&app, "after=0").await;
    let TestApp { host, place, .. } = app;
    let stopped = tokio::spawn(host.stop());
    stream.end().await;
    // Well before requests under way would be cut off.
    tokio::time::timeout(Duration::from_secs(10), stopped).await.expect("it stops").unwrap();
    drop(place);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_host_writes_followers_of_another_see() {
    let app = TestApp::start(Engine::Postgres, &[]).await;
    let other = Host::start(settings(&app.place, &[]), app.clock.clone()).await.expect("a second host");
    let url = format!("http://{}/v1/events/stream?after=0", other.address());
    let client = reqwest::Client::new();
    let answer = client.get(url).bearer_auth(ADMIN).send().await.expect("an answer");
    let mut stream = Following::of(answer);
    stream.take(1).await;
    for round in 2..12 {
        customer(&app, "Ann").await;
        assert_eq!(places(&stream.take(1).await), [round]);
    }
    other.stop().await;
}
