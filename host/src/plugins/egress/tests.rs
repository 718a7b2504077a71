//! The way out, tried against servers of the tests' own.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::*;

/// A server that answers each connection in turn and returns what it was asked.
async fn server(answers: Vec<String>) -> (u16, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let served = tokio::spawn(async move {
        let mut asked = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                let mut buffer = [0; 4096];
                match stream.read(&mut buffer).await.unwrap() {
                    0 => break,
                    read => request.extend_from_slice(&buffer[..read]),
                }
            }
            asked.push(String::from_utf8(request).unwrap().to_lowercase());
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
        asked
    });
    (port, served)
}

fn answer(status: &str, fields: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{fields}content-length: {length}\r\nconnection: close\r\n\r\n{body}")
}

fn egress(allow: &[&str]) -> Egress {
    let allow = allow.iter().map(|text| text.parse().unwrap()).collect();
    Egress::new(&EgressSettings { allow, timeout_ms: 5_000, connect_timeout_ms: 1_000 }).unwrap()
}

fn get(url: &str) -> Outgoing {
    Outgoing {
        method: Method::GET,
        url: url.parse().unwrap(),
        headers: HeaderMap::new(),
        body: Bytes::new(),
        timeout: Duration::from_secs(5),
        most: 100,
    }
}

fn anything(_: &Method, _: &Url) -> Result<(), String> {
    Ok(())
}

#[tokio::test]
async fn nothing_reaches_a_private_address_however_it_is_written() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let egress = egress(&[]);
    for host in [
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "127.1",
        "0x7f.1",
        "0177.0.0.1",
        "2130706433",
        "0",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "127.0.0.1.",
        "10.0.0.1",
        "169.254.169.254",
        "100.100.100.200",
        "[fd00:ec2::254]",
        "LocalHost",
        "127.0.1",
        "127.000.000.001",
        "00000177.0.0.1",
        "017700000001",
        "0x7f000001",
        "0x7F.0x0.0x0.0x1",
        "%31%32%37.0.0.1",
        "１２７.０.０.１",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "167772161",
        "0xa.1",
        "012.0.0.1",
        "3232235777",
        "0xc0a80101",
        "192.168.1.1",
        "192.168.257",
        "172.16.0.1",
        "172.31.255.254",
        "0xac.0x10.0.1",
        "2852039166",
        "0xa9fea9fe",
        "0251.0376.0251.0376",
        "169.254.43518",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "[0:0:0:0:0:0:0:1]",
        "[0000::0001]",
        "[::ffff:7f00:1]",
        "[::ffff:0a00:0001]",
        "[::ffff:192.168.1.1]",
        "[::ffff:a9fe:a9fe]",
        "[::ffff:0:a9fe:a9fe]",
        "[::a00:1]",
        "[fc00::1]",
        "[fd12:3456::1]",
        "[fe80::1]",
        "[fec0::1]",
        "[ff02::1]",
        "[100::1]",
        "[2001::1]",
        "[2001:db8::1]",
        "[2002:a9fe:a9fe::]",
        "[3fff::1]",
        "[64:ff9b::a9fe:a9fe]",
        "[64:ff9b:1::1]",
        "[2606:4700::5efe:7f00:1]",
    ] {
        let error = egress.send(get(&format!("http://{host}:{port}/")), &anything).await.unwrap_err();
        assert!(matches!(error, EgressError::Denied(_)), "{host}: {error}");
    }
    let nobody = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
    assert!(nobody.is_err(), "a connection was made");
}

#[tokio::test]
async fn an_allowed_endpoint_is_reached_and_its_neighbour_is_not() {
    let (port, served) = server(vec![answer("200 OK", "x-kind: test\r\n", "hello")]).await;
    let egress = egress(&[&format!("localhost:{port}")]);
    let got = egress.send(get(&format!("http://localhost:{port}/a?b=c")), &anything).await.unwrap();
    assert_eq!((got.status.as_u16(), got.body.as_slice()), (200, b"hello".as_slice()));
    assert_eq!(got.headers["x-kind"], "test");
    assert!(served.await.unwrap()[0].starts_with("get /a?b=c http/1.1\r\n"));
    let error = egress.send(get(&format!("http://127.0.0.1:{port}/")), &anything).await.unwrap_err();
    assert!(error.to_string().contains("egress_allow"), "{error}");
}

