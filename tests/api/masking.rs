//! What tells of people, as those see it whose roles mask it: on every route, by no condition, order or search, and in
//! full only for a purpose.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::TestApp;
use support::on_both_engines;
use support::operations::{Foreign, ids, operations};
use support::people::{Person, id};
use support::store::Engine;

on_both_engines!(
    no_route_tells_what_is_masked,
    no_page_tells_what_is_masked,
    masked_fields_are_seen_by_their_ends,
    what_is_masked_is_not_asked_for_nor_changed,
    unmasking_takes_a_purpose_and_stands_in_the_log,
);

/// What is masked, as it stands in records.
const SECRETS: [&str; 7] = [
    "13912345678",
    "wang.fang@example.com",
    "王芳芳",
    "1990-07-13",
    "36543.21",
    "288.00",
    "chen@dealer.example.com",
];

async fn somebody(app: &TestApp, name: &str, classes: Value, more: &[&str]) -> Person {
    let mut permissions = vec![
        "customers:read",
        "customers:write",
        "conversations:read",
        "tickets:read",
        "deals:read",
        "deals:write",
        "partners:read",
        "shares:read",
        "events:read",
        "surveys:read",
        "tasks:read",
        "comments:read",
        "orders:write",
        "notifications:read",
        "plugins:read",
        "records:read",
    ];
    permissions.extend(more);
    let role = json!({"name": name, "permissions": permissions, "classes": classes});
    app.post("/v1/roles", &role).await.expect(201);
    let new = json!({"name": name, "email": format!("{name}@here.example.com"), "roles": [name]});
    let user = id(&app.post("/v1/users", &new).await.expect(201));
    let token = json!({"name": name, "scopes": ["*"], "user_id": user});
    let token = app.post("/v1/tokens", &token).await.expect(201)["token"].as_str().unwrap().to_owned();
    Person { id: user, token }
}

/// A customer with all that is masked; its id, its deal's, and those of all that belongs to it.
async fn company(app: &TestApp) -> (String, String, Vec<String>) {
    let customer = json!({
        "name": "王芳芳", "birthday": "1990-07-13",
        "identities": [
            {"scheme": "phone", "value": "13912345678"}, {"scheme": "email", "value": "wang.fang@example.com"},
        ],
    });
    let customer = id(&app.post("/v1/customers", &customer).await.expect(201));
    let twin = json!({"name": "王芳芳", "identities": [{"scheme": "phone", "value": "13912345678"}]});
    let twin = id(&app.post("/v1/customers", &twin).await.expect(201));
    let deal = json!({
        "customer_id": customer, "name": "desks", "amount": {"amount": "36543.21", "currency": "CNY"},
    });
    let deal = id(&app.post("/v1/deals", &deal).await.expect(201));
    let change = json!({"amount": {"amount": "36543.21", "currency": "EUR"}});
    app.call(Method::PATCH, &format!("/v1/deals/{deal}"), Some(&change)).await.expect(200);
    app.place_order(&customer, "SO-1").await;
    let ticket = json!({"customer_id": customer, "subject": "late", "class": "complaint"});
    let ticket = id(&app.post("/v1/tickets", &ticket).await.expect(201));
    let partner = id(&app.post("/v1/partners", &json!({"name": "Dealer"})).await.expect(201));
    let person = json!({"name": "王芳芳", "email": "chen@dealer.example.com"});
    let person = id(&app.post(&format!("/v1/partners/{partner}/users"), &person).await.expect(201));
    let share = json!({
        "partner_id": partner, "fields": ["subject", "customer_name", "customer_phone", "customer_email"],
    });
    let share = id(&app.post(&format!("/v1/tickets/{ticket}/share"), &share).await.expect(201));
    let kind = json!({
        "name": "visit", "en": "Visit", "zh": "上门服务", "title": "who", "fields": [
            {"name": "who", "type": "text", "en": "Who", "zh": "何人", "required": true, "class": "personal"},
            {"name": "phone", "type": "text", "en": "Phone", "zh": "电话", "class": "contact"},
            {"name": "fee", "type": "money", "en": "Fee", "zh": "费用", "class": "financial"},
        ],
    });
    app.post("/v1/kinds", &kind).await.expect(201);
    let visit =
        json!({"who": "王芳芳", "phone": "13912345678", "fee": {"amount": "36543.21", "currency": "CNY"}});
    let visit = id(&app.post("/v1/records/visit", &visit).await.expect(201));
    app.settle().await;
    let mut all = vec![customer.clone(), twin, visit, deal.clone(), ticket, partner, person, share];
    ids(&app.get(&format!("/v1/customers/{customer}/view")).await, &mut all);
    (customer, deal, all)
}

