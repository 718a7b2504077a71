//! An HTTP client that costs next to nothing: it shares the machine with what it measures.

use std::cell::Cell;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::LocalSet;

/// One connection, kept alive. It reads answers whose length is said, and those that come in chunks.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    body: std::ops::Range<usize>,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        Self::open_from(IpAddr::V4(Ipv4Addr::UNSPECIFIED), address).await
    }

    /// Connects from one of this machine's addresses.
    pub async fn open_from(own: IpAddr, address: SocketAddr) -> Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::new(own, 0))?;
        let stream = socket.connect(address).await.with_context(|| format!("connecting to {address}"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(1 << 16), body: 0..0 })
    }

    /// Sends a request and waits for the whole answer; returns its status.
    pub async fn send(&mut self, request: &[u8]) -> Result<u16> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head = loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end;
            }
            self.fill().await?;
        };
        let text = std::str::from_utf8(&self.buffer[..head]).context("an answer's head isn't text")?;
        let status =
            text.get(9..12).and_then(|digits| digits.parse().ok()).context("an answer without a status")?;
        let length = text.lines().filter_map(|line| line.split_once(':')).find_map(|(name, value)| {
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok()).flatten()
        });
        let in_chunks = length.is_none() && text.to_ascii_lowercase().contains("transfer-encoding: chunked");
        let begin = head + 4;
        if in_chunks {
            let end = self.join_chunks(begin).await?;
            self.body = begin..end;
            return Ok(status);
        }
        self.body = begin..begin + length.unwrap_or(0);
        while self.buffer.len() < self.body.end {
            self.fill().await?;
        }
        Ok(status)
    }

    /// Reads all chunks and leaves what is in them in one piece, which begins where they did; returns its end.
    async fn join_chunks(&mut self, begin: usize) -> Result<usize> {
        let (mut end, mut next) = (begin, begin);
        loop {
            let line = loop {
                if let Some(length) = find(&self.buffer[next..], b"\r\n") {
                    break length;
                }
                self.fill().await?;
            };
            let digits = std::str::from_utf8(&self.buffer[next..next + line])?;
            let length = usize::from_str_radix(digits.trim(), 16).context("a chunk without a length")?;
            let data = next + line + 2;
            next = data + length + 2;
            while self.buffer.len() < next {
                self.fill().await?;
            }
            if length == 0 {
                return Ok(end);
            }
            self.buffer.copy_within(data..data + length, end);
            end += length;
        }
    }

    async fn fill(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            bail!("the connection ended within an answer");
        }
        Ok(())
    }

    /// A header of the last answer.
    pub fn header(&self, name: &str) -> Option<&str> {
        let head = std::str::from_utf8(&self.buffer[..self.body.start]).ok()?;
        let headers = head.lines().filter_map(|line| line.split_once(':'));
        headers.into_iter().find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// The last answer's body.
    pub fn body(&self) -> &[u8] {
        &self.buffer[self.body.clone()]
    }

    /// The last answer's body as JSON.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_slice(self.body()).with_context(|| String::from_utf8_lossy(self.body()).into_owned())
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

/// Writes a request into a buffer: its first line, the given headers, and the body with its length.
pub fn write(buffer: &mut Vec<u8>, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) {
    buffer.clear();
    let mut put = |part: &str| buffer.extend_from_slice(part.as_bytes());
    put(method);
    put(" ");
    put(path);
    put(" HTTP/1.1\r\nhost: localhost\r\n");
    for (name, value) in headers {
        put(name);
        put(": ");
        put(value);
        put("\r\n");
    }
    put(&format!("content-length: {}\r\n\r\n", body.len()));
    buffer.extend_from_slice(body);
}

/// What came of a load.
pub struct Outcome {
    /// Answers a second.
    pub rate: f64,
    /// How long each answer took, in microseconds, the shortest first.
    pub micros: Vec<u32>,
}

impl Outcome {
    /// The latency that this share of the answers stayed within, in milliseconds.
    pub fn percentile(&self, share: f64) -> f64 {
        let last = self.micros.len().saturating_sub(1);
        let index = (last as f64 * share).round() as usize;
        f64::from(self.micros.get(index).copied().unwrap_or(0)) / 1_000.0
    }
}

/// When a load ends.
#[derive(Clone, Copy)]
pub enum Until {
    /// After so long.
    Elapsed(Duration),
    /// After so many requests.
    Sent(u64),
}

/// Keeps so many connections busy, each with one request after the other. `make` writes the request of a number into
/// the buffer. An answer that isn't a success ends the load with an error.
pub async fn drive(
    address: SocketAddr,
    connections: usize,
    until: Until,
    make: impl Fn(u64, &mut Vec<u8>) + 'static,
) -> Result<Outcome> {
    let mut open = Vec::new();
    for _ in 0..connections {
        open.push(Connection::open(address).await?);
    }
    let (make, next) = (Rc::new(make), Rc::new(Cell::new(0_u64)));
    let local = LocalSet::new();
    let started = Instant::now();
    let go_on = move |number: u64| match until {
        Until::Elapsed(length) => started.elapsed() < length,
        Until::Sent(count) => number < count,
    };
    let tasks: Vec<_> = open
        .into_iter()
        .map(|mut connection| {
            let (make, next) = (make.clone(), next.clone());
            local.spawn_local(async move {
                let (mut request, mut micros) = (Vec::new(), Vec::new());
                loop {
                    let number = next.get();
                    if !go_on(number) {
                        return Ok::<_, anyhow::Error>(micros);
                    }
                    next.set(number + 1);
                    make(number, &mut request);
                    let sent = Instant::now();
                    let status = connection.send(&request).await?;
                    micros.push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
                    ensure!(
                        (200..300).contains(&status),
                        "a request was answered with {status}: {}",
                        String::from_utf8_lossy(connection.body())
                    );
                }
            })
        })
        .collect();
    let mut micros = Vec::new();
    local
        .run_until(async {
            for task in tasks {
                micros.extend(task.await??);
            }
            anyhow::Ok(())
        })
        .await?;
    let rate = micros.len() as f64 / started.elapsed().as_secs_f64();
    micros.sort_unstable();
    Ok(Outcome { rate, micros })
}
