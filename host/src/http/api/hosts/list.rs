//! `GET /v1/hosts`

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::clock::Timestamp;
use crate::domain::ids::HostId;
use crate::http::extract::Caller;
use crate::http::openapi::ListProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::App;
use crate::ops::app::presence;

/// A living process that serves the database.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "019b8a3e-0000-7000-8000-000000000010", "address": "10.0.0.5:8080", "release": "0.1.0",
    "started_at": "2026-01-05T08:00:00Z", "seen_at": "2026-01-05T09:00:00Z",
}))]
pub struct Host {
    /// Its id, another one at each start.
    pub id: HostId,
    /// Where it listens.
    pub address: String,
    /// Its version of hospes.
    pub release: String,
    /// When it started, by the database's clock.
    pub started_at: Timestamp,
    /// When it last said that it lives, by the database's clock.
    pub seen_at: Timestamp,
}

impl From<crate::store::hosts::Host> for Host {
    fn from(host: crate::store::hosts::Host) -> Self {
        Self {
            id: host.id,
            address: host.address,
            release: host.release,
            started_at: host.started_at,
            seen_at: host.seen_at,
        }
    }
}

/// Lists the processes that serve this database, the longest running first. One that died is gone after some seconds.
#[utoipa::path(
    get, path = "/v1/hosts", operation_id = "list_hosts", tag = "host",
    responses((status = 200, description = "The living hosts", body = List<Host>), ListProblems),
)]
pub async fn list_hosts(State(app): State<App>, Caller(ctx): Caller) -> ApiResult<List<Host>> {
    let mut tx = app.db.read().await?;
    Ok(List::whole(presence::list(&mut tx, &ctx).await?))
}
