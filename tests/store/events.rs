//! The event log: gapless, chained, and every kind of tampering found.

use hospes::domain::actor::Principal;
use hospes::domain::event::{Cause, NewEvent, Subject};
use hospes::store::db::{Arg, Db, DbError};
use hospes::store::events::{self, Flaw};
use support::on_both_engines;
use support::store::{Engine, TestStore};

on_both_engines!(
    the_log_has_no_gaps_even_after_failures,
    tampering_is_found,
    erased_data_leaves_the_chain_whole,
    a_cursor_moves_once,
);

async fn append(db: &Db, number: i64, fail: bool) -> Result<(), DbError> {
    db.write((number, fail), |tx, (number, fail)| {
        Box::pin(async move {
            let event = NewEvent {
                kind: "ticket.created",
                subject: Subject::of("ticket", uuid::Uuid::from_u128(7)),
                data: serde_json::json!({"number": number, "文": "好"}),
            };
            events::append(tx, Principal::System, Cause::default(), event).await?;
            if *fail { Err(DbError::Other("on purpose".to_owned())) } else { Ok(()) }
        })
    })
    .await
}

/// Seals as the host does: SQLite's writer has done it already.
async fn seal(db: &Db) {
    db.write((), |tx, ()| Box::pin(async move { events::seal(tx, 3).await })).await.unwrap();
}

async fn filled(engine: Engine) -> TestStore {
    let store = TestStore::new(engine).await;
    for number in 0..10 {
        let _expected = append(&store.db, number, number % 3 == 2).await;
    }
    for _ in 0..4 {
        seal(&store.db).await;
    }
    store
}

async fn the_log_has_no_gaps_even_after_failures(engine: Engine) {
    let store = filled(engine).await;
    let mut tx = store.db.read().await.unwrap();
    let log = events::after(&mut tx, 0, 100).await.unwrap();
    assert_eq!(log.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7]);
    let numbers: Vec<i64> = log.iter().map(|event| events::data(event)["number"].as_i64().unwrap()).collect();
    assert_eq!(numbers, [0, 1, 3, 4, 6, 7, 9]);
    assert_eq!(events::after(&mut tx, 5, 1).await.unwrap()[0].seq, 6);
    assert_eq!(events::head(&mut tx).await.unwrap(), 7);
    let seen = events::verify(&mut tx).await.unwrap();
    assert_eq!((seen.checked, seen.flaw), (7, None));
}

async fn change(db: &Db, sql: &'static str) {
    db.write(sql, |tx, sql| Box::pin(async move { tx.execute(sql, &[]).await })).await.unwrap();
}

async fn flaw_after(engine: Engine, sql: &'static str) -> Option<Flaw> {
    let store = filled(engine).await;
    change(&store.db, sql).await;
    let mut tx = store.db.read().await.unwrap();
    events::verify(&mut tx).await.unwrap().flaw
}

async fn tampering_is_found(engine: Engine) {
    let data = "update events set data = replace(data, '\"number\":3', '\"number\":4') where seq = 3";
    assert_eq!(flaw_after(engine, data).await, Some(Flaw::Data { sequence: 3 }));
    let actor = "update events set actor_kind = 'token' where seq = 4";
    assert_eq!(flaw_after(engine, actor).await, Some(Flaw::Envelope { sequence: 4 }));
    let time = "update events set at = at + 1 where seq = 1";
    assert_eq!(flaw_after(engine, time).await, Some(Flaw::Envelope { sequence: 1 }));
    let deleted = "delete from events where seq = 5";
    assert_eq!(flaw_after(engine, deleted).await, Some(Flaw::Gap { expected: 5, found: 6 }));
    let exchanged = "update events set seq = case seq when 2 then -3 else -2 end where seq in (2, 3)";
    let store = filled(engine).await;
    change(&store.db, exchanged).await;
    change(&store.db, "update events set seq = -seq where seq < 0").await;
    let mut tx = store.db.read().await.unwrap();
    assert_eq!(events::verify(&mut tx).await.unwrap().flaw, Some(Flaw::Envelope { sequence: 2 }));
}

async fn erased_data_leaves_the_chain_whole(engine: Engine) {
    let store = filled(engine).await;
    change(&store.db, "update events set data = null, salt = null where seq in (2, 6)").await;
    let mut tx = store.db.read().await.unwrap();
    let seen = events::verify(&mut tx).await.unwrap();
    assert_eq!((seen.checked, seen.erased, seen.flaw), (7, 2, None));
}

async fn a_cursor_moves_once(engine: Engine) {
    let store = TestStore::new(engine).await;
    let advance = |from: i64, to: i64| {
        store.db.write((from, to), |tx, (from, to)| Box::pin(events::advance(tx, "reader", *from, *to)))
    };
    assert!(advance(0, 5).await.unwrap());
    assert!(!advance(0, 7).await.unwrap(), "somebody else was there");
    assert!(advance(5, 7).await.unwrap());
    assert!(!advance(5, 9).await.unwrap());
    let mut tx = store.db.read().await.unwrap();
    assert_eq!(events::cursor(&mut tx, "reader").await.unwrap(), 7);
    assert_eq!(
        tx.scalar::<i64>("select sequence from cursors where name = $1", &[Arg::from("reader")])
            .await
            .unwrap(),
        7
    );
}
