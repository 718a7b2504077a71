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
use crate::domain::ids::{CustomerId, DealId, PartnerUserId, UserId};
use crate::domain::partner::PartnerUser;
use crate::domain::team::User;
use crate::http::extract::{Caller, Id, Json};
use crate::http::openapi::ActionProblems;
use crate::http::response::ApiResult;
use crate::http::schema::texts::AnyText;
use crate::ops::masking::{self, Unmask};
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
    let done = app.commit(ctx, request, |tx, ctx, request| Box::pin(masking::unmask(tx, ctx, request)));
    Ok(Answer(Unmasked { fields: done.await? }))
}

macro_rules! routes_of {
    ($($(#[doc = $doc:literal])+ $name:ident $record:ident $id:ident $path:literal $operation:literal $tag:literal;)+) => {$(
        $(#[doc = $doc])+
        ///
        /// It takes the permission to unmask, a purpose, and stands in the event log.
        #[utoipa::path(
            post, path = $path, operation_id = $operation, tag = $tag,
            params(("id" = $id, Path, description = "The record")),
            responses((status = 200, description = "The fields in full", body = Unmasked), ActionProblems),
        )]
        pub async fn $name(
            State(app): State<App>,
            Caller(ctx): Caller,
            Id(id): Id<$id>,
            Json(request): Json<UnmaskRequest>,
        ) -> ApiResult<Answer<Unmasked>> {
            unmask(&app, &ctx, $record::KIND, id.0, request).await
        }
    )+};
}

routes_of! {
    /// Shows masked fields of a customer in full.
    unmask_customer Customer CustomerId "/v1/customers/{id}/unmask" "unmask_customer" "customers";
    /// Shows masked fields of a deal in full.
    unmask_deal Deal DealId "/v1/deals/{id}/unmask" "unmask_deal" "deals";
    /// Shows masked fields of a user in full.
    unmask_user User UserId "/v1/users/{id}/unmask" "unmask_user" "users";
    /// Shows masked fields of a partner's user in full.
    unmask_partner_user PartnerUser PartnerUserId "/v1/partner-users/{id}/unmask" "unmask_partner_user" "partners";
}
