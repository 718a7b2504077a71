//! Identities: what a channel attests belongs to one customer, what people type may be typed by two.

use hospes::domain::catalogue::Record as _;
use hospes::domain::customer::{Customer, Identity};
use hospes::domain::ids::CustomerId;
use hospes::store::customers;
use hospes::store::db::{Db, DbError};
use support::on_both_engines;
use support::store::{Engine, TestStore};

on_both_engines!(an_attested_identity_has_one_holder, merged_customers_are_found_by_their_canonical_one);

async fn customer(db: &Db, name: &str) -> CustomerId {
    let name = name.to_owned();
    db.write(name, |tx, name| {
        Box::pin(async move {
            let customer = Customer {
                id: tx.id(),
                name: name.clone(),
                tags: vec!["老客户".to_owned()],
                created_at: tx.now(),
                updated_at: tx.now(),
                version: 1,
                ..Customer::blank()
            };
            customers::insert(tx, &customer);
            let kept = customers::get(tx, customer.id, hospes::domain::actor::Scope::All).await?;
            assert_eq!(kept.as_ref(), Some(&customer));
            Ok::<_, DbError>(customer.id)
        })
    })
    .await
    .unwrap()
}

async fn add(db: &Db, customer: CustomerId, attested: bool) -> Result<bool, DbError> {
    db.write((customer, attested), |tx, (customer, attested)| {
        Box::pin(async move {
            let identity = Identity {
                id: tx.id(),
                customer_id: *customer,
                scheme: "phone".to_owned(),
                issuer: String::new(),
                value: "+8613800138000".to_owned(),
                attested: *attested,
                source_id: None,
                created_at: tx.now(),
            };
            customers::add_identity(tx, &identity).await
        })
    })
    .await
}

async fn an_attested_identity_has_one_holder(engine: Engine) {
    let store = TestStore::new(engine).await;
    let (one, two) = (customer(&store.db, "王芳").await, customer(&store.db, "王方").await);
    assert!(add(&store.db, one, false).await.unwrap());
    assert!(!add(&store.db, one, false).await.unwrap(), "twice is once");
    assert!(add(&store.db, two, false).await.unwrap(), "two people may type one number");
    let attest = |id: CustomerId| {
        store.db.write(id, |tx, id| Box::pin(customers::attest(tx, *id, "phone", "", "+8613800138000")))
    };
    attest(two).await.unwrap();
    assert!(matches!(attest(one).await, Err(DbError::Unique(_))), "a channel's word holds for one");
    let mut tx = store.db.read().await.unwrap();
    let holders = customers::holders(&mut tx, "phone", "", "+8613800138000", 5).await.unwrap();
    assert_eq!(holders.iter().map(|holder| holder.customer_id).collect::<Vec<_>>(), [two, one]);
    assert_eq!(holders.iter().map(|holder| holder.attested).collect::<Vec<_>>(), [true, false]);
}

async fn merged_customers_are_found_by_their_canonical_one(engine: Engine) {
    let store = TestStore::new(engine).await;
    let (kept, lost) = (customer(&store.db, "王芳").await, customer(&store.db, "王方").await);
    add(&store.db, lost, true).await.unwrap();
    store
        .db
        .write((kept, lost), |tx, (kept, lost)| {
            Box::pin(async move {
                let sql = "update customers set canonical_id = $1 where id = $2";
                tx.execute(sql, &[(*kept).into(), (*lost).into()]).await
            })
        })
        .await
        .unwrap();
    let mut tx = store.db.read().await.unwrap();
    let holders = customers::holders(&mut tx, "phone", "", "+8613800138000", 5).await.unwrap();
    assert_eq!(holders[0].customer_id, kept);
}
