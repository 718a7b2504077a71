//! `POST /v1/installations/{id}/deliveries/{delivery}/accept`

use axum::Json as Body;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Delivery;
use crate::domain::customer::TypedIdentity;
use crate::domain::ids::{CustomerId, DeliveryId, InstallationId};
use crate::http::extract::{Caller, Id, Json, Part};
use crate::http::openapi::PutProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::intake::deliveries::{self, Whose};

/// Whose message it becomes: the customer's, or whoever's identity is named; a new customer's if nobody has it. When
/// neither is said, its sender's as the plugin has it, and without one a new customer's.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DeliveryAcceptance, example = json!({"identity": {"scheme": "email", "value": "nora@example.com"}}))]
pub struct Acceptance {
    /// The customer.
    customer_id: Option<CustomerId>,
    /// How the sender is known. It is not looked at where a customer is named.
    identity: Option<TypedIdentity>,
}

/// Makes a delivery a message, with all that follows from one: a conversation and a ticket.
///
/// The plugin reads the request once more, so that what it couldn't read before an upgrade is read now. If it still
/// can't, the message is the request's text. A delivery that was accepted before is answered as it is.
#[utoipa::path(
    post, path = "/v1/installations/{id}/deliveries/{delivery}/accept", operation_id = "accept_delivery",
    tag = "installations",
    params(
        ("id" = InstallationId, Path, description = "The installation"),
        ("delivery" = DeliveryId, Path, description = "The delivery"),
    ),
    responses((status = 200, description = "The delivery, with the interaction that it became", body = Delivery), PutProblems),
)]
pub async fn accept_delivery(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<InstallationId>,
    Part(delivery): Part<DeliveryId>,
    Json(acceptance): Json<Acceptance>,
) -> ApiResult<Body<Delivery>> {
    let Acceptance { customer_id, identity } = acceptance;
    let whose = Whose { customer: customer_id, identity };
    Ok(Body(deliveries::accept(&app, &ctx, id, delivery, whose).await?.into()))
}
