//! The event log: gapless, chained, and every kind of tampering found.

use hospes::domain::actor::Principal;
use hospes::domain::event::{CHAIN_START, Cause, Envelope, NewEvent, Subject};
use hospes::domain::ids::CustomerId;
use hospes::store::audit::{self, Flaw};
use hospes::store::db::{Arg, Db, DbError};
use hospes::store::events;
use support::on_both_engines;
use support::store::{Engine, TestStore};

on_both_engines!(
    the_log_has_no_gaps_even_after_failures,
    tampering_is_found,
    erased_data_leaves_the_chain_whole,
    whatever_is_done_to_a_row_is_found,
    an_older_log_stays_whole,
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
    let seen = audit::verify(&mut tx, &[]).await.unwrap();
    assert_eq!((seen.checked, seen.flaw), (7, None));
}

async fn change(db: &Db, sql: &'static str) {
    db.write(sql, |tx, sql| Box::pin(async move { tx.execute(sql, &[]).await })).await.unwrap();
}

async fn flaw_after(engine: Engine, sql: &'static str) -> Option<Flaw> {
    let store = filled(engine).await;
    change(&store.db, sql).await;
    let mut tx = store.db.read().await.unwrap();
    audit::verify(&mut tx, &[]).await.unwrap().flaw
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
    assert_eq!(audit::verify(&mut tx, &[]).await.unwrap().flaw, Some(Flaw::Envelope { sequence: 2 }));
}

async fn erased_data_leaves_the_chain_whole(engine: Engine) {
    let store = filled(engine).await;
    let erase = |places: &'static [i64]| {
        store.db.write(places, |tx, places| {
            Box::pin(async move {
                let subject = Subject::of("log", uuid::Uuid::nil());
                let erased = audit::erase(tx, places).await?;
                let data = serde_json::json!({"events": erased, "reason": "as the customer asked"});
                let event = NewEvent { kind: audit::ERASED, subject, data };
                events::append(tx, Principal::System, Cause::default(), event).await
            })
        })
    };
    erase(&[2, 6, 99]).await.unwrap();
    seal(&store.db).await;
    let verify = async || audit::verify(&mut store.db.read().await.unwrap(), &[]).await.unwrap();
    let seen = verify().await;
    assert_eq!((seen.checked, seen.erased, seen.flaw), (8, 2, None));
    let log = events::after(&mut store.db.read().await.unwrap(), 7, 1).await.unwrap();
    assert_eq!(
        (log[0].kind.as_str(), &events::data(&log[0])["events"]),
        ("log.erased", &serde_json::json!([2, 6]))
    );

    // What no erasure names was taken by somebody else, in whatever way.
    let taken = [
        ("update events set data = null, salt = null where seq = 3", Flaw::Missing { sequence: 3 }),
        ("update events set salt = null where seq = 3", Flaw::Data { sequence: 3 }),
        ("update events set data = '{}', salt = null where seq = 2", Flaw::Data { sequence: 2 }),
        ("update events set data = '{}', salt = data_digest where seq = 2", Flaw::Data { sequence: 2 }),
        ("update events set data = null, salt = null where seq = 8", Flaw::Data { sequence: 8 }),
    ];
    for (sql, flaw) in taken {
        assert_eq!(tampered(&store.db, vec![(sql, Vec::new())], &[]).await, Some(flaw), "{sql}");
    }
    // An erasure takes nothing that came after it.
    erase(&[]).await.unwrap();
    append(&store.db, 20, false).await.unwrap();
    seal(&store.db).await;
    change(&store.db, "update events set data = null, salt = null where seq = 10").await;
    assert_eq!(verify().await.flaw, Some(Flaw::Missing { sequence: 10 }));
}

