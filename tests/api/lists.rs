//! Lists with a filter and an order of the caller's: the same rows on both databases, and nonsense refused with the
//! place.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::{Answer, TestApp};
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(
    a_filter_finds_what_it_says,
    a_filter_that_makes_no_sense_is_refused_at_its_place,
    no_filter_sort_or_cursor_breaks_the_host,
    a_sorted_list_is_read_to_its_end,
    interactions_are_found_filtered_and_sorted,
    a_cursor_belongs_to_its_list,
);

const PEOPLE: &[(&str, &str)] = &[
    (
        "王芳",
        r#"{"stage": "customer", "grade": "A", "region": "华东", "tags": ["vip", "老客户"], "attributes": {"size": 38, "city": "上海", "gift": true}}"#,
    ),
    (
        "王小明",
        r#"{"stage": "lead", "region": "华南", "tags": [], "attributes": {"size": "38", "city": "广州", "gift": false}}"#,
    ),
    (
        "Ann Müller",
        r#"{"stage": "repeat", "grade": "B", "birthday": "1990-05-17", "tags": ["vip"], "attributes": {"size": 38.5, "鞋 码": 7}}"#,
    ),
    ("ann_b", r#"{"stage": "lead", "grade": "C", "attributes": {"city": null}}"#),
    ("100%", r#"{"kind": "organisation", "stage": "lapsed", "attributes": {"city": ["上海"], "size": 40}}"#),
];

async fn filled(engine: Engine) -> TestApp {
    let app = TestApp::start(engine, &[]).await;
    for (name, fields) in PEOPLE {
        let mut new: Value = serde_json::from_str(fields).unwrap();
        new["name"] = json!(name);
        app.post("/v1/customers", &new).await.expect(201);
        app.clock.advance_millis(60_000);
    }
    app
}

async fn ask(app: &TestApp, path: &str, parameters: &[(&str, &str)]) -> Answer {
    let query: Vec<String> = parameters
        .iter()
        .map(|(name, value)| {
            format!("{name}={}", value.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>())
        })
        .collect();
    app.call(Method::GET, &format!("{path}?{}", query.join("&")), None).await
}

fn names(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

async fn a_filter_finds_what_it_says(engine: Engine) {
    let app = filled(engine).await;
    let cases: &[(&str, &[&str])] = &[
        ("true", &["王芳", "王小明", "Ann Müller", "ann_b", "100%"]),
        ("false", &[]),
        ("stage == 'lead'", &["王小明", "ann_b"]),
        ("stage != 'lead'", &["王芳", "Ann Müller", "100%"]),
        ("customer.stage == \"lead\" && region == '华南'", &["王小明"]),
        ("stage in ['lead', 'lapsed']", &["王小明", "ann_b", "100%"]),
        ("!(stage in ['lead', 'lapsed'])", &["王芳", "Ann Müller"]),
        ("kind == 'organisation' || grade == 'A'", &["王芳", "100%"]),
        // What is missing is unequal to everything but null.
        ("grade == null", &["王小明", "100%"]),
        ("grade != null", &["王芳", "Ann Müller", "ann_b"]),
        ("has(customer.grade)", &["王芳", "Ann Müller", "ann_b"]),
        ("grade != 'A'", &["王小明", "Ann Müller", "ann_b", "100%"]),
        ("!(grade == 'A')", &["王小明", "Ann Müller", "ann_b", "100%"]),
        ("grade < 'B'", &["王芳"]),
        ("!(grade < 'B')", &["王小明", "Ann Müller", "ann_b", "100%"]),
        ("grade >= 'B'", &["Ann Müller", "ann_b"]),
        ("!(grade == 'A' || grade == 'B')", &["王小明", "ann_b", "100%"]),
        ("!(grade == 'A' && region == '华东')", &["王小明", "Ann Müller", "ann_b", "100%"]),
        ("'B' <= grade", &["Ann Müller", "ann_b"]),
        ("birthday < '2000-01-01'", &["Ann Müller"]),
        // Texts, as they are written.
        ("name.startsWith('王')", &["王芳", "王小明"]),
        ("!name.startsWith('王')", &["Ann Müller", "ann_b", "100%"]),
        ("name.startsWith('ann')", &["ann_b"]),
        ("name.startsWith('')", &["王芳", "王小明", "Ann Müller", "ann_b", "100%"]),
        ("name.contains('n_')", &["ann_b"]),
        ("name.contains('%')", &["100%"]),
        ("name.contains('小')", &["王小明"]),
        ("name.endsWith('明')", &["王小明"]),
        ("name.endsWith('er')", &["Ann Müller"]),
        ("name.endsWith('a much longer ending than that')", &[]),
        ("region.contains('华')", &["王芳", "王小明"]),
        ("!region.contains('华')", &["Ann Müller", "ann_b", "100%"]),
        ("size(name) == 2", &["王芳"]),
        // Tags.
        ("'vip' in tags", &["王芳", "Ann Müller"]),
        ("!('vip' in tags)", &["王小明", "ann_b", "100%"]),
        ("'老客户' in tags", &["王芳"]),
        ("size(tags) > 1", &["王芳"]),
        ("tags.size() == 0", &["王小明", "ann_b", "100%"]),
        // Custom fields are of a type of their own in each record.
        ("attributes.size == 38", &["王芳"]),
        ("attributes.size == '38'", &["王小明"]),
        ("attributes.size > 38", &["Ann Müller", "100%"]),
        ("attributes.size >= 38.5", &["Ann Müller", "100%"]),
        ("attributes.size != 38", &["王小明", "Ann Müller", "ann_b", "100%"]),
        ("!(attributes.size > 38)", &["王芳", "王小明", "ann_b"]),
        ("attributes.size in [40, '38']", &["王小明", "100%"]),
        ("attributes['鞋 码'] == 7", &["Ann Müller"]),
        ("attributes.city.startsWith('上')", &["王芳"]),
        ("attributes.city.contains('州')", &["王小明"]),
        ("attributes.city.endsWith('海')", &["王芳"]),
        ("has(attributes.city)", &["王芳", "王小明", "100%"]),
        ("!has(attributes.city)", &["Ann Müller", "ann_b"]),
        ("attributes.city == null", &["Ann Müller", "ann_b"]),
        ("attributes.gift", &["王芳"]),
        ("!attributes.gift", &["王小明", "Ann Müller", "ann_b", "100%"]),
        ("attributes.gift == false", &["王小明"]),
        // Times.
        ("created_at > now - duration('2m30s')", &["ann_b", "100%"]),
        ("created_at + duration('3m') <= now", &["王芳", "王小明", "Ann Müller"]),
        (
            "created_at >= timestamp('2020-01-01T00:00:00Z')",
            &["王芳", "王小明", "Ann Müller", "ann_b", "100%"],
        ),
        ("updated_at == created_at && version == 1", &["王芳", "王小明", "Ann Müller", "ann_b", "100%"]),
        ("updated_at > created_at", &[]),
        (
            "owner_id == null && organisation_id != '019b8a3e-0000-7000-8000-000000000001'",
            &["王芳", "王小明", "Ann Müller", "ann_b", "100%"],
        ),
    ];
    for (filter, expected) in cases {
        let answer = ask(&app, "/v1/customers", &[("filter", filter), ("sort", "created_at")]).await;
        assert_eq!(answer.status, 200, "{filter}: {}", answer.text);
        assert_eq!(names(&answer.json()), *expected, "{filter}");
    }
}

async fn a_filter_that_makes_no_sense_is_refused_at_its_place(engine: Engine) {
    let app = filled(engine).await;
    let cases = [
        ("shoe == 1", "character 1", "they have: id, kind, name"),
        ("true && stage == 'leed'", "character 18", "lead, prospect, customer"),
        ("stage < 'lead'", "character 9", "=="),
        ("name == 5", "character 9", "name is text"),
        ("owner_id == 'me'", "character 13", "an id"),
        ("created_at > '2020'", "character 14", "timestamp("),
        ("created_at > timestamp('yesterday')", "character", "RFC 3339"),
        ("created_at > now - duration('3 days')", "character", "72h"),
        ("name", "character 1", "no condition"),
        ("name ==", "character 8", ""),
        ("1 == 1", "character", "needs a field"),
        ("name.matches('a*')", "character", "startsWith()"),
        ("tags == ['a']", "character", "stands after `in`"),
        ("tags.exists(t, t == 'a')", "character", "\"vip\" in tags"),
        ("name in []", "character 9", "1 to 100"),
        ("has(name)", "character 1", "has(customer.id)"),
        ("attributes['a\\\"b'] == 1", "character", "quote"),
        ("name == 'a\\u0000'", "character", "U+0000"),
        ("name == 'a' ? true : false", "character", "?:"),
        ("", "character", ""),
    ];
    for (filter, place, named) in cases {
        let answer = ask(&app, "/v1/customers", &[("filter", filter)]).await;
        assert_eq!(answer.status, 400, "{filter}: {}", answer.text);
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(place) && detail.contains(named), "{filter}: {detail}");
    }
    for (sort, named) in [
        ("shoe", "sort by: name, created_at, updated_at"),
        ("", "sort by"),
        ("name,-name", "twice"),
        ("region", "sort by"),
    ] {
        let answer = ask(&app, "/v1/customers", &[("sort", sort)]).await;
        assert_eq!(answer.status, 400, "{sort}: {}", answer.text);
        assert!(answer.text.contains(named), "{sort}: {}", answer.text);
    }
}

async fn no_filter_sort_or_cursor_breaks_the_host(engine: Engine) {
    let app = filled(engine).await;
    let long = |text: &str, times: usize| text.repeat(times);
    let mut filters = vec![
        long("!", 2_000) + "true",
        long("(", 1_000) + "true" + &long(")", 1_000),
        long("-", 2_000) + "1 == version",
        long("[", 2_000),
        "version == ".to_owned() + &long("1+", 1_000) + "1",
        "true".to_owned() + &long(" && true", 250),
        "true".to_owned() + &long("||true", 300),
        "name.startsWith('".to_owned() + &long("a", 1_900) + "')",
        long("a.", 1_000) + "b == 1",
        "attributes".to_owned() + &long("[0]", 600),
        "version in [".to_owned() + &long("1,", 900) + "1]",
        long("x", 3_000),
        "version == 9223372036854775807".to_owned(),
        "version == 9223372036854775808".to_owned(),
        "version < -9223372036854775808".to_owned(),
        "version > 18446744073709551615u".to_owned(),
        "version == 1e400".to_owned(),
        "attributes.size == 1e308 || attributes.size < -1e308".to_owned(),
        "attributes.size == 9223372036854775807".to_owned(),
        "created_at > timestamp('9999-12-31T23:59:59.999999Z') + duration('800000h')".to_owned(),
        "created_at > now - duration('999999999999999999999999h')".to_owned(),
        "created_at + duration('800000h') + duration('800000h') > now".to_owned(),
        "name == '\\uD800'".to_owned(),
        "name.startsWith('\u{10ffff}')".to_owned(),
        "name.startsWith('\u{d7ff}')".to_owned(),
        "name == 'a' or 1=1; drop table customers; --".to_owned(),
        "name == '\\'; drop table customers; --'".to_owned(),
        "attributes[\"x') or 1=1 --\"] == 1".to_owned(),
        "attributes['$.x'] == 1".to_owned(),
        "attributes['[0]'] == 1".to_owned(),
        "attributes.name == b'abc'".to_owned(),
        "{}.a == 1".to_owned(),
        "customer{name: 'x'} == 1".to_owned(),
        "[1,2].map(x, x * 2) == tags".to_owned(),
        "has(a.b.c.d)".to_owned(),
        "\u{0}".to_owned(),
        "日本 == 1".to_owned(),
        "null == null".to_owned(),
        "name in tags".to_owned(),
        "now > now".to_owned(),
    ];
    filters.extend(
        ["_", "?", ".", "%", "$1", "--", "/*", "\\", "'", "\"", "`", ";", "\n", "in", "true false"]
            .map(str::to_owned),
    );
    for filter in &filters {
        let answer = ask(&app, "/v1/customers", &[("filter", filter)]).await;
        assert!(
            matches!(answer.status.as_u16(), 200 | 400),
            "{filter:.80}: {} {}",
            answer.status,
            answer.text
        );
    }
    for sort in [
        "id; drop table customers",
        "-",
        "--name",
        "name desc",
        "name,",
        "created_at,name",
        "(select 1)",
        "名",
    ] {
        let answer = ask(&app, "/v1/customers", &[("sort", sort)]).await;
        assert!(matches!(answer.status.as_u16(), 200 | 400), "{sort}: {} {}", answer.status, answer.text);
    }
    for cursor in
        ["", "x", "AAAA", "%00", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "'; drop table customers"]
    {
        assert_eq!(ask(&app, "/v1/customers", &[("cursor", cursor)]).await.status, 400, "{cursor}");
    }
    assert_eq!(names(&ask(&app, "/v1/customers", &[]).await.json()).len(), PEOPLE.len());
}

/// Every item of a list, by pages of three.
async fn walk(app: &TestApp, path: &str, parameters: &[(&str, &str)]) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    for _ in 0..50 {
        let mut parameters = parameters.to_vec();
        parameters.push(("limit", "3"));
        if !cursor.is_empty() {
            parameters.push(("cursor", &cursor));
        }
        let page = ask(app, path, &parameters).await.expect(200);
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => return items,
        }
    }
    panic!("{path} has no end");
}

