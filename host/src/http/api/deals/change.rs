//! `PATCH /v1/deals/{id}`

use axum::extract::State;

use super::{Deal, amount};
use crate::domain::ids::{DealId, UserId};
use crate::http::api::money::Money;
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch, patch};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::http::schema::texts::{Label, Title};
use crate::http::schema::values::{Day, Price};
use crate::ops::{App, deals};

patch! {
    /// Changes of a deal, as a JSON merge patch: a field that isn't there stays, one that is null is cleared. Stages are
    /// changed by its verbs.
    #[schema(example = json!({"amount": {"amount": "34200.00", "currency": "CNY"}, "expected_close": null}))]
    pub struct DealPatch {
        /// What it is about, 1 to 200 characters.
        name: String as Title,
        /// What it is worth.
        amount: Option<Money> as Option<Price>,
        /// Who works on it.
        owner_id: Option<UserId>,
        /// Where it came from, in the company's words.
        source: Option<String> as Option<Label>,
        /// When it is expected to be decided, `YYYY-MM-DD`.
        expected_close: Option<String> as Option<Day>,
    }
}

/// Changes a deal.
#[utoipa::path(
    patch, path = "/v1/deals/{id}", operation_id = "change_deal", tag = "deals",
    params(("id" = DealId, Path, description = "The deal"), IfMatchHeader),
    request_body(content = DealPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "The deal as it is now", body = Deal, headers(("ETag", description = "Its version"))),
        ChangeProblems,
    ),
)]
pub async fn change_deal(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<DealId>,
    IfMatch(expected): IfMatch,
    MergePatch(patch): MergePatch<DealPatch>,
) -> ApiResult<Record<Deal>> {
    let amount = match &patch.amount {
        Some(money) => Some(money.as_ref().map(amount).transpose()?),
        None => None,
    };
    let change = deals::DealChange {
        name: patch.name,
        amount,
        owner_id: patch.owner_id,
        source: patch.source,
        expected_close: patch.expected_close,
    };
    let request = (id, expected, change);
    let changed =
        app.commit(&ctx, request, |tx, ctx, request| Box::pin(deals::change(tx, ctx, request))).await?;
    Ok(Record(changed.into()))
}