/// What a check finds after these changes, which are undone.
async fn tampered(
    db: &Db,
    changes: Vec<(&'static str, Vec<Arg>)>,
    checkpoints: &[(i64, [u8; 32])],
) -> Option<Flaw> {
    let found = std::sync::Arc::new(std::sync::Mutex::new(None));
    let input = (changes, checkpoints.to_vec(), found.clone());
    let undone = db.write(input, |tx, (changes, checkpoints, found)| {
        Box::pin(async move {
            for (sql, args) in changes {
                tx.execute(sql, args).await?;
            }
            let seen = audit::verify(tx, checkpoints).await?;
            *found.lock().unwrap() = Some(seen.flaw);
            Err::<(), _>(DbError::Other("undone".to_owned()))
        })
    });
    assert!(undone.await.unwrap_err().to_string().contains("undone"));
    let flaw = found.lock().unwrap().clone();
    flaw.expect("it was checked")
}

/// R20: 1,000 rows changed, deleted, exchanged; the end cut off.
async fn whatever_is_done_to_a_row_is_found(engine: Engine) {
    const EVENTS: i64 = 100;
    // Whatever is shown of an event, and the chain itself.
    const CHANGES: [&str; 17] = [
        "update events set data = '{\"number\": 1000}' where seq = $1",
        "update events set data = '{\"number\": 1000}', salt = null where seq = $1",
        "update events set data = null where seq = $1",
        "update events set data = null, salt = null where seq = $1",
        "update events set customer_id = case when customer_id is null then id end where seq = $1",
        "update events set source_id = id where seq = $1",
        "update events set depth = depth + 1 where seq = $1",
        "update events set kind = 'ticket.resolved' where seq = $1",
        "update events set subject_kind = 'task' where seq = $1",
        "update events set subject_id = id where seq = $1",
        "update events set actor_kind = 'user' where seq = $1",
        "update events set actor_id = id where seq = $1",
        "update events set at = at - 1 where seq = $1",
        "update events set cause_id = id where seq = $1",
        "update events set chain_version = 1 where seq = $1",
        "delete from events where seq = $1",
        "update events set seq = seq + 1000 where seq = $1",
    ];
    let store = TestStore::new(engine).await;
    store
        .db
        .write((), |tx, ()| {
            Box::pin(async move {
                for number in 0..EVENTS {
                    let mut subject = Subject::of("ticket", uuid::Uuid::from_u128(7));
                    subject.customer = (number % 2 == 0).then(|| CustomerId(uuid::Uuid::from_u128(8)));
                    let data = serde_json::json!({"number": number});
                    let event = NewEvent { kind: "ticket.updated", subject, data };
                    events::append(tx, Principal::System, Cause::default(), event).await?;
                }
                Ok::<(), DbError>(())
            })
        })
        .await
        .unwrap();
    store.db.write((), |tx, ()| Box::pin(async move { events::seal(tx, EVENTS).await })).await.unwrap();
    let head = audit::end(&mut store.db.read().await.unwrap()).await.unwrap();
    assert_eq!(head.0, EVENTS);
    let (mut done, mut found) = (0, 0);
    for place in 1..=EVENTS {
        for (index, sql) in CHANGES.into_iter().enumerate() {
            // A thousand and some, each kind at many places.
            if (place + i64::try_from(index).unwrap()) % 5 < 3 {
                done += 1;
                let flaw = tampered(&store.db, vec![(sql, vec![Arg::from(place)])], &[head]).await;
                found += i64::from(flaw.is_some());
                assert!(flaw.is_some(), "{sql} at {place}");
            }
        }
        let exchanged =
            "update events set seq = case seq when $1 then -$1 - 1 else -$1 end where seq in ($1, $1 + 1)";
        if place < EVENTS {
            let back = "update events set seq = -seq where seq < 0";
            let changes = vec![(exchanged, vec![Arg::from(place)]), (back, Vec::new())];
            assert_eq!(tampered(&store.db, changes, &[]).await, Some(Flaw::Envelope { sequence: place }));
            (done, found) = (done + 1, found + 1);
        }
    }
    assert!(done >= 1_000 && found == done, "{found} of {done}");

    // A shorter chain is whole by itself; what was kept elsewhere tells.
    let cut = "delete from events where seq > $1";
    for left in [0, 1, EVENTS - 1] {
        let changes = || vec![(cut, vec![Arg::from(left)])];
        assert_eq!(tampered(&store.db, changes(), &[]).await, None);
        let flaw = Flaw::Cut { expected: EVENTS, found: left };
        let found = tampered(&store.db, changes(), &[head]).await;
        assert_eq!(found, Some(flaw));
    }
    // One that was written anew has another hash there.
    let mut other = head;
    other.1[0] ^= 1;
    assert_eq!(
        tampered(&store.db, Vec::new(), &[head, other]).await,
        Some(Flaw::Rewritten { sequence: EVENTS })
    );
    assert_eq!(tampered(&store.db, Vec::new(), &[head]).await, None);
}

/// A log that was begun by the rule before goes on by the one of now.
async fn an_older_log_stays_whole(engine: Engine) {
    let store = filled(engine).await;
    store
        .db
        .write((), |tx, ()| {
            Box::pin(async move {
                let log = events::after(tx, 0, 100).await?;
                let mut hash = CHAIN_START;
                for event in log {
                    let digest = tx
                        .scalar::<Vec<u8>>(
                            "select data_digest from events where seq = $1",
                            &[Arg::from(event.seq)],
                        )
                        .await?;
                    let envelope = Envelope {
                        version: 1,
                        sequence: event.seq,
                        id: event.id,
                        kind: &event.kind,
                        subject_kind: &event.subject_kind,
                        subject: event.subject_id,
                        customer: event.customer_id,
                        source: event.source_id,
                        actor: (&event.actor_kind, event.actor_id),
                        at: event.at,
                        cause: event.cause_id,
                        depth: event.depth,
                        data_digest: &digest,
                    };
                    hash = envelope.chained(&hash);
                    let sql = "update events set hash = $2, chain_version = 1 where seq = $1";
                    tx.execute(sql, &[Arg::from(event.seq), Arg::from(hash.to_vec())]).await?;
                }
                Ok::<(), DbError>(())
            })
        })
        .await
        .unwrap();
    // The writer knows the log's end from before; as after an upgrade, it is read again.
    let store = store.reopened().await;
    let db = &store.db;
    let verify = async || audit::verify(&mut db.read().await.unwrap(), &[]).await.unwrap();
    assert_eq!((verify().await.checked, verify().await.flaw), (7, None));
    append(db, 50, false).await.unwrap();
    seal(db).await;
    let seen = verify().await;
    assert_eq!((seen.checked, seen.flaw), (8, None));
    let depth = "update events set depth = 3 where seq = $1";
    let flaw = tampered(db, vec![(depth, vec![Arg::from(8_i64)])], &[]).await;
    assert_eq!(flaw, Some(Flaw::Envelope { sequence: 8 }));
    assert_eq!(
        tampered(db, vec![(depth, vec![Arg::from(3_i64)])], &[]).await,
        None,
        "the old rule left it out"
    );
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
