//! Records within others: whatever shows a comment, a deal or a message beside something else shows it only to whom it
//! would show it by itself.

use hospes::domain::actor::Permission;
use reqwest::Method;
use serde_json::{Value, json};
use support::app::TestApp;
use support::on_both_engines;
use support::partner::Partner;
use support::people::{Person, id, people};
use support::store::Engine;

use support::company::{Company, company, message};

on_both_engines!(
    nothing_shows_what_the_reader_may_not_see,
    what_was_told_is_shown_to_who_was_told,
    few_rights_do_not_shorten_a_timeline,
);

/// What must be allowed to see each text: the rights, and the text.
const TEXTS: &[(&[&str], &str)] = &[
    (&["comments:read"], "canary-comment"),
    (&["comments:read"], "canary-of-deal"),
    (&["deals:read"], "canary-of-deal"),
    (&["deals:read"], "canary-deal"),
    (&["tasks:read"], "canary-task"),
    (&["surveys:read"], "canary-answer"),
    (&["conversations:read"], "canary-reply"),
    (&["tickets:read"], "canary-ticket"),
    (&["customers:read"], "canary-region"),
    (&["partners:read", "shares:read"], "canary-share"),
    (&["users:read"], "canary-user"),
];

/// A company in which there is one of each, and the routes that show something beside something else.
async fn filled(engine: Engine) -> (Company, Vec<String>) {
    let company = company(engine).await;
    let app = &company.app;
    company.deliver(&message(1, 42, "小王", "zh-CN", "空调坏了，我要投诉")).await.expect(200);
    let tickets = app.until("/v1/tickets", |list| !list["items"][0]["assignee_id"].is_null()).await;
    let (ticket, customer) =
        (id(&tickets["items"][0]), tickets["items"][0]["customer_id"].as_str().unwrap().to_owned());
    let subject = json!({"subject": "canary-ticket"});
    app.call(Method::PATCH, &format!("/v1/tickets/{ticket}"), Some(&subject)).await.expect(200);
    let messages =
        format!("/v1/conversations/{}/messages", tickets["items"][0]["conversation_id"].as_str().unwrap());
    app.post(&messages, &json!({"text": "canary-reply"})).await.expect(201);
    let region = json!({"region": "canary-region"});
    app.call(Method::PATCH, &format!("/v1/customers/{customer}"), Some(&region)).await.expect(200);
    let deal = id(&app
        .post("/v1/deals", &json!({"customer_id": customer, "name": "canary-deal"}))
        .await
        .expect(201));
    let task = json!({"title": "canary-task", "subject_kind": "ticket", "subject_id": ticket, "assignee_id": company.li});
    let task = id(&app.post("/v1/tasks", &task).await.expect(201));
    let comment = async |kind: &str, record: &str, text: &str| {
        let new = json!({"subject_kind": kind, "subject_id": record, "text": text});
        id(&app.post("/v1/comments", &new).await.expect(201))
    };
    let mention = format!("canary-comment @[李娜](user:{})", company.li);
    comment("ticket", &ticket, &mention).await;
    comment("customer", &customer, "canary-comment").await;
    comment("deal", &deal, "canary-of-deal").await;
    let gone = comment("ticket", &ticket, &format!("canary-deleted @[李娜](user:{})", company.li)).await;
    app.call(Method::DELETE, &format!("/v1/comments/{gone}"), None).await.expect(204);
    let partner = Partner::new(app, "South", None).await;
    let fields = json!(["name", "customer_region"]);
    let share = json!({"partner_id": partner.id, "note": "canary-share", "fields": fields});
    let share = id(&app.post(&format!("/v1/deals/{deal}/share"), &share).await.expect(201));
    app.person("canary-user", "canary@example.com", "agent").await;
    app.post(&format!("/v1/tickets/{ticket}/resolve"), &json!({})).await.expect(200);
    let sent = company.passing(2).await;
    let buttons = sent.iter().find(|message| !message.buttons().is_empty()).unwrap().buttons();
    let link = buttons[0].1.strip_prefix("s:").unwrap().rsplit_once(':').unwrap().0.to_owned();
    let answer = app.request(Method::POST, &format!("/s/{link}"));
    let answer = answer.form(&[("rating", "2"), ("comment", "canary-answer")]);
    assert!(app.send(answer).await.status.is_success());
    app.until("/v1/surveys", |list| !list["items"][0]["answered_at"].is_null()).await;
    app.settle().await;
    let routes = vec![
        format!("/v1/customers/{customer}"),
        format!("/v1/customers/{customer}/view"),
        format!("/v1/customers/{customer}/timeline?limit=500"),
        format!("/v1/tickets/{ticket}"),
        format!("/v1/tickets/{ticket}/history?limit=500"),
        format!("/v1/deals/{deal}"),
        format!("/v1/deals/{deal}/history"),
        format!("/v1/tasks/{task}"),
        format!("/v1/tasks/{task}/history?limit=500"),
        messages,
        "/v1/conversations".to_owned(),
        "/v1/interactions?limit=500".to_owned(),
        "/v1/tickets".to_owned(),
        "/v1/tasks".to_owned(),
        "/v1/deals".to_owned(),
        "/v1/surveys".to_owned(),
        "/v1/comments".to_owned(),
        format!("/v1/comments?subject_kind=ticket&subject_id={ticket}"),
        format!("/v1/comments?subject_kind=deal&subject_id={deal}"),
        "/v1/notifications?limit=500".to_owned(),
        "/v1/inbox?limit=500".to_owned(),
        "/v1/hand-offs".to_owned(),
        "/v1/shares".to_owned(),
        format!("/v1/shares/{share}"),
        "/v1/teams".to_owned(),
        "/v1/users".to_owned(),
        "/v1/dead-letters".to_owned(),
        "/v1/search?q=canary".to_owned(),
        "/v1/events?limit=500".to_owned(),
    ];
    (company, routes)
}

