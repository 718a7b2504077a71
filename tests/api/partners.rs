//! Partners: what is shared with them, what they answer, and that they reach nothing else.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::TestApp;
use support::dealer::{Dealer, KEY, TOKEN};
use support::on_both_engines;
use support::partner::Partner;
use support::store::Engine;

on_both_engines!(
    a_partner_sees_what_is_shared_and_no_more,
    a_hand_over_is_answered_in_time_or_told,
    a_lead_is_whose_it_was_first,
    a_purchase_goes_to_the_dealer_and_its_answer_comes_back,
    what_a_dealer_cannot_take_is_tried_again_or_told,
    a_dealer_is_asked_for_stock_and_orders,
    only_a_plugin_that_joins_systems_is_a_partners,
);

/// A customer with a phone number, and a ticket of theirs.
async fn ticket(app: &TestApp, name: &str, phone: &str) -> (String, String) {
    let new = json!({
        "kind": "person", "name": name, "identities": [{"scheme": "phone", "value": phone}],
    });
    let customer = app.post("/v1/customers", &new).await.expect(201)["id"].as_str().unwrap().to_owned();
    let new =
        json!({"customer_id": customer, "subject": format!("{name} wants a heat pump"), "class": "purchase"});
    let ticket = app.post("/v1/tickets", &new).await.expect(201)["id"].as_str().unwrap().to_owned();
    (customer, ticket)
}

fn kinds(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().filter_map(|item| item["kind"].as_str()).collect()
}

async fn a_partner_sees_what_is_shared_and_no_more(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let south = Partner::new(&app, "华南经销商", None).await;
    let north = Partner::new(&app, "North dealer", None).await;
    let (_, wang) = ticket(&app, "王芳", "13800138000").await;
    let (_, other) = ticket(&app, "Bob", "+1 650 253 0000").await;
    assert_eq!(south.get(&app, "/v1/tickets").await.expect(200)["items"], json!([]));

    let body = json!({
        "partner_id": south.id, "note": "请本周联系", "fields": ["subject", "customer_name", "customer_phone"],
    });
    let share = app.post(&format!("/v1/tickets/{wang}/share"), &body).await.expect(201);
    assert_eq!((&share["state"], &share["delivery"]), (&json!("offered"), &json!("none")));
    app.post(&format!("/v1/tickets/{wang}/share"), &body).await.expect(409);
    let id = share["id"].as_str().unwrap();

    let list = south.get(&app, "/v1/tickets").await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    let seen = south.get(&app, &format!("/v1/tickets/{wang}")).await.expect(200);
    assert_eq!(seen["subject"], "王芳 wants a heat pump");
    assert_eq!((&seen["language"], &seen["reasons"]), (&json!(""), &json!([])));
    assert_eq!(seen["customer_id"], "00000000-0000-0000-0000-000000000000");
    let whole = south.get(&app, &format!("/v1/shares/{id}")).await.expect(200);
    assert_eq!(
        whole["subject"],
        json!({"subject": "王芳 wants a heat pump", "customer_name": "王芳", "customer_phone": "+8613800138000"})
    );
    assert_eq!(whole["note"], "请本周联系");

    for path in [format!("/v1/tickets/{other}"), format!("/v1/shares/{}", uuid::Uuid::new_v4())] {
        south.get(&app, &path).await.expect(404);
    }
    for path in [format!("/v1/tickets/{wang}"), format!("/v1/shares/{id}")] {
        north.get(&app, &path).await.expect(404);
    }
    assert_eq!(north.get(&app, "/v1/shares").await.expect(200)["items"], json!([]));
    south.get(&app, &format!("/v1/tickets/{wang}/history")).await.expect(403);
    south.get(&app, "/v1/tickets?status=open").await.expect(422);
    let filtered = format!("/v1/shares?partner_id={}", north.id);
    assert_eq!(south.get(&app, &filtered).await.expect(200)["items"], json!([]));
    south.call(&app, Method::PATCH, &format!("/v1/tickets/{wang}"), Some(&json!({}))).await.expect(403);
    north.post(&app, &format!("/v1/shares/{id}/accept"), &json!({})).await.expect(404);
    south.post(&app, &format!("/v1/shares/{id}/withdraw"), &json!({"reason": "x"})).await.expect(403);

    app.post(&format!("/v1/shares/{id}/withdraw"), &json!({"reason": "sold already"})).await.expect(200);
    for path in [format!("/v1/tickets/{wang}"), format!("/v1/shares/{id}")] {
        south.get(&app, &path).await.expect(404);
    }
    south.post(&app, &format!("/v1/shares/{id}/report"), &json!({"message": "x"})).await.expect(404);

    let path = format!("/v1/partner-users/{}", south.user);
    app.call(Method::PATCH, &path, Some(&json!({"active": false}))).await.expect(200);
    south.get(&app, "/v1/shares").await.expect(401);
    let path = format!("/v1/partners/{}", north.id);
    app.call(Method::PATCH, &path, Some(&json!({"active": false}))).await.expect(200);
    north.get(&app, "/v1/shares").await.expect(401);
}

