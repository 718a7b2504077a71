//! The queue: in order within a lane, side by side otherwise, and never twice in effect.

use hospes::domain::event::Cause;
use hospes::domain::ids::InstallationId;
use hospes::store::db::{Db, DbError};
use hospes::store::page::PageRequest;
use hospes::store::queue::{self, Job, NewJob, PER_INSTALLATION};
use support::on_both_engines;
use support::store::{Engine, TestStore};

on_both_engines!(
    a_lane_runs_in_order_and_lanes_side_by_side,
    a_timer_waits_for_its_time,
    a_retry_holds_its_lane_and_a_dead_letter_lets_it_go,
    who_lost_the_lease_cannot_finish,
    two_workers_never_take_the_same_job,
    a_busy_installation_leaves_workers_to_others,
    what_is_replayed_goes_before_what_waits_and_beside_nothing,
);

async fn enqueue(db: &Db, lane: &'static str, number: i64, delay_millis: i64) {
    db.write((lane, number, delay_millis), |tx, (lane, number, delay)| {
        Box::pin(async move {
            let job = NewJob {
                queue: "test",
                lane: (*lane).to_owned(),
                payload: serde_json::json!(number),
                cause: Cause::default(),
                run_at: tx.now().plus_millis(*delay),
            };
            queue::enqueue(tx, job).await
        })
    })
    .await
    .unwrap();
}

async fn take(db: &Db, limit: i64) -> Vec<Job> {
    db.write(limit, |tx, limit| Box::pin(queue::take(tx, *limit, 60_000))).await.unwrap()
}

async fn finish(db: &Db, job: &Job) -> bool {
    db.write(job.clone(), |tx, job| Box::pin(queue::finish(tx, job))).await.unwrap()
}

fn numbers(jobs: &[Job]) -> Vec<i64> {
    jobs.iter().map(|job| job.payload.0.as_i64().unwrap()).collect()
}

async fn a_lane_runs_in_order_and_lanes_side_by_side(engine: Engine) {
    let store = TestStore::new(engine).await;
    for (lane, number) in [("a", 1), ("a", 2), ("b", 3), ("a", 4), ("b", 5)] {
        enqueue(&store.db, lane, number, 0).await;
    }
    let first = take(&store.db, 10).await;
    assert_eq!(numbers(&first), [1, 3]);
    assert!(take(&store.db, 10).await.is_empty(), "both lanes are busy");
    assert!(finish(&store.db, &first[0]).await);
    let second = take(&store.db, 10).await;
    assert_eq!(numbers(&second), [2]);
}

async fn a_timer_waits_for_its_time(engine: Engine) {
    let store = TestStore::new(engine).await;
    enqueue(&store.db, "later", 1, 60_000).await;
    assert!(take(&store.db, 10).await.is_empty());
    let mut tx = store.db.read().await.unwrap();
    let due = queue::waiting(&mut tx).await.unwrap()[0].due;
    assert_eq!(due.millis_since(store.db.now()), 60_000);
    store.clock.advance_millis(60_000);
    assert_eq!(numbers(&take(&store.db, 10).await), [1]);
}

async fn a_retry_holds_its_lane_and_a_dead_letter_lets_it_go(engine: Engine) {
    let store = TestStore::new(engine).await;
    enqueue(&store.db, "a", 1, 0).await;
    enqueue(&store.db, "a", 2, 0).await;
    let job = take(&store.db, 10).await.remove(0);
    let at = store.db.now().plus_millis(1_000);
    store.db.write(job, move |tx, job| Box::pin(queue::retry(tx, job, at, "not yet"))).await.unwrap();
    assert!(take(&store.db, 10).await.is_empty(), "the second waits for the first");
    store.clock.advance_millis(1_000);
    let again = take(&store.db, 10).await.remove(0);
    assert_eq!((again.payload.0.as_i64(), again.attempts), (Some(1), 2));
    assert!(store.db.write(again, |tx, job| Box::pin(queue::give_up(tx, job, "no use"))).await.unwrap());
    assert_eq!(numbers(&take(&store.db, 10).await), [2]);
    let mut tx = store.db.read().await.unwrap();
    let dead = queue::dead_letters(&mut tx, PageRequest::default(), None).await.unwrap().items;
    assert_eq!((dead.len(), dead[0].last_error.as_deref(), dead[0].attempts), (1, Some("no use"), 2));
    let id = dead[0].id;
    drop(tx);
    assert!(store.db.write(id, |tx, id| Box::pin(queue::revive(tx, *id))).await.unwrap());
    let mut tx = store.db.read().await.unwrap();
    assert!(queue::dead_letters(&mut tx, PageRequest::default(), None).await.unwrap().items.is_empty());
}

