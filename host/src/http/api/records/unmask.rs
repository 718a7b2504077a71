//! `POST /v1/{records}/{id}/unmask`

use axum::Json as Answer;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Map;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::catalogue::{Kind, Record as _};
use crate::domain::customer::Customer;
use crate::domain::deal::Deal;
use crate::domain::ids::{CustomerId, DealId, OrderId, PartnerUserId, RecordId, UserId};
use crate::domain::order::Order;
use crate::domain::partner::PartnerUser;
use crate::domain::team::User;
use crate::http::extract::{Caller, Id, Json, Name};
use crate::http::openapi::ActionProblems;
use crate::http::response::ApiResult;
use crate::http::schema::texts::AnyText;
use crate::ops::records::declared_records;
use crate::ops::records::unmask::{self, Unmask};
use crate::ops::{App, RequestContext};

/// Which masked fields somebody wants to see in full, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"fields": ["name"], "purpose": "the parcel came back; calling about the address"}))]
pub struct UnmaskRequest {
    /// The fields; of a customer also `identities`.
    #[schema(value_type = Vec<AnyText>, min_items = 1)]
    fields: Vec<String>,
    /// What for, 1 to 500 characters. It stays in the event log.
    #[schema(value_type = AnyText)]
    purpose: String,
}

/// Fields in full.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"fields": {"name": "王芳"}}))]
pub struct Unmasked {
    /// Their values.
    #[schema(value_type = Object)]
    fields: Map<String, serde_json::Value>,
}

async fn unmask(
    app: &App,
    ctx: &RequestContext,
    kind: &'static Kind,
    id: Uuid,
    request: UnmaskRequest,
) -> ApiResult<Answer<Unmasked>> {
    let UnmaskRequest { fields, purpose } = request;
    let request = (kind, id, Unmask { fields, purpose });
    let done = app.commit(ctx, request, |tx, ctx, request| Box::pin(unmask::unmask(tx, ctx, request)));
    Ok(Answer(Unmasked { fields: done.await? }))
}

/// Shows masked fields of a customer in full.
///
/// It takes the permission to unmask, a purpose, and stands in the event log.
#[utoipa::path(
    post, path = "/v1/customers/{id}/unmask", operation_id = "unmask_customer", tag = "customers",
    params(("id" = CustomerId, Path, description = "The record")),
    responses((status = 200, description = "The fields in full", body = Unmasked), ActionProblems),
)]
pub async fn unmask_customer(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<CustomerId>,
    Json(request): Json<UnmaskRequest>,
) -> ApiResult<Answer<Unmasked>> {
    unmask(&app, &ctx, Customer::KIND, id.0, request).await
}

/// Shows masked fields of a deal in full.
///
/// It takes the permission to unmask, a purpose, and stands in the event log.
#[utoipa::path(
    post, path = "/v1/deals/{id}/unmask", operation_id = "unmask_deal", tag = "deals",
    params(("id" = DealId, Path, description = "The record")),
    responses((status = 200, description = "The fields in full", body = Unmasked), ActionProblems),
)]
pub async fn unmask_deal(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<DealId>,
    Json(request): Json<UnmaskRequest>,
) -> ApiResult<Answer<Unmasked>> {
    unmask(&app, &ctx, Deal::KIND, id.0, request).await
}

/// Shows masked fields of an order in full.
///
/// It takes the permission to unmask, a purpose, and stands in the event log.
#[utoipa::path(
    post, path = "/v1/orders/{id}/unmask", operation_id = "unmask_order", tag = "orders",
    params(("id" = OrderId, Path, description = "The record")),
    responses((status = 200, description = "The fields in full", body = Unmasked), ActionProblems),
)]
pub async fn unmask_order(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<OrderId>,
    Json(request): Json<UnmaskRequest>,
) -> ApiResult<Answer<Unmasked>> {
    unmask(&app, &ctx, Order::KIND, id.0, request).await
}

/// Shows masked fields of a user in full.
///
/// It takes the permission to unmask, a purpose, and stands in the event log.
#[utoipa::path(
    post, path = "/v1/users/{id}/unmask", operation_id = "unmask_user", tag = "users",
    params(("id" = UserId, Path, description = "The record")),
    responses((status = 200, description = "The fields in full", body = Unmasked), ActionProblems),
)]
pub async fn unmask_user(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<UserId>,
    Json(request): Json<UnmaskRequest>,
) -> ApiResult<Answer<Unmasked>> {
    unmask(&app, &ctx, User::KIND, id.0, request).await
}

/// Shows masked fields of a partner's user in full.
///
/// It takes the permission to unmask, a purpose, and stands in the event log.
#[utoipa::path(
    post, path = "/v1/partner-users/{id}/unmask", operation_id = "unmask_partner_user", tag = "partners",
    params(("id" = PartnerUserId, Path, description = "The record")),
    responses((status = 200, description = "The fields in full", body = Unmasked), ActionProblems),
)]
pub async fn unmask_partner_user(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<PartnerUserId>,
    Json(request): Json<UnmaskRequest>,
) -> ApiResult<Answer<Unmasked>> {
    unmask(&app, &ctx, PartnerUser::KIND, id.0, request).await
}

/// Shows masked fields of a record of a declared kind in full.
///
/// It takes the permission to unmask, a purpose, and stands in the event log.
#[utoipa::path(
    post, path = "/v1/records/{name}/{id}/unmask", operation_id = "unmask_record", tag = "records",
    params(
        ("name" = String, Path, description = "The kind's name", example = "visit"),
        ("id" = RecordId, Path, description = "The record"),
    ),
    responses((status = 200, description = "The fields in full", body = Unmasked), ActionProblems),
)]
pub async fn unmask_record(
    State(app): State<App>,
    Caller(ctx): Caller,
    Name(name): Name,
    Id(id): Id<Uuid>,
    Json(request): Json<UnmaskRequest>,
) -> ApiResult<Answer<Unmasked>> {
    let kind = declared_records::kind(&mut app.db.read().await?, &ctx, &name).await?;
    unmask(&app, &ctx, kind, id, request).await
}
