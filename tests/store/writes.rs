//! Transactions: all or nothing, many at once, and not undone by a caller who hangs up.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hospes::domain::catalogue::Record as _;
use hospes::domain::customer::Customer;
use hospes::domain::ids::CustomerId;
use hospes::ops::Refusal;
use hospes::store::customers;
use hospes::store::db::{Arg, Db, DbError, Json};
use support::on_both_engines;
use support::store::{Engine, TestStore};

on_both_engines!(
    a_failed_operation_leaves_nothing_and_its_neighbours_stay,
    of_many_at_once_each_that_fails_leaves_nothing,
    what_waits_is_committed_together,
    who_refuses_beforehand_costs_the_others_nothing,
    an_accident_is_nobody_elses,
    of_the_parts_of_an_operation_some_are_taken_back,
    a_hang_up_does_not_undo,
    a_wrong_number_of_arguments_is_an_error,
    every_kind_of_value_survives,
    migrating_again_changes_nothing,
    a_reader_cannot_write,
    a_zero_character_is_kept_as_a_replacement,
);

async fn put(db: &Db, name: impl Into<String>, value: i64, fail: bool) -> Result<(), DbError> {
    db.write((name.into(), value, fail), |tx, (name, value, fail)| {
        Box::pin(async move {
            let insert = "insert into cursors (name, sequence) values ($1, $2)";
            tx.execute(insert, &[Arg::from(name), Arg::from(*value)]).await?;
            if *fail { Err(DbError::Other("on purpose".to_owned())) } else { Ok(()) }
        })
    })
    .await
}

async fn names(db: &Db) -> Vec<String> {
    let mut tx = db.read().await.unwrap();
    tx.scalars("select name from cursors order by name", &[]).await.unwrap()
}

async fn a_failed_operation_leaves_nothing_and_its_neighbours_stay(engine: Engine) {
    let store = TestStore::new(engine).await;
    let (one, two, three, four) = tokio::join!(
        put(&store.db, "a", 1, false),
        put(&store.db, "b", 2, true),
        put(&store.db, "c", 3, false),
        put(&store.db, "a", 4, false),
    );
    assert!(one.is_ok() != four.is_ok(), "of two with one key exactly one wins");
    let loser = [one, four].into_iter().find_map(Result::err).unwrap();
    assert!(matches!(loser, DbError::Unique(_)), "{loser}");
    assert!(two.unwrap_err().to_string().contains("on purpose"));
    three.unwrap();
    assert_eq!(names(&store.db).await, ["a", "c"]);
}

async fn of_many_at_once_each_that_fails_leaves_nothing(engine: Engine) {
    let store = TestStore::new(engine).await;
    let mut wanted = Vec::new();
    // The first round has nothing that fails, the second begins so, and by the third it is known that some do.
    for round in 0..3 {
        let fails = |number: i64| round > 0 && number % 7 == 3;
        let name = |number: i64| format!("{round} {number:03}");
        let puts = (0..100).map(|number| put(&store.db, name(number), number, fails(number)));
        for (number, outcome) in (0..).zip(futures::future::join_all(puts).await) {
            assert_eq!(outcome.is_err(), fails(number), "{outcome:?}");
        }
        wanted.extend((0..100).filter(|number| !fails(*number)).map(name));
        assert_eq!(names(&store.db).await, wanted);
    }
}

async fn what_waits_is_committed_together(engine: Engine) {
    let store = TestStore::new(engine).await;
    let before = store.db.counts();
    let puts = (0..200).map(|number| put(&store.db, format!("{number:03}"), number, false));
    let outcomes = futures::future::join_all(puts).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    let after = store.db.counts();
    assert_eq!(after.operations - before.operations, 200);
    let commits = after.commits - before.commits;
    assert!(commits <= 50, "{commits} commits for 200 operations on {engine:?}");
    assert_eq!(names(&store.db).await.len(), 200);
}