async fn a_hand_over_is_answered_in_time_or_told(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let dealer = Partner::new(&app, "Dealer", None).await;
    let new =
        json!({"name": "李娜", "email": "li@example.com", "language": "zh-CN", "capacity": 5, "teams": []});
    let li = app.post("/v1/users", &new).await.expect(201)["id"].as_str().unwrap().to_owned();
    let (customer, ticket) = ticket(&app, "Eva", "13800138001").await;
    let lead = app.post(&format!("/v1/tickets/{ticket}/lead"), &json!({"owner_id": li})).await.expect(201);
    let deal = format!("/v1/deals/{}", lead["id"].as_str().unwrap());
    let body = json!({"partner_id": dealer.id, "note": "near you"});
    let share = app.post(&format!("{deal}/share"), &body).await.expect(201);
    assert_eq!(share["due_at"], "2026-01-05T09:00:00Z");
    let path = format!("/v1/shares/{}", share["id"].as_str().unwrap());
    let history = format!("{deal}/history");
    app.clock.advance_millis(48 * 60_000);
    app.until(&history, |list| kinds(list).contains(&"partner.warned")).await;
    app.clock.advance_millis(12 * 60_000);
    app.until(&history, |list| kinds(list).contains(&"partner.overdue")).await;
    let told = app.get(&format!("/v1/notifications?user_id={li}")).await;
    assert!(told.to_string().contains("Dealer didn't answer"), "{told:#}");

    let word = json!({"reference": "D-7", "message": "we visit on Thursday"});
    let accepted = dealer.post(&app, &format!("{path}/accept"), &word).await.expect(200);
    assert_eq!((&accepted["state"], &accepted["reference"]), (&json!("accepted"), &json!("D-7")));
    dealer.post(&app, &format!("{path}/accept"), &word).await.expect(409);
    let report = json!({"message": "measured, offer follows"});
    assert_eq!(dealer.post(&app, &format!("{path}/report"), &report).await.expect(200)["reference"], "D-7");
    dealer.post(&app, &format!("{path}/refuse"), &json!({"reason": ""})).await.expect(422);
    dealer.post(&app, &format!("{path}/refuse"), &json!({"reason": "no fitter"})).await.expect(200);
    dealer.get(&app, &deal).await.expect(404);
    let seen = app.get(&history).await;
    let expected = [
        "deal.created",
        "partner.shared",
        "partner.warned",
        "partner.overdue",
        "partner.accepted",
        "partner.reported",
        "partner.refused",
    ];
    let steps: Vec<&str> = kinds(&seen).into_iter().filter(|kind| *kind != "notification.created").collect();
    assert_eq!(steps, expected);
    let timeline = app.get(&format!("/v1/customers/{customer}/timeline")).await;
    assert!(timeline.to_string().contains("we visit on Thursday"));

    // Who answers in time is neither warned nor overdue.
    let share = app.post(&format!("{deal}/share"), &body).await.expect(201);
    let path = format!("/v1/shares/{}", share["id"].as_str().unwrap());
    dealer.post(&app, &format!("{path}/accept"), &json!({})).await.expect(200);
    app.clock.advance_millis(2 * 3_600_000);
    app.settle().await;
    let seen = app.get(&history).await;
    assert_eq!(kinds(&seen).iter().filter(|kind| **kind == "partner.overdue").count(), 1);
}

