//! The e-mail channel: raw mail in by HTTP, answers out by SMTP to a server that nobody here wrote, and back again.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};
use support::app::{ADMIN, Answer, TestApp};
use support::mail::{Smtp, said};
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(
    a_mail_becomes_a_ticket_and_its_answer_finds_back,
    mail_is_read_as_others_read_it,
    answers_reach_addresses_of_every_form,
    answers_wait_for_the_relay_and_keep_their_order,
    what_the_relay_or_a_bounce_says_stands_on_the_message,
    machines_and_loops_are_told_apart,
    only_the_mail_server_gets_in,
    hostile_mails_harm_nothing,
    a_large_mail_comes_in_whole
);

const SECRET: &str = "ingress-secret-of-the-tests";
const OWN: &str = "service@shop.example";

fn fixture(name: &str) -> std::path::PathBuf {
    format!("{}/fixtures/mail/{name}.eml", env!("CARGO_MANIFEST_DIR")).into()
}

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(fixture(name)).unwrap()
}

async fn shop(engine: Engine, smtp: &Smtp) -> TestApp {
    let app = TestApp::start_with_relay(engine, smtp.settings()).await;
    let classes = json!(["inquiry", "complaint", "purchase", "after-sales"]);
    app.post("/v1/teams", &json!({"name": "客服", "classes": classes, "watches": []})).await.expect(201);
    let settings = json!({"address": OWN, "name": "小店 客服", "trusted-server": "mx.shop.example"});
    app.install("e-mail", &settings, &[("ingress-secret", SECRET)]).await;
    app
}

/// An answer to mail that was taken.
trait Taken {
    fn taken(self);
}

impl Taken for Answer {
    #[track_caller]
    fn taken(self) {
        assert_eq!(self.status, 200, "{}", self.text);
    }
}

async fn post(app: &TestApp, mail: impl Into<Vec<u8>>) -> Answer {
    let request = app.request(Method::POST, "/in/e-mail/").header("x-ingress-secret", SECRET);
    app.send(request.header("content-type", "message/rfc822").body(mail.into())).await
}

