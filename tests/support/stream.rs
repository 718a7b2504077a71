//! A client of the event stream, reading it as browsers do.

use std::time::Duration;

use eventsource_stream::{Event, EventStream, Eventsource as _};
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use reqwest::Response;
use serde_json::Value;

/// How long an event is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

type Piece = Result<Vec<u8>, reqwest::Error>;

/// An open stream.
pub struct Following(EventStream<BoxStream<'static, Piece>>);

impl Following {
    /// Reads an answer as a stream of events.
    #[track_caller]
    pub fn of(response: Response) -> Self {
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let pieces = stream::unfold(response, |mut response| async {
            let piece = response.chunk().await.transpose()?;
            Some((piece.map(|piece| piece.to_vec()), response))
        });
        Self(pieces.boxed().eventsource())
    }

    /// The next event; none when the stream ended or broke.
    pub async fn next(&mut self) -> Option<Event> {
        let next = tokio::time::timeout(PATIENCE, self.0.next()).await.expect("an event or the end");
        next.and_then(Result::ok)
    }

    /// The next so many events as JSON.
    pub async fn take(&mut self, number: usize) -> Vec<Value> {
        let mut taken = Vec::new();
        while taken.len() < number {
            let event = self.next().await.expect("the stream goes on");
            let data: Value = serde_json::from_str(&event.data).expect("JSON");
            assert_eq!(event.id, data["hospesseq"].to_string(), "the id is the place in the log");
            taken.push(data);
        }
        taken
    }

    /// Waits until the stream ends; events before that don't matter.
    pub async fn end(mut self) {
        while self.next().await.is_some() {}
    }
}
