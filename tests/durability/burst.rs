//! SIGKILL during a burst of webhooks: what was answered is there, and everything is there once.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use hospes::store::db::Db;
use support::bot_api::BotApi;
use support::clock::FakeClock;
use support::on_both_engines;
use support::store::{Engine, Place};

use crate::sender::{Burst, PATIENCE, Progress, again, full, install_telegram, start, verify_chain};

on_both_engines!(nothing_answered_is_lost_when_the_host_is_killed);

/// Webhooks in a burst, and how many bursts with a kill in each.
fn size() -> (u64, u64) {
    if full() { (2_000, 10) } else { (300, 2) }
}

async fn nothing_answered_is_lost_when_the_host_is_killed(engine: Engine) {
    let place = Place::new(engine).await;
    let bot_api = BotApi::start().await;
    let start = start(&place, &bot_api.endpoint(), "host");
    let mut host = start.run().unwrap_or_else(|error| panic!("{error}"));
    let address = host.address;
    install_telegram(address, &bot_api.address()).await;
    let (each, rounds) = size();
    let mut kept = 0;
    for round in 0..rounds {
        let updates = round * each..(round + 1) * each;
        let progress = Arc::new(Progress::default());
        let burst = Burst { hosts: Arc::new(vec![address]), updates, connections: 32 };
        let sending = tokio::spawn(burst.run(progress.clone()));
        // In the middle: another middle in each round.
        let middle = each * (round % 8 + 1) / 10;
        progress.until_answered(middle).await;
        assert!(!sending.is_finished(), "the burst ended before the kill");
        host.kill();
        let answered_before = progress.answered.load(Ordering::Relaxed);
        if engine == Engine::Sqlite {
            check_file(&place).await;
        }
        host = again(&start, address);
        tokio::time::timeout(PATIENCE, sending).await.expect("the burst ends").expect("it doesn't panic");
        let odd = progress.odd.lock().unwrap().clone();
        assert!(odd.is_empty(), "round {round}: {odd:?}");
        assert_eq!(progress.answered.load(Ordering::Relaxed), each);
        assert!(answered_before < each, "the kill was in the middle");
        settle(&place, (round + 1) * each).await;
        kept += each;
        verify_chain(&start);
    }
    let end = host.stop().expect("it stops");
    assert!(end.success(), "{end}");
    assert_eq!(counts(&place).await, Counts::of(kept));
    verify_chain(&start);
}

async fn open(place: &Place) -> Db {
    Db::open_reading(&place.location, Arc::new(FakeClock::new())).await.expect("an open database")
}

/// One number out of the database.
pub async fn count(place: &Place, sql: &'static str) -> i64 {
    let db = open(place).await;
    let count = db.read().await.expect("a reader").scalar(sql, &[]).await.expect("a count");
    db.close().await;
    count
}

/// Rows that are there once for each message.
#[derive(Debug, PartialEq, Eq)]
pub struct Counts {
    interactions: i64,
    different: i64,
    customers: i64,
    conversations: i64,
    tickets: i64,
    received: i64,
    created: i64,
    classified: i64,
}

impl Counts {
    /// When each of so many messages is the first of its customer.
    pub fn of(messages: u64) -> Self {
        let all = i64::try_from(messages).expect("few");
        Self {
            interactions: all,
            different: all,
            customers: all,
            conversations: all,
            tickets: all,
            received: all,
            created: all,
            classified: all,
        }
    }
}

/// What there is.
pub async fn counts(place: &Place) -> Counts {
    let db = open(place).await;
    let mut tx = db.read().await.expect("a reader");
    let mut count = async |sql: &'static str| tx.scalar::<i64>(sql, &[]).await.expect("a count");
    let counts = Counts {
        interactions: count("select count(*) from interactions where inbound").await,
        different: count("select count(distinct external_id) from interactions where inbound").await,
        customers: count("select count(*) from customers").await,
        conversations: count("select count(*) from conversations").await,
        tickets: count("select count(*) from tickets").await,
        received: count("select count(*) from events where kind = 'interaction.received'").await,
        created: count("select count(*) from events where kind = 'ticket.created'").await,
        classified: count("select count(*) from events where kind = 'interaction.classified'").await,
    };
    drop(tx);
    db.close().await;
    counts
}

/// Waits until every message has been worked off.
pub async fn settle(place: &Place, messages: u64) {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let now = counts(place).await;
        if now == Counts::of(messages) {
            return;
        }
        assert!(now.interactions <= i64::try_from(messages).unwrap(), "doubled: {now:?} of {messages}");
        assert!(tokio::time::Instant::now() < deadline, "it doesn't come to rest at {messages}: {now:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// SQLite's own check of the file that the dead host left.
async fn check_file(place: &Place) {
    let db = open(place).await;
    let mut tx = db.read().await.expect("a reader");
    let said: Vec<String> = tx.scalars("pragma integrity_check", &[]).await.expect("a check");
    drop(tx);
    db.close().await;
    assert_eq!(said, ["ok"]);
}
