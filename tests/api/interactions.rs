//! Channels that speak the API themselves: what they bring in goes the same way as what plugins bring in.

use reqwest::Method;
use serde_json::{Value, json};
use support::on_both_engines;
use support::people::{id, people};
use support::store::Engine;

on_both_engines!(
    a_call_becomes_a_customer_a_ticket_and_an_assignment,
    what_is_told_twice_is_stored_once,
    a_note_and_a_purchase_are_only_noted,
    touches_that_make_no_sense_are_refused,
    a_ticket_without_a_class_is_judged,
    identities_are_added_found_and_removed,
    first_messages_at_once_are_one_customers,
);

async fn a_call_becomes_a_customer_a_ticket_and_an_assignment(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    let call = json!({
        "kind": "call", "channel": "hotline", "external_id": "17", "name": "王芳", "language": "zh-CN",
        "identities": [{"scheme": "phone", "value": "138 0013 8000"}], "subject": "空调",
        "text": "你们的机器漏电了，太危险了！我要投诉，马上处理！", "occurred_at": "2026-01-05T07:58:00Z",
    });
    let made = app.post("/v1/interactions", &call).await;
    let path = made.header("location").to_owned();
    let made = made.expect(201);
    assert_eq!(
        (made["kind"].as_str(), made["inbound"].as_bool(), made["occurred_at"].as_str()),
        (Some("call"), Some(true), Some("2026-01-05T07:58:00Z"))
    );
    let stored = app.until(&path, |stored| !stored["ticket_id"].is_null()).await;
    let ticket = format!("/v1/tickets/{}", stored["ticket_id"].as_str().unwrap());
    let ticket = app.until(&ticket, |ticket| !ticket["assignee_id"].is_null()).await;
    assert_eq!((ticket["class"].as_str(), ticket["priority"].as_str()), (Some("complaint"), Some("urgent")));
    assert_eq!(ticket["assignee_id"], people.li.id.as_str());
    let customer = app.get(&format!("/v1/customers/{}", stored["customer_id"].as_str().unwrap())).await;
    assert_eq!(customer["name"], "王芳");
    let identities = app.get(&format!("/v1/customers/{}/identities", id(&customer))).await;
    assert_eq!(
        (identities["items"][0]["value"].as_str(), identities["items"][0]["attested"].as_bool()),
        (Some("+8613800138000"), Some(false))
    );

    // The next call by the same number is hers and belongs to the same ticket.
    let again = json!({"kind": "call", "channel": "hotline", "identities": [{"scheme": "phone", "value": "+86 13800138000"}], "text": "怎么还没有人来？"});
    let again = app.post("/v1/interactions", &again).await.expect(201);
    assert_eq!(again["customer_id"], stored["customer_id"]);
    assert_eq!(again["conversation_id"], stored["conversation_id"]);
    let path = format!("/v1/interactions/{}", id(&again));
    app.until(&path, |stored| stored["ticket_id"] == ticket["id"]).await;
    let list = app.get(&format!("/v1/interactions?customer_id={}&kind=call&limit=1", id(&customer))).await;
    assert_eq!(list["items"][0]["id"], again["id"], "the last that happened first");
    let next = list["next"].as_str().unwrap();
    let rest = app
        .get(&format!("/v1/interactions?customer_id={}&kind=call&limit=1&cursor={next}", id(&customer)))
        .await;
    assert_eq!((rest["items"][0]["id"].clone(), rest["next"].clone()), (stored["id"].clone(), Value::Null));
    // Nothing can be sent back through it: nobody would carry it.
    let messages = format!("/v1/conversations/{}/messages", stored["conversation_id"].as_str().unwrap());
    app.post(&messages, &json!({"text": "hello"})).await.expect(409);
}

async fn what_is_told_twice_is_stored_once(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    let visit = json!({"kind": "visit", "channel": "shop", "external_id": "v1", "identities": [{"scheme": "member", "issuer": "shop", "value": "M7"}]});
    let answers = futures::future::join_all((0..8).map(|_| app.post("/v1/interactions", &visit))).await;
    let stored: Vec<_> =
        answers.iter().filter(|answer| answer.status == 201).map(|answer| id(&answer.json())).collect();
    assert!(answers.iter().all(|answer| answer.status == 201 || answer.status == 503), "{answers:?}");
    assert!(!stored.is_empty() && stored.iter().all(|one| *one == stored[0]), "{stored:?}");
    assert_eq!(app.get("/v1/interactions").await["items"].as_array().unwrap().len(), 1);
    assert_eq!(app.get("/v1/customers").await["items"].as_array().unwrap().len(), 1);
    app.settle().await;
    assert_eq!(app.kinds().await.iter().filter(|kind| *kind == "interaction.received").count(), 1);
    // The same number at another shop is another visit.
    let other = json!({"kind": "visit", "channel": "shop-2", "external_id": "v1", "identities": [{"scheme": "member", "issuer": "shop", "value": "M7"}]});
    assert_ne!(id(&app.post("/v1/interactions", &other).await.expect(201)), stored[0]);
}

