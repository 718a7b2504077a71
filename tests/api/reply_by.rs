//! What came by a channel that carries no answers is answered by e-mail, and the customer's answer comes to the same ticket.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::TestApp;
use support::company::SECRET;
use support::mail::Smtp;
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(
    a_form_is_answered_by_mail_and_the_answer_comes_to_its_ticket,
    who_left_no_address_cant_be_answered_by_mail,
);

const OWN: &str = "service@shop.example";

async fn shop(engine: Engine, smtp: &Smtp) -> TestApp {
    let app = TestApp::start_with_relay(engine, smtp.settings()).await;
    let classes = json!(["inquiry", "complaint", "purchase", "after-sales"]);
    app.post("/v1/teams", &json!({"name": "客服", "classes": classes})).await.expect(201);
    app.install("web-form", &json!({}), &[]).await;
    app.install("e-mail", &json!({"address": OWN}), &[("ingress-secret", SECRET)]).await;
    app
}

async fn form(app: &TestApp, fields: &Value) -> Value {
    app.send(app.request(Method::POST, "/in/web-form/").json(fields)).await.expect(200);
    app.until("/v1/tickets", |list| !list["items"][0].is_null()).await["items"][0].clone()
}

async fn post(app: &TestApp, id: &str, headers: &str, text: &str) {
    let mail = format!(
        "From: Ada <ada@example.com>\r\nTo: {OWN}\r\nMessage-ID: <{id}>\r\nDate: Mon, 5 Jan 2026 07:59:00 +0000\r\n\
         {headers}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    );
    let request = app.request(Method::POST, "/in/e-mail/").header("x-ingress-secret", SECRET);
    let answer = app.send(request.header("content-type", "message/rfc822").body(mail)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

async fn a_form_is_answered_by_mail_and_the_answer_comes_to_its_ticket(engine: Engine) {
    let smtp = Smtp::on();
    let app = shop(engine, &smtp).await;
    let fields =
        json!({"name": "Ada", "email": "Ada@Example.com", "message": "How much is the large kettle?"});
    let ticket = form(&app, &fields).await;
    let path = format!("/v1/tickets/{}", ticket["id"].as_str().unwrap());
    let own = format!("/v1/conversations/{}/messages", ticket["conversation_id"].as_str().unwrap());
    app.post(&own, &json!({"text": "89 yuan."})).await.expect(409);

    let ways = app.get(&format!("{path}/reply-by")).await;
    let way = &ways["items"][0];
    assert_eq!((&way["channel"], &way["addresses"]), (&json!("email"), &json!(["ada@example.com"])));
    let reply_by = format!("{path}/reply-by");
    for wrong in [
        json!({"text": "Hello", "address": "eve@example.com"}),
        json!({"text": "Hello", "installation_id": "01900000-0000-7000-8000-000000000001"}),
        json!({"text": " "}),
    ] {
        app.post(&reply_by, &wrong).await.expect(422);
    }
    let send = async || {
        let request = app.request(Method::POST, &reply_by).bearer_auth(support::app::ADMIN);
        app.send(request.header("idempotency-key", "once").json(&json!({"text": "It is 89 yuan."}))).await
    };
    let sent = send().await.expect(201);
    assert_eq!(send().await.expect(201)["id"], sent["id"], "the same request begins one conversation");
    let mails = smtp.mails(1).await;
    assert_eq!(mails[0].header("to"), "ada@example.com");
    assert!(
        mails[0].header("subject").contains("How much is the large kettle?"),
        "{}",
        mails[0].header("subject")
    );
    assert_eq!(mails[0].says["text"].as_str().unwrap().trim(), "It is 89 yuan.");

    let now = app.get(&path).await;
    assert!(!now["first_response_at"].is_null(), "it was answered: {now}");
    let conversation =
        app.get(&format!("/v1/conversations/{}", sent["conversation_id"].as_str().unwrap())).await;
    assert_eq!((&conversation["ticket_id"], &conversation["channel"]), (&ticket["id"], &json!("email")));
    let messages = format!("/v1/conversations/{}/messages", conversation["id"].as_str().unwrap());
    app.until(&messages, |list| list["items"][0]["status"] == "sent").await;

    // She answers the mail.
    let answered = mails[0].header("message-id");
    let headers = format!("Subject: Re: kettle\r\nIn-Reply-To: {answered}\r\nReferences: {answered}\r\n");
    post(&app, "2@example.com", &headers, "Then I take two. Where do I pay?").await;
    app.settle().await;
    let thread = app.get(&messages).await;
    let hers = &thread["items"][0];
    assert_eq!(hers["text"], "Then I take two. Where do I pay?");
    assert_eq!((&hers["ticket_id"], &hers["customer_id"]), (&ticket["id"], &ticket["customer_id"]));
    let tickets = app.get("/v1/tickets").await;
    assert_eq!(tickets["items"].as_array().unwrap().len(), 1, "it is the same ticket: {tickets:#}");
    assert_eq!(app.get("/v1/conversations").await["items"].as_array().unwrap().len(), 2);

    // Further answers go by the same conversation; an answer after the end opens the ticket again.
    app.post(&messages, &json!({"text": "On our site."})).await.expect(201);
    let mails = smtp.mails(2).await;
    assert_eq!(mails[1].header("in-reply-to"), "<2@example.com>");
    app.post(&format!("{path}/resolve"), &json!({})).await.expect(200);
    post(&app, "3@example.com", &headers, "I paid, and nothing came.").await;
    app.settle().await;
    assert_eq!(app.get(&path).await["status"], "open");
    assert_eq!(app.get("/v1/tickets").await["items"].as_array().unwrap().len(), 1);
}

async fn who_left_no_address_cant_be_answered_by_mail(engine: Engine) {
    let smtp = Smtp::off();
    let app = shop(engine, &smtp).await;
    let ticket =
        form(&app, &json!({"name": "王芳", "phone": "13800138000", "message": "请问多少钱？"})).await;
    let path = format!("/v1/tickets/{}/reply-by", ticket["id"].as_str().unwrap());
    assert_eq!(app.get(&path).await["items"], json!([]));
    let refused = app.post(&path, &json!({"text": "您好"})).await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert!(refused.text.contains("no address"), "{}", refused.text);
}
