//! What an extension costs that lives behind a webhook: a server on this machine that scores natively, asked over a
//! connection that stays open, by a client that does nothing it needn't.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use axum::Json;
use axum::routing::post;
use hospes::plugins::types::{CustomerScore, ScoringSubject};

/// A connection to the server.
pub struct Webhook {
    stream: BufReader<TcpStream>,
}

async fn score(Json(subjects): Json<Vec<ScoringSubject>>) -> Json<Vec<CustomerScore>> {
    Json(crate::native::score(&subjects))
}

impl Webhook {
    /// Starts the server on a thread of its own and connects.
    pub fn start() -> Result<Self> {
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || -> Result<()> {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
                tell.send(listener.local_addr()?)?;
                let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
                    // Without it the answer may wait for the client's acknowledgement.
                    let _refused = stream.set_nodelay(true);
                });
                Ok(axum::serve(listener, axum::Router::new().route("/", post(score))).await?)
            })
        });
        let stream = TcpStream::connect(told.recv().context("the webhook's server didn't start")?)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// How long one of so many requests takes, from subjects to scores.
    pub fn time(&mut self, subjects: &[ScoringSubject], requests: u32) -> Result<Duration> {
        let start = Instant::now();
        for _ in 0..requests {
            let scores = self.ask(subjects)?;
            ensure!(scores.len() == subjects.len(), "the webhook left customers out");
        }
        Ok(start.elapsed() / requests)
    }

    fn ask(&mut self, subjects: &[ScoringSubject]) -> Result<Vec<CustomerScore>> {
        let body = serde_json::to_vec(subjects)?;
        let mut request = format!(
            "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(&body);
        self.stream.get_mut().write_all(&request)?;
        let (mut line, mut length) = (String::new(), 0);
        self.stream.read_line(&mut line)?;
        ensure!(line.starts_with("HTTP/1.1 200"), "the webhook answered {line}");
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            if let Some(said) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = said.trim().parse()?;
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut answer = vec![0; length];
        self.stream.read_exact(&mut answer)?;
        Ok(serde_json::from_slice(&answer)?)
    }
}
