//! `POST /v1/deals`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Deal, amount};
use crate::domain::ids::{CustomerId, PipelineId, StageId, UserId};
use crate::http::api::money::Money;
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::problem::Problem;
use crate::http::response::{ApiResult, Created};
use crate::http::schema::texts::{Label, Title};
use crate::http::schema::values::{Day, Price};
use crate::ops::{App, deals};

/// A lead or deal to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "customer_id": "019b8a3e-0000-7000-8000-000000000001", "name": "20 张升降桌",
    "amount": {"amount": "36000.00", "currency": "CNY"}, "expected_close": "2026-02-28",
}))]
pub struct NewDeal {
    /// To whom.
    customer_id: CustomerId,
    /// What it is about, 1 to 200 characters.
    #[schema(value_type = Title)]
    name: String,
    /// In which pipeline; the first one for sales when not said.
    #[serde(default)]
    pipeline_id: Option<PipelineId>,
    /// In which stage of it; the first when not said.
    #[serde(default)]
    stage_id: Option<StageId>,
    /// What it is worth.
    #[serde(default)]
    #[schema(value_type = Option<Price>)]
    amount: Option<Money>,
    /// Who works on it.
    #[serde(default)]
    owner_id: Option<UserId>,
    /// Where it came from, in the company's words; at most 64 characters.
    #[serde(default)]
    #[schema(value_type = Option<Label>)]
    source: Option<String>,
    /// When it is expected to be decided, `YYYY-MM-DD`.
    #[serde(default)]
    #[schema(value_type = Option<Day>)]
    expected_close: Option<String>,
}

impl TryFrom<NewDeal> for deals::NewDeal {
    type Error = Problem;

    fn try_from(new: NewDeal) -> ApiResult<Self> {
        Ok(Self {
            customer_id: new.customer_id,
            pipeline_id: new.pipeline_id,
            stage_id: new.stage_id,
            fields: deals::DealChange {
                name: Some(new.name),
                amount: Some(new.amount.as_ref().map(amount).transpose()?),
                owner_id: Some(new.owner_id),
                source: Some(new.source),
                expected_close: Some(new.expected_close),
            },
        })
    }
}

/// Makes a lead or deal.
#[utoipa::path(
    post, path = "/v1/deals", operation_id = "create_deal", tag = "deals",
    params(IdempotencyKey),
    responses((status = 201, description = "The deal; `Location` is its address", body = Deal), CreateProblems),
)]
pub async fn create_deal(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<NewDeal>,
) -> ApiResult<Created<Deal>> {
    let new = deals::NewDeal::try_from(new)?;
    let done = app
        .commit_once(&ctx, "deals.create", new, |tx, ctx, new| {
            Box::pin(async move { deals::create(tx, ctx, None, new).await.map(Deal::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/deals/{}", done.answer.id), record: done.answer })
}