async fn no_route_tells_what_is_masked(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let (_, _, all) = company(&app).await;
    let masked = json!({"contact": "masked", "personal": "masked", "financial": "masked"});
    let hidden = json!({"contact": "hidden", "personal": "hidden", "financial": "hidden"});
    let (mut tried, mut faults) = (0, Vec::new());
    let api = app.get("/openapi.json").await;
    let mut met = Vec::new();
    for (name, classes) in [("masked", masked), ("hidden", hidden), ("full", json!({}))] {
        let person = somebody(&app, name, classes, &[]).await;
        let mut records = Foreign::new(all.clone());
        // Reads alone: what they would write is theirs.
        for operation in
            operations(&api).iter().filter(|one| one.method == Method::GET && one.name != "stream_events")
        {
            for address in operation.addresses(&api, &records) {
                let request =
                    operation.request(&app, &api, &address, &mut records).bearer_auth(&person.token);
                tried += 1;
                let answer = app.send(request).await;
                let leaked = SECRETS.iter().find(|secret| answer.text.contains(*secret));
                if name == "full" {
                    met.extend(SECRETS.iter().filter(|secret| answer.text.contains(*secret)));
                    continue;
                }
                if answer.status.is_server_error() || leaked.is_some() {
                    faults.push(format!("{name} {address}: {} {leaked:?} {}", answer.status, answer.text));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} of {tried}:\n{}", faults.len(), faults.join("\n"));
    assert!(tried > 200, "only {tried} requests were tried");
    let unseen: Vec<_> = SECRETS.iter().filter(|secret| !met.contains(secret)).collect();
    assert!(unseen.is_empty(), "no route tells {unseen:?} to anybody, so nothing is proved of them");
}

async fn no_page_tells_what_is_masked(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let (customer, deal, all) = company(&app).await;
    let ticket = app.get("/v1/tickets").await["items"][0]["id"].as_str().unwrap().to_owned();
    let classes = json!({"contact": "masked", "personal": "masked", "financial": "masked"});
    somebody(&app, "masked", classes, &["records:unmask", "conversations:write", "tickets:write"]).await;
    let mut met = Vec::new();
    for role in ["masked", "administrator"] {
        app.person("Eve", &format!("{role}@example.com"), role).await;
        let session = app.sign_in(&format!("{role}@example.com")).await;
        let mut pages: Vec<String> = ["customer", "deal", "order", "ticket", "partner-user", "task", "visit"]
            .iter()
            .map(|kind| format!("/records/{kind}"))
            .chain(["/inbox".to_owned(), format!("/tickets/{ticket}"), "/find?q=SO".to_owned()])
            .chain(["/suggest/customer?q=%E7%8E%8B".to_owned(), "/find?q=139".to_owned()])
            .collect();
        pages.extend(all.iter().map(|id| format!("/records/customer/{id}")));
        pages.extend(all.iter().map(|id| format!("/records/partner-user/{id}")));
        pages.extend(all.iter().map(|id| format!("/records/visit/{id}")));
        pages.push(format!("/records/deal/{deal}"));
        for page in pages {
            let answer = app.visit(&session, &page).await;
            assert!(!answer.status.is_server_error(), "{page}: {}", answer.text);
            let leaked = SECRETS.iter().filter(|secret| answer.text.contains(*secret));
            match role {
                "masked" => assert_eq!(leaked.count(), 0, "{page}: {}", answer.text),
                _ => met.extend(leaked),
            }
        }
        if role == "masked" {
            let path = format!("/records/customer/{customer}/unmask");
            let shown = app.submit(&session, &path, &[("purpose", "calling back")]).await.text;
            assert!(shown.contains("王芳芳") && shown.contains("+8613912345678"), "{shown}");
            let nothing = app.submit(&session, &path, &[("purpose", "")]).await;
            assert_eq!(nothing.status, 422);
            assert!(!nothing.text.contains("王芳芳"), "{}", nothing.text);
        }
    }
    let unseen: Vec<_> = SECRETS.iter().filter(|secret| !met.contains(secret)).collect();
    assert!(unseen.is_empty(), "nobody sees {unseen:?}, so nothing is proved of them");
}

async fn masked_fields_are_seen_by_their_ends(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let (customer, deal, _) = company(&app).await;
    let classes = json!({"contact": "masked", "personal": "masked", "financial": "hidden"});
    let person = somebody(&app, "masked", classes, &[]).await;
    let seen = person.get(&app, &format!("/v1/customers/{customer}")).await;
    assert_eq!((&seen["name"], &seen["birthday"]), (&json!("王**"), &json!("****-**-**")));
    let known = person.get(&app, &format!("/v1/customers/{customer}/identities")).await;
    let values: Vec<&str> =
        known["items"].as_array().unwrap().iter().map(|known| known["value"].as_str().unwrap()).collect();
    assert_eq!(values, ["+86139****5678", "w***@example.com"]);
    let seen = person.get(&app, &format!("/v1/deals/{deal}")).await;
    assert_eq!((&seen["name"], &seen["amount"]), (&json!("desks"), &Value::Null));
    // What they write is kept as they wrote it, and shown to others in full.
    let new = json!({"name": "赵敏"});
    let made = person.post(&app, "/v1/customers", &new).await.expect(201);
    assert_eq!(made["name"], "赵*");
    assert_eq!(app.get(&format!("/v1/customers/{}", id(&made))).await["name"], "赵敏");
    let key = app
        .request(Method::POST, "/v1/customers")
        .bearer_auth(&person.token)
        .header("idempotency-key", "once");
    let first = app.send(key.json(&json!({"name": "周芷若"}))).await.expect(201);
    let key = app
        .request(Method::POST, "/v1/customers")
        .bearer_auth(&person.token)
        .header("idempotency-key", "once");
    assert_eq!(app.send(key.json(&json!({"name": "周芷若"}))).await.expect(201), first);
    assert_eq!(first["name"], "周**");
    assert_eq!(app.get(&format!("/v1/customers/{}", id(&first))).await["name"], "周芷若");
}

async fn what_is_masked_is_not_asked_for_nor_changed(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let (customer, deal, _) = company(&app).await;
    let classes = json!({"contact": "masked", "financial": "masked"});
    let person = somebody(&app, "masked", classes, &[]).await;
    for query in
        ["deals?filter=amount%20%3E%201.0", "deals?filter=currency%20%3D%3D%20%22CNY%22", "deals?sort=amount"]
    {
        let refused = person.call(&app, Method::GET, &format!("/v1/{query}"), None).await;
        assert!(
            [403, 422, 400].contains(&refused.status.as_u16()),
            "{query}: {} {}",
            refused.status,
            refused.text
        );
    }
    let lookup = json!({"identities": [{"scheme": "phone", "value": "13912345678"}]});
    person.post(&app, "/v1/customers:resolve", &lookup).await.expect(403);
    app.post("/v1/customers:resolve", &lookup).await.expect(200);
    for words in ["13912345678", "5678", "wang.fang@example.com"] {
        let found = person.get(&app, &format!("/v1/search?q={words}&kind=customer")).await;
        assert_eq!(found["items"], json!([]), "{words}");
        let found = app.get(&format!("/v1/search?q={words}&kind=customer")).await;
        assert_ne!(found["items"], json!([]), "{words}");
    }
    // A name is no contact: they find it.
    let found = person.get(&app, "/v1/search?q=%E7%8E%8B%E8%8A%B3&kind=customer").await;
    assert_eq!(found["items"].as_array().unwrap().len(), 2);
    let change = json!({"amount": {"amount": "1.00", "currency": "CNY"}});
    let refused =
        person.call(&app, Method::PATCH, &format!("/v1/deals/{deal}"), Some(&change)).await.expect(403);
    assert!(refused["detail"].as_str().unwrap().contains("amount is masked"), "{refused}");
    let cleared = json!({"amount": null});
    person.call(&app, Method::PATCH, &format!("/v1/deals/{deal}"), Some(&cleared)).await.expect(403);
    let open = json!({"name": "chairs"});
    let changed =
        person.call(&app, Method::PATCH, &format!("/v1/deals/{deal}"), Some(&open)).await.expect(200);
    assert_eq!((&changed["name"], &changed["amount"]), (&json!("chairs"), &Value::Null));
    assert_eq!(
        app.get(&format!("/v1/deals/{deal}")).await["amount"]["amount"],
        "36543.21",
        "it is as it was"
    );
    let path = format!("/v1/customers/{customer}");
    person.call(&app, Method::PATCH, &path, Some(&json!({"name": "王芳"}))).await.expect(200);
}

async fn unmasking_takes_a_purpose_and_stands_in_the_log(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let (customer, deal, _) = company(&app).await;
    let classes = json!({"contact": "masked", "personal": "masked", "financial": "masked"});
    let plain = somebody(&app, "plain", classes.clone(), &[]).await;
    let person = somebody(&app, "unmasks", classes, &["records:unmask"]).await;
    let path = format!("/v1/customers/{customer}/unmask");
    let wanted = json!({"fields": ["name", "identities"], "purpose": "the parcel came back"});
    plain.post(&app, &path, &wanted).await.expect(403);
    let shown = person.post(&app, &path, &wanted).await.expect(200);
    assert_eq!(shown["fields"]["name"], "王芳芳");
    assert_eq!(shown["fields"]["identities"][0], json!({"scheme": "phone", "value": "+8613912345678"}));
    for (wrong, pointer) in [
        (json!({"fields": ["name"], "purpose": " "}), "/purpose"),
        (json!({"fields": [], "purpose": "x"}), "/fields"),
        (json!({"fields": ["salary"], "purpose": "x"}), "/fields/0"),
    ] {
        let refused = person.post(&app, &path, &wrong).await.expect(422);
        assert_eq!(refused["errors"][0]["pointer"], pointer);
    }
    let amount = json!({"fields": ["amount"], "purpose": "invoice"});
    let shown = person.post(&app, &format!("/v1/deals/{deal}/unmask"), &amount).await.expect(200);
    assert_eq!(shown["fields"]["amount"]["amount"], "36543.21");
    let nobody = "/v1/customers/019b8a3e-0000-7000-8000-0000000000ff/unmask";
    person.post(&app, nobody, &wanted).await.expect(404);
    app.settle().await;
    let log = app.get("/v1/events?type=customer.unmasked,deal.unmasked").await;
    let events = log["items"].as_array().unwrap();
    assert_eq!(events.len(), 2, "{log}");
    assert_eq!(events[0]["data"]["purpose"], "the parcel came back");
    assert_eq!(events[0]["data"]["fields"], json!(["name", "identities"]));
    // It stays masked where it was not asked for.
    assert_eq!(person.get(&app, &format!("/v1/customers/{customer}")).await["name"], "王**");
}