async fn a_sorted_list_is_read_to_its_end(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let customer = app.post("/v1/customers", &json!({"name": "王芳"})).await.expect(201)["id"].clone();
    for number in 0..14 {
        let priority = ["urgent", "normal"][number % 2];
        let new = json!({"customer_id": customer, "subject": format!("第 {} 张", number % 5), "class": "inquiry", "priority": priority});
        let made = app.post("/v1/tickets", &new).await.expect(201);
        if number % 3 == 0 {
            app.clock.advance_millis(1);
            let path = format!("/v1/tickets/{}", made["id"].as_str().unwrap());
            app.call(Method::PATCH, &path, Some(&json!({"tags": ["seen"]}))).await.expect(200);
        }
    }
    app.settle().await;
    let time = |item: &Value, field: &str| item[field].as_str().unwrap_or("~").to_owned();
    for (sort, fields) in [
        ("created_at", &["id"] as &[&str]),
        ("updated_at", &["updated_at", "id"]),
        ("resolution_due_at", &["resolution_due_at", "id"]),
        ("resolution_due_at,updated_at", &["resolution_due_at", "updated_at", "id"]),
    ] {
        let found = walk(&app, "/v1/tickets", &[("sort", sort)]).await;
        let keys: Vec<Vec<String>> =
            found.iter().map(|item| fields.iter().map(|field| time(item, field)).collect()).collect();
        let mut sorted = keys.clone();
        sorted.sort();
        assert_eq!((keys.len(), &keys), (14, &sorted), "{sort}");
        let falling: Vec<String> = sort.split(',').map(|name| format!("-{name}")).collect();
        let mut back = walk(&app, "/v1/tickets", &[("sort", &falling.join(","))]).await;
        back.reverse();
        assert_eq!(back, found, "-{sort}");
    }
    // One key up, the other down.
    let mixed = walk(&app, "/v1/tickets", &[("sort", "resolution_due_at,-updated_at")]).await;
    let keys: Vec<(String, std::cmp::Reverse<String>)> = mixed
        .iter()
        .map(|item| (time(item, "resolution_due_at"), std::cmp::Reverse(time(item, "updated_at"))))
        .collect();
    assert_eq!(keys.len(), 14);
    assert!(keys.is_sorted(), "{keys:?}");
    // Together with a filter and a parameter of the list's own.
    let filtered =
        [("sort", "-updated_at"), ("filter", "priority == 'urgent' && 'seen' in tags"), ("status", "new")];
    let found = walk(&app, "/v1/tickets", &filtered).await;
    assert!(found.iter().all(|item| item["priority"] == "urgent" && item["tags"] == json!(["seen"])));
    assert_eq!(found.len(), (0..14).filter(|number| number % 6 == 0).count());
}

