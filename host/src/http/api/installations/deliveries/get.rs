//! `GET /v1/installations/{id}/deliveries/{delivery}`

use axum::Json;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use utoipa::ToSchema;

use super::Delivery;
use crate::domain::ids::{DeliveryId, InstallationId};
use crate::http::extract::{Caller, Id, Part};
use crate::http::openapi::ReadProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::intake::deliveries;
use crate::store::deliveries::KeptRequest;

/// A delivery with its request as it came.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryWithRequest {
    /// What is known of it.
    #[serde(flatten)]
    delivery: Delivery,
    /// The request.
    request: Request,
}

/// A request to a channel as it came, without the installation's secrets.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeliveredRequest, example = json!({
    "method": "POST", "path": "", "query": "", "headers": [{"name": "content-type", "value": "message/rfc822"}],
    "text": "From: Nora Vance <nora@example.com>\r\n...", "base64": null,
}))]
pub struct Request {
    /// Its method.
    method: String,
    /// Its path after `/in/{installation}/`, as it came.
    path: String,
    /// What stood after `?`, as it came.
    query: String,
    /// Its headers, in the order they came.
    headers: Vec<Header>,
    /// Its body where that is UTF-8.
    text: Option<String>,
    /// Its body in Base64 where it is not.
    base64: Option<String>,
}

/// A header of a request.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeliveredHeader)]
pub struct Header {
    /// Its name.
    name: String,
    /// Its value; a secret of the installation's is shown as `[secret NAME]`.
    value: String,
}

impl From<KeptRequest> for Request {
    fn from(request: KeptRequest) -> Self {
        let KeptRequest { method, path, query, headers, body } = request;
        let header = |header: &crate::domain::delivery::KeptHeader| Header {
            name: header.name().to_owned(),
            value: header.shown(),
        };
        let headers = headers.0.iter().map(header).collect();
        let (text, base64) = match String::from_utf8(body) {
            Ok(text) => (Some(text), None),
            Err(bytes) => (None, Some(STANDARD.encode(bytes.as_bytes()))),
        };
        Self { method, path, query, headers, text, base64 }
    }
}

/// One delivery with its request as it came.
#[utoipa::path(
    get, path = "/v1/installations/{id}/deliveries/{delivery}", operation_id = "get_delivery", tag = "installations",
    params(
        ("id" = InstallationId, Path, description = "The installation"),
        ("delivery" = DeliveryId, Path, description = "The delivery"),
    ),
    responses((status = 200, description = "The delivery", body = DeliveryWithRequest), ReadProblems),
)]
pub async fn get_delivery(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<InstallationId>,
    Part(delivery): Part<DeliveryId>,
) -> ApiResult<Json<DeliveryWithRequest>> {
    let mut tx = app.db.read().await?;
    let (delivery, request) = deliveries::get(&mut tx, &ctx, id, delivery).await?;
    Ok(Json(DeliveryWithRequest { delivery: delivery.into(), request: request.into() }))
}
