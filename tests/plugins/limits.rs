//! Guests that take too much are ended, soon, and nobody else notices.

use std::time::{Duration, Instant};

use hospes::plugins::CallError;
use hospes::plugins::engine::limits::Limit;
use serde_json::json;

use crate::host::{ALL, Host};

#[tokio::test]
async fn a_guest_that_spins_is_ended_soon_after_its_limit() {
    let host = Host::new(&[]).await;
    let guest = host.install(ALL, json!({})).await;
    let start = Instant::now();
    match host.call(&guest, json!({ "what": "spin" })).await {
        Err(CallError::LimitExceeded { which: Limit::Cpu, allowed: 250, used, .. }) => {
            assert!((250..450).contains(&used), "{used} ms of processor");
        }
        other => panic!("{other:?}"),
    }
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
}

#[tokio::test]
async fn while_a_guest_spins_the_same_thread_serves_others() {
    let host = Host::new(&[]).await;
    let guest = host.install(ALL, json!({})).await;
    let spinning = host.call(&guest, json!({ "what": "spin" }));
    let others = async {
        let mut answered = 0;
        while answered < 20 {
            assert_eq!(host.answer(&guest, json!({ "what": "get", "key": "x" })).await, json!(null));
            answered += 1;
        }
        Instant::now()
    };
    let start = Instant::now();
    let (ended, others) = tokio::join!(async { (spinning.await, Instant::now()) }, others);
    assert!(matches!(ended.0, Err(CallError::LimitExceeded { .. })));
    assert!(others < ended.1, "the others were served after {:?}", others - start);
}

#[tokio::test]
async fn a_guest_that_takes_memory_is_ended_at_its_limit() {
    let host = Host::new(&[]).await;
    let guest = host.install(ALL, json!({})).await;
    match host.call(&guest, json!({ "what": "hog" })).await {
        Err(CallError::LimitExceeded { which: Limit::Memory, allowed, used, .. }) => {
            assert_eq!(allowed, 64 << 20);
            assert!(used > allowed);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(
        host.answer(&guest, json!({ "what": "get", "key": "x" })).await,
        json!(null),
        "the next call is fine"
    );
}

#[tokio::test]
async fn a_long_log_is_cut_and_says_so() {
    let host = Host::new(&[]).await;
    let guest = host.install(ALL, json!({})).await;
    let log = host.call(&guest, json!({ "what": "chatter", "kib": 1000 })).await.unwrap().effects.log;
    let size: usize = log.iter().map(|line| line.text.len()).sum();
    assert!(size < 66 << 10, "{size} bytes");
    assert!(log.last().unwrap().text.contains("is cut here"), "{:?}", log.last());
}

#[tokio::test]
async fn one_transfer_has_a_limit_and_the_store_has_a_quota() {
    let host = Host::new(&[]).await;
    let guest = host.install(ALL, json!({})).await;
    match host.call(&guest, json!({ "what": "keep", "key": "big", "bytes": 2 << 20 })).await {
        Err(CallError::LimitExceeded { which: Limit::Transfer, allowed, .. }) => assert_eq!(allowed, 1 << 20),
        other => panic!("{other:?}"),
    }
    let (code, message) =
        host.refusal(&guest, json!({ "what": "keep", "key": "big", "bytes": 70_000 })).await;
    assert_eq!(code, "limit-exceeded");
    assert!(message.contains("65536 are allowed"), "{message}");
    host.call(&guest, json!({ "what": "keep", "key": "big", "bytes": 60_000 })).await.unwrap();
}

#[tokio::test]
async fn ten_failures_open_the_breaker_and_refusals_do_not() {
    let host = Host::new(&[]).await;
    let guest = host.install(ALL, json!({})).await;
    for _ in 0..15 {
        host.refusal(&guest, json!({ "what": "stage-and-refuse" })).await;
    }
    for _ in 0..10 {
        assert_eq!(guest.open_until(), None);
        let failed = host.call(&guest, json!({ "what": "stage-and-trap" })).await;
        assert!(matches!(failed, Err(CallError::Trapped { .. })), "{failed:?}");
    }
    assert!(guest.open_until().is_some());
    match host.call(&guest, json!({ "what": "tell" })).await {
        Err(CallError::Broken { retry_after_ms }) => assert!((1..=30_000).contains(&retry_after_ms)),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn too_many_at_once_are_told_to_come_back() {
    let host = Host::new(&[]).await;
    let guest = host.install(ALL, json!({})).await;
    // Four guests hold the places for as long as their processor time lasts; the others come meanwhile.
    let spinning = (0..4).map(|_| host.call(&guest, json!({ "what": "spin" })));
    let others = (0..100).map(|_| host.call(&guest, json!({ "what": "get", "key": "x" })));
    let (ended, outcomes) =
        futures::join!(futures::future::join_all(spinning), futures::future::join_all(others));
    assert!(ended.iter().all(|outcome| matches!(outcome, Err(CallError::LimitExceeded { .. }))), "{ended:?}");
    let busy = outcomes.iter().filter(|outcome| matches!(outcome, Err(CallError::Busy { .. }))).count();
    assert_eq!(busy, 100 - 64, "sixty-four wait, the others are told to come back");
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 64);
}
