//! `hospes events tail`: prints what happens, as it happens.

use std::io::Write as _;
use std::time::Duration;

use anyhow::Context as _;
use futures::StreamExt as _;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::remote::{Refused, Server};
use super::terminal;

/// How long a server that has gone is left alone before it is asked again.
const COME_BACK: Duration = Duration::from_secs(2);

/// Prints events as they happen, a line each, until Ctrl+C; when the line breaks, it goes on from where it was.
#[derive(Debug, clap::Args)]
pub struct EventsTail {
    /// Begins after this place in the log, 0 for its start [default: from now on]
    #[arg(long, value_name = "PLACE")]
    after: Option<u64>,
    /// Only these types: ticket.resolved, or ticket.* for all of a record's; several with commas between them
    #[arg(long = "type", value_name = "TYPES")]
    types: Option<String>,
    /// Ends after so many events
    #[arg(long, value_name = "NUMBER")]
    count: Option<u64>,
    /// Prints each event whole, as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: Server,
}

impl EventsTail {
    /// Follows until it is interrupted; an error when the server refuses.
    pub async fn run(self) -> anyhow::Result<()> {
        let mut place = self.after;
        let mut left = self.count.unwrap_or(u64::MAX);
        let mut reached = false;
        loop {
            match self.follow(&mut place, &mut left).await {
                Ok(()) if left == 0 => return Ok(()),
                Ok(()) => reached = true,
                // A server that was there and is away comes back; one that says no goes on saying it.
                Err(error) if !reached || is_final(&error) => return Err(error),
                Err(error) => writeln!(std::io::stderr(), "{error:#}; trying again")?,
            }
            tokio::time::sleep(COME_BACK).await;
        }
    }

    /// Prints one stream to its end.
    async fn follow(&self, place: &mut Option<u64>, left: &mut u64) -> anyhow::Result<()> {
        let answer = self.server.stream(&self.path(*place)).await?;
        let mut chunks = answer.bytes_stream();
        let mut lines = Lines::default();
        while let Some(Ok(chunk)) = chunks.next().await {
            for message in lines.take(&chunk) {
                *place = message.id.or(*place);
                let Some(data) = message.data else { continue };
                self.print(&data).context("an event can't be printed")?;
                *left -= 1;
                if *left == 0 {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn path(&self, place: Option<u64>) -> String {
        let after = place.map(|place| format!("after={place}"));
        let types = self.types.as_deref();
        let types = types.map(|types| format!("type={}", utf8_percent_encode(types, NON_ALPHANUMERIC)));
        let requests: Vec<String> = [after, types].into_iter().flatten().collect();
        format!("/v1/events/stream?{}", requests.join("&"))
    }

    fn print(&self, data: &str) -> anyhow::Result<()> {
        let mut out = terminal::out();
        if self.json {
            writeln!(out, "{data}")?;
        } else {
            let event: Value = serde_json::from_str(data)?;
            let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
            let (place, data) = (&event["hospesseq"], &event["data"]);
            let [time, kind, subject, actor] = ["time", "type", "subject", "hospesactor"].map(text);
            writeln!(out, "{place} {time} {kind} {subject} by {actor} {data}")?;
        }
        Ok(out.flush()?)
    }
}

fn is_final(error: &anyhow::Error) -> bool {
    error.downcast_ref::<Refused>().is_some_and(|refused| refused.status.is_client_error())
}

/// A message of the stream: where the log is, and an event if it has one.
#[derive(Debug, Default, PartialEq, Eq)]
struct Message {
    id: Option<u64>,
    data: Option<String>,
}

/// Puts the stream's lines together from the pieces in which it arrives.
#[derive(Debug, Default)]
struct Lines {
    rest: Vec<u8>,
    message: Message,
}

impl Lines {
    /// The messages that a piece completes.
    fn take(&mut self, piece: &[u8]) -> Vec<Message> {
        self.rest.extend_from_slice(piece);
        let mut whole = Vec::new();
        while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.rest.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            let line = line.trim_end_matches(['\r', '\n']);
            if line.is_empty() {
                whole.push(std::mem::take(&mut self.message));
                continue;
            }
            let (name, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match name {
                "id" => self.message.id = value.parse().ok(),
                "data" => {
                    let data = self.message.data.get_or_insert_default();
                    if !data.is_empty() {
                        data.push('\n');
                    }
                    data.push_str(value);
                }
                // Comments and fields that a reader doesn't know are skipped.
                _ => {}
            }
        }
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_whole_however_they_arrive() {
        let stream = ":\nretry: 2000\nid: 3\n\nid: 4\r\ndata: {\"类\":\r\ndata: 1}\r\n\r\ndata: half";
        for size in [1, 2, 7, stream.len()] {
            let mut lines = Lines::default();
            let messages: Vec<_> =
                stream.as_bytes().chunks(size).flat_map(|piece| lines.take(piece)).collect();
            let first = Message { id: Some(3), data: None };
            let second = Message { id: Some(4), data: Some("{\"类\":\n1}".to_owned()) };
            assert_eq!(messages, [first, second], "in pieces of {size}");
        }
    }
}