async fn who_refuses_beforehand_costs_the_others_nothing(engine: Engine) {
    let store = TestStore::new(engine).await;
    let runs = Arc::new(AtomicUsize::new(0));
    let all = (0..200_i64).map(|number| {
        let (db, runs) = (store.db.clone(), runs.clone());
        async move {
            db.write((number, runs), |tx, (number, runs)| {
                Box::pin(async move {
                    runs.fetch_add(1, Ordering::SeqCst);
                    let _known: i64 = tx.scalar("select count(*) from cursors", &[]).await?;
                    if number % 3 == 0 {
                        return Err(Refusal::Conflict("on purpose".to_owned()));
                    }
                    let insert = "insert into cursors (name, sequence) values ($1, 0)";
                    Ok(tx.execute(insert, &[Arg::from(format!("{number}"))]).await?)
                })
            })
            .await
        }
    });
    let refused = futures::future::join_all(all).await.iter().filter(|outcome| outcome.is_err()).count();
    assert_eq!(refused, 67);
    assert_eq!(names(&store.db).await.len(), 133);
    assert_eq!(runs.load(Ordering::SeqCst), 200, "each ran once");
}

async fn an_accident_is_nobody_elses(engine: Engine) {
    let store = TestStore::new(engine).await;
    let broken = store.db.write((), |tx, ()| {
        Box::pin(async move {
            tx.execute("insert into cursors (name, sequence) values ('broken', 0)", &[]).await?;
            if tx.scalar::<i64>("select count(*) from cursors where name = 'broken'", &[]).await? > 0 {
                panic!("on purpose");
            }
            Ok::<(), DbError>(())
        })
    });
    let puts = (0..50).map(|number| put(&store.db, format!("{number:02}"), number, false));
    let (broken, puts) = tokio::join!(broken, futures::future::join_all(puts));
    assert!(broken.unwrap_err().to_string().contains("panicked"));
    assert!(puts.iter().all(Result::is_ok), "{puts:?}");
    assert_eq!(names(&store.db).await.len(), 50);
}

async fn of_the_parts_of_an_operation_some_are_taken_back(engine: Engine) {
    let store = TestStore::new(engine).await;
    let customer = |name: &str, db: &Db| Customer {
        id: CustomerId(db.id()),
        name: name.to_owned(),
        version: 1,
        ..Customer::blank()
    };
    let given: Vec<Customer> = ["kept", "taken back", "kept, written", "taken back, written", "last"]
        .map(|name| customer(name, &store.db))
        .into();
    let all = store.db.write(given, |tx, given| {
        Box::pin(async move {
            for (number, customer) in given.iter().enumerate() {
                tx.begin_part();
                customers::insert(tx, customer);
                if customer.name.ends_with("written") {
                    let insert = "insert into cursors (name, sequence) values ($1, 0)";
                    tx.execute(insert, &[Arg::from(&customer.name)]).await?;
                }
                tx.end_part(number % 2 == 0).await?;
            }
            Ok::<(), DbError>(())
        })
    });
    all.await.unwrap();
    assert_eq!(names(&store.db).await, ["kept, written"]);
    let mut tx = store.db.read().await.unwrap();
    let kept: Vec<String> = tx.scalars("select name from customers order by id", &[]).await.unwrap();
    assert_eq!(kept, ["kept", "kept, written", "last"]);
}

async fn a_hang_up_does_not_undo(engine: Engine) {
    let store = TestStore::new(engine).await;
    for round in 0..50_i64 {
        let db = store.db.clone();
        let caller = tokio::spawn(async move {
            db.write(round, |tx, round| {
                Box::pin(async move {
                    let name = format!("round {round:02}");
                    for sql in [
                        "insert into cursors (name, sequence) values ($1, 0)",
                        "update cursors set sequence = sequence + 1 where name = $1",
                    ] {
                        tx.execute(sql, &[Arg::from(&name)]).await?;
                    }
                    Ok::<(), DbError>(())
                })
            })
            .await
        });
        tokio::time::sleep(Duration::from_micros(20 * round.unsigned_abs())).await;
        caller.abort();
    }
    // What had begun runs to its end; nothing is ever half done, and the connections still work.
    put(&store.db, "zz", 1, false).await.unwrap();
    let mut tx = store.db.read().await.unwrap();
    let half: i64 = tx.scalar("select count(*) from cursors where sequence = 0", &[]).await.unwrap();
    assert_eq!(half, 0);
}

