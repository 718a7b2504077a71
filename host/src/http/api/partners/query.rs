//! `POST /v1/partners/{id}/query`

use axum::Json as Body;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::domain::ids::PartnerId;
use crate::http::extract::{Caller, Id, Json};
use crate::http::openapi::PutProblems;
use crate::http::response::ApiResult;
use crate::http::schema::texts::{Language, QuestionName};
use crate::http::schema::values::Parameters;
use crate::ops::App;
use crate::ops::calls::queries;

/// A question to a partner's system.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "stock", "parameters": {"product": "RO-600"}, "language": "zh-CN"}))]
pub struct Question {
    /// What is asked: `stock`, `order-status`, or what else the partner's plugin documents.
    #[schema(value_type = QuestionName)]
    name: String,
    /// What it is asked about: at most 20 texts, numbers, true or false.
    #[serde(default)]
    #[schema(value_type = Parameters)]
    parameters: Map<String, Value>,
    /// The language of the titles, BCP 47; `zh-CN` when not said.
    #[serde(default = "chinese")]
    #[schema(value_type = Language)]
    language: String,
}

fn chinese() -> String {
    "zh-CN".to_owned()
}

/// A partner's answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "columns": [{"name": "product", "title": "型号"}, {"name": "available", "title": "可用库存"}],
    "rows": [["RO-600", 12]],
}))]
pub struct Table {
    /// Its columns, at most 50.
    columns: Vec<Column>,
    /// Its rows, at most 1,000; each has as many cells as there are columns.
    #[schema(value_type = Vec<Vec<Value>>)]
    rows: Vec<Vec<Value>>,
}

/// A column of a partner's answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TableColumn)]
pub struct Column {
    /// Programs find it by this.
    name: String,
    /// People read this.
    title: String,
}

/// Asks a partner's system. Answered with 503 and `Retry-After` while it can't be reached or has failed too often.
#[utoipa::path(
    post, path = "/v1/partners/{id}/query", operation_id = "query_partner", tag = "partners",
    params(("id" = PartnerId, Path, description = "The partner")),
    responses((status = 200, description = "The answer", body = Table), PutProblems),
)]
pub async fn query_partner(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<PartnerId>,
    Json(asked): Json<Question>,
) -> ApiResult<Body<Table>> {
    let question =
        queries::Question { name: asked.name, parameters: asked.parameters, language: asked.language };
    let table = queries::ask(&app, &ctx, id, question).await?;
    let columns = table.columns.into_iter().map(|(name, title)| Column { name, title }).collect();
    Ok(Body(Table { columns, rows: table.rows }))
}
