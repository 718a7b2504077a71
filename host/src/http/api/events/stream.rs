//! `GET /v1/events/stream`

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::sse::{self, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt as _, stream};
use serde::Deserialize;
use utoipa::openapi::Ref;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use utoipa::{IntoParams, ToSchema};

use super::Event;
use crate::http::extract::{Caller, Query};
use crate::http::openapi::StreamProblems;
use crate::http::problem::{Problem, ProblemKind};
use crate::http::response::ApiResult;
use crate::http::schema::texts::{EventPlace, EventTypes};
use crate::http::sse::{Follower, Step};
use crate::ops::App;
use crate::ops::events::Types;

/// After how long a browser comes back by itself when the stream ends.
const COME_BACK: Duration = Duration::from_secs(2);

/// From where, and what.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StreamQuery {
    /// After this place in the log, 0 for all of it; from now on when neither this nor `Last-Event-ID` is said.
    #[param(minimum = 0)]
    after: Option<i64>,
    /// Types of events, with commas between them: `ticket.resolved,deal.*`; all when not said.
    #[serde(default)]
    #[param(required = false, value_type = EventTypes)]
    r#type: Types,
}

/// The header by which a client says what it has, as the API's description names it.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it only describes the header that `known` reads")]
pub struct LastEventId {
    /// The `id` of the last event that arrived, which browsers send by themselves when they come back. It wins over
    /// `after`.
    #[param(rename = "Last-Event-ID", required = false, value_type = EventPlace)]
    last_event_id: Option<String>,
}

/// One message of the stream, as clients of server-sent events give it.
#[derive(ToSchema)]
#[schema(example = json!({
    "data": "{\"specversion\":\"1.0\",\"id\":\"019b8a3e-0000-7000-8000-00000000000c\",\"source\":\"/hospes\",\"type\":\"ticket.resolved\",\
        \"subject\":\"ticket/019b8a3e-0000-7000-8000-000000000005\",\"time\":\"2026-01-05T09:00:00Z\",\
        \"datacontenttype\":\"application/json\",\"data\":{\"sla_kept\":true},\"hospesseq\":1042,\
        \"hospesactor\":\"user:019b8a3e-0000-7000-8000-000000000007\"}",
    "id": "1042",
}))]
#[expect(dead_code, reason = "it only describes what `message` writes")]
pub struct EventMessage {
    /// The event as JSON.
    #[schema(schema_with = written_event)]
    data: String,
    /// Its place in the log, to come back with.
    #[schema(value_type = EventPlace)]
    id: String,
}

fn written_event() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .content_media_type("application/json")
        .content_schema(Some(Ref::from_schema_name(Event::name())))
        .build()
}

/// Streams events as they happen, as server-sent events.
///
/// Each message has an event as JSON in `data`, in the same form as the list, and its `hospesseq` in `id`. A client that
/// comes back with `Last-Event-ID` goes on without a gap and gets nothing twice. A line that begins with `:` arrives at
/// least every 15 seconds. The stream ends when the token or session does, and when the server stops; clients that
/// come back then find another one.
#[utoipa::path(
    get, path = "/v1/events/stream", operation_id = "stream_events", tag = "events",
    params(StreamQuery, LastEventId),
    responses(
        (status = 200, description = "Events without an end, each as `data: {...}`", body = EventMessage,
            content_type = "text/event-stream"),
        StreamProblems,
    ),
)]
pub async fn stream_events(
    State(app): State<App>,
    Caller(ctx): Caller,
    Query(query): Query<StreamQuery>,
    parts: Parts,
) -> ApiResult<Response> {
    let known = known(&parts.headers)?.or(query.after);
    let follower = Follower::new(app, parts, ctx, query.r#type, known).await?;
    // Sent at once, so that the client sees that the stream stands and where.
    let opening = sse::Event::default().retry(COME_BACK).id(follower.place().to_string()).comment("");
    let opening = stream::iter([Ok::<_, Infallible>(opening)]);
    let mut response = Sse::new(opening.chain(messages(follower))).into_response();
    // Some proxies gather answers before they pass them on.
    let unbuffered = (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response.headers_mut().extend([unbuffered]);
    Ok(response)
}

fn messages(follower: Follower) -> impl Stream<Item = Result<sse::Event, Infallible>> {
    stream::unfold(follower, |mut follower| async {
        let step = follower.next().await?;
        Some((Ok(message(step)), follower))
    })
}

fn message(step: Step) -> sse::Event {
    match step {
        // A comment with an id moves the client's place on without an event.
        Step::Still(place) => sse::Event::default().id(place.to_string()).comment(""),
        Step::Event(event) => {
            let place = event.seq.to_string();
            let event = Event::from(*event);
            // An event is text, numbers and JSON that was written by this host, so it can be written again.
            let data = serde_json::to_string(&event).unwrap_or_default();
            sse::Event::default().id(place).data(data)
        }
    }
}

fn known(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(given) = headers.get("last-event-id") else { return Ok(None) };
    let place = given.to_str().ok().and_then(|text| text.parse().ok()).filter(|place: &i64| *place >= 0);
    let detail = "the header Last-Event-ID takes the id of an event of this stream, which is a number";
    place.map(Some).ok_or_else(|| Problem::new(ProblemKind::Malformed, detail))
}
