//! How the domain's own types look in the API's description, and what requests are made of.

pub mod choices;
mod params;
mod records;
mod shapes;
pub mod texts;
pub mod values;

pub use self::params::{
    ConversationSort, CustomerSort, DealSort, InteractionSort, OrderSort, TaskSort, TicketSort,
};

use std::borrow::Cow;

use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{KnownFormat, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::domain::catalogue::FieldClass;
use crate::domain::clock::Timestamp;
use crate::domain::conversation::Delivery;
use crate::domain::custom_field::CustomType;
use crate::domain::customer::{CustomerKind, Stage};
use crate::domain::deal::{DealStatus, PipelineKind};
use crate::domain::declared::DeclaredType;
use crate::domain::delivery::DeliveryState;
use crate::domain::entity::RecordKind;
use crate::domain::hand_off::HandOffStatus;
use crate::domain::ids;
use crate::domain::partner::{ShareDelivery, ShareState};
use crate::domain::role::{Reach, ReachedKind, Sight};
use crate::domain::task::TaskStatus;
use crate::domain::ticket::TicketStatus;
use crate::domain::triage::{Class, Priority};
use crate::ops::customers::interactions::TouchKind;
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
    AttachmentId, BoardId, CalendarId, CommentId, ConversationId, CustomFieldId, CustomerId, DealId, DeclaredKindId, DeliveryId, EventId, HandOffId, HostId, IdentityId, InstallationId,
    InteractionId, JobId, NotificationId, OrderId, PartnerId, PartnerUserId, PipelineId, PluginCallId, PluginId, PluginVersionId,
    RecordId, RoleId, SavedViewId, ShareId, SlaPolicyId, StageId, SurveyId, TaskId, TeamId, TicketId, TokenId, UserId,
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
    CustomType as "CustomType",
    DeclaredType as "DeclaredType",
    CustomerKind as "CustomerKind",
    DealStatus as "DealStatus",
    Delivery as "Delivery",
    DeliveryState as "DeliveryState",
    HandOffStatus as "HandOffStatus",
    PipelineKind as "PipelineKind",
    RecordKind as "RecordKind",
    Priority as "Priority",
    Searched as "SearchedKind",
    ShareDelivery as "ShareDelivery",
    ShareState as "ShareState",
    Reach as "Reach",
    ReachedKind as "ReachedKind",
    FieldClass as "FieldClass",
    Sight as "FieldSight",
    Stage as "Stage",
    TicketStatus as "TicketStatus",
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
