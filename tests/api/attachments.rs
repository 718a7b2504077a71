//! Files on records: put there, read whole and in part, sent along, removed; and who may not.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use support::app::{ADMIN, Answer, TestApp};
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(
    a_file_is_kept_as_it_came,
    a_part_of_a_file_is_read,
    only_who_sees_the_record_sees_its_files,
    what_is_no_file_is_refused
);

async fn customer(app: &TestApp) -> String {
    let new = json!({"kind": "person", "name": "王芳"});
    app.post("/v1/customers", &new).await.expect(201)["id"].as_str().unwrap().to_owned()
}

fn place(customer: &str, name: &str) -> String {
    format!("/v1/attachments?subject_kind=customer&subject_id={customer}&name={name}")
}

async fn upload(app: &TestApp, path: &str, media_type: &str, bytes: &[u8]) -> Answer {
    let request = app.request(Method::POST, path).bearer_auth(ADMIN).header("content-type", media_type);
    app.send(request.body(bytes.to_vec())).await
}

async fn a_file_is_kept_as_it_came(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let customer = customer(&app).await;
    // More than two rows of the store, and no multiple of one.
    let bytes: Vec<u8> = (0..(2 << 20) + 12_345_u32).map(|i| ((i * 31) >> 3) as u8).collect();
    let made = upload(&app, &place(&customer, "%E6%8A%A5%E4%BB%B7.pdf"), "application/pdf", &bytes).await;
    let location = made.header("location").to_owned();
    let made = made.expect(201);
    assert_eq!((&made["name"], &made["media_type"]), (&json!("报价.pdf"), &json!("application/pdf")));
    assert_eq!((&made["size"], &made["subject_id"]), (&json!(bytes.len()), &json!(customer)));
    assert_eq!(app.get(&location).await, made);

    let content = app.request(Method::GET, &format!("{location}/content")).bearer_auth(ADMIN);
    let content = content.send().await.unwrap();
    let header = |name: &str| content.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/pdf");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("content-security-policy").contains("sandbox"));
    assert!(header("content-disposition").starts_with("attachment; "), "{}", header("content-disposition"));
    assert!(header("content-disposition").ends_with("filename*=UTF-8''%E6%8A%A5%E4%BB%B7.pdf"));
    assert_eq!(header("etag").trim_matches('"'), made["digest"].as_str().unwrap());
    assert_eq!(header("content-length"), bytes.len().to_string());
    assert!(content.bytes().await.unwrap() == bytes, "the bytes are the same");

    let form = Form::new().part(
        "file",
        Part::bytes(b"<script>alert(1)</script>".to_vec())
            .file_name("../x.html")
            .mime_str("text/html")
            .unwrap(),
    );
    let path = format!("/v1/attachments?subject_kind=customer&subject_id={customer}");
    let request = app.request(Method::POST, &path).bearer_auth(ADMIN).multipart(form);
    let page = app.send(request).await.expect(201);
    assert_eq!((&page["name"], &page["media_type"]), (&json!("x.html"), &json!("text/html")));
    let shown = app
        .call(Method::GET, &format!("/v1/attachments/{}/content", page["id"].as_str().unwrap()), None)
        .await;
    assert_eq!(shown.header("content-type"), "application/octet-stream", "a page is never served as one");

    let listed = app.get(&format!("{path}&limit=1")).await;
    assert_eq!(listed["items"], json!([made]));
    let rest = app.get(&format!("{path}&cursor={}", listed["next"].as_str().unwrap())).await;
    assert_eq!((&rest["items"], &rest["next"]), (&json!([page]), &Value::Null));

    assert_eq!(app.call(Method::DELETE, &location, None).await.status, 204);
    assert_eq!(app.call(Method::GET, &location, None).await.status, 404);
    assert_eq!(app.call(Method::GET, &format!("{location}/content"), None).await.status, 404);
    assert_eq!(app.get(&path).await["items"], json!([page]));
    let kinds = app.kinds().await;
    assert_eq!(kinds[kinds.len() - 3..], ["attachment.added", "attachment.added", "attachment.removed"]);
}

