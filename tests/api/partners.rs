//! Partners: what is shared with them, what they answer, and that they reach nothing else.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::TestApp;
use support::on_both_engines;
use support::partner::Partner;
use support::store::Engine;

on_both_engines!(
    a_partner_sees_what_is_shared_and_no_more,
    a_hand_over_is_answered_in_time_or_told,
    a_lead_is_whose_it_was_first
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

    let wish = json!({
        "partner_id": south.id, "note": "请本周联系", "fields": ["subject", "customer_name", "customer_phone"],
    });
    let share = app.post(&format!("/v1/tickets/{wang}/share"), &wish).await.expect(201);
    assert_eq!((&share["state"], &share["delivery"]), (&json!("offered"), &json!("none")));
    app.post(&format!("/v1/tickets/{wang}/share"), &wish).await.expect(409);
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
    let wish = json!({"partner_id": dealer.id, "note": "near you"});
    let share = app.post(&format!("{deal}/share"), &wish).await.expect(201);
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
    let share = app.post(&format!("{deal}/share"), &wish).await.expect(201);
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
