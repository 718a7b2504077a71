//! Kept deliveries in the database: a repeat adds nothing, the oldest go first, failures are counted.

use hospes::domain::delivery::{DeliveryState, KeptHeader};
use hospes::domain::ids::{DeliveryId, InstallationId};
use hospes::store::db::{DbError, Json, Tx};
use hospes::store::deliveries::{self, KeptRequest, NewDelivery, NewRequest};
use hospes::store::page::PageRequest;
use hospes::store::{installations, plugins};
use serde_json::json;
use support::on_both_engines;
use support::store::{Engine, TestStore};

on_both_engines!(
    a_request_is_kept_once_with_all_its_parts,
    the_oldest_requests_go_first,
    a_delivery_is_taken_once,
    failures_are_counted_by_request,
);

async fn installation(store: &TestStore, name: &'static str) -> InstallationId {
    store.db.write(name, |tx, name| Box::pin(add(tx, name))).await.unwrap()
}

async fn add(tx: &mut Tx, name: &str) -> Result<InstallationId, DbError> {
    let digest = format!("digest of {name}");
    let new = plugins::NewVersion {
        plugin: name,
        version: "1.0.0",
        digest: &digest,
        manifest: &json!({}),
        artifact: b"wasm",
    };
    let version = plugins::add(tx, new).await?;
    let row = installations::NewInstallation {
        version,
        name,
        enabled: true,
        settings: &serde_json::Map::new(),
        grants: &[],
    };
    installations::add(tx, row).await
}

fn request(number: u8, bytes: usize) -> NewRequest {
    let header = KeptHeader::Plain { name: "content-type".into(), value: "text/plain".into() };
    NewRequest {
        digest: vec![number; 32],
        request: KeptRequest {
            method: "POST".into(),
            path: "in".into(),
            query: String::new(),
            headers: Json(vec![header, KeptHeader::Secret { name: "x".into(), secret: "token".into() }]),
            body: vec![number; bytes],
        },
    }
}

fn part(number: i64) -> NewDelivery {
    NewDelivery {
        part: number,
        reason: "automatic".into(),
        detail: "a program wrote it".into(),
        external_id: format!("id-{number}"),
        preview: "away".into(),
        message: (number == 0).then(|| json!({"text": "away"})),
    }
}

async fn keep(
    store: &TestStore,
    of: InstallationId,
    new: NewRequest,
    parts: Vec<NewDelivery>,
) -> Vec<DeliveryId> {
    let kept = store.db.write((of, new, parts), |tx, (of, new, parts)| {
        Box::pin(async move { deliveries::keep(tx, *of, new, parts).await })
    });
    kept.await.unwrap().into_iter().map(|(id, _)| id).collect()
}

async fn listed(store: &TestStore, of: InstallationId) -> Vec<deliveries::KeptDelivery> {
    let mut tx = store.db.read().await.unwrap();
    deliveries::list(&mut tx, of, None, PageRequest::default()).await.unwrap().items
}

async fn a_request_is_kept_once_with_all_its_parts(engine: Engine) {
    let store = TestStore::new(engine).await;
    let of = installation(&store, "mail").await;
    let first = keep(&store, of, request(1, 10), vec![part(0), part(1)]).await;
    assert_eq!(first.len(), 2);
    assert!(keep(&store, of, request(1, 10), vec![part(0), part(1)]).await.is_empty(), "a repeat");
    assert_eq!(keep(&store, of, request(1, 10), vec![part(2)]).await.len(), 1, "a part that is new");
    let list = listed(&store, of).await;
    assert_eq!(list.len(), 3);
    let one = list.iter().find(|one| one.id == first[0]).unwrap();
    assert_eq!((one.size, one.state, one.external_id.as_str()), (10, DeliveryState::Kept, "id-0"));
    let mut tx = store.db.read().await.unwrap();
    let found = deliveries::request(&mut tx, one.request_id).await.unwrap().unwrap();
    assert_eq!(found, request(1, 10).request);
    assert_eq!(deliveries::message(&mut tx, first[0]).await.unwrap(), Some(json!({"text": "away"})));
    assert_eq!(deliveries::message(&mut tx, first[1]).await.unwrap(), None);
    let other = installation(&store, "other").await;
    assert_eq!(deliveries::get(&mut tx, other, first[0]).await.unwrap(), None);
    assert_eq!(keep(&store, other, request(1, 10), vec![part(0)]).await.len(), 1, "another channel's");
    let waiting = deliveries::waiting(&mut tx).await.unwrap();
    let counts: Vec<(bool, i64)> = waiting.iter().map(|one| (one.installation_id == of, one.count)).collect();
    assert!(counts.contains(&(true, 3)) && counts.contains(&(false, 1)), "{counts:?}");
}

async fn the_oldest_requests_go_first(engine: Engine) {
    let store = TestStore::new(engine).await;
    let (of, other) = (installation(&store, "mail").await, installation(&store, "other").await);
    keep(&store, other, request(0, 50_000), vec![part(0)]).await;
    for number in 1..=5 {
        store.clock.advance_millis(1_000);
        keep(&store, of, request(number, 10_000), vec![part(0), part(1)]).await;
    }
    let over = async |most: i64| deliveries::over(&mut store.db.read().await.unwrap(), most).await.unwrap();
    assert_eq!(over(100_000).await, []);
    assert_eq!(over(55_000).await, [of]);
    let cut = store.db.write(of, |tx, of| Box::pin(deliveries::forget_beyond(tx, *of, 25_000)));
    cut.await.unwrap();
    assert_eq!(listed(&store, of).await.len(), 4, "two requests of two parts each fit");
    assert_eq!(listed(&store, other).await.len(), 1);
    let newest = listed(&store, of).await[0].received_at;
    let before = newest.plus_millis(-500);
    let cut = store.db.write(before, |tx, before| Box::pin(deliveries::forget(tx, *before, 10)));
    assert_eq!(cut.await.unwrap(), 2, "the other's and the older of the two");
    assert_eq!(listed(&store, of).await.len(), 2);
}

async fn a_delivery_is_taken_once(engine: Engine) {
    let store = TestStore::new(engine).await;
    let of = installation(&store, "mail").await;
    let id = keep(&store, of, request(1, 10), vec![part(0)]).await[0];
    let take = async || {
        store.db.write((of, id), |tx, (of, id)| Box::pin(deliveries::take(tx, *of, *id))).await.unwrap()
    };
    assert!(take().await && !take().await);
    let one = listed(&store, of).await.remove(0);
    assert_eq!((one.state, one.accepted_at.is_some()), (DeliveryState::Accepted, true));
}

async fn failures_are_counted_by_request(engine: Engine) {
    let store = TestStore::new(engine).await;
    let (of, other) = (installation(&store, "mail").await, installation(&store, "other").await);
    let count = async |of: InstallationId, digest: u8| {
        let counted = store.db.write((of, [digest; 32]), |tx, (of, digest)| {
            Box::pin(deliveries::count_failure(tx, *of, digest))
        });
        counted.await.unwrap()
    };
    assert_eq!(
        [count(of, 1).await, count(of, 1).await, count(of, 2).await, count(other, 1).await],
        [1, 2, 1, 1]
    );
    assert_eq!(count(of, 1).await, 3);
}
