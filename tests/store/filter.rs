//! Conditions on records: the same rows on both engines, and nonsense refused by name.

use hospes::domain::actor::{Actor, Scope};
use hospes::domain::customer::NewCustomer;
use hospes::domain::value::Value;
use hospes::ops::customers::create;
use hospes::ops::{Refusal, RequestContext};
use hospes::store::entities;
use hospes::store::filter::{Comparison, Condition, FilterError};
use support::on_both_engines;
use support::store::{Engine, TestStore};
use uuid::Uuid;

on_both_engines!(conditions_find_the_same_rows, nonsense_is_refused_by_name);

async fn filled(engine: Engine) -> TestStore {
    let store = TestStore::new(engine).await;
    let people = [
        ("王芳 100%", Some("华东")),
        ("Anna_Li", Some("华南")),
        ("anna li", None),
        ("Ann MÜLLER", Some("华北")),
    ];
    for (name, region) in people {
        let new = NewCustomer {
            name: name.to_owned(),
            region: Some(region.map(str::to_owned)),
            ..NewCustomer::default()
        };
        let made = store.db.write(new, |tx, new| {
            Box::pin(async move { create(tx, &RequestContext::by(Actor::system()), new).await.map(|_| ()) })
        });
        made.await.unwrap_or_else(|refusal: Refusal| panic!("{refusal}"));
    }
    store
}

fn condition(field: &str, comparison: Comparison, value: impl Into<Value>) -> Condition {
    Condition { field: field.to_owned(), comparison, value: value.into() }
}

async fn names(store: &TestStore, conditions: &[Condition]) -> Vec<String> {
    let mut tx = store.db.read().await.unwrap();
    let found = entities::find(&mut tx, "customer", conditions, Uuid::nil(), 10, Scope::All).await.unwrap();
    let name = |entity: &hospes::domain::entity::Entity| {
        let field = entity.attributes.iter().find(|attribute| attribute.name == "name").unwrap();
        field.value.as_text().unwrap().to_owned()
    };
    found.iter().map(name).collect()
}

async fn conditions_find_the_same_rows(engine: Engine) {
    let store = filled(engine).await;
    let cases: [(Condition, &[&str]); 9] = [
        (condition("region", Comparison::Equal, "华东"), &["王芳 100%"]),
        (condition("region", Comparison::Equal, Value::None), &["anna li"]),
        (condition("region", Comparison::NotEqual, "华东"), &["Anna_Li", "anna li", "Ann MÜLLER"]),
        (condition("name", Comparison::Contains, "müll"), &["Ann MÜLLER"]),
        (condition("name", Comparison::Contains, "芳"), &["王芳 100%"]),
        (condition("name", Comparison::StartsWith, "ANNA"), &["Anna_Li", "anna li"]),
        (condition("name", Comparison::Contains, "a_l"), &["Anna_Li"]),
        (condition("name", Comparison::Contains, "0%"), &["王芳 100%"]),
        (condition("created_at", Comparison::Greater, store.db.now()), &[]),
    ];
    for (condition, expected) in cases {
        assert_eq!(names(&store, std::slice::from_ref(&condition)).await, expected, "{condition:?}");
    }
    let both =
        [condition("region", Comparison::NotEqual, "华东"), condition("name", Comparison::Contains, "_")];
    assert_eq!(names(&store, &both).await, ["Anna_Li"]);
}

async fn nonsense_is_refused_by_name(engine: Engine) {
    let store = filled(engine).await;
    let mut tx = store.db.read().await.unwrap();
    let wrong = [condition("shoe_size; drop table customers", Comparison::Equal, "44")];
    let error = entities::find(&mut tx, "customer", &wrong, Uuid::nil(), 10, Scope::All).await.unwrap_err();
    assert!(matches!(&error, FilterError::Field { .. }) && error.to_string().contains("birthday"), "{error}");
    let wrong = [condition("name", Comparison::Equal, 5)];
    let error = entities::find(&mut tx, "customer", &wrong, Uuid::nil(), 10, Scope::All).await.unwrap_err();
    assert!(
        error.to_string().contains("name is compared with a value of another type; it is text"),
        "{error}"
    );
}