async fn interactions_are_found_filtered_and_sorted(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let touch = |number: &str, kind: &str, text: &str, at: &str| {
        json!({
            "kind": kind, "channel": "hotline", "external_id": number, "text": text, "occurred_at": at,
            "identities": [{"scheme": "member", "issuer": "shop", "value": "M7"}], "attributes": {"line": number},
        })
    };
    let touches = json!({"items": [
        touch("1", "call", "空调漏水", "2026-01-03T08:00:00Z"),
        touch("2", "call", "发票抬头写错了", "2026-01-01T08:00:00Z"),
        touch("3", "visit", "空调展厅", "2026-01-02T08:00:00Z"),
    ]});
    app.post("/v1/interactions:batch", &touches).await.expect(200);
    let list = async |parameters: &[(&str, &str)]| ask(&app, "/v1/interactions", parameters).await;
    let lines = async |parameters: &[(&str, &str)]| -> Vec<String> {
        let page = list(parameters).await.expect(200);
        let items = page["items"].as_array().unwrap();
        items.iter().map(|item| item["attributes"]["line"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(lines(&[]).await, ["1", "3", "2"], "the last that happened first");
    assert_eq!(lines(&[("sort", "created_at")]).await, ["1", "2", "3"]);
    assert_eq!(lines(&[("q", "空调")]).await, ["1", "3"]);
    assert_eq!(lines(&[("q", "空调"), ("kind", "visit")]).await, ["3"]);
    assert_eq!(lines(&[("filter", "attributes.line == '2'")]).await, ["2"]);
    let early = "kind == 'call' && occurred_at < timestamp('2026-01-02T00:00:00Z')";
    assert_eq!(lines(&[("filter", early)]).await, ["2"]);
    let page = list(&[("sort", "occurred_at"), ("limit", "2")]).await.expect(200);
    let next = page["next"].as_str().unwrap();
    assert_eq!(lines(&[("sort", "occurred_at"), ("limit", "2"), ("cursor", next)]).await, ["1"]);
    list(&[("sort", "text")]).await.expect(400);
    list(&[("filter", "channel == 'hotline'")]).await.expect(400);
}

async fn a_cursor_belongs_to_its_list(engine: Engine) {
    let app = filled(engine).await;
    let usual = [("limit", "2"), ("sort", "name"), ("filter", "kind == 'person'")];
    let first = ask(&app, "/v1/customers", &usual).await.expect(200);
    assert_eq!(names(&first), ["Ann Müller", "ann_b"]);
    let cursor = first["next"].as_str().unwrap();
    let [limit, sort, filter] = usual;
    let next = ask(&app, "/v1/customers", &[limit, sort, filter, ("cursor", cursor)]).await.expect(200);
    assert_eq!(names(&next), ["王小明", "王芳"]);
    for others in [
        &[("sort", "-name"), filter] as &[(&str, &str)],
        &[sort],
        &[sort, ("filter", "kind == 'organisation'")],
        &[filter],
        &[sort, filter, ("q", "王")],
    ] {
        let mut parameters = others.to_vec();
        parameters.push(("cursor", cursor));
        let answer = ask(&app, "/v1/customers", &parameters).await;
        assert_eq!(answer.status, 400, "{others:?}");
        assert!(answer.text.contains("another sort or filter"), "{}", answer.text);
    }
    assert_eq!(ask(&app, "/v1/tickets", &[("cursor", cursor)]).await.status, 400);
}
