//! A list as it is sent: item by item, so that a long one never stands in memory as a text besides.

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response};
use futures::{StreamExt as _, stream};
use serde::Serialize;

use super::texts::Texts;
use super::{reasons, sights};
use crate::domain::role::Sights;

/// How much is written at once, in bytes; an item is never split. A list that is shorter goes as a whole, with its
/// length.
const PIECE: usize = 64 << 10;

/// What of a list is still to be written: `{"items":[...],"next":...}`.
struct Pieces<T> {
    items: std::vec::IntoIter<T>,
    /// Comes after the items; taken when it is written.
    next: Option<Option<String>>,
    begun: bool,
    /// The language of who asked: most of it is written after the handler has ended.
    reader: Texts,
    /// How they see what tells of people.
    sights: Sights,
}

impl<T: Serialize> Pieces<T> {
    fn piece(&mut self) -> Result<Vec<u8>, serde_json::Error> {
        let mut to = Vec::new();
        if !self.begun {
            to.extend_from_slice(br#"{"items":["#);
        }
        while to.len() < PIECE {
            let Some(item) = self.items.next() else {
                to.extend_from_slice(br#"],"next":"#);
                serde_json::to_writer(&mut to, &self.next.take().flatten())?;
                to.push(b'}');
                break;
            };
            if self.begun {
                to.push(b',');
            }
            self.begun = true;
            serde_json::to_writer(&mut to, &item)?;
        }
        Ok(to)
    }
}

impl<T: Serialize> Iterator for Pieces<T> {
    type Item = Result<Bytes, serde_json::Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let reader = self.reader;
        let sights = self.sights;
        self.next.is_some().then(|| {
            let piece = || sights::with(sights, || self.piece());
            reasons::for_reader(reader, piece).map(Bytes::from)
        })
    }
}

/// The response that has a list.
pub(super) fn response<T: Serialize + Send + 'static>(
    items: Vec<T>,
    next: Option<String>,
) -> Result<Response<Body>, serde_json::Error> {
    let mut pieces = Pieces {
        items: items.into_iter(),
        next: Some(next),
        begun: false,
        reader: reasons::reader(),
        sights: sights::of_caller(),
    };
    let first = Bytes::from(pieces.piece()?);
    let body = if pieces.next.is_none() {
        Body::from(first)
    } else {
        Body::from_stream(stream::once(async { Ok(first) }).chain(stream::iter(pieces)))
    };
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use axum::body::HttpBody as _;
    use serde_json::{Value, json};

    use super::*;

    async fn frames(items: Vec<Value>, next: Option<&str>) -> (Option<u64>, Vec<Bytes>) {
        let body = response(items, next.map(str::to_owned)).unwrap().into_body();
        let length = body.size_hint().exact();
        let frames = body.into_data_stream().map(Result::unwrap).collect().await;
        (length, frames)
    }

    #[tokio::test]
    async fn a_short_list_goes_as_a_whole() {
        for (items, next, text) in [
            (vec![], None, r#"{"items":[],"next":null}"#),
            (vec![json!(1)], Some("a\"b"), r#"{"items":[1],"next":"a\"b"}"#),
            (vec![json!(1), json!({"a": [2]})], None, r#"{"items":[1,{"a":[2]}],"next":null}"#),
        ] {
            let (length, frames) = frames(items, next).await;
            assert_eq!(length, Some(text.len() as u64));
            assert_eq!(frames.concat(), text.as_bytes());
        }
    }

    #[tokio::test]
    async fn a_long_list_is_never_in_memory_as_one_text() {
        let items: Vec<Value> = (0..100).map(|n| json!({"n": n, "text": "x".repeat(40_000)})).collect();
        let (length, frames) = frames(items.clone(), Some("place")).await;
        assert_eq!(length, None);
        assert!(frames.len() >= 50, "{} frames", frames.len());
        assert!(frames.iter().all(|frame| frame.len() < PIECE + 41_000));
        let read: Value = serde_json::from_slice(&frames.concat()).unwrap();
        assert_eq!(read, json!({"items": items, "next": "place"}));
    }

    #[tokio::test]
    async fn a_list_that_ends_with_a_full_piece_still_has_its_end() {
        let items = vec![json!("x".repeat(PIECE))];
        let (_, frames) = frames(items.clone(), None).await;
        let read: Value = serde_json::from_slice(&frames.concat()).unwrap();
        assert_eq!(read, json!({"items": items, "next": null}));
    }
}
