//! How the domain's own types look in the API's description.

use std::borrow::Cow;

use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{KnownFormat, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::extract::{Condition, Cursor, Limit, Next, Sort};
use crate::domain::clock::Timestamp;
use crate::domain::conversation::Delivery;
use crate::domain::customer::{CustomerKind, Stage};
use crate::domain::deal::{DealStatus, PipelineKind};
use crate::domain::entity::Kind;
use crate::domain::hand_off::HandOffStatus;
use crate::domain::ids;
use crate::domain::partner::{ShareDelivery, ShareState};
use crate::domain::role::Role;
use crate::domain::task::TaskStatus;
use crate::domain::ticket::Status;
use crate::domain::triage::{Class, Priority};
use crate::ops::interactions::TouchKind;
use crate::store::page::{DEFAULT_LIMIT, MAX_LIMIT};
use crate::store::search::Searched;

macro_rules! ids {
    ($($name:ident,)+) => {$(
        impl PartialSchema for ids::$name {
            fn schema() -> RefOr<Schema> {
                let format = SchemaFormat::KnownFormat(KnownFormat::Uuid);
                ObjectBuilder::new().schema_type(Type::String).format(Some(format)).into()
            }
        }

        impl ToSchema for ids::$name {
            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )+};
}

ids! {
    AttachmentId, BoardId, CommentId, ConversationId, CustomerId, DealId, EventId, HandOffId, HostId, IdentityId, InstallationId,
    InteractionId, JobId, NotificationId, OrderId, PartnerId, PartnerUserId, PipelineId, PluginCallId, PluginId, PluginVersionId,
    ShareId, SlaPolicyId, StageId, SurveyId, TaskId, TeamId, TicketId, TokenId, UserId,
}

macro_rules! word_sets {
    ($($name:ident as $shown:literal,)+) => {$(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let words = $name::WORDS.iter().copied();
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                $shown.into()
            }
        }
    )+};
}

word_sets! {
    Class as "Class",
    CustomerKind as "CustomerKind",
    DealStatus as "DealStatus",
    Delivery as "Delivery",
    HandOffStatus as "HandOffStatus",
    PipelineKind as "PipelineKind",
    Kind as "RecordKind",
    Priority as "Priority",
    Searched as "SearchedKind",
    ShareDelivery as "ShareDelivery",
    ShareState as "ShareState",
    Role as "Role",
    Stage as "Stage",
    Status as "TicketStatus",
    TaskStatus as "TaskStatus",
    TouchKind as "InteractionKind",
}

impl PartialSchema for Timestamp {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("A time as RFC 3339 has it, in UTC, to the microsecond."))
            .examples([serde_json::json!("2026-01-31T08:00:00.123456Z")])
            .into()
    }
}

impl ToSchema for Timestamp {
    fn name() -> Cow<'static, str> {
        "Time".into()
    }
}

impl PartialSchema for Limit {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(1))
            .maximum(Some(MAX_LIMIT))
            .default(Some(DEFAULT_LIMIT.into()))
            .into()
    }
}

impl ToSchema for Limit {
    fn name() -> Cow<'static, str> {
        "Limit".into()
    }
}

/// Declares parameters that are texts.
macro_rules! texts {
    ($($name:ident: $longest:literal, $text:literal, $example:literal;)+) => {$(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .max_length(Some($longest))
                    .description(Some($text))
                    .examples([serde_json::json!($example)])
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )+};
}

texts! {
    Cursor: 64, "The `next` of the page before.", "AAZGm4nFgAAZuKPgAABwAIAAAAAAAAAB";
    Next: 4096, "The `next` of the page before; `sort` and `filter` stay as they were.", "sLq1Y2FtZeABm4o-AAAAcACAAAAAAAAAAVtd";
    Sort: 256, "Names of fields, separated by commas; `-` before one puts the greatest first.", "-updated_at";
    Condition: 2048, "A condition in CEL.", "created_at > now - duration(\"72h\")";
}
