//! A stand-in for a dealer's system, for the demo only: it takes over every lead that is shared with it, as
//! `plugins/dealer/README.md` says, and has some stock.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::stand_in::StandIn;

/// What opens it. It opens nothing anywhere else.
pub const TOKEN: &str = "DEMO-this-token-opens-nothing-anywhere";
/// The port where it is when nobody else is there.
const PORT: u16 = 8082;

/// The running stand-in; it ends when it is dropped.
pub struct Dealer(StandIn);

/// Its own numbers of what was shared, by the shares' ids.
type Numbers = Arc<Mutex<BTreeMap<String, usize>>>;

impl Dealer {
    /// Starts on the loopback address.
    pub async fn start() -> std::io::Result<Self> {
        let routes = Router::new()
            .route("/v1/leads", post(take))
            .route("/v1/service-requests", post(take))
            .route("/v1/stock", get(stock))
            .with_state(Numbers::default());
        Ok(Self(StandIn::serve(PORT, routes).await?))
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.0.address()
    }
}

type DealerAnswer = (StatusCode, Json<Value>);

fn known(headers: &HeaderMap) -> Result<(), DealerAnswer> {
    let given = headers.get("authorization").and_then(|value| value.to_str().ok());
    if given.and_then(|given| given.strip_prefix("Bearer ")) == Some(TOKEN) {
        return Ok(());
    }
    Err((StatusCode::UNAUTHORIZED, Json(json!({"message": "unknown token"}))))
}

async fn take(
    State(numbers): State<Numbers>,
    headers: HeaderMap,
    Json(lead): Json<Value>,
) -> Result<DealerAnswer, DealerAnswer> {
    known(&headers)?;
    // The map has no state that a panic could leave half done.
    let mut numbers = numbers.lock().unwrap_or_else(PoisonError::into_inner);
    let next = numbers.len() + 1_001;
    let number = *numbers.entry(lead["share_id"].to_string()).or_insert(next);
    tracing::info!(number, title = %lead["title"], "the demo's dealer takes what is shared with it");
    let chinese = lead["customer"]["language"].as_str().is_some_and(|language| language.starts_with("zh"));
    let message =
        if chinese { "已安排专人，明天联系客户" } else { "We call the customer tomorrow" };
    let answer = json!({"number": format!("D-{number}"), "decision": "accepted", "message": message});
    Ok((StatusCode::CREATED, Json(answer)))
}

async fn stock(
    headers: HeaderMap,
    Query(wanted): Query<BTreeMap<String, String>>,
) -> Result<DealerAnswer, DealerAnswer> {
    known(&headers)?;
    let mut items = vec![
        json!({"product": "C3", "name": "咖啡机 C3", "warehouse": "广州", "available": 12, "expected_on": null}),
        json!({"product": "P2", "name": "空气净化器 P2", "warehouse": "广州", "available": 0, "expected_on": null}),
    ];
    items.retain(|item| wanted.get("product").is_none_or(|product| item["product"] == product.as_str()));
    Ok((StatusCode::OK, Json(json!({"items": items}))))
}
