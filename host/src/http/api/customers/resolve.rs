//! `POST /v1/customers:resolve`

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Customer;
use crate::domain::actor::Permission;
use crate::domain::customer::TypedIdentity;
use crate::http::extract::{Caller, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::App;
use crate::ops::calls;
use crate::ops::customers::identities;

/// Which identities to look up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"identities": [{"scheme": "phone", "value": "13800138000"}]}))]
pub struct Lookup {
    /// 1 to 20 identities, in any form that they are written in.
    #[schema(value_type = Vec<TypedIdentity>, min_items = 1, max_items = 20)]
    identities: Vec<TypedIdentity>,
}

/// A customer that one of the identities leads to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Match {
    /// The customer.
    customer: Customer,
    /// Whether a channel vouches for one of the identities.
    attested: bool,
    /// Which of them lead to it: their places in the request, from 0.
    by: Vec<usize>,
}

/// Finds the customers that any of these identities leads to: those that a channel vouches for first. It changes
/// nothing; it is a POST so that no phone number stands in an address.
#[utoipa::path(
    post, path = "/v1/customers:resolve", operation_id = "resolve_customers", tag = "customers",
    responses((status = 200, description = "The customers", body = List<Match>), CreateProblems),
)]
pub async fn resolve_customers(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(mut lookup): Json<Lookup>,
) -> ApiResult<List<Match>> {
    ctx.require(Permission::CustomersRead)?;
    calls::identities::canonical(&app, &mut lookup.identities, "/identities").await?;
    let mut tx = app.db.read().await?;
    let lookup = identities::Lookup(lookup.identities);
    let found = identities::resolve(&mut tx, &ctx, &lookup).await?;
    let shown = |found: identities::Match| Match {
        customer: found.customer.into(),
        attested: found.attested,
        by: found.by,
    };
    Ok(List { items: found.into_iter().map(shown).collect(), next: None })
}