async fn who_lost_the_lease_cannot_finish(engine: Engine) {
    let store = TestStore::new(engine).await;
    enqueue(&store.db, "a", 1, 0).await;
    let slow = take(&store.db, 1).await.remove(0);
    let expire = "update jobs set lease_until = 1";
    store.db.write((), move |tx, ()| Box::pin(async move { tx.execute(expire, &[]).await })).await.unwrap();
    assert_eq!(store.db.write((), |tx, ()| Box::pin(queue::free_expired(tx))).await.unwrap(), 1);
    let swift = take(&store.db, 1).await.remove(0);
    assert!(!finish(&store.db, &slow).await, "its fence is old");
    assert!(finish(&store.db, &swift).await);
    assert!(!finish(&store.db, &swift).await, "and once is enough");
}

async fn two_workers_never_take_the_same_job(engine: Engine) {
    let store = TestStore::new(engine).await;
    for number in 0..60 {
        enqueue(&store.db, ["a", "b", "c", "d", "e", "f"][usize::try_from(number).unwrap() % 6], number, 0)
            .await;
    }
    let work = |db: Db| async move {
        let mut done: Vec<i64> = Vec::new();
        loop {
            let jobs = take(&db, 3).await;
            for job in &jobs {
                assert!(finish(&db, job).await);
            }
            done.extend(numbers(&jobs));
            let mut tx = db.read().await.unwrap();
            if queue::waiting(&mut tx).await.unwrap().is_empty() && jobs.is_empty() {
                return Ok::<_, DbError>(done);
            }
        }
    };
    let (one, two, three) =
        tokio::join!(work(store.db.clone()), work(store.db.clone()), work(store.db.clone()));
    let mut all = [one.unwrap(), two.unwrap(), three.unwrap()].concat();
    all.sort_unstable();
    assert_eq!(all, (0..60).collect::<Vec<i64>>());
}

async fn enqueue_for(db: &Db, lane: String, number: i64, installation: InstallationId) {
    db.write((lane, number, installation), |tx, (lane, number, installation)| {
        Box::pin(async move {
            let job = NewJob {
                queue: "test",
                lane: lane.clone(),
                payload: serde_json::json!(number),
                cause: Cause::default(),
                run_at: tx.now(),
            };
            queue::enqueue_for(tx, job, Some(*installation)).await
        })
    })
    .await
    .unwrap();
}

async fn a_busy_installation_leaves_workers_to_others(engine: Engine) {
    let store = TestStore::new(engine).await;
    let (hung, healthy) = (store.db.id().into(), store.db.id().into());
    for number in 0..20 {
        enqueue_for(&store.db, format!("hung:{number}"), number, hung).await;
    }
    enqueue_for(&store.db, "healthy".to_owned(), 100, healthy).await;
    enqueue(&store.db, "own", 200, 0).await;
    let mut running = take(&store.db, 50).await;
    let most = usize::try_from(PER_INSTALLATION).unwrap();
    let mut expected: Vec<i64> = (0..PER_INSTALLATION).collect();
    expected.extend([100, 200]);
    assert_eq!(numbers(&running), expected, "the oldest of the busy one, and all of the others");
    assert!(take(&store.db, 50).await.is_empty());
    for job in running.drain(..3) {
        assert!(finish(&store.db, &job).await);
    }
    let next = take(&store.db, 50).await;
    assert_eq!(numbers(&next), (PER_INSTALLATION..PER_INSTALLATION + 3).collect::<Vec<_>>());
    assert!(next.iter().all(|job| job.attempts == 1), "waiting is no attempt");
    assert_eq!(running.len() + next.len(), most + 2);
}

async fn what_is_replayed_goes_before_what_waits_and_beside_nothing(engine: Engine) {
    let store = TestStore::new(engine).await;
    for number in 1..=4 {
        enqueue(&store.db, "a", number, 0).await;
    }
    for _ in 0..2 {
        let job = take(&store.db, 10).await.remove(0);
        store.db.write(job, |tx, job| Box::pin(queue::give_up(tx, job, "no use"))).await.unwrap();
    }
    let third = take(&store.db, 10).await.remove(0);
    let mut tx = store.db.read().await.unwrap();
    let dead = queue::dead_letters(&mut tx, PageRequest::default(), Some("test")).await.unwrap().items;
    assert!(queue::dead_letters(&mut tx, PageRequest::default(), Some("x")).await.unwrap().items.is_empty());
    drop(tx);
    assert_eq!(dead[0].buried_at, Some(store.db.now()));
    for letter in dead {
        store.db.write(letter.id, |tx, id| Box::pin(queue::revive(tx, *id))).await.unwrap();
    }
    assert!(take(&store.db, 10).await.is_empty(), "the third is still under way");
    finish(&store.db, &third).await;
    let mut order = Vec::new();
    while let Some(job) = take(&store.db, 10).await.pop() {
        order.extend(numbers(std::slice::from_ref(&job)));
        finish(&store.db, &job).await;
    }
    assert_eq!(order, [1, 2, 4]);
}
