//! Records of declared kinds, as the API shows them.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Schema, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::domain::ids::{RecordId, TeamId, UserId};
use crate::http::response::Versioned;
use crate::ops::records::AnyRecord;

/// A record with the fields that its kind declares.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AnyFields(Map<String, Value>);

impl AnyFields {
    /// The record's id.
    pub fn id(&self) -> &str {
        self.0.get("id").and_then(Value::as_str).unwrap_or_default()
    }
}

impl From<AnyRecord> for AnyFields {
    fn from(record: AnyRecord) -> Self {
        Self(record.fields())
    }
}

impl Versioned for AnyFields {
    fn version(&self) -> i64 {
        self.0.get("version").and_then(Value::as_i64).unwrap_or(1)
    }
}

/// What the record of every kind has, and what each kind's own fields are like.
fn described(what: &str, made: bool) -> ObjectBuilder {
    let reference = |name: &str, help: &str| {
        let mut reference = Ref::from_schema_name(name);
        help.clone_into(&mut reference.description);
        let null = ObjectBuilder::new().schema_type(Type::Null);
        utoipa::openapi::OneOfBuilder::new().item(null).item(reference)
    };
    let mut object = ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some(what))
        .property("owner_id", reference("UserId", "Who works on it."))
        .property("team_id", reference("TeamId", "The team that works on it."))
        .property("custom", Ref::from_schema_name("Fields"));
    if made {
        let number = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .description(Some("Grows by one with every change."));
        object = object
            .property("id", Ref::from_schema_name("RecordId"))
            .property("version", number)
            .property("created_at", Ref::from_schema_name("Time"))
            .property("updated_at", Ref::from_schema_name("Time"));
        for name in ["id", "owner_id", "team_id", "custom", "version", "created_at", "updated_at"] {
            object = object.required(name);
        }
    }
    object.additional_properties(Some(AdditionalProperties::FreeForm(true)))
}

impl PartialSchema for AnyFields {
    fn schema() -> RefOr<Schema> {
        let what = "A record of a declared kind: what every record has, and the fields that its kind declares (`GET /v1/kinds/{name}`).";
        described(what, true)
            .examples([json!({
                "id": "019b8a3e-0000-7000-8000-000000000011", "purpose": "空调检修", "visit_on": "2026-02-28",
                "customer_id": "019b8a3e-0000-7000-8000-000000000001", "owner_id": null, "team_id": null, "custom": {},
                "source_id": null, "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z", "version": 1,
            })])
            .into()
    }
}

impl ToSchema for AnyFields {
    fn name() -> Cow<'static, str> {
        "Record".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((RecordId::name().into_owned(), RecordId::schema()));
        schemas.push((UserId::name().into_owned(), UserId::schema()));
        schemas.push((TeamId::name().into_owned(), TeamId::schema()));
    }
}

/// The fields of a record that a request sets.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordFields(pub Map<String, Value>);

impl PartialSchema for RecordFields {
    fn schema() -> RefOr<Schema> {
        let what = "Fields of a record by their names, as its kind declares them; null clears one.";
        described(what, false)
            .examples([json!({
                "purpose": "空调检修", "visit_on": "2026-02-28", "customer_id": "019b8a3e-0000-7000-8000-000000000001",
            })])
            .into()
    }
}

impl ToSchema for RecordFields {
    fn name() -> Cow<'static, str> {
        "RecordFields".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        AnyFields::schemas(schemas);
    }
}
