//! The metrics, read by Prometheus' own parser.

use std::io::Write as _;
use std::process::Stdio;

use reqwest::Method;
use serde_json::{Value, json};
use support::app::{Answer, TestApp};
use support::bot_api::Failure;
use support::company::{company, message};
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(what_happens_is_counted, who_may_not_gets_no_metrics);

async fn scrape(app: &TestApp, token: &str) -> Answer {
    app.send(app.request(Method::GET, "/metrics").bearer_auth(token)).await
}

/// The samples of a scrape as the strict parser of the Python client reads them.
fn parsed(text: &str) -> Vec<Value> {
    let mut reader = support::python::program("support/metrics_reader.py")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a Python");
    reader.stdin.take().expect("its input").write_all(text.as_bytes()).expect("it reads");
    let output = reader.wait_with_output().expect("it ends");
    assert!(output.status.success(), "the parser refuses: {text}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// The value of the sample of this name with these labels among its own.
fn value(samples: &[Value], name: &str, labels: &[(&str, &str)]) -> f64 {
    let fits = |sample: &&Value| {
        sample["name"] == name && labels.iter().all(|(label, value)| sample["labels"][label] == **value)
    };
    let found: Vec<&Value> = samples.iter().filter(fits).collect();
    assert_eq!(found.len(), 1, "{name} {labels:?}: {found:#?}");
    assert!(!found[0]["help"].as_str().unwrap().is_empty());
    found[0]["value"].as_f64().unwrap()
}

async fn what_happens_is_counted(engine: Engine) {
    let company = company(engine).await;
    let app = &company.app;
    company.deliver(&message(1, 7, "Tom", "en", "Is it in stock?")).await.expect(200);
    app.send(app.request(Method::POST, "/in/telegram/update").json(&json!({}))).await.expect(401);
    app.settle().await;
    company.bot.fail_always(Some(Failure::ServerError));
    let list = app.get("/v1/conversations").await;
    let messages = format!("/v1/conversations/{}/messages", list["items"][0]["id"].as_str().unwrap());
    app.post(&messages, &json!({"text": "Yes, it is."})).await.expect(201);
    app.settle().await;
    app.clock.advance_millis(1_000);
    let new = json!({"name": "prometheus", "scopes": ["metrics:read"]});
    let token = app.post("/v1/tokens", &new).await.expect(201)["token"].as_str().unwrap().to_owned();
    app.kinds().await;
    let answer = scrape(app, &token).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.header("content-type").starts_with("application/openmetrics-text"));
    let samples = parsed(&answer.text);
    let of = |name: &str, labels: &[(&str, &str)]| value(&samples, name, labels);

    let route = ("route", "/in/{installation}/{*path}");
    let requests = "hospes_http_request_duration_seconds_count";
    assert_eq!(of(requests, &[route, ("status", "200"), ("method", "POST")]), 1.0);
    assert_eq!(of(requests, &[route, ("status", "401")]), 1.0);
    let inside = "hospes_http_request_duration_seconds_bucket";
    assert_eq!(of(inside, &[route, ("status", "200"), ("le", "+Inf")]), 1.0);
    let channel = [("installation", "telegram"), ("version", "0.1.0"), ("function", "channel")];
    let outcome = |word: &'static str| [&channel[..], &[("outcome", word)]].concat();
    assert_eq!(of("hospes_plugin_calls_total", &outcome("ok")), 1.0);
    assert_eq!(of("hospes_plugin_calls_total", &outcome("refused")), 1.0);
    assert_eq!(of("hospes_plugin_calls_total", &outcome("failed")), 0.0);
    assert_eq!(of("hospes_plugin_call_duration_seconds_count", &channel), 2.0);
    assert!(of("hospes_plugin_memory_peak_bytes", &channel) > 65_535.0);
    assert_eq!(of("hospes_plugin_breaker_open", &[("installation", "telegram")]), 0.0);
    assert_eq!(
        of("hospes_jobs", &[("queue", "send"), ("state", "ready")]),
        1.0,
        "it waits to be tried again"
    );
    assert_eq!(of("hospes_jobs_oldest_due_seconds", &[]), 0.0);
    assert!(of("hospes_events_head", &[]) > 5.0);
    assert_eq!(of("hospes_events_unsealed", &[]), 0.0);
    assert_eq!(of("hospes_event_streams", &[]), 0.0);
    let (commits, operations) = (
        of("hospes_database_commit_duration_seconds_count", &[]),
        of("hospes_database_operations_total", &[]),
    );
    assert!(commits > 5.0 && operations >= commits, "{commits} {operations}");
    assert!(of("process_resident_memory_bytes", &[]) > 1e6);
    assert!(!answer.text.contains("webhook-secret"), "no secret and no path is among the labels");
}

async fn who_may_not_gets_no_metrics(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let bare = app.send(app.request(Method::GET, "/metrics")).await;
    assert_eq!(bare.status, 401, "loopback is no right: behind a proxy everybody comes from there");
    let new = json!({"name": "reader", "scopes": ["events:read"]});
    let token = app.post("/v1/tokens", &new).await.expect(201)["token"].as_str().unwrap().to_owned();
    let denied = scrape(&app, &token).await;
    assert_eq!(denied.status, 403);
    assert!(denied.text.contains("metrics:read"), "{denied:?}");
}
