//! Two hosts on one PostgreSQL: they share ingress, jobs and outbox, and either may die.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};
use support::artifacts::{artifact, with_manifest};
use support::bot_api::BotApi;
use support::process::ADMIN;
use support::store::{Engine, Place};

use crate::burst::{Counts, count, counts, settle};
use crate::sender::{
    Burst, PATIENCE, Progress, again, call, client, full, install_telegram, start, upload, verify_chain,
};

/// Webhooks in a burst.
fn burst() -> u64 {
    if full() { 2_000 } else { 300 }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hosts_share_the_work_and_either_may_die() {
    let place = Place::new(Engine::Postgres).await;
    let bot_api = BotApi::start().await;
    let (one, two) = (start(&place, &bot_api.endpoint(), "one"), start(&place, &bot_api.endpoint(), "two"));
    let first = one.run().unwrap_or_else(|error| panic!("{error}"));
    let second = two.run().unwrap_or_else(|error| panic!("{error}"));
    let hosts = Arc::new(vec![first.address, second.address]);

    // What was installed on one is compiled by the other too.
    install_telegram(first.address, &bot_api.address()).await;
    let installed = until(second.address, "/v1/installations", |all| all["items"][0]["ready"] == true).await;
    let ready: Vec<&Value> = installed["items"][0]["hosts"].as_array().unwrap().iter().collect();
    assert_eq!(ready.len(), 2, "{installed:#}");
    assert!(ready.iter().all(|host| host["ready"] == true && host["error"].is_null()), "{installed:#}");

    // A host is killed in the middle of a burst to both, and started again while the other goes on.
    let progress = Arc::new(Progress::default());
    let sending = Burst { hosts: hosts.clone(), updates: 0..burst(), connections: 32 };
    let sending = tokio::spawn(sending.run(progress.clone()));
    progress.until_answered(burst() / 3).await;
    second.kill();
    progress.until_answered(burst() * 2 / 3).await;
    let second = again(&two, hosts[1]);
    tokio::time::timeout(PATIENCE, sending).await.expect("the burst ends").expect("it doesn't panic");
    assert!(progress.odd.lock().unwrap().is_empty(), "{:?}", progress.odd.lock().unwrap());
    settle(&place, burst()).await;

    // Replies go out once, whichever host takes them; one that is killed with some in its hands leaves them to the other.
    let conversations = call(hosts[0], "GET", "/v1/conversations?limit=30", None).await;
    let conversations: Vec<String> = conversations["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap().into())
        .collect();
    for (number, conversation) in conversations.iter().enumerate() {
        let path = format!("/v1/conversations/{conversation}/messages");
        call(hosts[number % 2], "POST", &path, Some(&json!({"text": format!("答复 {number}")}))).await;
    }
    let some = bot_api.wait_for(conversations.len() / 4).await.len();
    second.kill();
    let all_sent = async |all: usize| {
        let mut sent = 0;
        for conversation in &conversations {
            let path = format!("/v1/conversations/{conversation}/messages?limit=1");
            let messages = call(hosts[0], "GET", &path, None).await;
            sent += usize::from(messages["items"][0]["status"] == "sent");
        }
        sent == all
    };
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while !all_sent(conversations.len()).await {
        assert!(tokio::time::Instant::now() < deadline, "not all replies are sent; {some} were at the kill");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let mut received: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for message in bot_api.sent() {
        received.entry(message.text).or_default().push(Value::Object(message.parameters));
    }
    assert_eq!(received.len(), conversations.len(), "each reply came");
    // The dead host's own may come twice, since nobody knows whether the provider took them; never more than it held.
    let twice = received.values().filter(|times| times.len() > 1).count();
    assert!(twice <= 32 && received.values().all(|times| times.len() <= 2), "{twice} replies came twice");
    let sent_events = count(&place, "select count(*) from events where kind = 'message.sent'").await;
    assert_eq!(
        sent_events,
        i64::try_from(conversations.len()).unwrap(),
        "each was sent once, as far as the log goes"
    );

    // The dead one is no longer waited for.
    until(hosts[0], "/v1/hosts", |living| living["items"].as_array().is_some_and(|all| all.len() == 1)).await;
    let alone = call(hosts[0], "GET", "/v1/installations", None).await;
    assert_eq!(alone["items"][0]["hosts"].as_array().unwrap().len(), 1, "{alone:#}");

    // One that is told to stop lets its calls end.
    let second = again(&two, hosts[1]);
    let progress = Arc::new(Progress::default());
    let updates = burst()..2 * burst();
    let sending =
        tokio::spawn(Burst { hosts: hosts.clone(), updates, connections: 32 }.run(progress.clone()));
    progress.until_answered(burst() / 3).await;
    let stopped = tokio::task::spawn_blocking(move || second.stop()).await.unwrap().expect("it stops");
    assert!(stopped.success(), "{stopped}");
    tokio::time::timeout(PATIENCE, sending).await.expect("the burst ends").expect("it doesn't panic");
    assert!(progress.odd.lock().unwrap().is_empty(), "{:?}", progress.odd.lock().unwrap());
    settle(&place, 2 * burst()).await;
    assert_eq!(counts(&place).await, Counts::of(2 * burst()));
    let said = verify_chain(&one);
    assert!(said.contains("in order"), "{said}");
    assert!(first.stop().expect("it stops").success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_is_used_by_both_hosts_or_by_none() {
    let place = Place::new(Engine::Postgres).await;
    let bot_api = BotApi::start().await;
    let start =
        |name| start(&place, &bot_api.endpoint(), name).run().unwrap_or_else(|error| panic!("{error}"));
    let (first, second) = (start("one"), start("two"));
    let installation = install_telegram(first.address, &bot_api.address()).await;
    until(second.address, &installation, |telegram| telegram["ready"] == true).await;

    // The other host has just said that it lives, and gets to nothing from then on.
    let other = second.address.to_string();
    let seen = |hosts: &Value| -> Option<String> {
        let host = hosts["items"].as_array()?.iter().find(|host| host["address"] == other.as_str())?;
        host["seen_at"].as_str().map(str::to_owned)
    };
    let before = until(first.address, "/v1/hosts", |hosts| seen(hosts).is_some()).await;
    until(first.address, "/v1/hosts", |hosts| seen(hosts) != seen(&before)).await;
    second.freeze().unwrap();
    let next = with_manifest(&artifact("telegram"), |manifest| manifest["version"] = json!("0.2.0"));
    upload(first.address, next).await;
    let upgrade = format!("{installation}/upgrade");
    let early =
        client().post(format!("http://{}{upgrade}", first.address)).bearer_auth(ADMIN).json(&json!({}));
    let early = early.send().await.expect("an answer");
    assert_eq!(early.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(early.headers().contains_key("retry-after"));
    let early: Value = early.json().await.expect("JSON");
    assert!(early["detail"].as_str().unwrap().contains(&other), "{early:#}");
    let unchanged = call(first.address, "GET", &installation, None).await;
    assert_eq!(unchanged["version_in_use"], "0.1.0");

    // It goes on, compiles the version, and from the switch on both use it.
    second.thaw().unwrap();
    until(first.address, &installation, |telegram| {
        telegram["hosts"].as_array().is_some_and(|all| all.len() == 2)
    })
    .await;
    let upgraded = call(first.address, "POST", &upgrade, Some(&json!({}))).await;
    assert_eq!(upgraded["version_in_use"], "0.2.0");
    let progress = Arc::new(Progress::default());
    let hosts = Arc::new(vec![first.address, second.address]);
    Burst { hosts, updates: 0..40, connections: 4 }.run(progress.clone()).await;
    assert!(progress.odd.lock().unwrap().is_empty(), "{:?}", progress.odd.lock().unwrap());
    settle(&place, 40).await;
    let received = |stats: &Value, version: &str| -> i64 {
        let rows = stats["calls"].as_array().expect("calls");
        let of = |row: &&Value| row["version"] == version && row["interface"] == "channel";
        rows.iter().filter(of).map(|row| row["calls"].as_i64().expect("a count")).sum()
    };
    let stats = format!("{installation}/stats");
    let stats = until(first.address, &stats, |stats| received(stats, "0.2.0") >= 40).await;
    assert_eq!(received(&stats, "0.1.0"), 0, "{stats:#}");
    for host in [first, second] {
        assert!(host.stop().expect("it stops").success());
    }
}

async fn until(address: SocketAddr, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let answer = call(address, "GET", path, None).await;
        if wanted(&answer) {
            return answer;
        }
        assert!(tokio::time::Instant::now() < deadline, "{path} is still {answer:#}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