async fn a_wrong_number_of_arguments_is_an_error(engine: Engine) {
    let store = TestStore::new(engine).await;
    let mut tx = store.db.read().await.unwrap();
    let sql = "select count(*) from cursors where name = $1 and sequence = $2";
    assert!(tx.scalar::<i64>(sql, &[Arg::from("a")]).await.is_err(), "one too few");
    let mut tx = store.db.read().await.unwrap();
    let many = [Arg::from("a"), Arg::from(1), Arg::from(2)];
    assert!(tx.scalar::<i64>(sql, &many).await.is_err(), "one too many");
}

async fn every_kind_of_value_survives(engine: Engine) {
    let store = TestStore::new(engine).await;
    let json = serde_json::json!({"数": [1, 2.5, null, "文"]});
    let id = store.db.id();
    store
        .db
        .write((id, json.clone()), |tx, (id, json)| {
            Box::pin(async move {
                tx.script(
                    "create table kinds (id uuid primary key, flag boolean, whole bigint, real double precision, \
                     words text, raw bytea, deep jsonb)",
                )
                .await?;
                let sql = "insert into kinds values ($1, $2, $3, $4, $5, $6, $7)";
                let args = [
                    Arg::from(*id),
                    Arg::from(true),
                    Arg::from(i64::MIN),
                    Arg::from(-0.1),
                    Arg::from("名字'\"%_"),
                    Arg::from([0, 255].as_slice()),
                    Arg::from(json.clone()),
                ];
                tx.execute(sql, &args).await?;
                tx.execute("insert into kinds (id) values ($1)", &[Arg::from(tx.id::<hospes::domain::ids::JobId>())])
                    .await?;
                Ok::<(), DbError>(())
            })
        })
        .await
        .unwrap();
    let mut tx = store.db.read().await.unwrap();
    let of = [Arg::from(id)];
    assert!(tx.scalar::<bool>("select flag from kinds where id = $1", &of).await.unwrap());
    assert_eq!(tx.scalar::<i64>("select whole from kinds where id = $1", &of).await.unwrap(), i64::MIN);
    assert_eq!(tx.scalar::<f64>("select real from kinds where id = $1", &of).await.unwrap(), -0.1);
    assert_eq!(tx.scalar::<String>("select words from kinds where id = $1", &of).await.unwrap(), "名字'\"%_");
    assert_eq!(tx.scalar::<Vec<u8>>("select raw from kinds where id = $1", &of).await.unwrap(), [0, 255]);
    let deep: Json<serde_json::Value> = tx.scalar("select deep from kinds where id = $1", &of).await.unwrap();
    assert_eq!(deep.0, json);
    let sql = "select words from kinds where flag is null";
    assert_eq!(tx.scalar::<Option<String>>(sql, &[]).await.unwrap(), None);
    assert!(tx.scalar::<String>(sql, &[]).await.is_err(), "a NULL where a value is required is an error");
}

async fn migrating_again_changes_nothing(engine: Engine) {
    let store = TestStore::new(engine).await;
    put(&store.db, "kept", 1, false).await.unwrap();
    store.db.migrate().await.unwrap();
    assert_eq!(names(&store.db).await, ["kept"]);
}

async fn a_reader_cannot_write(engine: Engine) {
    let store = TestStore::new(engine).await;
    let mut tx = store.db.read().await.unwrap();
    let refused = tx.execute("insert into cursors (name, sequence) values ('x', 1)", &[]).await;
    assert!(refused.is_err());
    assert!(names(&store.db).await.is_empty());
}

async fn a_zero_character_is_kept_as_a_replacement(engine: Engine) {
    let store = TestStore::new(engine).await;
    let keep = store.db.write((), |tx, ()| {
        Box::pin(async move {
            tx.script("create table zeros (words text, deep jsonb)").await?;
            let deep = serde_json::json!({"k\0": ["\0"]});
            tx.execute("insert into zeros values ($1, $2)", &[Arg::from("a\0b"), Arg::from(deep)]).await
        })
    });
    keep.await.unwrap();
    let mut tx = store.db.read().await.unwrap();
    let words: String = tx.scalar("select words from zeros", &[]).await.unwrap();
    assert_eq!(words, "a\u{fffd}b");
    let deep: Json<serde_json::Value> = tx.scalar("select deep from zeros", &[]).await.unwrap();
    assert_eq!(deep.0, serde_json::json!({"k\u{fffd}": ["\u{fffd}"]}));
}
