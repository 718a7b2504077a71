//! `POST /v1/partners/{id}/users`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::PartnerUser;
use crate::domain::ids::PartnerId;
use crate::http::extract::{Caller, Id, IdempotencyKey, Json};
use crate::http::openapi::PutProblems;
use crate::http::response::{ApiResult, Created};
use crate::http::schema::texts::{Language, ShortName};
use crate::http::schema::values::EmailAddress;
use crate::ops::{App, partners};

/// A person of a partner's to be entered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "陈伟", "email": "chen.wei@dealer.example.com", "language": "zh-CN"}))]
pub struct NewPartnerUser {
    /// Their name, 1 to 100 characters.
    #[schema(value_type = ShortName)]
    name: String,
    /// Their e-mail address; nobody else's at any partner.
    #[schema(value_type = EmailAddress)]
    email: String,
    /// BCP 47; `zh-CN` when not said.
    #[serde(default = "chinese")]
    #[schema(value_type = Language)]
    language: String,
}

fn chinese() -> String {
    "zh-CN".to_owned()
}

/// Enters a person of a partner's. `POST /v1/partner-users/{id}/tokens` lets them in.
#[utoipa::path(
    post, path = "/v1/partners/{id}/users", operation_id = "create_partner_user", tag = "partners",
    params(("id" = PartnerId, Path, description = "The partner"), IdempotencyKey),
    responses((status = 201, description = "The person; `Location` is the address", body = PartnerUser), PutProblems),
)]
pub async fn create_partner_user(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<PartnerId>,
    Json(new): Json<NewPartnerUser>,
) -> ApiResult<Created<PartnerUser>> {
    let new = partners::NewPartnerUser { name: new.name, email: new.email, language: new.language };
    let done = app
        .commit_once(&ctx, "partners.create-user", (id, new), |tx, ctx, request| {
            Box::pin(async move { partners::create_user(tx, ctx, request).await.map(PartnerUser::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/partner-users/{}", done.answer.id), record: done.answer })
}
