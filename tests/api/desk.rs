//! What people meet at the desk, by way of the API: numbers, reasons in their language, mentions by name, and replies
//! that take a resolved ticket up again; and the pages around it.

use std::collections::BTreeSet;

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use support::app::{ADMIN, TestApp, settings};
use support::clock::FakeClock;
use support::company::{company, message};
use support::on_both_engines;
use support::people::people;
use support::store::{Engine, Place};

on_both_engines!(
    every_ticket_has_a_number_of_its_own_by_which_it_is_found,
    a_reason_is_read_in_the_readers_language,
    a_long_list_is_in_the_readers_language_to_its_end,
    a_colleague_is_mentioned_by_name_alone,
    a_reply_takes_a_resolved_ticket_up_again,
    a_form_with_files_is_nobodys_until_it_is_proven,
    who_has_no_team_begins_with_everybodys_tickets,
);

async fn every_ticket_has_a_number_of_its_own_by_which_it_is_found(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    let customer = people.customer().await;
    let open = async |subject: String| {
        let new = json!({"customer_id": customer, "subject": subject, "class": "inquiry"});
        app.post("/v1/tickets", &new).await.expect(201)
    };
    let first = open("first".to_owned()).await;
    assert_eq!(first["number"], 1);
    // Many at once: each gets a number that no other has.
    let tickets = join_all((0..24).map(|index| open(format!("one of many {index}")))).await;
    let numbers: BTreeSet<i64> = tickets.iter().map(|ticket| ticket["number"].as_i64().unwrap()).collect();
    assert_eq!((numbers.len(), *numbers.first().unwrap() > 1), (24, true), "{numbers:?}");
    let wanted = &tickets[7];
    let number = wanted["number"].as_i64().unwrap();
    let found = app.get(&format!("/v1/tickets?filter=number%20%3D%3D%20{number}")).await;
    assert_eq!((found["items"].as_array().unwrap().len(), &found["items"][0]["id"]), (1, &wanted["id"]));
    let ids = |list: &Value| -> Vec<Value> {
        list["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect()
    };
    let written = format!("%23{number}");
    for path in [format!("/v1/tickets?q={written}"), format!("/v1/search?q={written}&kind=ticket")] {
        let found = app.get(&path).await;
        assert!(ids(&found).contains(&wanted["id"]), "{path}: {found:#}");
    }
    let sorted = app.get("/v1/tickets?sort=number&limit=2").await;
    assert_eq!((&sorted["items"][0]["number"], sorted["items"].as_array().unwrap().len()), (&json!(1), 2));
}

async fn a_reason_is_read_in_the_readers_language(engine: Engine) {
    let people = people(engine).await;
    let (app, ticket) = (&people.app, people.ticket().await);
    let read = async |language: &str| {
        let request =
            app.request(Method::GET, &ticket).bearer_auth(ADMIN).header("accept-language", language);
        app.send(request).await.expect(200)["assignment_reason"].clone()
    };
    let english = read("en").await;
    assert_eq!(english["code"], "assigned.least-busy");
    assert_eq!(english["arguments"]["team"], "客服");
    assert_eq!(english["text"], "Least busy of 1 available members of 客服 (0 of 50 open)");
    let chinese = read("zh-CN,zh;q=0.9").await;
    assert_eq!(chinese["text"], "客服 1 位可用成员中最空闲（未结 0 / 上限 50）");
    assert_eq!((&chinese["code"], &chinese["arguments"]), (&english["code"], &english["arguments"]));

    // By hand: who did it has a name, and a reason that somebody wrote stays as it is.
    people.li.post(app, &format!("{ticket}/assign"), &json!({"user_id": people.ann.id})).await.expect(200);
    let by = read("en").await;
    assert_eq!((&by["text"], &by["arguments"]["by"]), (&json!("Assigned by 李娜"), &json!("李娜")));
    let keyed = app
        .request(Method::POST, &format!("{ticket}/assign"))
        .bearer_auth(ADMIN)
        .header("idempotency-key", "twice")
        .header("accept-language", "zh");
    let answer = keyed.json(&json!({"user_id": people.li.id, "reason": "懂设备"}));
    let again = answer.try_clone().unwrap();
    let first = app.send(answer).await.expect(200);
    assert_eq!(first["assignment_reason"], json!({"code": null, "arguments": {}, "text": "懂设备"}));
    assert_eq!(app.send(again).await.expect(200), first);
    let reasons = app.get(&ticket).await["reasons"].clone();
    assert_eq!(reasons[0]["code"], "classified.by");
    let history = people.history(&ticket, "ticket.assigned").await;
    assert_eq!(history[0]["data"]["reason"]["code"], "assigned.least-busy");
    assert_eq!(history[2]["data"]["reason"], "懂设备");

    // What a version before this one wrote is shown as it is.
    let id = uuid::Uuid::parse_str(ticket.rsplit('/').next().unwrap()).unwrap();
    let old = app.host.app().db.write(id, |tx, id| {
        Box::pin(async move {
            let sql = "update tickets set assignment_reason = $2, reasons = $3 where id = $1";
            let reasons = hospes::store::db::Json(&json!(["It has words of purchase."]));
            tx.execute(sql, &[(*id).into(), "least loaded of 2".into(), reasons.into()]).await
        })
    });
    old.await.unwrap();
    let now = app.get(&ticket).await;
    assert_eq!(now["assignment_reason"]["text"], "least loaded of 2");
    assert_eq!(now["reasons"][0]["text"], "It has words of purchase.");
}

async fn a_colleague_is_mentioned_by_name_alone(engine: Engine) {
    let people = people(engine).await;
    let (app, ticket) = (&people.app, people.ticket().await);
    let record = ticket.rsplit('/').next().unwrap();
    let new =
        json!({"subject_kind": "ticket", "subject_id": record, "text": "请@Ann看一下，抄送 li@example.com"});
    let made = people.li.post(app, "/v1/comments", &new).await.expect(201);
    assert_eq!(made["mentions"], json!([{"kind": "user", "id": people.ann.id, "name": "Ann"}]));
    let told = people.ann.get(app, "/v1/inbox").await;
    assert_eq!(told["items"][0]["text"], "李娜 mentions you: 请@Ann看一下，抄送 li@example.com");
}

async fn a_reply_takes_a_resolved_ticket_up_again(engine: Engine) {
    let company = company(engine).await;
    let app = &company.app;
    company.deliver(&message(1, 42, "小王", "zh-hans", "净水器漏电了，我要投诉！")).await.expect(200);
    let list = app.until("/v1/tickets", |list| !list["items"][0]["assignee_id"].is_null()).await;
    let ticket = format!("/v1/tickets/{}", list["items"][0]["id"].as_str().unwrap());
    let conversation = list["items"][0]["conversation_id"].as_str().unwrap();
    app.post(&format!("{ticket}/resolve"), &json!({})).await.expect(200);
    // The survey that goes out by itself opens nothing.
    company.passing(1).await;
    assert_eq!(app.get(&ticket).await["status"], "resolved");
    let reply = json!({"text": "还有一件事"});
    let sent = app.post(&format!("/v1/conversations/{conversation}/messages"), &reply).await.expect(201);
    assert_eq!(sent["ticket_id"], list["items"][0]["id"]);
    let now = app.get(&ticket).await;
    assert_eq!(
        (&now["status"], &now["reopened"], now["resolved_at"].is_null()),
        (&json!("open"), &json!(1), true)
    );
    let history = app.get(&format!("{ticket}/history")).await;
    let reopened =
        history["items"].as_array().unwrap().iter().find(|event| event["kind"] == "ticket.reopened").unwrap();
    assert_eq!(reopened["data"]["reason"]["code"], "reopened.answered");
}

async fn a_form_with_files_is_nobodys_until_it_is_proven(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    app.person("Ann", "ann@example.com", "agent").await;
    let session = app.sign_in("ann@example.com").await;
    let before = app.kinds().await;
    let path = "/tickets/01900000-0000-7000-8000-000000000000/reply";
    let form = |proof: &str| {
        let file = reqwest::multipart::Part::bytes(vec![7; 1_000]).file_name("a.bin");
        reqwest::multipart::Form::new()
            .text("csrf", proof.to_owned())
            .text("text", "typed already")
            .part("file", file)
    };
    let stranger = app.send(app.request(Method::POST, path).multipart(form(&session.proof))).await;
    assert_eq!(stranger.status, 401);
    let signed_in = app.request(Method::POST, path).header("cookie", &session.cookie);
    let unproven = app.send(signed_in.multipart(form("guess"))).await;
    assert_eq!(unproven.status, 403);
    assert!(unproven.text.contains("typed already"), "what was typed isn't lost: {}", unproven.text);
    let proven = app.request(Method::POST, path).header("cookie", &session.cookie);
    assert_eq!(app.send(proven.multipart(form(&session.proof))).await.status, 404);
    assert_eq!(app.kinds().await, before, "nothing is done");
}

#[tokio::test]
async fn a_path_that_leads_nowhere_is_a_page_for_people_and_a_problem_for_programs() {
    let app = TestApp::start(Engine::Sqlite, &[]).await;
    let ask = async |path: &str, accept: &str| {
        app.send(app.request(Method::GET, path).header("accept", accept)).await
    };
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let page = ask("/no/such/page", browser).await;
    assert_eq!((page.status.as_u16(), page.header("content-type")), (404, "text/html; charset=utf-8"));
    assert!(page.text.contains("This page doesn&#39;t exist."), "{}", page.text);
    for (path, accept) in
        [("/no/such/page", "*/*"), ("/v1/nothing", browser), ("/no/such/page", "application/json")]
    {
        let problem = ask(path, accept).await;
        assert_eq!(problem.header("content-type"), "application/problem+json", "{path} for {accept}");
        assert_eq!(problem.expect(404)["code"], "not-found");
    }
    let icon = ask("/favicon.ico", "image/*").await;
    assert_eq!((icon.status.as_u16(), icon.header("content-type")), (200, "image/svg+xml"));
}

#[tokio::test]
async fn customers_pages_have_the_companys_name_and_logo() {
    let place = Place::new(Engine::Sqlite).await;
    let folder = tempfile::TempDir::new().unwrap();
    let logo = folder.path().join("logo.svg");
    let picture = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"/>";
    std::fs::write(&logo, picture).unwrap();
    let with_company = hospes::boot::settings::Settings {
        company_name: Some("净水 & Co".to_owned()),
        company_logo: Some(logo),
        ..settings(&place, &[])
    };
    let app = TestApp::start_with(with_company, place, std::sync::Arc::new(FakeClock::new())).await;
    let page = app.send(app.request(Method::GET, "/s/unknown")).await;
    assert_eq!(page.status, 404);
    assert!(
        page.text.contains("净水 &#38; Co") && page.text.contains("src=\"/company/logo\""),
        "{}",
        page.text
    );
    assert!(page.header("content-security-policy").contains("img-src 'self'"));
    let shown = app.send(app.request(Method::GET, "/company/logo")).await;
    assert_eq!((shown.status.as_u16(), shown.header("content-type")), (200, "image/svg+xml"));
    assert!(shown.header("content-security-policy").contains("sandbox"), "a drawing runs nothing here");
    assert_eq!(shown.text, picture);
    let plain = TestApp::start(Engine::Sqlite, &[]).await;
    assert_eq!(plain.send(plain.request(Method::GET, "/company/logo")).await.status, 404);
    let page = plain.send(plain.request(Method::GET, "/s/unknown")).await;
    assert!(!page.text.contains("/company/logo"), "{}", page.text);
}

async fn a_long_list_is_in_the_readers_language_to_its_end(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let customer = app.post("/v1/customers", &json!({"name": "王芳"})).await.expect(201)["id"].clone();
    let ticket =
        json!({"customer_id": customer, "subject": "没有到", "class": "complaint", "tags": ["x".repeat(60)]});
    app.post("/v1/tickets:batch", &json!({"items": vec![ticket; 400]})).await.expect(200);
    for (language, chinese) in [("zh-CN", true), ("en", false)] {
        let request = app.request(Method::GET, "/v1/tickets?limit=400").bearer_auth(ADMIN);
        let answer = app.send(request.header("accept-language", language)).await;
        assert!(answer.text.len() > 3 * 65_536, "it is sent in several pieces: {} bytes", answer.text.len());
        let list = answer.expect(200);
        let tickets = list["items"].as_array().unwrap();
        assert_eq!(tickets.len(), 400);
        for ticket in tickets {
            let text = ticket["reasons"][0]["text"].as_str().unwrap();
            assert_eq!(text.starts_with("Classified"), !chinese, "{language}: {text}");
        }
    }
}

async fn who_has_no_team_begins_with_everybodys_tickets(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let customer = app.post("/v1/customers", &json!({"name": "Li"})).await.expect(201);
    let new = json!({"customer_id": customer["id"], "subject": "Where is it?", "class": "inquiry"});
    app.post("/v1/tickets", &new).await.expect(201);
    app.person("Ada", "ada@example.com", "administrator").await;
    let (alone, inbox) = (app.sign_in("ada@example.com").await, "/inbox");
    let begun = app.visit(&alone, inbox).await.text;
    assert!(begun.contains("Where is it?") && begun.contains("view=all\" aria-current"), "{begun}");
    let asked = app.visit(&alone, "/inbox?view=teams").await.text;
    assert!(!asked.contains("Where is it?"), "what is asked for is shown: {asked}");
    let ann = app.person("Ann", "ann@example.com", "agent").await;
    let team = app.post("/v1/teams", &json!({"name": "Service"})).await.expect(201);
    let members = format!("/v1/teams/{}/members", team["id"].as_str().unwrap());
    app.post(&members, &json!({"user_id": ann})).await.expect(200);
    let begun = app.visit(&app.sign_in("ann@example.com").await, inbox).await.text;
    assert!(begun.contains("view=teams\" aria-current") && !begun.contains("Where is it?"), "{begun}");
}
