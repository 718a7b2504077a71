//! Requests of guests, tried against a server of the tests' own.

use hospes::plugins::Call;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::host::Host;

/// A server that answers every request and tells what it was asked.
async fn server() -> (String, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("localhost:{}", listener.local_addr().unwrap().port());
    let (tell, told) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 8192];
            let read = stream.read(&mut request).await.unwrap_or(0);
            let _ = tell.send(String::from_utf8_lossy(&request[..read]).into_owned());
            let answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi";
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    (endpoint, told)
}

#[tokio::test]
async fn secrets_are_put_in_on_the_way_out_and_stay_out_of_the_record() {
    let (endpoint, mut told) = server().await;
    let host = Host::new(std::slice::from_ref(&endpoint)).await;
    let grant = format!("http:http://{endpoint}");
    let grants = [&grant, "secrets:token:url", "secrets:token:header"];
    let guest = host.install(&grants, json!({ "server": format!("http://{endpoint}") })).await;
    let url = format!("http://{endpoint}/open");
    let task = json!({ "what": "fetch", "url": url, "with_secret": true });
    let outcome = host.call(&guest, task).await.unwrap();
    assert_eq!(outcome.value, r#"{"body":"hi","status":200}"#);
    let asked = told.recv().await.unwrap();
    assert!(asked.starts_with("GET /open?token=s3cret%2F%2B HTTP/1.1"), "{asked}");
    assert!(asked.contains("x-token: s3cret/+"), "{asked}");
    let exchange = &outcome.effects.http[0];
    assert_eq!(exchange.url, format!("{url}?token={{secret:token}}"));
    assert!(!format!("{:?}", outcome.effects).contains("s3cret"));
}

#[tokio::test]
async fn a_private_address_is_refused_even_when_it_is_granted() {
    let (endpoint, mut told) = server().await;
    let host = Host::new(&[]).await;
    let grant = format!("http:http://{endpoint}");
    let guest = host.install(&[&grant], json!({ "server": format!("http://{endpoint}") })).await;
    let task = json!({ "what": "fetch", "url": format!("http://{endpoint}/open") });
    let (code, message) = host.refusal(&guest, task).await;
    assert_eq!(code, "denied");
    assert!(
        message.contains(&format!("egress_allow = [\"{endpoint}\"]"))
            && message.contains("HOSPES_EGRESS_ALLOW="),
        "{message}"
    );
    assert!(told.try_recv().is_err(), "a connection was made");
}

#[tokio::test]
async fn a_call_that_runs_again_does_not_send_again() {
    let (endpoint, mut told) = server().await;
    let host = Host::new(std::slice::from_ref(&endpoint)).await;
    let grant = format!("http:http://{endpoint}");
    let guest = host.install(&[&grant], json!({ "server": format!("http://{endpoint}") })).await;
    let task = json!({ "what": "fetch", "url": format!("http://{endpoint}/open") });
    let call = Call::from(host.db.id());
    let run = |call: &Call| host.plugins.call_tool(&guest, call.clone(), "do".to_owned(), task.to_string());
    let first = run(&call).await.unwrap();
    let second = run(&Call::again(&first.effects)).await.unwrap();
    assert_eq!(first.value, second.value);
    assert_eq!(first.effects.http, second.effects.http);
    assert!(told.try_recv().is_ok() && told.try_recv().is_err(), "one request, not two");
}