async fn a_lead_is_whose_it_was_first(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let south = Partner::new(&app, "South", None).await;
    let north = Partner::new(&app, "North", None).await;
    ticket(&app, "Known", "13800138002").await;
    let lead = |name: &str, phone: &str| {
        json!({
            "name": "30 purifiers", "amount": {"amount": "86000", "currency": "CNY"}, "note": "tender next week",
            "customer": {"name": name, "identities": [{"scheme": "phone", "value": phone}]},
        })
    };
    let register = |partner: &Partner| format!("/v1/partners/{}/leads", partner.id);
    let share = south.post(&app, &register(&south), &lead("星河物业", "0755-8888 6666")).await.expect(201);
    assert_eq!((&share["state"], &share["subject_kind"]), (&json!("accepted"), &json!("deal")));
    let own = south.get(&app, "/v1/deals").await.expect(200);
    assert_eq!(own["items"][0]["name"], "30 purifiers");
    assert_eq!(own["items"][0]["partner_id"], south.id.as_str());

    // Ours, another's, one's own: the same answer, which names nobody.
    let ours = north.post(&app, &register(&north), &lead("X", "+86 138 0013 8002")).await;
    let theirs = north.post(&app, &register(&north), &lead("Y", "+86 755 88886666")).await;
    let own = south.post(&app, &register(&south), &lead("Z", "0755 8888 6666")).await;
    for answer in [&ours, &theirs, &own] {
        assert_eq!(answer.status, 409, "{}", answer.text);
        assert_eq!(answer.json()["detail"], ours.json()["detail"]);
        for word in ["Known", "South", "星河", "13800138002", south.id.as_str()] {
            assert!(!answer.text.contains(word), "{word}: {}", answer.text);
        }
    }
    north.post(&app, &register(&south), &lead("W", "13800138003")).await.expect(404);
    let bad = north.post(&app, &register(&north), &lead("W", "12")).await.expect(422);
    assert_eq!(bad["errors"][0]["pointer"], "/customer/identities/0/value");
    let before = app.get("/v1/customers").await["items"].as_array().unwrap().len();
    assert_eq!(before, 2, "what is refused leaves no customer behind");

    // Of two at once, one gets it.
    let (path_a, path_b) = (register(&south), register(&north));
    let (one, two) = (lead("P", "13800138004"), lead("P", "13800138004"));
    let (a, b) = tokio::join!(south.post(&app, &path_a, &one), north.post(&app, &path_b, &two));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409], "{} {}", a.text, b.text);

    // After the time of protection a lead that nobody has worked on is free.
    let deal = share["subject_id"].as_str().unwrap();
    app.post(&format!("/v1/deals/{deal}/lose"), &json!({"reason": "budget"})).await.expect(200);
    app.clock.advance_millis(91 * 24 * 3_600_000);
    north.post(&app, &register(&north), &lead("Y", "0755-88886666")).await.expect(201);
}

/// A partner whose system is a dealer's, a process of its own.
async fn dealership(engine: Engine) -> (TestApp, Dealer, Partner) {
    let dealer = Dealer::start();
    let app = TestApp::start(engine, &[dealer.endpoint().to_owned()]).await;
    let settings = json!({"base-url": dealer.base_url(), "dealer-code": "S-07"});
    let installation = app.install("dealer", &settings, &[("token", TOKEN), ("signing-key", KEY)]).await;
    let partner = Partner::new(&app, "华南经销商", Some(&installation)).await;
    (app, dealer, partner)
}

/// Waits until a share is as wanted.
async fn share_until(app: &TestApp, share: &Value, wanted: impl Fn(&Value) -> bool) -> Value {
    app.until(&format!("/v1/shares/{}", share["id"].as_str().unwrap()), wanted).await
}