/// A plain mail from somebody.
fn mail(from: &str, id: &str, headers: &str, text: &str) -> String {
    format!(
        "From: {from}\r\nTo: {OWN}\r\nMessage-ID: <{id}>\r\nDate: Mon, 5 Jan 2026 07:59:00 +0000\r\n{headers}\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    )
}

async fn messages(app: &TestApp, conversation: &str) -> Vec<Value> {
    let page = app.get(&format!("/v1/conversations/{conversation}/messages")).await;
    let mut items = page["items"].as_array().unwrap().clone();
    items.reverse();
    items
}

async fn conversations(app: &TestApp) -> Vec<Value> {
    app.get("/v1/conversations").await["items"].as_array().unwrap().clone()
}

fn id(record: &Value) -> &str {
    record["id"].as_str().unwrap()
}

async fn reply(app: &TestApp, conversation: &str, body: &Value) -> Value {
    app.post(&format!("/v1/conversations/{conversation}/messages"), body).await.expect(201)
}

/// Waits until an outgoing message has this status.
async fn until(app: &TestApp, message: &Value, status: &str) -> Value {
    let conversation = message["conversation_id"].as_str().unwrap();
    let found = |page: &Value| {
        let mut items = page["items"].as_array().unwrap().iter();
        items.find(|item| item["id"] == message["id"]).unwrap().clone()
    };
    let path = format!("/v1/conversations/{conversation}/messages");
    found(&app.until(&path, |page| found(page)["status"] == status).await)
}

async fn download(app: &TestApp, attachment: &str) -> Vec<u8> {
    let path = format!("/v1/attachments/{attachment}/content");
    let answer = app.request(Method::GET, &path).bearer_auth(ADMIN).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.bytes().await.unwrap().to_vec()
}

async fn a_mail_becomes_a_ticket_and_its_answer_finds_back(engine: Engine) {
    let smtp = Smtp::on();
    let app = shop(engine, &smtp).await;
    post(&app, bytes("qq-gb18030-zh")).await.taken();
    let tickets = app.until("/v1/tickets", |page| !page["items"][0].is_null()).await;
    let ticket = &tickets["items"][0];
    assert_eq!((&ticket["class"], &ticket["priority"]), (&json!("complaint"), &json!("urgent")));
    let customer = app.get(&format!("/v1/customers/{}", ticket["customer_id"].as_str().unwrap())).await;
    assert_eq!(customer["name"], "王芳");
    let conversation = ticket["conversation_id"].as_str().unwrap();
    let first = &messages(&app, conversation).await[0];
    assert!(first["text"].as_str().unwrap().contains("型号：㐂-3000，购于二〇二五年。"), "{first:#}");
    assert_eq!(first["attributes"]["subject"], "净水器漏电，我要投诉");
    let html = first["attributes"]["html"].as_str().unwrap();
    assert!(html.contains("净水器") && !html.contains("script") && !html.contains("track.example"), "{html}");
    let file = &first["attachments"][0];
    assert_eq!((&file["name"], &file["reference"]), (&json!("购买凭证.pdf"), &file["attachment_id"]));
    let sent = said(&fixture("qq-gb18030-zh"));
    let theirs = STANDARD.decode(sent["files"][0]["base64"].as_str().unwrap()).unwrap();
    assert!(download(&app, file["attachment_id"].as_str().unwrap()).await == theirs);

    let ours: Vec<u8> = (0..300_000_u32).map(|i| (i * 7 % 256) as u8).collect();
    let place = format!(
        "/v1/attachments?subject_kind=conversation&subject_id={conversation}&name=%E8%AF%B4%E6%98%8E%E4%B9%A6.pdf"
    );
    let upload =
        app.request(Method::POST, &place).bearer_auth(ADMIN).header("content-type", "application/pdf");
    let kept = app.send(upload.body(ours.clone())).await.expect(201);
    let text = "王女士，您好：\n请先拔掉电源，工程师下午三点上门。\n<客服> 敬上";
    let answer = reply(&app, conversation, &json!({"text": text, "attachments": [id(&kept)]})).await;
    assert_eq!(answer["status"], "queued");
    let arrived = smtp.mails(1).await.remove(0);
    assert_eq!(arrived.envelope["from"], OWN);
    assert_eq!(arrived.envelope["to"], json!(["wangfang@qq.example"]));
    assert_eq!(arrived.envelope["helo"], "crm.example.com");
    assert_eq!(arrived.header("from"), format!("小店 客服 <{OWN}>"));
    assert_eq!(arrived.header("to"), "wangfang@qq.example");
    assert_eq!(arrived.header("subject"), "Re: 净水器漏电，我要投诉");
    assert_eq!(arrived.header("in-reply-to"), "<tencent_6E2A11F0@qq.example>");
    assert_eq!(arrived.header("references"), "<tencent_6E2A11F0@qq.example>");
    assert_eq!(arrived.header("date"), "Mon, 05 Jan 2026 08:00:00 +0000");
    assert_eq!(arrived.says["text"].as_str().unwrap().replace("\r\n", "\n").trim(), text);
    assert!(arrived.says["html"].as_str().unwrap().contains("&lt;客服&gt; 敬上"), "{}", arrived.says["html"]);
    assert_eq!(arrived.says["defects"], json!([]));
    let file = &arrived.says["files"][0];
    assert_eq!((&file["name"], &file["type"]), (&json!("说明书.pdf"), &json!("application/pdf")));
    assert!(STANDARD.decode(file["base64"].as_str().unwrap()).unwrap() == ours, "the file is the same");
    assert!(arrived.raw.is_ascii(), "it passes every relay");
    let sent = until(&app, &answer, "sent").await;
    let message_id = sent["external_id"].as_str().unwrap().to_owned();
    assert_eq!(arrived.header("message-id"), format!("<{message_id}>"));

    // The customer's program names only our mail, and repeats it.
    let back = mail(
        "=?utf-8?B?546L6Iqz?= <WangFang@qq.example>",
        "second@qq.example",
        &format!("In-Reply-To: <{message_id}>\r\nSubject: =?utf-8?B?5Zue5aSN77ya5YeA5rC05Zmo?=\r\n"),
        "好的，三点我在家。\r\n\r\n在 2026年1月5日 16:00，小店 客服 <service@shop.example> 写道：\r\n> 请先拔掉电源",
    );
    post(&app, back.clone()).await.taken();
    post(&app, back).await.taken();
    app.settle().await;
    let thread = messages(&app, conversation).await;
    assert_eq!(thread.len(), 3, "it is one thread, and the second delivery changed nothing: {thread:#?}");
    assert_eq!(thread[2]["text"], "好的，三点我在家。");
    assert!(thread[2]["attributes"]["quoted"].as_str().unwrap().contains("> 请先拔掉电源"));
    assert_eq!(conversations(&app).await.len(), 1);
    assert_eq!(app.get("/v1/tickets").await["items"].as_array().unwrap().len(), 1);

    reply(&app, conversation, &json!({"text": "好的。"})).await;
    let second = &smtp.mails(2).await[1];
    assert_eq!(second.header("in-reply-to"), "<second@qq.example>");
    assert_eq!(second.header("references"), "<tencent_6E2A11F0@qq.example> <second@qq.example>");
}

async fn mail_is_read_as_others_read_it(engine: Engine) {
    let app = shop(engine, &Smtp::off()).await;
    for (name, text, quoted) in [
        ("qq-gb18030-zh", "型号：㐂-3000", ""),
        ("outlook-gb2312-zh", "已经等了一个星期。喆", "您的订单已确认。"),
        ("big5-zh-tw", "請問水壺有保固嗎？謝謝。\n陳美玲", ""),
        ("thunderbird-flowed-en", "does not heat any more. How much is a repair?", ""),
    ] {
        post(&app, bytes(name)).await.taken();
        app.settle().await;
        let conversation = conversations(&app).await.remove(0);
        let message = messages(&app, id(&conversation)).await.remove(0);
        let theirs = said(&fixture(name));
        let header = |name: &str| theirs["headers"][name][0].as_str().unwrap().to_owned();
        assert_eq!(conversation["subject"], header("subject"), "{name}");
        assert_eq!(message["external_id"], header("message-id").trim_matches(['<', '>']), "{name}");
        let own = message["text"].as_str().unwrap();
        assert!(own.contains(text), "{name}: {own}");
        let rest = message["attributes"]["quoted"].as_str().unwrap_or_default();
        assert!(rest.contains(quoted) && (quoted.is_empty() || !own.contains(quoted)), "{name}: {rest}");
        let plain = |text: &str| text.split_whitespace().collect::<String>();
        let whole = plain(&format!("{own}{rest}"));
        // Programs say gb2312 and write GBK; Python takes the word for it and loses what only GBK has.
        let theirs_whole = plain(theirs["text"].as_str().unwrap());
        assert_eq!(whole, theirs_whole.replace("\u{fffd}\u{fffd}", "喆"), "{name}");
        let customer = app.get(&format!("/v1/customers/{}", message["customer_id"].as_str().unwrap())).await;
        assert!(header("from").starts_with(customer["name"].as_str().unwrap()), "{name}: {customer}");
        for file in theirs["files"].as_array().unwrap() {
            let kept = message["attachments"].as_array().unwrap();
            let Some(kept) = kept.iter().find(|kept| kept["name"] == file["name"]) else {
                assert!(file["type"].as_str().unwrap().starts_with("multipart/"), "{name}: {file}");
                continue;
            };
            let bytes = download(&app, kept["attachment_id"].as_str().unwrap()).await;
            assert_eq!(STANDARD.encode(bytes), file["base64"].as_str().unwrap(), "{name}: {}", file["name"]);
        }
    }
    let conversation = conversations(&app).await.remove(0);
    let message = messages(&app, id(&conversation)).await.remove(0);
    let names: Vec<&str> = message["attachments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["kettle.png", "€ invoice 2026.pdf"]);
    let html = message["attributes"]["html"].as_str().unwrap();
    let picture = message["attachments"][0]["attachment_id"].as_str().unwrap();
    assert!(html.contains(&format!("src=\"cid:{picture}\"")) && !html.contains("onerror"), "{html}");
}

/// Names with letters beyond ASCII, and with dots that Japanese providers gave out and the standard wants in quotes.
async fn answers_reach_addresses_of_every_form(engine: Engine) {
    let smtp = Smtp::on();
    let app = shop(engine, &smtp).await;
    // As it stands in the answer, and as the server reads it.
    let senders = [
        ("müller@mail.example", "müller@mail.example", "müller@mail.example"),
        ("foo..bar@docomo.example", "\"foo..bar\"@docomo.example", "foo..bar@docomo.example"),
        ("\"foo..baz\"@docomo.example", "\"foo..baz\"@docomo.example", "foo..baz@docomo.example"),
    ];
    for (number, (sender, written, read)) in senders.iter().enumerate() {
        post(&app, mail(sender, &format!("form{number}@mail.example"), "Subject: Hi\r\n", "Where is it?"))
            .await
            .taken();
        app.until("/v1/conversations", |all| all["items"].as_array().unwrap().len() == number + 1).await;
        let conversations = conversations(&app).await;
        let newest = conversations.iter().max_by_key(|one| id(one)).unwrap();
        let sent = reply(&app, id(newest), &json!({"text": "On its way."})).await;
        until(&app, &sent, "sent").await;
        let arrived = smtp.mails(number + 1).await;
        let mail = arrived.iter().find(|mail| mail.envelope["to"] == json!([read]));
        let raw = String::from_utf8_lossy(&mail.unwrap_or_else(|| panic!("{read}")).raw);
        assert!(raw.contains(&format!("To: {written}\r\n")), "{raw}");
    }
}

async fn answers_wait_for_the_relay_and_keep_their_order(engine: Engine) {
    let mut smtp = Smtp::off();
    let app = shop(engine, &smtp).await;
    post(&app, mail("Ann <ann@mail.example>", "1@mail.example", "Subject: Kettle\r\n", "Hello?"))
        .await
        .taken();
    app.settle().await;
    let conversation = conversations(&app).await.remove(0);
    let mut sent = Vec::new();
    for text in ["first", "second", "third"] {
        sent.push(reply(&app, id(&conversation), &json!({"text": text})).await);
    }
    // The others wait for the first, so that the host doesn't come to rest before the relay is back.
    let errors = app.until_job_errors().await;
    assert!(errors[0].contains("mail relay can't be spoken to"), "{errors:?}");
    for message in &sent {
        until(&app, message, "queued").await;
    }
    smtp.switch_on();
    app.clock.advance_millis(7_000);
    let arrived = smtp.mails(3).await;
    let texts: Vec<&str> = arrived.iter().map(|mail| mail.says["text"].as_str().unwrap().trim()).collect();
    assert_eq!(texts, ["first", "second", "third"]);
    for (message, mail) in sent.iter().zip(&arrived) {
        let message = until(&app, message, "sent").await;
        assert_eq!(mail.header("message-id"), format!("<{}>", message["external_id"].as_str().unwrap()));
    }
    app.settle().await;
    assert_eq!(smtp.mails(3).await.len(), 3, "each went out once");
}

async fn what_the_relay_or_a_bounce_says_stands_on_the_message(engine: Engine) {
    let smtp = Smtp::on();
    let app = shop(engine, &smtp).await;
    let write = async |address: &str| {
        let from = mail(address, &format!("1-{address}"), "Subject: x\r\n", "Hello?");
        post(&app, from).await.taken();
        app.settle().await;
        conversations(&app).await.remove(0)
    };
    let gone = write("refuse-me@mail.example").await;
    let message = reply(&app, id(&gone), &json!({"text": "Hello"})).await;
    let message = until(&app, &message, "failed").await;
    let why = message["failure"].as_str().unwrap();
    assert!(why.contains("550") && why.contains("no such mailbox"), "{why}");

    let grey = write("later@mail.example").await;
    let message = reply(&app, id(&grey), &json!({"text": "Hello"})).await;
    app.settle().await;
    until(&app, &message, "queued").await;
    let errors = app.job_errors().await;
    assert!(errors.iter().any(|error| error.contains("Greylisted")), "{errors:?}");

    let ann = write("ann@mail.example").await;
    let message = reply(&app, id(&ann), &json!({"text": "Hello"})).await;
    let message = until(&app, &message, "sent").await;
    let bounce = |action: &str, code: &str| {
        format!(
            "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mail.example>\r\nTo: {OWN}\r\n\
             Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <{action}@mail.example>\r\n\
             Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=\"r\"\r\n\r\n\
             --r\r\nContent-Type: text/plain\r\n\r\nI'm sorry.\r\n\
             --r\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example\r\n\r\n\
             Final-Recipient: rfc822; ann@mail.example\r\nAction: {action}\r\nStatus: {code}\r\n\
             Diagnostic-Code: smtp; 552 {code} Mailbox\r\n full\r\n\
             --r\r\nContent-Type: text/rfc822-headers\r\n\r\nFrom: {OWN}\r\nMessage-ID: <{}>\r\nSubject: Re: x\r\n--r--\r\n",
            message["external_id"].as_str().unwrap()
        )
    };
    post(&app, bounce("delayed", "4.2.2")).await.taken();
    until(&app, &message, "sent").await;
    post(&app, bounce("failed", "5.2.2")).await.taken();
    let failed = until(&app, &message, "failed").await;
    let why = failed["failure"].as_str().unwrap();
    assert!(why.contains("ann@mail.example") && why.contains("552 5.2.2 Mailbox full"), "{why}");
    app.settle().await;
    assert_eq!(conversations(&app).await.len(), 3, "a report is nobody's message");
    let kinds = app.kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "message.failed").count(), 2);
}

