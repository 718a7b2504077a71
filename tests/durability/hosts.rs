//! Two hosts on one PostgreSQL: they share ingress, jobs and outbox, and either may die.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use support::bot_api::BotApi;
use support::store::{Engine, Place};

use crate::burst::{Counts, count, counts, settle};
use crate::sender::{Burst, PATIENCE, Progress, again, call, full, install_telegram, start, verify_chain};

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