#[tokio::test]
async fn the_refusal_of_a_private_address_names_what_allows_it() {
    for host in ["127.0.0.1", "localhost"] {
        let (port, _served) = server(vec![answer("200 OK", "", "hello")]).await;
        let url = format!("http://{host}:{port}/");
        let refusal = egress(&[]).send(get(&url), &anything).await.unwrap_err().to_string();
        // As it stands in the configuration file, and as it stands in the environment.
        let in_file =
            refusal.split("egress_allow = [\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let in_environment =
            refusal.split("HOSPES_EGRESS_ALLOW=").nth(1).and_then(|rest| rest.split(' ').next());
        assert_eq!(in_environment, Some(in_file), "{refusal}");
        assert_eq!(egress(&[in_file]).send(get(&url), &anything).await.unwrap().body, b"hello", "{refusal}");
    }
}

#[tokio::test]
async fn a_redirect_is_judged_like_a_first_request() {
    let (port, served) = server(vec![answer("302 Found", "location: http://127.0.0.1:1/\r\n", "")]).await;
    let error = egress(&[&format!("localhost:{port}")])
        .send(get(&format!("http://localhost:{port}/")), &anything)
        .await;
    assert!(matches!(error, Err(EgressError::Denied(_))), "{error:?}");
    served.await.unwrap();

    let (port, served) = server(vec![answer("307 Temporary Redirect", "location: /secret\r\n", "")]).await;
    let only_open =
        |_: &Method, url: &Url| if url.path() == "/open" { Ok(()) } else { Err("not granted".to_owned()) };
    let error = egress(&[&format!("localhost:{port}")])
        .send(get(&format!("http://localhost:{port}/open")), &only_open)
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "not granted");
    served.await.unwrap();
}

#[tokio::test]
async fn secrets_do_not_follow_a_redirect_to_another_host() {
    let (there, second) = server(vec![answer("200 OK", "", "")]).await;
    let location = format!("location: http://localhost:{there}/\r\n");
    let (here, first) = server(vec![answer("307 Temporary Redirect", &location, "")]).await;
    let mut request = get(&format!("http://localhost:{here}/"));
    request.headers.insert("x-token", sensitive(HeaderValue::from_static("s3cret")));
    request.headers.insert("x-plain", HeaderValue::from_static("plain"));
    egress(&[&format!("localhost:{here}"), &format!("localhost:{there}")])
        .send(request, &anything)
        .await
        .unwrap();
    assert!(first.await.unwrap()[0].contains("x-token: s3cret"));
    let asked = second.await.unwrap().remove(0);
    assert!(asked.contains("x-plain: plain") && !asked.contains("s3cret"), "{asked}");
}

#[tokio::test]
async fn redirects_end_after_five() {
    let (port, served) = server(vec![answer("302 Found", "location: /again\r\n", ""); 6]).await;
    let error = egress(&[&format!("localhost:{port}")])
        .send(get(&format!("http://localhost:{port}/")), &anything)
        .await;
    assert!(error.unwrap_err().to_string().contains("more than 5 redirects"));
    assert_eq!(served.await.unwrap().len(), 6);
}

#[tokio::test]
async fn a_long_answer_is_cut_off_whether_it_says_so_or_not() {
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\nff\r\n";
    let chunked = format!("{chunked}{}\r\n0\r\n\r\n", "x".repeat(255));
    for long in [answer("200 OK", "", &"x".repeat(101)), chunked] {
        let (port, served) = server(vec![long]).await;
        let sent = egress(&[&format!("localhost:{port}")])
            .send(get(&format!("http://localhost:{port}/")), &anything)
            .await;
        assert!(matches!(sent, Err(EgressError::TooLong { most: 100, .. })), "{sent:?}");
        served.await.unwrap();
    }
}

#[tokio::test]
async fn a_server_that_never_answers_is_left_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let request =
        Outgoing { timeout: Duration::from_millis(50), ..get(&format!("http://localhost:{port}/s3cret")) };
    let error = egress(&[&format!("localhost:{port}")]).send(request, &anything).await.unwrap_err();
    assert!(matches!(error, EgressError::TimedOut { after_ms: 50, .. }), "{error}");
    assert!(!error.to_string().contains("s3cret"), "paths may hold secrets: {error}");
}

#[tokio::test]
async fn a_user_in_an_address_is_refused() {
    let error =
        egress(&["localhost:1"]).send(get("http://user:pass@localhost:1/"), &anything).await.unwrap_err();
    assert!(matches!(error, EgressError::Invalid(_)), "{error}");
}