async fn machines_and_loops_are_told_apart(engine: Engine) {
    let app = shop(engine, &Smtp::off()).await;
    post(&app, bytes("absence-en")).await.taken();
    post(&app, mail(OWN, "own@shop.example", "", "our own words")).await.taken();
    post(&app, mail("nobody at all", "none@shop.example", "", "?")).await.taken();
    app.settle().await;
    assert_eq!(conversations(&app).await, Vec::<Value>::new(), "none of them is a message");
    assert_eq!(app.get("/v1/tickets").await["items"], json!([]));

    // Who wrote is proven only by our own server's word.
    let results = "Authentication-Results: mx.shop.example; dmarc=pass header.from=mail.example\r\n";
    let forged = "Authentication-Results: mx.evil.example; dmarc=pass header.from=corp.example\r\n";
    post(&app, mail("Bea <bea@mail.example>", "2@mail.example", results, "I want to buy one")).await.taken();
    post(&app, mail("Carl <carl@corp.example>", "3@corp.example", forged, "I want to buy one")).await.taken();
    app.settle().await;
    let attested = async |customer: &Value| {
        let path = format!("/v1/customers/{}/identities", customer.as_str().unwrap());
        app.get(&path).await["items"][0]["attested"].clone()
    };
    let all = conversations(&app).await;
    let of = |address: &str| {
        let named = |thread: &&Value| thread["external_id"].as_str().unwrap().starts_with(address);
        all.iter().find(named).unwrap()["customer_id"].clone()
    };
    assert_eq!(attested(&of("bea@")).await, true);
    assert_eq!(attested(&of("carl@")).await, false);
}

