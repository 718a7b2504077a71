//! Mail as it really is: rewritten by groups, sent by forms, in the wrong character set, with a history of megabytes.

use serde_json::{Value, json};
use support::mail_channel::{MailChannel, OWN, case};
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(
    whoever_writes_through_a_group_or_list_gets_a_ticket_and_the_answer,
    the_visitors_of_a_form_are_customers_of_their_own,
    without_the_setting_a_forms_visitor_gets_the_answer,
    long_histories_are_taken_at_once,
    texts_names_and_files_come_in_whole,
    mails_under_one_message_id_are_both_kept,
    what_becomes_no_message_is_kept_with_its_reason
);

/// A plain mail from somebody.
fn mail(id: &str, headers: &str, text: &str) -> String {
    format!(
        "From: Ann <ann@customer.example>\r\nTo: {OWN}\r\nMessage-ID: <{id}@customer.example>\r\nMIME-Version: 1.0\r\n{headers}\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    )
}

fn names(customers: &[Value]) -> Vec<&str> {
    let mut names: Vec<&str> = customers.iter().map(|customer| customer["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    names
}

async fn whoever_writes_through_a_group_or_list_gets_a_ticket_and_the_answer(engine: Engine) {
    let company = MailChannel::start(engine, json!({})).await;
    let csat = json!({"delay-minutes": 0});
    company.app.install("csat", &csat, &[]).await;
    for (name, who, address) in [
        ("receive-group-rewrites-from", "Ann Buyer", "ann.x@customer.example"),
        ("receive-person-through-a-list", "Ben Holder", "ben.x@customer.example"),
    ] {
        company.take(case(name, "x")).await;
        let ticket = company.list("/v1/tickets?limit=1").await.remove(0);
        assert_eq!(ticket["status"], "new", "{name}: {ticket}");
        let customer = ticket["customer_id"].as_str().unwrap();
        assert_eq!(company.app.get(&format!("/v1/customers/{customer}")).await["name"], who);
        let identities = company.list(&format!("/v1/customers/{customer}/identities")).await;
        assert_eq!(identities.len(), 1, "{identities:?}");
        assert_eq!((&identities[0]["value"], &identities[0]["attested"]), (&json!(address), &json!(false)));
        let conversation = ticket["conversation_id"].as_str().unwrap();
        company
            .app
            .post(&format!("/v1/conversations/{conversation}/messages"), &json!({"text": "We look into it."}))
            .await
            .expect(201);
        company
            .app
            .post(&format!("/v1/tickets/{}/resolve", ticket["id"].as_str().unwrap()), &json!({}))
            .await
            .expect(200);
        company.app.settle().await;
    }
    let sent = company.smtp.mails(2).await;
    let recipients: Vec<&Value> = sent.iter().map(|mail| &mail.envelope["to"][0]).collect();
    assert_eq!(recipients, ["ann.x@customer.example", "ben.x@customer.example"]);
    let surveys = company.list("/v1/surveys").await;
    assert_eq!(surveys, Vec::<Value>::new(), "to what came through a list nothing is sent automatically");
    // The same of somebody who wrote to us alone.
    company.take(mail("alone", "", "My kettle is broken and I want it repaired.")).await;
    let ticket = company.list("/v1/tickets?limit=1").await.remove(0);
    company
        .app
        .post(&format!("/v1/tickets/{}/resolve", ticket["id"].as_str().unwrap()), &json!({}))
        .await
        .expect(200);
    company.app.until("/v1/surveys", |page| !page["items"][0].is_null()).await;
}

async fn the_visitors_of_a_form_are_customers_of_their_own(engine: Engine) {
    let company = MailChannel::start(engine, json!({"reply-to-senders": ["*@shop-site.example"]})).await;
    company.take(case("receive-form-a", "x")).await;
    company.take(case("receive-form-b", "x")).await;
    let customers = company.list("/v1/customers").await;
    assert_eq!(names(&customers), ["mei", "nils"]);
    let tickets = company.list("/v1/tickets").await;
    assert_eq!(tickets.len(), 2);
    assert_ne!(tickets[0]["customer_id"], tickets[1]["customer_id"]);
}

async fn without_the_setting_a_forms_visitor_gets_the_answer(engine: Engine) {
    let company = MailChannel::start(engine, json!({})).await;
    company.take(case("receive-form-a", "x")).await;
    let ticket = company.list("/v1/tickets").await.remove(0);
    let path = format!("/v1/conversations/{}/messages", ticket["conversation_id"].as_str().unwrap());
    company.app.post(&path, &json!({"text": "Yes, we do."})).await.expect(201);
    assert_eq!(company.smtp.mails(1).await[0].envelope["to"], json!(["mei.x@customer.example"]));
    let installation = company.list("/v1/installations").await.remove(0);
    let logs =
        company.list(&format!("/v1/installations/{}/logs", installation["id"].as_str().unwrap())).await;
    let proposed = |line: &&Value| line["text"].as_str().unwrap().contains("reply-to-senders");
    let line = logs.iter().find(proposed).expect("the log proposes the setting");
    assert!(line["text"].as_str().unwrap().contains("noreply@shop-site.example"), "{line}");
}

async fn long_histories_are_taken_at_once(engine: Engine) {
    let company = MailChannel::start(engine, json!({})).await;
    let page =
        |body: &str| mail("x", "", body).replace("Content-Type: text/plain", "Content-Type: text/html");
    let long = "> quoted text\r\n".repeat(65_400);
    for (name, raw) in [
        ("below", mail("below", "", &format!("one\r\ntwo\r\n\r\n{long}"))),
        ("above", mail("above", "", &format!("{long}\r\none\r\ntwo"))),
        ("deep", mail("deep", "", &format!("one\r\ntwo\r\n{} x\r\n", ">".repeat(900_000)))),
        (
            "nested",
            mail(
                "nested",
                "",
                &(1..1_200)
                    .fold("one\r\ntwo\r\n".to_owned(), |text, depth| text + &">".repeat(depth) + " x\r\n"),
            ),
        ),
        ("blank", mail("blank", "", &format!("one\r\ntwo{}> x", "\r\n".repeat(200_000)))),
        (
            "headers",
            mail(
                "headers",
                "",
                &format!("one\r\ntwo\r\n\r\n> {}", "From: x\r\n> On 2026 <\r\n> ".repeat(30_000)),
            ),
        ),
        (
            "page",
            page(&format!(
                "one<br>two<blockquote type=cite>{}</blockquote>",
                "<p>quoted text</p>".repeat(50_000)
            )),
        ),
        ("deep-page", page(&format!("one<br>two{}", "<blockquote type=cite>x".repeat(30_000)))),
    ] {
        let raw = raw.replace("<x@customer.example>", &format!("<{name}@customer.example>"));
        company.take(raw).await;
        let message = company.last().await;
        assert_eq!(message["external_id"], format!("{name}@customer.example"));
        assert_eq!(message["text"], "one\ntwo", "{name}");
        let quoted = message["attributes"]["quoted"].as_str().unwrap_or_default();
        assert!(quoted.starts_with('>'), "{name}");
    }
    let line = "x".repeat(1 << 20);
    company.take(mail("line", "", &line)).await;
    assert!(company.last().await["text"].as_str().unwrap().starts_with("xxxx"));
}

async fn texts_names_and_files_come_in_whole(engine: Engine) {
    let company = MailChannel::start(engine, json!({})).await;
    company.take(case("receive-split-encoded-words", "x")).await;
    let conversation = company.list("/v1/conversations").await.remove(0);
    assert_eq!(conversation["subject"], "咨询：净水器滤芯多久换一次");
    let message = company.last().await;
    let customer =
        company.app.get(&format!("/v1/customers/{}", message["customer_id"].as_str().unwrap())).await;
    assert_eq!(customer["name"], "欧阳晓明");
    let mut files = Vec::new();
    for file in message["attachments"].as_array().unwrap() {
        let kept =
            company.app.get(&format!("/v1/attachments/{}", file["attachment_id"].as_str().unwrap())).await;
        files.push(kept["name"].as_str().unwrap().to_owned());
    }
    assert_eq!(files, ["2026年报价单（最终版）.pdf", "报价表.csv"]);

    company.take(case("receive-no-charset-gbk", "x")).await;
    let message = company.last().await;
    assert!(message["text"].as_str().unwrap().contains("空调"), "{message:#}");
    assert_eq!(message["attributes"]["charset_doubtful"], Value::Null);

    company.take(case("receive-doubtful-charset", "x")).await;
    let message = company.last().await;
    assert_eq!(message["attributes"]["charset_doubtful"], true);
    let file = &message["attachments"][0];
    let path = format!("/v1/attachments/{}/content", file["attachment_id"].as_str().unwrap());
    let answer = company
        .app
        .request(reqwest::Method::GET, &path)
        .bearer_auth(support::app::ADMIN)
        .send()
        .await
        .unwrap();
    let original = answer.bytes().await.unwrap();
    assert!(original.as_ref() == case("receive-doubtful-charset", "x"), "the mail as it came");

    company.take(case("receive-blank-text", "x")).await;
    assert!(company.last().await["text"].as_str().unwrap().contains("smells of burning"));
    company.take(case("receive-quote-mailmaster", "x")).await;
    let message = company.last().await;
    assert_eq!(message["text"], "已经收到，谢谢。\n第二个问题：滤芯在哪里买？");
    assert!(message["attributes"]["quoted"].as_str().unwrap().starts_with("---- 回复的原邮件 ----"));
}

async fn mails_under_one_message_id_are_both_kept(engine: Engine) {
    let company = MailChannel::start(engine, json!({})).await;
    for name in ["receive-reused-message-id-a", "receive-reused-message-id-b", "receive-reused-message-id-a"]
    {
        company.take(case(name, "x")).await;
    }
    let conversations = company.list("/v1/conversations").await;
    assert_eq!(conversations.len(), 1, "{conversations:#?}");
    let messages = company.messages(&conversations[0]).await;
    let texts: Vec<&str> = messages.iter().map(|message| message["text"].as_str().unwrap()).collect();
    assert_eq!(texts.len(), 2, "the same bytes again change nothing: {texts:?}");
    assert!(texts[0].starts_with("Parcel 1") && texts[1].starts_with("Parcel 2"), "{texts:?}");
}

async fn what_becomes_no_message_is_kept_with_its_reason(engine: Engine) {
    let company = MailChannel::start(engine, json!({})).await;
    for name in ["receive-absence-en", "receive-no-sender", "receive-unreadable", "receive-report-unknown"] {
        company.take(case(name, "x")).await;
    }
    company.take(mail("own", "", "in circles").replace("Ann <ann@customer.example>", OWN)).await;
    assert_eq!(company.list("/v1/conversations").await, Vec::<Value>::new());
    let installation = company.list("/v1/installations").await.remove(0);
    let path = format!("/v1/installations/{}/deliveries", installation["id"].as_str().unwrap());
    let kept = company.list(&path).await;
    let mut reasons: Vec<&str> = kept.iter().map(|kept| kept["reason"].as_str().unwrap()).collect();
    reasons.sort_unstable();
    assert_eq!(reasons, ["automatic", "automatic", "no-sender", "own", "unreadable"], "{kept:#?}");
}
