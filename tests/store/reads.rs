//! Reads end with whoever waits for them, and give no more at once than one answer may have.

use std::time::Duration;

use hospes::domain::actor::Scope;
use hospes::domain::catalogue::Record as _;
use hospes::domain::customer::Customer;
use hospes::store::customers;
use hospes::store::db::{DbError, deadline};
use hospes::store::filter::{ListError, ListQuery};
use serde_json::{Map, json};
use support::on_both_engines;
use support::store::{Engine, TestStore};

on_both_engines!(
    a_read_ends_with_its_request,
    long_reads_leave_room_for_short_ones,
    a_page_ends_when_it_is_large_and_the_next_goes_on
);

/// So many customers, each with a note of so many bytes.
async fn filled(engine: Engine, count: usize, size: usize) -> TestStore {
    let store = TestStore::new(engine).await;
    let made = store.db.write((count, "x".repeat(size)), |tx, (count, note)| {
        Box::pin(async move {
            for number in 0..*count {
                let customer = Customer {
                    id: tx.id(),
                    name: format!("customer {number}"),
                    attributes: Map::from_iter([("note".to_owned(), json!(note))]),
                    created_at: tx.now(),
                    updated_at: tx.now(),
                    version: 1,
                    ..Customer::blank()
                };
                customers::insert(tx, &customer);
            }
            Ok::<(), DbError>(())
        })
    });
    made.await.unwrap();
    store
}

/// A list whose condition looks at every byte of every row, often.
fn slow() -> ListQuery {
    let parts: Vec<String> = (0..30).map(|number| format!("attributes.note.contains('{number}y')")).collect();
    ListQuery { filter: Some(parts.join(" || ")), ..ListQuery::default() }
}

async fn a_read_ends_with_its_request(engine: Engine) {
    let store = filled(engine, 400, 30_000).await;
    let read = async {
        let mut tx = store.db.read().await.unwrap();
        customers::list(&mut tx, &slow(), Scope::All).await
    };
    let answer = deadline::within(Duration::from_millis(5), read).await;
    assert!(matches!(answer, Err(ListError::Store(DbError::TooSlow))), "{answer:?}");
    // The connection is as good as before.
    let mut tx = store.db.read().await.unwrap();
    let page = customers::list(&mut tx, &ListQuery::default(), Scope::All).await.unwrap();
    assert_eq!(page.items.len(), 50);
}

async fn long_reads_leave_room_for_short_ones(engine: Engine) {
    let store = filled(engine, 400, 30_000).await;
    let first = {
        let mut tx = store.db.read().await.unwrap();
        customers::list(&mut tx, &ListQuery::default(), Scope::All).await.unwrap().items[0].id
    };
    // More of them than there are connections.
    let long: Vec<_> = (0..30)
        .map(|_| {
            let db = store.db.clone();
            tokio::spawn(async move {
                let mut tx = db.read().await.unwrap();
                customers::list(&mut tx, &slow(), Scope::All).await.map(|_| ())
            })
        })
        .collect();
    tokio::task::yield_now().await;
    let mut tx = store.db.read().await.unwrap();
    assert!(customers::get(&mut tx, first, Scope::All).await.unwrap().is_some());
    let under_way = long.iter().filter(|read| !read.is_finished()).count();
    assert!(under_way > 20, "only {under_way} of 30 long reads were still under way");
    for read in long {
        read.abort();
    }
}

async fn a_page_ends_when_it_is_large_and_the_next_goes_on(engine: Engine) {
    let store = filled(engine, 60, 1 << 20).await;
    let mut tx = store.db.read().await.unwrap();
    let mut seen = Vec::new();
    let mut query = ListQuery { limit: 500, ..ListQuery::default() };
    loop {
        let page = customers::list(&mut tx, &query, Scope::All).await.unwrap();
        assert!(page.items.len() < 50, "a page has {} customers of a megabyte each", page.items.len());
        seen.extend(page.items.iter().map(|customer| customer.id));
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 60);
}