async fn a_purchase_goes_to_the_dealer_and_its_answer_comes_back(engine: Engine) {
    let (app, dealer, partner) = dealership(engine).await;
    app.install("web-form", &json!({}), &[]).await;
    let asked = json!({
        "name": "星河物业", "phone": "13800138005", "message": "想买 30 台净水器，请报价", "submission_id": "s-1",
    });
    let form = app.request(Method::POST, "/in/web-form/").json(&asked);
    app.send(form).await.expect(200);
    let list = app.until("/v1/tickets", |list| !list["items"].as_array().unwrap().is_empty()).await;
    let ticket = &list["items"][0];
    assert_eq!(ticket["class"], "purchase", "{ticket:#}");
    let worth = json!({"amount": {"amount": "86000", "currency": "CNY"}});
    let path = format!("/v1/tickets/{}/lead", ticket["id"].as_str().unwrap());
    let lead = app.post(&path, &worth).await.expect(201);
    dealer.behave("pending", None).await;
    let body = json!({
        "partner_id": partner.id, "note": "下周招标", "fields": ["name", "amount", "currency", "customer_name", "customer_phone"],
    });
    let deal = format!("/v1/deals/{}", lead["id"].as_str().unwrap());
    let share = app.post(&format!("{deal}/share"), &body).await.expect(201);
    let there = share_until(&app, &share, |share| share["delivery"] == "delivered").await;
    assert_eq!((&there["state"], &there["reference"]), (&json!("offered"), &json!("D-1001")));
    let seen = dealer.seen().await;
    let taken = &seen["taken"][0];
    assert_eq!((&taken["key"], &taken["code"]), (&share["id"], &json!("S-07")));
    assert_eq!(
        taken["body"],
        json!({
            "share_id": share["id"], "dealer_code": "S-07", "title": lead["name"], "note": "下周招标",
            "value": {"amount": "86000.00", "currency": "CNY"},
            "customer": {"name": "星河物业", "phone": "+8613800138005"},
        })
    );

    // The dealer decides later, by its own webhook; twice, as systems do.
    let url = app.url("/in/dealer/decisions");
    let now = app.host.app().db.now().as_micros() / 1_000_000;
    let word =
        json!({"share_id": share["id"], "decision": "accepted", "number": "D-1001", "message": "周四上门"});
    for _ in 0..2 {
        let answer = dealer.decide(&url, now, &word).await;
        assert_eq!(answer["status"], 200, "{answer:#}");
    }
    let accepted = app.get(&format!("/v1/shares/{}", share["id"].as_str().unwrap())).await;
    assert_eq!((&accepted["state"], &accepted["message"]), (&json!("accepted"), &json!("周四上门")));
    let history = app.get(&format!("{deal}/history")).await;
    let count = |kind: &str| kinds(&history).into_iter().filter(|found| *found == kind).count();
    assert_eq!((count("partner.delivered"), count("partner.accepted")), (1, 1), "{history:#}");
    let customer = lead["customer_id"].as_str().unwrap();
    let timeline = app.get(&format!("/v1/customers/{customer}/timeline")).await.to_string();
    assert!(timeline.contains("partner.accepted") && timeline.contains("周四上门"), "{timeline}");

    // An old signature, a forged one, and a share that isn't this dealer's.
    let other = Partner::new(&app, "North", None).await;
    let (_, elsewhere) = ticket_of(&app).await;
    let foreign = json!({"partner_id": other.id});
    let foreign = app.post(&format!("/v1/tickets/{elsewhere}/share"), &foreign).await.expect(201);
    assert_eq!(dealer.decide(&url, now - 3_600, &word).await["status"], 401);
    let foreign_word = json!({"share_id": foreign["id"], "decision": "refused", "message": "mine"});
    assert_eq!(dealer.decide(&url, now, &foreign_word).await["status"], 404);
    let untouched = app.get(&format!("/v1/shares/{}", foreign["id"].as_str().unwrap())).await;
    assert_eq!((&untouched["state"], &untouched["message"]), (&json!("offered"), &json!("")));
    let forged = app.request(Method::POST, "/in/dealer/decisions");
    let forged = forged.header("x-dealer-signature", format!("t={now},v1={}", "00".repeat(32))).json(&word);
    app.send(forged).await.expect(401);
}

async fn ticket_of(app: &TestApp) -> (String, String) {
    ticket(app, "Carl", "+1 650 253 0001").await
}

