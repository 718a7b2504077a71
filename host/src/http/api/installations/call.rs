//! `GET /v1/installations/{id}/calls/{call}`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::clock::Timestamp;
use crate::domain::ids::{InstallationId, PluginCallId};
use crate::http::extract::{Caller, Id, Part};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, mirror};
use crate::ops::App;
use crate::ops::installations::kept_calls;
use crate::store;

mirror! {
    /// A call of a plugin that was kept.
    #[schema(example = json!({
        "id": "019b8a3e-0000-7000-8000-00000000001f", "call_id": "019b8a3e-0000-7000-8000-00000000001e",
        "version": "0.1.0", "function": "scoring.score", "outcome": "ok", "message": null,
        "at": "2026-01-05T08:00:00Z", "wall_us": 41, "cpu_us": 39, "memory": 1114112, "host_calls": 1, "http_requests": 0,
    }))]
    pub struct PluginCall from store::plugin_calls::PluginCall {
        /// Its id; each run of a call has its own.
        pub id: PluginCallId,
        /// The call's id, the same for every run of it.
        pub call_id: Uuid,
        /// The plugin's version at that time.
        pub version: String,
        /// Interface and function.
        pub function: String,
        /// How it ended: `ok`, `refused`, `limit-exceeded`, `trapped`, `timed-out`, `database-failed`.
        pub outcome: String,
        /// What went wrong; null when nothing did.
        pub message: Option<String>,
        /// When it began.
        pub at: Timestamp,
        /// Microseconds on the wall.
        pub wall_us: i64,
        /// Microseconds on a processor.
        pub cpu_us: i64,
        /// Bytes of linear memory that it had in the end, which is also the most.
        pub memory: i64,
        /// Calls of the host's functions.
        pub host_calls: i64,
        /// HTTP requests.
        pub http_requests: i64,
    }
}

/// A call with all that it was told.
#[derive(Debug, Serialize, ToSchema)]
pub struct PluginCallWithTranscript {
    /// What is known of it.
    #[serde(flatten)]
    call: PluginCall,
    /// Its transcript, as `hospes plugin replay` takes it. Secrets are redacted.
    #[schema(value_type = Object)]
    transcript: Option<Box<RawValue>>,
}

/// One call with its transcript: what it was given, what the host told it, and what came of it.
#[utoipa::path(
    get, path = "/v1/installations/{id}/calls/{call}", operation_id = "get_call", tag = "installations",
    params(
        ("id" = InstallationId, Path, description = "The installation"),
        ("call" = PluginCallId, Path, description = "The kept call"),
    ),
    responses((status = 200, description = "The call", body = PluginCallWithTranscript), ReadProblems),
)]
pub async fn get_call(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<InstallationId>,
    Part(kept): Part<PluginCallId>,
) -> ApiResult<Json<PluginCallWithTranscript>> {
    let mut tx = app.db.read().await?;
    let (kept, transcript) = kept_calls::get(&mut tx, &call, id, kept).await?;
    // It was written by this host, so it is JSON.
    let transcript = RawValue::from_string(transcript).ok();
    Ok(Json(PluginCallWithTranscript { call: kept.into(), transcript }))
}
