//! Crimes through the host: hosts that weren't granted, private addresses, servers that never answer, floods of
//! requests, headers and messages.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::Method;
use serde_json::{Value, json};
use support::artifacts::artifact;
use support::store::Engine;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::guests::{CHANNEL, Module, as_another};
use crate::house::{End, House, assert_end};

/// A server that answers every request with these bytes, or never when there are none, and counts connections.
async fn server(answer: &'static str) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let _asked = stream.read(&mut request).await;
                if answer.is_empty() {
                    std::future::pending::<()>().await;
                }
                let _sent = stream.write_all(answer.as_bytes()).await;
            });
        }
    });
    (port, connections)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_way_leads_to_a_private_address() {
    let (port, connections) = server("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi").await;
    let house = House::new(Engine::Sqlite, &[]).await;
    for (number, host) in
        ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost", "LOCALHOST", "[::1]"]
            .into_iter()
            .chain(["[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::]", "0", "127.0.0.1."])
            .enumerate()
    {
        let name = format!("prowler-{number}");
        let bytes = as_another(&artifact("tests/troublemaker"), |manifest| manifest["id"] = json!(name));
        let origin = format!("http://{host}:{port}");
        let guest = house.admit(&bytes, &json!({"server": origin})).await;
        let ended = house.call(&guest, &json!({"what": "fetch", "url": format!("{origin}/open")})).await;
        assert_end(host, &ended, &End::Told("denied", ""));
    }
    assert_eq!(connections.load(Ordering::SeqCst), 0, "somebody got through");
    house.unharmed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redirect_leads_nowhere_that_was_not_granted() {
    let (inside, connections) = server("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi").await;
    let location = format!(
        "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:{inside}/open\r\ncontent-length: 0\r\n\r\n"
    );
    let (door, _) = server(Box::leak(location.into_boxed_str())).await;
    let house = House::new(Engine::Sqlite, &[format!("localhost:{door}")]).await;
    let origin = format!("http://localhost:{door}");
    let guest = house.troublemaker(&json!({"server": origin})).await;
    let task = json!({"what": "fetch", "url": format!("{origin}/open")});
    let ended = house.beside(house.call(&guest, &task)).await;
    assert_end("follows a redirect", &ended, &End::Told("denied", "127.0.0.1"));
    let other = house.call(&guest, &json!({"what": "fetch", "url": format!("{origin}/closed")})).await;
    assert_end("asks for another path", &other, &End::Told("denied", "manifest"));
    let stranger =
        house.call(&guest, &json!({"what": "fetch", "url": "https://elsewhere.example.com/"})).await;
    assert_end("asks another host", &stranger, &End::Told("denied", "elsewhere.example.com"));
    assert_eq!(connections.load(Ordering::SeqCst), 0, "somebody got through");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_for_ever_or_floods_the_way_out_is_told_so() {
    let (silent, _) = server("").await;
    let (open, connections) =
        server("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi").await;
    let allow = [silent, open].map(|port| format!("localhost:{port}"));
    let house = House::new(Engine::Sqlite, &allow).await;
    let patient = as_another(&artifact("tests/troublemaker"), |manifest| {
        manifest["id"] = json!("patient");
        manifest["limits"] = json!({"wall-ms": 400, "reason": {"zh-CN": "测试", "en": "Tests"}});
    });
    let origin = format!("http://localhost:{silent}");
    let guest = house.admit(&patient, &json!({"server": origin})).await;
    let task = json!({"what": "fetch", "url": format!("{origin}/open")});
    let ended = house.beside(house.call(&guest, &task)).await;
    assert_end("waits for ever", &ended, &End::Told("timed-out", "didn't answer within"));

    let origin = format!("http://localhost:{open}");
    let guest = house.troublemaker(&json!({"server": origin})).await;
    let url = format!("{origin}/open");
    let task = json!({"what": "fetch-many", "url": url, "count": 1_000});
    let outcome = house.beside(house.call(&guest, &task)).await.expect("an answer for each");
    let codes: Vec<String> = serde_json::from_str(&outcome.value).unwrap();
    assert_eq!(codes.iter().filter(|code| *code == "ok").count(), 16);
    assert_eq!(codes.iter().filter(|code| *code == "limit-exceeded").count(), 984);
    assert_eq!(connections.load(Ordering::SeqCst), 16);
    let task = json!({"what": "headers", "url": url, "count": 10_000});
    let ended = house.beside(house.call(&guest, &task)).await;
    assert_end("floods with headers", &ended, &End::Told("limit-exceeded", "100 header fields"));
    assert_eq!(connections.load(Ordering::SeqCst), 16, "the flood went nowhere");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channels_answer_can_not_flood_the_provider() {
    // 10,000 headers `vary`, all the same four bytes of memory.
    let flood = Module {
        body: "(local $at i32)
               (local.set $at (i32.const 1048576))
               (loop $on
                 (i32.store (local.get $at) (i32.const 2048))
                 (i32.store offset=4 (local.get $at) (i32.const 4))
                 (local.set $at (i32.add (local.get $at) (i32.const 16)))
                 (br_if $on (i32.lt_u (local.get $at) (i32.const 1208576))))
               (i32.store8 (i32.const 1024) (i32.const 0))
               (i32.store16 offset=4 (i32.const 1024) (i32.const 200))
               (i32.store offset=8 (i32.const 1024) (i32.const 1048576))
               (i32.store offset=12 (i32.const 1024) (i32.const 10000))
               (i32.const 1024)",
        more: r#"(data (i32.const 2048) "vary")"#,
        ..Module::default()
    };
    let house = House::new(Engine::Sqlite, &[]).await;
    let guest = house.admit(&flood.plugin("floods-the-provider", &[CHANNEL]), &json!({})).await;
    let request = house.app.request(Method::POST, "/in/floods-the-provider/x").body("hello");
    let answer = house.beside(house.app.send(request)).await;
    assert_eq!(answer.status, 502, "{answer:?} {}", house.seen(&guest).await);
    assert!(answer.headers.len() < 30, "{:?}", answer.headers);
    let problem: Value = answer.json();
    assert_eq!(problem["code"], "bad-answer");
}