async fn what_a_dealer_cannot_take_is_tried_again_or_told(engine: Engine) {
    let (app, dealer, partner) = dealership(engine).await;
    let share_of = async |subject: &str| {
        let (customer, _) = ticket_of(&app).await;
        let new = json!({"customer_id": customer, "subject": subject, "class": "after-sales"});
        let ticket = app.post("/v1/tickets", &new).await.expect(201);
        let path = format!("/v1/tickets/{}/share", ticket["id"].as_str().unwrap());
        app.post(&path, &json!({"partner_id": partner.id})).await.expect(201)
    };
    // Broken twice, then well: it arrives once, under one key.
    dealer.behave("broken", Some(2)).await;
    let share = share_of("loud pump").await;
    let path = format!("/v1/shares/{}", share["id"].as_str().unwrap());
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while app.get(&path).await["delivery"] != "delivered" {
        assert!(std::time::Instant::now() < deadline, "{:?}", app.job_errors().await);
        app.clock.advance_millis(60_000);
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let seen = dealer.seen().await;
    assert_eq!(seen["taken"].as_array().unwrap().len(), 1);
    assert!(seen["requests"].as_i64().unwrap() >= 3, "{seen:#}");

    // What the dealer refuses is the share's refusal; what shuts us out is told and not tried again.
    let refused = share_of("refuse this").await;
    let refused = share_until(&app, &refused, |share| share["state"] == "refused").await;
    assert_eq!(
        (&refused["message"], &refused["delivery"]),
        (&json!("not in our region"), &json!("delivered"))
    );
    dealer.behave("locked-out", None).await;
    let failed = share_of("leak").await;
    let failed = share_until(&app, &failed, |share| share["delivery"] == "failed").await;
    assert!(failed["failure"].as_str().unwrap().contains("token expired"), "{failed:#}");
    assert_eq!(failed["state"], "offered", "the portal may still answer it");
    let history = format!("/v1/tickets/{}/history", failed["subject_id"].as_str().unwrap());
    assert!(kinds(&app.get(&history).await).contains(&"partner.not-delivered"));

    // Several at once: one that the dealer can't take doesn't hold up the others.
    dealer.behave("accept", None).await;
    let mut several = Vec::new();
    for number in 0..4 {
        several.push(share_of(&format!("job {number}")).await);
    }
    for share in &several {
        share_until(&app, share, |share| share["delivery"] == "delivered").await;
    }
}

async fn a_dealer_is_asked_for_stock_and_orders(engine: Engine) {
    let (app, dealer, partner) = dealership(engine).await;
    let path = format!("/v1/partners/{}/query", partner.id);
    let stock = json!({"name": "stock", "parameters": {"product": "RO-800"}});
    let table = app.post(&path, &stock).await.expect(200);
    assert_eq!(table["columns"][3], json!({"name": "available", "title": "可用库存"}));
    assert_eq!(table["rows"], json!([["RO-800", "净水器 800", "深圳", 0, "2026-02-01"]]));
    let order = json!({"name": "order-status", "parameters": {"number": "O-77"}, "language": "en"});
    let table = partner.post(&app, &path, &order).await.expect(200);
    assert_eq!(table["rows"][0], json!(["O-77", "shipped", "2026-01-09", "RO-600", 2]));
    assert_eq!(table["columns"][1]["title"], "Status");

    let place = |answer: &Value| answer["errors"][0]["pointer"].as_str().unwrap().to_owned();
    let wrong = app.post(&path, &json!({"name": "weather"})).await.expect(422);
    assert_eq!(place(&wrong), "/name");
    let unknown = json!({"name": "order-status", "parameters": {"number": "O-1"}});
    assert_eq!(place(&app.post(&path, &unknown).await.expect(422)), "/parameters");
    let deep = json!({"name": "stock", "parameters": {"product": {"a": 1}}});
    assert_eq!(place(&app.post(&path, &deep).await.expect(422)), "/parameters/product");
    let other = Partner::new(&app, "North", None).await;
    other.post(&app, &path, &stock).await.expect(404);
    app.post(&format!("/v1/partners/{}/query", other.id), &stock).await.expect(409);

    dealer.behave("busy", Some(1)).await;
    let busy = app.post(&path, &stock).await;
    assert_eq!(busy.header("retry-after"), "120");
    busy.expect(503);
    dealer.behave("slow", Some(1)).await;
    let slow = app.post(&path, &stock).await;
    assert!(!slow.header("retry-after").is_empty());
    slow.expect(503);
    app.post(&path, &stock).await.expect(200);
}

async fn only_a_plugin_that_joins_systems_is_a_partners(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let scorer = app.install("lead-score", &json!({}), &[]).await;
    let new = json!({"name": "华南经销商", "installation_id": scorer});
    let refused = app.post("/v1/partners", &new).await.expect(422);
    assert_eq!(refused["errors"][0]["pointer"], "/installation_id");
    assert!(
        refused["errors"][0]["detail"].as_str().unwrap().contains("lead-score joins no partner's system")
    );
    let partner = Partner::new(&app, "华南经销商", None).await;
    let change = json!({"installation_id": scorer});
    app.call(Method::PATCH, &format!("/v1/partners/{}", partner.id), Some(&change)).await.expect(422);
    let gone = json!({"installation_id": "019b8a3e-0000-7000-8000-000000000001"});
    app.call(Method::PATCH, &format!("/v1/partners/{}", partner.id), Some(&gone)).await.expect(422);
}
