//! `POST /v1/interactions`

use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::domain::actor::Permission;
use crate::domain::clock::Timestamp;
use crate::domain::customer::TypedIdentity;
use crate::domain::ids::CustomerId;
use crate::http::api::conversations::Message;
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::{ApiResult, Created};
use crate::http::schema::texts::{ChannelName, ChannelText, LongText};
use crate::http::schema::values::TouchFields;
use crate::ops::App;
use crate::ops::calls;
use crate::ops::customers::interactions;
use crate::ops::customers::interactions::TouchKind;

/// Something that happened between a customer and the company, as a channel tells of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "kind": "call", "channel": "hotline", "external_id": "call-20260105-17", "text": "空调漏水，要求今天上门",
    "identities": [{"scheme": "phone", "value": "13800138000"}], "name": "王芳", "language": "zh-CN",
    "occurred_at": "2026-01-05T07:58:00Z",
}))]
pub struct NewInteraction {
    /// What it was. A `message` or a `call` is judged and becomes a ticket, or belongs to the open one; a `note` is the
    /// company's own.
    kind: TouchKind,
    /// Whose, where the caller knows.
    #[serde(default)]
    customer_id: Option<CustomerId>,
    /// How the customer is known otherwise, at most 20. None counts as vouched for. Whom they lead to has it; a new
    /// customer when they lead to nobody, which needs `customers:write`.
    #[serde(default)]
    #[schema(value_type = Vec<TypedIdentity>, max_items = 20)]
    identities: Vec<TypedIdentity>,
    /// What a new customer is called.
    #[serde(default)]
    #[schema(value_type = Option<ChannelText>)]
    name: Option<String>,
    /// BCP 47, where it is known.
    #[serde(default)]
    #[schema(value_type = Option<ChannelText>)]
    language: Option<String>,
    /// The channel's name, such as `pos` or `hotline`: lower-case letters, digits and hyphens.
    #[schema(value_type = ChannelName)]
    channel: String,
    /// The channel's own id of it. The same one is stored once, whoever sends it again.
    #[serde(default)]
    #[schema(value_type = Option<ChannelText>)]
    external_id: Option<String>,
    /// The channel's own name of the thread; a customer has one thread on a channel where it isn't said.
    #[serde(default)]
    #[schema(value_type = Option<ChannelText>)]
    conversation: Option<String>,
    /// What it is about.
    #[serde(default)]
    #[schema(value_type = Option<ChannelText>)]
    subject: Option<String>,
    /// What was written or said, at most 20,000 characters.
    #[serde(default)]
    #[schema(value_type = LongText)]
    text: String,
    /// What else the channel knows, at most 50.
    #[serde(default)]
    #[schema(value_type = TouchFields)]
    attributes: Map<String, Value>,
    /// When it happened; now when not said.
    #[serde(default)]
    occurred_at: Option<Timestamp>,
}

impl From<NewInteraction> for interactions::NewTouch {
    fn from(new: NewInteraction) -> Self {
        Self {
            kind: new.kind,
            customer: new.customer_id,
            identities: new.identities,
            name: new.name,
            language: new.language,
            channel: new.channel,
            external_id: new.external_id,
            conversation: new.conversation,
            subject: new.subject,
            text: new.text,
            attributes: new.attributes,
            occurred_at: new.occurred_at,
        }
    }
}

/// Stores what a channel that speaks this API brings in. It goes the same way as what plugins bring in. One that was
/// told of before changes nothing and is answered as it is.
#[utoipa::path(
    post, path = "/v1/interactions", operation_id = "create_interaction", tag = "interactions",
    params(IdempotencyKey),
    responses((status = 201, description = "The interaction; `Location` is its address", body = Message), CreateProblems),
)]
pub async fn create_interaction(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(mut new): Json<NewInteraction>,
) -> ApiResult<Created<Message>> {
    ctx.require(Permission::ConversationsWrite)?;
    calls::identities::canonical(&app, &mut new.identities, "/identities").await?;
    let new = interactions::NewTouch::from(new);
    let done = app
        .commit_once(&ctx, "interactions.create", new, |tx, ctx, new| {
            Box::pin(async move {
                interactions::create(tx, ctx, new).await.map(|(stored, _)| Message::from(stored))
            })
        })
        .await?;
    Ok(Created { location: format!("/v1/interactions/{}", done.answer.0.id), record: done.answer })
}