async fn only_the_mail_server_gets_in(engine: Engine) {
    let app = shop(engine, &Smtp::off()).await;
    app.settle().await;
    let before = app.kinds().await;
    for secret in [None, Some("guess"), Some("")] {
        let request = app.request(Method::POST, "/in/e-mail/").body(bytes("big5-zh-tw"));
        let request =
            secret.into_iter().fold(request, |request, secret| request.header("x-ingress-secret", secret));
        let answer = app.send(request).await;
        assert_eq!(answer.status, 401, "{secret:?}: {}", answer.text);
    }
    assert_eq!(post(&app, "").await.status, 400);
    assert_eq!(post(&app, vec![b'x'; 33 << 20]).await.status, 413);
    app.settle().await;
    assert_eq!(app.kinds().await, before, "nothing is done");
}

async fn hostile_mails_harm_nothing(engine: Engine) {
    let app = shop(engine, &Smtp::off()).await;
    let from = |id: &str| {
        format!("From: Eve <eve@evil.example>\r\nMessage-ID: <{id}@evil.example>\r\nMIME-Version: 1.0\r\n")
    };
    let mut deep = from("deep");
    for level in 0..500 {
        deep.push_str(&format!("Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n"));
    }
    deep.push_str("Content-Type: text/plain\r\n\r\ndeep down\r\n");
    let mut nested = String::new();
    for level in 0..200 {
        nested.push_str(&format!("{}Content-Type: message/rfc822\r\n\r\n", from(&format!("n{level}"))));
    }
    nested.push_str(&format!("{}\r\ninnermost\r\n", from("last")));
    let mut many = format!("{}Content-Type: multipart/mixed; boundary=b\r\n\r\n", from("many"));
    for part in 0..1_000 {
        many.push_str(&format!("--b\r\nContent-Type: text/x-{part}\r\nContent-Disposition: attachment; filename=\"../../{part}\"\r\n\r\n{part}\r\n"));
    }
    many.push_str("--b--\r\n");
    let broken = format!(
        "{}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=\"\u{0}nonsense\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n!!!! not base64 ====\r\n--b\r\nContent-Type: application/zip; name=\"=?utf-8?B?//8=?=\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\nUEsDBA==\u{7f}\r\n",
        from("broken")
    );
    let huge = format!(
        "{}X-Huge: {}\r\nSubject: {}\r\n\r\nhuge",
        from("huge"),
        "x".repeat(900_000),
        "=?utf-8?Q?=E2=82=AC?= ".repeat(20_000)
    );
    let script = format!(
        "{}Content-Type: text/html\r\n\r\n<p>buy</p><script>fetch('/v1/tokens')</script><img src=x onerror=alert(1)>\
         <a href=\"javascript:alert(1)\">x</a>{}",
        from("script"),
        "<div>".repeat(20_000)
    );
    let smuggled =
        format!("{}Subject: =?utf-8?Q?a=0D=0ABcc:_all@evil.example?=\r\n\r\nhello", from("smuggled"));
    let binary: Vec<u8> = from("binary")
        .into_bytes()
        .into_iter()
        .chain((0..200_000_u32).map(|i| ((i * 31) >> 2) as u8))
        .collect();
    for (name, mail) in [
        ("deep", deep.into_bytes()),
        ("nested", nested.into_bytes()),
        ("many", many.into_bytes()),
        ("broken", broken.into_bytes()),
        ("huge", huge.into_bytes()),
        ("script", script.into_bytes()),
        ("smuggled", smuggled.into_bytes()),
        ("binary", binary),
    ] {
        let answer = post(&app, mail).await;
        assert!([200, 400].contains(&answer.status.as_u16()), "{name}: {} {}", answer.status, answer.text);
        if name != "binary" {
            assert_eq!(answer.status, 200, "{name}: {}", answer.text);
        }
    }
    app.settle().await;
    for thread in conversations(&app).await {
        for message in messages(&app, id(&thread)).await {
            let shown = message.to_string();
            assert!(
                !shown.contains("<script") && !shown.contains("onerror") && !shown.contains("javascript:"),
                "{shown}"
            );
            assert!(message["attachments"].as_array().unwrap().len() <= 100);
            for file in message["attachments"].as_array().unwrap() {
                assert_ne!(file["attachment_id"], Value::Null, "{file}");
                let kept =
                    app.get(&format!("/v1/attachments/{}", file["attachment_id"].as_str().unwrap())).await;
                assert!(!kept["name"].as_str().unwrap().contains('/'), "{kept}");
            }
        }
        assert!(!thread["subject"].as_str().unwrap().contains('\n'));
    }
    // The channel is still there for everybody else.
    post(&app, bytes("big5-zh-tw")).await.taken();
}

async fn a_large_mail_comes_in_whole(engine: Engine) {
    let app = shop(engine, &Smtp::off()).await;
    let file: Vec<u8> = (0..7_400_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let encoded = STANDARD.encode(&file);
    let mut raw = String::from(
        "From: Ann <ann@mail.example>\r\nMessage-ID: <large@mail.example>\r\nSubject: photos\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nPlease look.\r\n\
         --b\r\nContent-Type: image/jpeg; name=kettle.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n",
    );
    for line in encoded.as_bytes().chunks(76) {
        raw.push_str(std::str::from_utf8(line).unwrap());
        raw.push_str("\r\n");
    }
    raw.push_str("--b--\r\n");
    assert!(raw.len() > 10_000_000, "{}", raw.len());
    post(&app, raw).await.taken();
    let thread = conversations(&app).await.remove(0);
    let message = messages(&app, id(&thread)).await.remove(0);
    assert_eq!(message["text"], "Please look.");
    let kept = message["attachments"][0]["attachment_id"].as_str().unwrap();
    assert!(download(&app, kept).await == file, "every byte is there");
}