async fn a_part_of_a_file_is_read(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let customer = customer(&app).await;
    let bytes: Vec<u8> = (0..(1 << 20) + 100_u32).map(|i| (i % 251) as u8).collect();
    let made = upload(&app, &place(&customer, "a.bin"), "application/octet-stream", &bytes).await.expect(201);
    let path = format!("/v1/attachments/{}/content", made["id"].as_str().unwrap());
    let digest = made["digest"].as_str().unwrap();
    let get = async |headers: &[(&'static str, &str)]| {
        let request = app.request(Method::GET, &path).bearer_auth(ADMIN);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let answer = request.send().await.unwrap();
        let range = answer.headers().get("content-range").map(|value| value.to_str().unwrap().to_owned());
        (answer.status().as_u16(), range, answer.bytes().await.unwrap().to_vec())
    };
    let size = bytes.len();
    // Across the border of two rows.
    let across = (1 << 20) - 10..(1 << 20) + 10;
    let (status, range, part) = get(&[("range", "bytes=1048566-1048585")]).await;
    assert_eq!((status, range.as_deref()), (206, Some(format!("bytes 1048566-1048585/{size}").as_str())));
    assert!(part == bytes[across]);
    let (status, _, part) = get(&[("range", "bytes=-7")]).await;
    assert!(status == 206 && part == bytes[size - 7..]);
    let (status, range, part) = get(&[("range", "bytes=5000000-")]).await;
    assert_eq!((status, range, part.len()), (416, Some(format!("bytes */{size}")), 0));
    let old = [("range", "bytes=0-9"), ("if-range", "\"another\"")];
    let (status, _, whole) = get(&old).await;
    assert!(status == 200 && whole == bytes, "a part of another version would spoil the whole");
    let tag = format!("\"{digest}\"");
    assert_eq!(get(&[("range", "bytes=0-9"), ("if-range", &tag)]).await.2, bytes[..10]);
    assert_eq!(get(&[("if-none-match", &tag)]).await.0, 304);
}

async fn only_who_sees_the_record_sees_its_files(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let customer = customer(&app).await;
    let made = upload(&app, &place(&customer, "a.txt"), "text/plain", b"a").await.expect(201);
    let file = format!("/v1/attachments/{}", made["id"].as_str().unwrap());
    let list = place(&customer, "x").replace("&name=x", "");
    let token = async |scope: &str| {
        let new = json!({"name": scope, "scopes": [scope]});
        app.post("/v1/tokens", &new).await.expect(201)["token"].as_str().unwrap().to_owned()
    };
    let status = async |token: &str, method: Method, path: &str| {
        app.send(app.request(method, path).bearer_auth(token).body("x")).await.status.as_u16()
    };
    let (reader, stranger) = (token("customers:read").await, token("tickets:write").await);
    for path in [&file, &format!("{file}/content"), &list] {
        assert_eq!(status(&reader, Method::GET, path).await, 200, "{path}");
    }
    assert_eq!(status(&reader, Method::DELETE, &file).await, 403);
    assert_eq!(status(&reader, Method::POST, &list).await, 403);
    let blind = token("tickets:read").await;
    assert_eq!(status(&blind, Method::GET, &file).await, 404, "it doesn't learn that there is a file");
    assert_eq!(status(&blind, Method::GET, &format!("{file}/content")).await, 404);
    assert_eq!(status(&blind, Method::GET, &list).await, 403);
    assert_eq!(status(&stranger, Method::POST, &list).await, 403);
    assert_eq!(app.get(&list).await["items"], json!([made]));
}

async fn what_is_no_file_is_refused(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let customer = customer(&app).await;
    let path = place(&customer, "a.bin");
    let nobody = path.replace(&customer, "01900000-0000-7000-8000-000000000000");
    let kind = path.replace("=customer", "=invoice");
    for (path, bytes, status, word) in [
        (path.as_str(), vec![], 422, "empty"),
        (path.as_str(), vec![0; (25 << 20) + 1], 422, "26214400"),
        (path.as_str(), vec![0; 27 << 20], 413, ""),
        (nobody.as_str(), vec![1], 404, "01900000"),
        (kind.as_str(), vec![1], 422, "invoice"),
        ("/v1/attachments", vec![1], 400, "subject_kind"),
        ("/v1/attachments?subject_kind=customer&subject_id=x", vec![1], 400, "subject_id"),
    ] {
        let answer = upload(&app, path, "application/octet-stream", &bytes).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
        assert!(answer.text.contains(word), "{path}: {}", answer.text);
    }
    assert_eq!(app.call(Method::GET, "/v1/attachments", None).await.status, 400);
    let key = |bytes: &'static [u8]| {
        let request = app.request(Method::POST, &path).bearer_auth(ADMIN).header("idempotency-key", "k1");
        app.send(request.body(bytes))
    };
    let first = key(b"one").await.expect(201);
    assert_eq!(key(b"one").await.expect(201)["id"], first["id"], "the same request is done once");
    assert_eq!(key(b"two").await.status, 409, "the same key stands for other bytes");
}
