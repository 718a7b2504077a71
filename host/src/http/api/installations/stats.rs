//! `GET /v1/installations/{id}/stats`

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::clock::Timestamp;
use crate::domain::ids::InstallationId;
use crate::http::extract::{Caller, Id, Query};
use crate::http::openapi::ReadProblems;
use crate::http::problem::{Problem, ProblemKind};
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::installations::figures;
use crate::store::plugin_figures::Figure;

/// How far to look back.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Span {
    /// How many hours, 1 to 720, the one under way included; 24 when not said.
    #[param(minimum = 1, maximum = 720)]
    hours: Option<i64>,
}

/// How an installation has fared, by version and interface.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InstallationStats, example = json!({
    "since": "2026-01-04T09:00:00Z",
    "calls": [{
        "version": "0.1.0", "interface": "channel", "calls": 1042, "refused": 3, "failed": 0, "mean_us": 410,
        "longest_us": 9120, "within_1ms": 1001, "within_10ms": 1042, "within_100ms": 1042, "within_1s": 1042,
        "memory": 1114112,
    }],
}))]
pub struct Stats {
    /// From when on calls were counted.
    since: Timestamp,
    /// The newest version first.
    calls: Vec<Calls>,
}

/// The calls of one interface of one version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CallStats)]
pub struct Calls {
    /// The version.
    version: String,
    /// The interface that was called, for example `channel-send`.
    interface: String,
    /// Calls.
    calls: i64,
    /// Those that the plugin answered with an error of its own.
    refused: i64,
    /// Those that broke a limit or broke down.
    failed: i64,
    /// How long one took on average, in microseconds.
    mean_us: i64,
    /// How long the longest took, in microseconds.
    longest_us: i64,
    /// How many took a millisecond at most.
    within_1ms: i64,
    /// How many took ten milliseconds at most.
    within_10ms: i64,
    /// How many took a tenth of a second at most.
    within_100ms: i64,
    /// How many took a second at most.
    within_1s: i64,
    /// The most memory that one took, in bytes.
    memory: i64,
}

impl From<Figure> for Calls {
    fn from(figure: Figure) -> Self {
        Self {
            mean_us: figure.total_us / figure.calls.max(1),
            version: figure.version,
            interface: figure.ability,
            calls: figure.calls,
            refused: figure.refused,
            failed: figure.failed,
            longest_us: figure.longest_us,
            within_1ms: figure.within_1ms,
            within_10ms: figure.within_10ms,
            within_100ms: figure.within_100ms,
            within_1s: figure.within_1s,
            memory: figure.memory,
        }
    }
}

/// How an installation has fared: calls, errors and latency by version and interface, over all hosts.
///
/// Other hosts' last ten seconds may be missing.
#[utoipa::path(
    get, path = "/v1/installations/{id}/stats", operation_id = "installation_stats", tag = "installations",
    params(("id" = InstallationId, Path, description = "The installation"), Span),
    responses((status = 200, description = "Its figures", body = Stats), ReadProblems),
)]
pub async fn installation_stats(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<InstallationId>,
    Query(span): Query<Span>,
) -> ApiResult<Json<Stats>> {
    ctx.require(crate::domain::actor::Permission::PluginsRead)?;
    let hours = span.hours.unwrap_or(24);
    if !(1..=figures::LONGEST_HOURS).contains(&hours) {
        let detail = format!("hours takes 1 to {}", figures::LONGEST_HOURS);
        return Err(Problem::new(ProblemKind::Malformed, detail));
    }
    figures::flush(&app).await?;
    let (since, calls) = figures::of(&mut app.db.read().await?, &ctx, id, hours).await?;
    Ok(Json(Stats { since, calls: calls.into_iter().map(Into::into).collect() }))
}
