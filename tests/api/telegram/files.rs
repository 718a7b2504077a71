//! Files that users send: fetched from Telegram after the message was stored, or said to be missing.

use reqwest::Method;
use serde_json::{Value, json};
use support::bot_api::Failure;
use support::company::company;
use support::on_both_engines;
use support::store::Engine;

use super::{count, deliver, messages, photo, said};

on_both_engines!(pictures_are_fetched_and_seen, what_can_not_be_fetched_says_why);

/// The smallest PNG there is: its signature and a header.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

async fn pictures_are_fetched_and_seen(engine: Engine) {
    let company = company(engine).await;
    let bot = &company.bot;
    bot.keep_file("L1", PNG);
    bot.keep_file("L2", PNG);
    bot.keep_file("page", b"<html><script>alert(1)</script>".to_vec());
    // An album's two pictures, and a page that says it is one.
    for number in [1, 2] {
        deliver(&company, &said(number, json!({"photo": photo(number), "media_group_id": "album"}))).await;
    }
    let page = json!({"file_id": "page", "file_unique_id": "p", "file_name": "a.png", "mime_type": "image/png", "file_size": 31});
    deliver(&company, &said(3, json!({"document": page, "caption": "看看"}))).await;
    let all = messages(&company).await;
    let [album, document] = all.as_slice() else { panic!("two messages: {all:#?}") };
    let bytes = async |file: &Value| {
        let path =
            format!("/v1/attachments/{}/content", file["attachment_id"].as_str().expect("it is fetched"));
        let answer = company.app.call(Method::GET, &path, None).await;
        (answer.status.as_u16(), answer.text.len())
    };
    for file in album["attachments"].as_array().unwrap() {
        assert_eq!(bytes(file).await.0, 200, "{album:#}");
    }
    assert_eq!(album["attachments"].as_array().unwrap().len(), 2);
    let attachments =
        format!("/v1/attachments?subject_kind=interaction&subject_id={}", document["id"].as_str().unwrap());
    let kept = company.app.get(&attachments).await["items"][0].clone();
    assert_eq!(
        (&kept["name"], &kept["media_type"], &kept["size"]),
        (&json!("a.png"), &json!("application/octet-stream"), &json!(31)),
        "what is no picture is none here"
    );
    assert_eq!(count(&company, "interaction.file-fetched").await, 3);
    // The same message again fetches nothing again.
    let before = bot.requests();
    deliver(&company, &said(3, json!({"document": page, "caption": "看看"}))).await;
    company.app.settle().await;
    assert_eq!(bot.requests(), before);
}

async fn what_can_not_be_fetched_says_why(engine: Engine) {
    let company = company(engine).await;
    let bot = &company.bot;
    bot.keep_file("huge", vec![0; 20_000_001]);
    let document = |id: &str| json!({"document": {"file_id": id, "file_unique_id": id, "file_name": format!("{id}.pdf")}});
    deliver(&company, &said(1, document("huge"))).await;
    deliver(&company, &said(2, document("unknown"))).await;
    let failures = |all: &[Value]| -> Vec<Value> {
        all.iter().map(|message| message["attachments"][0]["failure"].clone()).collect()
    };
    assert_eq!(failures(&messages(&company).await), [json!("too-large"), json!("gone")]);
    assert_eq!(count(&company, "interaction.file-failed").await, 2);
    // A server that is out of order for a moment is asked again.
    bot.keep_file("late", b"%PDF-1.7".to_vec());
    bot.fail_next(Failure::ServerError);
    deliver(&company, &said(3, document("late"))).await;
    for _ in 0..20 {
        company.app.settle().await;
        company.app.clock.advance_millis(5_000);
    }
    let last = messages(&company).await.pop().unwrap();
    assert!(last["attachments"][0]["attachment_id"].is_string(), "{last:#}");
}