async fn a_note_and_a_purchase_are_only_noted(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    let customer = people.customer().await;
    let note = json!({"kind": "note", "channel": "console", "customer_id": customer, "text": "我要投诉 — 她在电话里说的"});
    let made = people.li.post(app, "/v1/interactions", &note).await.expect(201);
    assert_eq!((made["inbound"].as_bool(), made["author_id"].as_str()), (Some(false), Some(&*people.li.id)));
    let purchase = json!({"kind": "purchase", "channel": "pos", "customer_id": customer, "text": "空调 1 台", "attributes": {"receipt": "R-1"}});
    let made = app.post("/v1/interactions", &purchase).await.expect(201);
    assert_eq!(made["attributes"]["receipt"], "R-1");
    app.settle().await;
    assert_eq!(app.get("/v1/tickets").await["items"], json!([]));
    let timeline = app.get(&format!("/v1/customers/{customer}/timeline")).await;
    let kinds: Vec<&Value> = timeline["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["kind"] == "interaction")
        .map(|entry| &entry["interaction"]["kind"])
        .collect();
    assert_eq!(kinds, ["purchase", "note"]);
}

async fn touches_that_make_no_sense_are_refused(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    let customer = people.customer().await;
    app.settle().await;
    let before = app.kinds().await;
    let nobody = "01900000-0000-7000-8000-000000000000";
    let phone = json!([{"scheme": "phone", "value": "13800138000"}]);
    let wrong = [
        (json!({"kind": "call", "channel": "hotline"}), "/customer_id"),
        (
            json!({"kind": "call", "channel": "hotline", "customer_id": customer, "identities": phone}),
            "/customer_id",
        ),
        (json!({"kind": "call", "channel": "hotline", "customer_id": nobody}), "/customer_id"),
        (json!({"kind": "call", "channel": "Hot Line", "customer_id": customer}), "/channel"),
        (json!({"kind": "call", "channel": "h", "customer_id": customer, "external_id": ""}), "/external_id"),
        (
            json!({"kind": "call", "channel": "h", "customer_id": customer, "text": "x".repeat(20_001)}),
            "/text",
        ),
        (
            json!({"kind": "call", "channel": "h", "identities": [{"scheme": "phone", "value": "12"}]}),
            "/identities/0/value",
        ),
    ];
    for (body, pointer) in &wrong {
        let problem = app.post("/v1/interactions", body).await.expect(422);
        assert_eq!(problem["errors"][0]["pointer"], *pointer, "{problem:#}");
    }
    app.post("/v1/interactions", &json!({"kind": "fax", "channel": "h", "customer_id": customer}))
        .await
        .expect(400);
    app.call(Method::GET, &format!("/v1/interactions/{nobody}"), None).await.expect(404);
    app.settle().await;
    assert_eq!(app.kinds().await, before);
    // To make a customer of an unknown sender needs the right to make customers.
    let new = json!({"name": "hotline", "scopes": ["conversations:write"]});
    let token = app.post("/v1/tokens", &new).await.expect(201)["token"].as_str().unwrap().to_owned();
    let body = json!({"kind": "call", "channel": "hotline", "identities": phone});
    let problem = app
        .send(app.request(Method::POST, "/v1/interactions").bearer_auth(&token).json(&body))
        .await
        .expect(403);
    assert!(problem["detail"].as_str().unwrap().contains("customers:write"), "{problem:#}");
}

async fn a_ticket_without_a_class_is_judged(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    let customer = people.customer().await;
    let new = json!({"customer_id": customer, "subject": "空调", "text": "你们的机器漏电了，太危险了！我要投诉，马上处理！", "tags": ["电话"]});
    let made = app.post("/v1/tickets", &new).await.expect(201);
    assert_eq!(
        (made["class"].as_str(), made["priority"].as_str(), made["language"].as_str()),
        (Some("complaint"), Some("urgent"), Some("zh-CN"))
    );
    assert_eq!(made["tags"][0], "电话");
    assert!(made["sentiment"].as_f64().unwrap() < 0.0 && !made["reasons"].as_array().unwrap().is_empty());
    // Who says the class is believed, and words that say nothing are an inquiry.
    let said = json!({"customer_id": customer, "subject": "我要投诉", "class": "purchase"});
    let said = app.post("/v1/tickets", &said).await.expect(201);
    assert_eq!((said["class"].as_str(), said["priority"].as_str()), (Some("purchase"), Some("normal")));
    let idle = json!({"customer_id": customer, "subject": "你好"});
    assert_eq!(app.post("/v1/tickets", &idle).await.expect(201)["class"], "inquiry");
    let tags = json!({"customer_id": customer, "subject": "x", "tags": [""]});
    app.post("/v1/tickets", &tags).await.expect(422);
    let nobody = json!({"customer_id": "01900000-0000-7000-8000-000000000000", "subject": "x"});
    app.post("/v1/tickets", &nobody).await.expect(422);
    let path = format!("/v1/tickets/{}", id(&made));
    app.call(Method::PATCH, &path, Some(&json!({"tags": vec!["t"; 51]}))).await.expect(422);
}

async fn identities_are_added_found_and_removed(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    let (wang, other) = (people.customer().await, people.customer().await);
    let path = format!("/v1/customers/{wang}/identities");
    let made = app.post(&path, &json!({"scheme": "phone", "value": "138 0013 8000"})).await.expect(201);
    assert_eq!((made["value"].as_str(), made["attested"].as_bool()), (Some("+8613800138000"), Some(false)));
    app.post(&path, &json!({"scheme": "phone", "value": "+8613800138000"})).await.expect(409);
    app.post(&path, &json!({"scheme": "email", "value": "nobody"})).await.expect(422);
    app.post(&path, &json!({"scheme": "email", "value": "Wang@Example.com"})).await.expect(201);
    // The same phone typed for another customer merges nobody.
    app.post(
        &format!("/v1/customers/{other}/identities"),
        &json!({"scheme": "phone", "value": "13800138000"}),
    )
    .await
    .expect(201);
    let lookup = json!({"identities": [{"scheme": "phone", "value": "13800138000"}, {"scheme": "email", "value": "wang@example.com"}]});
    let found = app.post("/v1/customers:resolve", &lookup).await.expect(200);
    let ids: Vec<&str> =
        found["items"].as_array().unwrap().iter().map(|m| m["customer"]["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [wang.as_str(), other.as_str()], "who is known by more of them first");
    assert_eq!((&found["items"][0]["by"], &found["items"][1]["by"]), (&json!([0, 1]), &json!([0])));
    let unknown = json!({"identities": [{"scheme": "phone", "value": "13900139000"}]});
    assert_eq!(app.post("/v1/customers:resolve", &unknown).await.expect(200)["items"], json!([]));
    app.post("/v1/customers:resolve", &json!({"identities": []})).await.expect(422);
    let remove = format!("{path}/{}", id(&made));
    app.call(Method::DELETE, &format!("/v1/customers/{other}/identities/{}", id(&made)), None)
        .await
        .expect(404);
    app.call(Method::DELETE, &remove, None).await.expect(204);
    app.call(Method::DELETE, &remove, None).await.expect(404);
    let found = app.post("/v1/customers:resolve", &lookup).await.expect(200);
    assert_eq!(found["items"][0]["by"], json!([1]));
}

/// See https://github.com/chatwoot/chatwoot/issues/10798 for two contacts that one person's first messages made.
async fn first_messages_at_once_are_one_customers(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    for round in 0..4 {
        let address = format!("first{round}@example.com");
        let one = |number: usize| {
            let touch = json!({
                "kind": "message", "channel": "form", "external_id": format!("{round}-{number}"), "text": "你好",
                "identities": [{"scheme": "email", "value": address}], "occurred_at": "2026-01-05T07:58:00Z",
            });
            async move { app.post("/v1/interactions", &touch).await.expect(201) }
        };
        let made = futures::future::join_all((0..16).map(one)).await;
        let customers: std::collections::BTreeSet<String> =
            made.iter().map(|touch| touch["customer_id"].to_string()).collect();
        assert_eq!(customers.len(), 1, "round {round}");
    }
}
