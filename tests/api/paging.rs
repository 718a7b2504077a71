//! Lists in pages: every record once, whatever happens between two pages.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};
use support::app::TestApp;
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(
    every_record_is_on_one_page,
    what_others_change_meanwhile_hides_nothing_else,
    values_that_are_missing_or_extreme_hide_nothing,
);

const ALL: usize = 120;

/// So many customers, four at each moment, so that times alone don't tell them apart.
async fn fill(app: &TestApp) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 0..ALL {
        if number % 4 == 0 {
            app.clock.advance_millis(1);
        }
        let made = app.post("/v1/customers", &json!({"name": format!("客户 {number}")})).await.expect(201);
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    ids
}

fn ids(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

/// Walks through the list and does something after each page; the pages, each with its ids.
async fn walk(
    app: &TestApp,
    query: &str,
    mut between: impl AsyncFnMut(&TestApp, &[String]),
) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = app.get(&format!("/v1/customers?limit=50{query}{cursor}")).await;
        pages.push(ids(&page));
        between(app, &ids(&page)).await;
        assert!(pages.len() < 10, "the list has no end");
        let Some(next) = page["next"].as_str() else {
            assert!(page["next"].is_null());
            return pages;
        };
        cursor = format!("&cursor={next}");
    }
}

async fn every_record_is_on_one_page(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let mut made = fill(&app).await;
    let pages = walk(&app, "", async |_, _| {}).await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 20]);
    let mut found = pages.concat();
    assert_eq!(found[0], made[ALL - 1], "the newest first");
    found.sort();
    made.sort();
    assert_eq!(found, made);
    // A search goes on where it was: the cursor and the words together.
    let some = walk(&app, "&q=11", async |_, _| {}).await;
    let expected = (0..ALL).filter(|number| number.to_string().starts_with("11")).count();
    assert_eq!(some.concat().len(), expected);
    assert_eq!(walk(&app, "&q=%E5%AE%A2%E6%88%B7", async |_, _| {}).await, pages, "all are found by 客户");
    // A last page that is full says that it is the last.
    let whole = app.get("/v1/customers?limit=120").await;
    assert_eq!((ids(&whole).len(), &whole["next"]), (ALL, &Value::Null));
}

async fn what_others_change_meanwhile_hides_nothing_else(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let made = fill(&app).await;
    let mut changed = Vec::new();
    let pages = walk(&app, "", async |app, page| {
        app.clock.advance_millis(1);
        app.post("/v1/customers", &json!({"name": "新客户"})).await.expect(201);
        // One from the page that was just read, and one from the end of the list.
        for id in [&page[page.len() / 2], &made[changed.len()]] {
            let path = format!("/v1/customers/{id}");
            app.call(Method::PATCH, &path, Some(&json!({"region": "华南"}))).await.expect(200);
            changed.push(id.clone());
        }
    })
    .await;
    let mut seen = BTreeMap::<String, usize>::new();
    for id in pages.concat() {
        *seen.entry(id).or_default() += 1;
    }
    assert!(seen.values().all(|times| *times == 1), "{seen:?}");
    let missing: Vec<&String> =
        made.iter().filter(|id| !seen.contains_key(*id) && !changed.contains(id)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Half of the records lack the value that they are sorted by; the others have what engines read differently. See
/// https://github.com/twentyhq/twenty/issues/24333 for a list that lost what had no value.
async fn values_that_are_missing_or_extreme_hide_nothing(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let fields: Vec<Value> = ["number", "integer", "text", "date", "time", "boolean", "money"]
        .iter()
        .map(|of| json!({"name": format!("a_{of}"), "type": of, "en": "A", "zh": "甲", "indexed": of != &"money"}))
        .collect();
    let fields: Vec<Value> =
        [json!({"name": "title", "type": "text", "en": "T", "zh": "题", "required": true})]
            .into_iter()
            .chain(fields)
            .collect();
    let kind =
        json!({"name": "probe", "en": "S", "zh": "样", "help": "x", "title": "title", "fields": fields});
    app.post("/v1/kinds", &kind).await.expect(201);
    let added = json!({"name": "n", "value_type": "number", "en": "N", "zh": "数", "indexed": true});
    app.post("/v1/kinds/customer/fields", &added).await.expect(201);
    let numbers =
        [1e300, -1e300, 1.7e308, 0.1, -0.0, 123_456_789.123_456_78, 5e-324, 12_345_678_901_234_567.0, 1e100];
    for (place, number) in numbers.iter().enumerate() {
        let value = json!({
            "title": place.to_string(), "a_number": number, "a_integer": place, "a_text": place.to_string(),
            "a_date": format!("2026-01-0{}", place + 1), "a_time": "2026-01-05T08:00:00Z", "a_boolean": place % 2 == 0,
            "a_money": {"amount": format!("{place}.10"), "currency": "CNY"},
        });
        app.post("/v1/records/probe", &value).await.expect(201);
        app.post("/v1/records/probe", &json!({"title": format!("none {place}")})).await.expect(201);
        app.post("/v1/customers", &json!({"name": "有", "custom": {"n": number}})).await.expect(201);
        app.post("/v1/customers", &json!({"name": "无"})).await.expect(201);
        for (list, field) in [("/v1/records/probe", "a_number"), ("/v1/customers", "custom.n")] {
            let filter = format!("{list}?filter={field}%20%3D%3D%20{}", json!(number)).replace('+', "%2B");
            let found = app.get(&filter).await["items"].as_array().unwrap().len();
            assert_eq!(found, 1, "{filter}");
        }
    }
    let sorts = [
        "a_number",
        "a_integer",
        "a_text",
        "a_date",
        "a_time",
        "a_boolean",
        "a_money",
        "a_number,-a_integer",
    ];
    let sorts = sorts.iter().map(|sort| ("/v1/records/probe", *sort)).chain([("/v1/customers", "custom.n")]);
    for (list, sort) in sorts {
        for way in ["", "-"] {
            let (mut seen, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
            loop {
                let page = app.get(&format!("{list}?limit=4&sort={way}{sort}{cursor}")).await;
                seen.extend(ids(&page));
                pages += 1;
                assert!(pages < 20, "{list} by {way}{sort} has no end");
                let Some(next) = page["next"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            let all = seen.len();
            seen.sort();
            seen.dedup();
            assert_eq!((all, seen.len()), (2 * numbers.len(), 2 * numbers.len()), "{list} by {way}{sort}");
        }
    }
    let file = app.call(Method::GET, "/v1/exports/customer?format=ndjson&sort=-custom.n", None).await;
    assert_eq!(file.text.lines().count(), 2 * numbers.len(), "{}", file.text);
}
