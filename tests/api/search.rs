//! One box for everything: what is typed finds the records that are meant, those that the caller may see, as they are
//! now.

use hospes::domain::event::Cause;

use hospes::ops::records::search;
use hospes::store::queue::{NewJob, enqueue};
use hospes::store::search::Searched;
use reqwest::Method;
use serde_json::{Value, json};
use support::app::{ADMIN, TestApp};
use support::company::{company, message};
use support::on_both_engines;
use support::people::id;
use support::store::Engine;

on_both_engines!(
    what_is_typed_finds_who_is_meant,
    every_kind_is_found_in_one_box,
    deals_and_tasks_are_found_by_their_texts,
    what_somebody_may_not_see_is_not_found,
    what_has_changed_is_found_as_it_is_now,
    lists_are_searched_too,
    records_from_before_the_index_are_indexed,
    how_something_is_encoded_makes_no_difference,
    a_number_is_found_whole_and_by_its_parts,
);

fn escaped(words: &str) -> String {
    words.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

async fn titles(app: &TestApp, words: &str) -> Vec<String> {
    let found = app.get(&format!("/v1/search?q={}", escaped(words))).await;
    found["items"].as_array().unwrap().iter().map(|hit| hit["title"].as_str().unwrap().to_owned()).collect()
}

async fn add(app: &TestApp, name: &str, identities: Value) -> String {
    let made = app.post("/v1/customers", &json!({"name": name, "identities": identities})).await.expect(201);
    app.clock.advance_millis(1);
    made["id"].as_str().unwrap().to_owned()
}

async fn people(app: &TestApp) {
    add(app, "王芳芳", json!([])).await;
    add(app, "王芳", json!([{"scheme": "phone", "value": "+86 138 0013 8000"}])).await;
    add(app, "张王芳菲", json!([])).await;
    add(app, "王小明", json!([{"scheme": "email", "value": "Xiao.Ming@Example.com"}])).await;
    add(app, "曾诚", json!([{"scheme": "phone", "value": "+86 139 1111 2222"}])).await;
    add(app, "Ann Müller", json!([{"scheme": "member", "value": "M-10086"}])).await;
    add(app, "Annabel Lee", json!([])).await;
    add(app, "北京百货有限公司 Beijing Baihuo", json!([])).await;
}

async fn what_is_typed_finds_who_is_meant(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    people(&app).await;
    let cases: &[(&str, &[&str])] = &[
        // Who is called so comes first, then whose name begins so, of equals the newest.
        ("王芳", &["王芳", "王芳芳", "张王芳菲"]),
        ("王", &["王小明", "王芳", "王芳芳", "张王芳菲"]),
        ("明", &["王小明"]),
        ("小明", &["王小明"]),
        ("王明", &[]),
        ("wf", &["王芳", "王芳芳"]),
        ("wangfang", &["张王芳菲", "王芳", "王芳芳"]),
        ("xiaoming wang", &["王小明"]),
        ("zengcheng", &["曾诚"]),
        ("zc", &["曾诚"]),
        ("bjbh", &["北京百货有限公司 Beijing Baihuo"]),
        ("8000", &["王芳"]),
        ("13800138000", &["王芳"]),
        ("+86 138-0013-8000", &["王芳"]),
        ("138", &["王芳"]),
        ("2222", &["曾诚"]),
        ("xiao.ming@example.com", &["王小明"]),
        ("XIAO.MING", &["王小明"]),
        ("ann", &["Annabel Lee", "Ann Müller"]),
        ("müller ANN", &["Ann Müller"]),
        ("ＭÜＬＬＥＲ", &["Ann Müller"]),
        ("M-10086", &["Ann Müller"]),
        ("baihuo 北京", &["北京百货有限公司 Beijing Baihuo"]),
        ("赵", &[]),
        ("%", &[]),
        ("' OR 1=1 --", &[]),
        ("\"", &[]),
        ("王芳* NOT 王芳芳", &[]),
        ("a:b & !c | (d", &[]),
    ];
    for (words, expected) in cases {
        assert_eq!(titles(&app, words).await, *expected, "{words}");
    }
    for wrong in [
        "/v1/search",
        "/v1/search?q=",
        &format!("/v1/search?q={}", "x".repeat(201)),
        "/v1/search?q=a&kind=dog",
        "/v1/search?q=a&what=b",
    ] {
        assert_eq!(app.call(Method::GET, wrong, None).await.status, 400, "{wrong}");
    }
    assert_eq!(
        app.get(&format!("/v1/search?limit=1&q={}", escaped("王"))).await["items"].as_array().unwrap().len(),
        1
    );
}

async fn every_kind_is_found_in_one_box(engine: Engine) {
    let company = company(engine).await;
    let app = &company.app;
    company.deliver(&message(1, 42, "小王", "zh-hans", "净水器漏电了，太危险了！我要投诉，马上处理！")).await;
    app.until("/v1/tickets", |list| list["items"][0].is_object()).await;
    let customer = app.get("/v1/customers").await["items"][0]["id"].as_str().unwrap().to_owned();
    app.place_order(&customer, "SO-2026-漏电-17").await;
    let found = app.get(&format!("/v1/search?q={}", escaped("漏电"))).await;
    let kinds: Vec<&str> =
        found["items"].as_array().unwrap().iter().map(|hit| hit["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["ticket", "order", "interaction"]);
    assert!(found["items"].as_array().unwrap().iter().all(|hit| hit["customer_id"] == customer.as_str()));
    assert!(found["items"][2]["excerpt"].as_str().unwrap().contains("漏电"));
    let orders = app.get("/v1/search?q=so-2026&kind=order").await;
    assert_eq!(
        (&orders["items"][0]["title"], orders["items"].as_array().unwrap().len()),
        (&json!("SO-2026-漏电-17"), 1)
    );
    assert_eq!(titles(app, "xw").await, ["小王"]);
}

async fn deals_and_tasks_are_found_by_their_texts(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let customer = add(&app, "王芳", json!([])).await;
    for kind in ["deal", "task"] {
        let field = json!({"name": "site", "value_type": "text", "en": "Site", "zh": "地点"});
        app.post(&format!("/v1/kinds/{kind}/fields"), &field).await.expect(201);
    }
    let pipeline = app.get("/v1/pipelines").await["items"][0]["id"].clone();
    let deal = json!({
        "customer_id": customer, "name": "20 张升降桌", "pipeline_id": pipeline, "custom": {"site": "苏州工厂"},
    });
    let deal = app.post("/v1/deals", &deal).await.expect(201);
    let task = json!({"title": "量尺寸", "description": "带上激光测距仪", "custom": {"site": "苏州工厂"}});
    let task = app.post("/v1/tasks", &task).await.expect(201);
    for (words, found) in [
        ("升降桌", &["20 张升降桌"] as &[&str]),
        ("量尺寸", &["量尺寸"]),
        ("激光测距", &["量尺寸"]),
        ("苏州工厂", &["20 张升降桌", "量尺寸"]),
    ] {
        assert_eq!(titles(&app, words).await, found, "{words}");
    }
    let hits = app.get(&format!("/v1/search?q={}", escaped("苏州"))).await;
    assert_eq!(
        (&hits["items"][0]["kind"], &hits["items"][0]["customer_id"]),
        (&json!("deal"), &json!(customer))
    );
    assert_eq!((&hits["items"][1]["kind"], &hits["items"][1]["customer_id"]), (&json!("task"), &Value::Null));
    for (list, name) in [("deals", "name"), ("tasks", "title")] {
        let page = app.get(&format!("/v1/{list}?q={}", escaped("苏州"))).await;
        assert_eq!(page["items"].as_array().unwrap().len(), 1, "{list}");
        assert!(page["items"][0][name].is_string());
        let none = app.get(&format!("/v1/{list}?q={}", escaped("无锡"))).await;
        assert_eq!(none["items"], json!([]), "{list}");
    }
    let change = async |path: String, body: Value| {
        let request = app.request(Method::PATCH, &path).bearer_auth(ADMIN).header("if-match", "*");
        app.send(request.json(&body)).await.expect(200);
    };
    change(format!("/v1/deals/{}", id(&deal)), json!({"name": "会议桌", "custom": {"site": null}})).await;
    change(format!("/v1/tasks/{}", id(&task)), json!({"description": "带上卷尺"})).await;
    assert_eq!(titles(&app, "升降桌").await, [""; 0]);
    assert_eq!(titles(&app, "激光").await, [""; 0]);
    assert_eq!(titles(&app, "苏州").await, ["量尺寸"]);
    assert_eq!(titles(&app, "会议桌").await, ["会议桌"]);
    // Who may see tasks alone finds no deal.
    let token = app.post("/v1/tokens", &json!({"name": "t", "scopes": ["tasks:read"]})).await.expect(201);
    let path = format!("/v1/search?q={}", escaped("桌"));
    let answer =
        app.send(app.request(Method::GET, &path).bearer_auth(token["token"].as_str().unwrap())).await;
    assert_eq!(answer.expect(200)["items"], json!([]));
}

async fn what_somebody_may_not_see_is_not_found(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let customer = add(&app, "王芳", json!([])).await;
    let ticket = json!({"customer_id": customer, "subject": "王芳的订单", "class": "inquiry"});
    app.post("/v1/tickets", &ticket).await.expect(201);
    let path = format!("/v1/search?q={}", escaped("王芳"));
    for (scopes, status, kinds) in [
        (json!(["tickets:read"]), 200, &["ticket"] as &[&str]),
        (json!(["customers:read"]), 200, &["customer"]),
        (json!(["conversations:read"]), 200, &[]),
        (json!(["users:read"]), 403, &[]),
    ] {
        let token = json!({"name": format!("for {scopes}"), "scopes": scopes});
        let token = app.post("/v1/tokens", &token).await.expect(201)["token"].as_str().unwrap().to_owned();
        let answer = app.send(app.request(Method::GET, &path).bearer_auth(&token)).await.expect(status);
        let found: Vec<&str> = answer["items"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|hit| hit["kind"].as_str().unwrap())
            .collect();
        assert_eq!(found, kinds, "{scopes}");
        if status == 200 && kinds != ["ticket"] {
            let only = app.request(Method::GET, &format!("{path}&kind=ticket")).bearer_auth(&token);
            assert_eq!(app.send(only).await.status, 403);
        }
    }
    assert_eq!(app.send(app.request(Method::GET, &path)).await.status, 401);
}

async fn what_has_changed_is_found_as_it_is_now(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let customer = add(&app, "王芳", json!([{"scheme": "phone", "value": "+86 138 0013 8000"}])).await;
    let path = format!("/v1/customers/{customer}");
    app.call(Method::PATCH, &path, Some(&json!({"name": "李梅"}))).await.expect(200);
    assert_eq!(titles(&app, "王芳").await, [""; 0]);
    assert_eq!(titles(&app, "wf").await, [""; 0]);
    for words in ["李梅", "lm", "8000", "李梅 8000"] {
        assert_eq!(titles(&app, words).await, ["李梅"], "{words}");
    }
    // What was refused has changed nothing.
    app.call(Method::PATCH, &path, Some(&json!({"name": "赵云", "birthday": "no"}))).await.expect(422);
    assert_eq!(titles(&app, "赵云").await, [""; 0]);
    let new = json!({"customer_id": customer, "subject": "退货", "class": "after-sales"});
    let ticket = app.post("/v1/tickets", &new).await.expect(201)["id"].as_str().unwrap().to_owned();
    app.call(Method::PATCH, &format!("/v1/tickets/{ticket}"), Some(&json!({"subject": "换货"})))
        .await
        .expect(200);
    assert_eq!((titles(&app, "退货").await.len(), titles(&app, "换货").await), (0, vec!["换货".to_owned()]));
}

async fn lists_are_searched_too(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    people(&app).await;
    let names = async |parameters: &str| {
        let page = app.get(&format!("/v1/customers?{parameters}")).await;
        let items = page["items"].as_array().unwrap().clone();
        items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let wang = escaped("王");
    assert_eq!(names(&format!("q={wang}")).await, ["王小明", "张王芳菲", "王芳", "王芳芳"]);
    assert_eq!(names(&format!("q={wang}&sort=name&limit=2")).await, ["张王芳菲", "王小明"]);
    let filter = escaped("!name.startsWith('王')");
    assert_eq!(names(&format!("q={wang}&filter={filter}")).await, ["张王芳菲"]);
    assert_eq!(names("q=8000").await, ["王芳"]);
    assert_eq!(names("q=%25").await, [""; 0]);
    let customer = app.get("/v1/customers?limit=1").await["items"][0]["id"].clone();
    for subject in ["发票开错了", "想换发票抬头", "送货晚了"] {
        app.post("/v1/tickets", &json!({"customer_id": customer, "subject": subject, "class": "inquiry"}))
            .await
            .expect(201);
    }
    let found = app.get(&format!("/v1/tickets?sort=created_at&q={}", escaped("发票"))).await;
    let subjects: Vec<&str> =
        found["items"].as_array().unwrap().iter().map(|t| t["subject"].as_str().unwrap()).collect();
    assert_eq!(subjects, ["发票开错了", "想换发票抬头"]);
}

async fn records_from_before_the_index_are_indexed(engine: Engine) {
    let company = company(engine).await;
    let app = &company.app;
    people(app).await;
    let industry = json!({"name": "industry", "value_type": "text", "en": "Industry", "zh": "行业"});
    app.post("/v1/kinds/customer/fields", &industry).await.expect(201);
    let identities =
        json!([{"scheme": "phone", "value": "+8613755556666"}, {"scheme": "wechat", "value": "o-77"}]);
    let maker = json!({"name": "Pump Works", "identities": identities, "custom": {"industry": "机械制造"}});
    app.post("/v1/customers", &maker).await.expect(201);
    app.post("/v1/tasks", &json!({"title": "量尺寸", "description": "厨房 2 m"})).await.expect(201);
    company.deliver(&message(1, 42, "小王", "zh-hans", "净水器漏电了，我要投诉！")).await.expect(200);
    app.settle().await;
    let db = &app.host.app().db;
    let by_terms = async || {
        let mut tx = db.read().await.unwrap();
        let ids: Vec<uuid::Uuid> = tx.scalars("select id from search_rows order by id", &[]).await.unwrap();
        let digests: Vec<i64> = tx.scalars("select digest from search_rows order by id", &[]).await.unwrap();
        ids.into_iter().zip(digests).collect::<Vec<_>>()
    };
    let added = by_terms().await;
    assert!(added.len() >= 12, "{added:?}");
    // As an older version left it: records, and nothing that they are found by.
    let forget =
        db.write((), |tx, ()| Box::pin(async move { tx.execute("delete from search_rows", &[]).await }));
    forget.await.unwrap();
    assert_eq!(titles(app, "王芳").await, [""; 0]);
    let enqueued = db.write((), |tx, ()| {
        Box::pin(async move {
            for kind in Searched::ALL {
                let payload = json!({"kind": kind});
                let lane = format!("{}:{kind}", search::QUEUE);
                let job =
                    NewJob { queue: search::QUEUE, lane, payload, cause: Cause::default(), run_at: tx.now() };
                enqueue(tx, job).await?;
            }
            Ok::<_, hospes::store::db::DbError>(())
        })
    });
    enqueued.await.unwrap();
    app.settle().await;
    assert_eq!(by_terms().await, added, "who is read is found by the same as who was added");
    assert_eq!(titles(app, "王芳").await, ["王芳", "王芳芳", "张王芳菲"]);
    assert_eq!(titles(app, "8000").await, ["王芳"]);
    assert_eq!(titles(app, "尺寸").await, ["量尺寸"]);
    assert_eq!(titles(app, "机械").await, ["Pump Works"]);
}

async fn how_something_is_encoded_makes_no_difference(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    for name in ["Ann Mu\u{308}ller", "ｶﾒﾗ店 渋谷", "\u{2f45}\u{2f25}公司", "Nguyễn Văn Đức", "Großmann"]
    {
        add(&app, name, json!([])).await;
    }
    for (words, found) in [
        ("müller", "Ann Mu\u{308}ller"),
        ("mu\u{308}ller", "Ann Mu\u{308}ller"),
        ("MÜLLER", "Ann Mu\u{308}ller"),
        ("muller", "Ann Mu\u{308}ller"),
        ("カメラ", "ｶﾒﾗ店 渋谷"),
        ("ｶﾒﾗ", "ｶﾒﾗ店 渋谷"),
        ("方女", "\u{2f45}\u{2f25}公司"),
        ("\u{2f45}女公司", "\u{2f45}\u{2f25}公司"),
        ("nguye\u{302}\u{303}n", "Nguyễn Văn Đức"),
        ("NGUYỄN VĂN", "Nguyễn Văn Đức"),
        ("nguyen duc", "Nguyễn Văn Đức"),
        ("GROSSMANN", "Großmann"),
        ("großmann", "Großmann"),
    ] {
        assert_eq!(titles(&app, words).await, [found], "{words}");
    }
}

async fn a_number_is_found_whole_and_by_its_parts(engine: Engine) {
    let company = company(engine).await;
    let app = &company.app;
    company
        .deliver(&message(1, 42, "小王", "zh-hans", "我的发票2026-0117和机器KM40‑77都有问题，请处理"))
        .await
        .expect(200);
    app.settle().await;
    for words in [
        "2026-0117",
        "20260117",
        "2026",
        "0117",
        "２０２６－０１１７",
        "发票2026-0117",
        "2026-01",
        "KM40-77",
        "km4077",
        "KM40",
    ] {
        let found = app.get(&format!("/v1/search?kind=interaction&q={}", escaped(words))).await;
        let items = found["items"].as_array().unwrap();
        assert_eq!(items.len(), 1, "{words}: {found:#}");
        assert!(items[0]["excerpt"].as_str().unwrap().contains("2026-0117"), "{words}: {found:#}");
    }
    let found = app.get("/v1/search?kind=interaction&q=2026-0118").await;
    assert_eq!(found["items"], json!([]));
}