/// Every scope but these, in the name of somebody.
async fn token_without(app: &TestApp, scopes: &[Value], without: &[&str], user: &str) -> String {
    let rest: Vec<&Value> =
        scopes.iter().filter(|scope| !without.contains(&scope.as_str().unwrap())).collect();
    let new = json!({"name": "t", "scopes": rest, "user_id": user});
    app.post("/v1/tokens", &new).await.expect(201)["token"].as_str().unwrap().to_owned()
}

/// Every scope that there is.
fn scopes() -> Vec<Value> {
    Permission::ALL.iter().map(|permission| json!(permission.word())).collect()
}

async fn nothing_shows_what_the_reader_may_not_see(engine: Engine) {
    let (company, routes) = filled(engine).await;
    let app = &company.app;
    let role = json!({"roles": ["administrator"]});
    app.call(Method::PATCH, &format!("/v1/users/{}", company.li), Some(&role)).await.expect(200);
    let scopes = scopes();
    let read =
        async |token: &str, path: &str| app.send(app.request(Method::GET, path).bearer_auth(token)).await;
    let all = token_without(app, &scopes, &[], &company.li).await;
    let mut shown = Vec::new();
    for path in &routes {
        let answer = read(&all, path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        if !path.starts_with("/v1/events") {
            assert!(!answer.text.contains("canary-deleted"), "{path}: {}", answer.text);
        }
        shown.push(answer.text);
    }
    // What a deleted comment said is left in the audit log alone, for who may do everything.
    let log = token_without(app, &scopes, &["tokens:write"], &company.li).await;
    let log = read(&log, "/v1/events?limit=500").await;
    assert!(log.text.contains("comment.deleted") && !log.text.contains("canary-deleted"), "{}", log.text);
    for (rights, text) in TEXTS {
        assert!(shown.iter().filter(|answer| answer.contains(text)).count() > 1, "{text} is shown somewhere");
        let token = token_without(app, &scopes, rights, &company.li).await;
        for path in &routes {
            let answer = read(&token, path).await;
            assert!([200, 403].contains(&answer.status.as_u16()), "{path}: {}", answer.text);
            assert!(!answer.text.contains(text), "{path} shows {text} without {rights:?}: {}", answer.text);
        }
    }
}

async fn what_was_told_is_shown_to_who_was_told(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    let ticket = people.ticket().await;
    let mention = |text: &str, of: &Person| {
        let ticket = ticket.rsplit('/').next().unwrap();
        let text = format!("{text} @[x](user:{})", of.id);
        json!({"subject_kind": "ticket", "subject_id": ticket, "text": text})
    };
    app.post("/v1/comments", &mention("for-ann", &people.ann)).await.expect(201);
    app.post("/v1/comments", &mention("for-li", &people.li)).await.expect(201);
    let of_ann = format!("/v1/notifications?user_id={}", people.ann.id);
    // Administrators see what everybody was told.
    assert!(people.li.get(app, &of_ann).await.to_string().contains("for-ann"));
    for person in [&people.ann, &people.li] {
        let agent = json!({"roles": ["agent"]});
        app.person(&format!("Boss {}", person.id), &format!("{}@example.com", person.id), "administrator")
            .await;
        app.call(Method::PATCH, &format!("/v1/users/{}", person.id), Some(&agent)).await.expect(200);
    }
    let problem = people.li.call(app, Method::GET, &of_ann, None).await.expect(403);
    assert!(problem["detail"].as_str().unwrap().contains("notifications:read-all"), "{problem:#}");
    let own = people.ann.get(app, &of_ann).await.to_string();
    assert!(own.contains("for-ann") && !own.contains("for-li"), "{own}");
    let own = people.li.get(app, "/v1/notifications?limit=500").await.to_string();
    assert!(own.contains("for-li") && !own.contains("for-ann"), "{own}");
    // A program is told nothing, so it sees what others were told by that right alone.
    let program = json!({"name": "p", "scopes": ["notifications:read", "tickets:read", "comments:read"]});
    let program = app.post("/v1/tokens", &program).await.expect(201)["token"].as_str().unwrap().to_owned();
    app.send(app.request(Method::GET, "/v1/notifications").bearer_auth(program)).await.expect(403);
}

async fn few_rights_do_not_shorten_a_timeline(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    let customer = people.customer().await;
    for number in 0..30 {
        let new = json!({"subject_kind": "customer", "subject_id": customer, "text": number.to_string()});
        app.post("/v1/comments", &new).await.expect(201);
    }
    app.settle().await;
    let new = json!({"name": "t", "scopes": ["customers:read", "tickets:read", "conversations:read"]});
    let token = app.post("/v1/tokens", &new).await.expect(201)["token"].as_str().unwrap().to_owned();
    let path = format!("/v1/customers/{customer}/timeline?limit=20");
    let seen = app.send(app.request(Method::GET, &path).bearer_auth(token)).await.expect(200);
    let kinds: Vec<&Value> =
        seen["items"].as_array().unwrap().iter().map(|entry| &entry["event"]["kind"]).collect();
    assert_eq!(kinds, ["customer.created"]);
}
