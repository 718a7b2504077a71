//! A corpus of ugly deliveries, fed to the shipped channels: whatever they acknowledge is a message, a receipt, or kept.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::TestApp;
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(no_mail_is_lost, no_update_is_lost, no_submission_is_lost);

const SECRET: &str = "secret-of-the-tests";

/// The files of a folder of fixtures with this ending, in the order of their names.
fn files(folder: &str, ending: &str) -> Vec<(String, Vec<u8>)> {
    let folder = format!("{}/fixtures/{folder}", env!("CARGO_MANIFEST_DIR"));
    let mut found: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|given| given == ending))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
        .collect();
    found.sort();
    assert!(!found.is_empty());
    found
}

/// How much of all kinds the host has taken: messages, changes of messages, receipts, kept parts of requests.
async fn taken(app: &TestApp) -> i64 {
    let mut tx = app.host.app().db.read().await.unwrap();
    let mut sum = 0;
    for sql in [
        "select cast(coalesce(sum(version), 0) as bigint) from interactions",
        "select count(*) from early_receipts",
        "select count(*) from deliveries",
    ] {
        sum += tx.scalar::<i64>(sql, &[]).await.unwrap();
    }
    sum
}

/// Delivers all of it and names what was acknowledged and left nothing, and how often each way was taken.
async fn lost(app: &TestApp, path: &str, header: &str, corpus: &[(String, Vec<u8>)]) -> Vec<String> {
    let mut lost = Vec::new();
    for (name, body) in corpus {
        let before = taken(app).await;
        let kind = if body.first() == Some(&b'{') { "application/json" } else { "message/rfc822" };
        let request = app.request(Method::POST, path).header(header, SECRET).header("content-type", kind);
        let answer = app.send(request.body(body.clone())).await;
        let acknowledged = answer.status.is_success() || answer.status.is_redirection();
        if acknowledged && taken(app).await == before {
            lost.push(format!("{name}: {}", answer.status));
        }
    }
    lost
}

/// A mail without the lines that begin so.
fn without(mail: &[u8], head: &[u8]) -> Vec<u8> {
    let lines = mail.split_inclusive(|byte| *byte == b'\n');
    lines.filter(|line| !line.to_ascii_lowercase().starts_with(head)).flatten().copied().collect()
}

/// A mail under an id of its own, so that it repeats no other.
fn renamed(mail: &[u8], number: usize) -> Vec<u8> {
    let mut head = format!("Message-ID: <{number}@corpus.example>\r\n").into_bytes();
    head.extend(without(mail, b"message-id:"));
    head
}

async fn no_mail_is_lost(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let settings = json!({"address": "service@example.com", "name": "Service"});
    app.install("e-mail", &settings, &[("ingress-secret", SECRET)]).await;
    let mut corpus = files("mail", "eml");
    corpus.extend(files("cases", "eml"));
    let whole = corpus.clone();
    for (name, mail) in &whole {
        let own = String::from_utf8_lossy(mail).replacen("From:", "From: service@example.com\r\nX-From:", 1);
        let changed = [
            ("without From", without(mail, b"from:")),
            ("from ourselves", own.into_bytes()),
            ("by a robot", [b"Auto-Submitted: auto-replied\r\n".as_slice(), mail].concat()),
            ("cut", mail[..mail.len() / 2].to_vec()),
        ];
        for (how, mail) in changed {
            let number = corpus.len();
            corpus.push((format!("{name} {how}"), renamed(&mail, number)));
        }
        corpus.push((format!("{name} without Message-ID"), without(mail, b"message-id:")));
        // Behind the last part of a mail of several there is nothing to be read.
        if !mail.windows(10).any(|some| some == b"multipart/") {
            let changed = [mail.as_slice(), b"\r\nOne more line.\r\n"].concat();
            corpus.push((format!("{name} with another line"), changed));
        }
    }
    for (name, mail) in [
        ("nothing but a word", b"hello".to_vec()),
        ("a body alone", b"\r\n\r\nhello\r\n".to_vec()),
        ("zeros", vec![0; 500]),
        ("every byte", (0..=255).collect()),
        ("no address", b"From: nobody\r\nSubject: x\r\n\r\nhello".to_vec()),
        (
            "a long id",
            [b"From: a@b.example\r\nMessage-ID: <".as_slice(), &[b'x'; 5_000], b">\r\n\r\nhello"].concat(),
        ),
    ] {
        corpus.push((name.to_owned(), mail));
    }
    let lost = lost(&app, "/in/e-mail/", "x-ingress-secret", &corpus).await;
    assert!(lost.is_empty(), "{} of {} are lost: {lost:#?}", lost.len(), corpus.len());
}

async fn no_update_is_lost(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let secrets = [("bot-token", "1:token"), ("webhook-secret", SECRET)];
    app.install("telegram", &json!({}), &secrets).await;
    let mut corpus = files("telegram", "json");
    for (name, text) in files("cases", "json") {
        let updates = match serde_json::from_slice::<Value>(&text) {
            Ok(Value::Array(updates)) => updates,
            Ok(update) if update.get("update_id").is_some() => vec![update],
            _ => continue,
        };
        for update in updates {
            corpus.push((format!("{name} {}", update["update_id"]), update.to_string().into_bytes()));
        }
    }
    for number in 0..3 {
        let update = json!({"update_id": 9_000 + number, "not_invented_yet": {"number": number}});
        corpus.push((format!("unknown {number}"), update.to_string().into_bytes()));
    }
    let lost = lost(&app, "/in/telegram/update", "x-telegram-bot-api-secret-token", &corpus).await;
    // An edit that changes no word of a message that is here is a repeat of it.
    let lost: Vec<&String> = lost.iter().filter(|name| !name.starts_with("09-edits-that-are-none")).collect();
    assert!(lost.is_empty(), "{} of {} are lost: {lost:#?}", lost.len(), corpus.len());
}

async fn no_submission_is_lost(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    app.install("web-form", &json!({"honeypot": "website"}), &[]).await;
    let mut corpus = Vec::new();
    for (name, text) in files("cases", "json") {
        if name.starts_with("17") {
            corpus.push((name, text));
        }
    }
    for (name, form) in [
        ("plain", json!({"email": "ann@example.com", "message": "hello", "submission_id": "1"})),
        (
            "the same id, other words",
            json!({"email": "ann@example.com", "message": "help", "submission_id": "1"}),
        ),
        ("a robot", json!({"website": "x", "email": "bot@example.com", "message": "Cheap!"})),
        ("half a number", json!({"phone": "8613912345678", "message": "call me"})),
        ("an extension", json!({"phone": "010 6552 9988 转 123", "message": "call me"})),
        ("marks", json!({"phone": "\u{202a}138\u{2011}0013\u{2011}8000\u{202c}", "message": "call me"})),
    ] {
        corpus.push((name.to_owned(), form.to_string().into_bytes()));
    }
    let lost = lost(&app, "/in/web-form/", "x-nothing", &corpus).await;
    assert!(lost.is_empty(), "{} of {} are lost: {lost:#?}", lost.len(), corpus.len());
}
