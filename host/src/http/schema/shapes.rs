//! Forms of JSON that fields of the catalogue have, as they name them.

use utoipa::PartialSchema;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Schema, Type};
use utoipa::openapi::{Ref, RefOr};

use crate::domain::catalogue::FieldClass;
use crate::domain::role::{Reach, ReachedKind, Sight};

/// The description of a form and of what it is made of.
pub fn of(name: &str) -> Vec<(String, RefOr<Schema>)> {
    let (form, parts) = match name {
        "Reaches" => (reaches(), vec![("Reach", Reach::schema()), ("KindReach", kind_reach())]),
        "FieldSights" => (sights(), vec![("FieldSight", Sight::schema())]),
        _ => return Vec::new(),
    };
    let all = std::iter::once((name, form)).chain(parts);
    all.map(|(name, schema)| (name.to_owned(), schema)).collect()
}

fn closed(object: ObjectBuilder) -> RefOr<Schema> {
    object.schema_type(Type::Object).additional_properties(Some(AdditionalProperties::FreeForm(false))).into()
}

fn reaches() -> RefOr<Schema> {
    let kinds = ReachedKind::WORDS.iter();
    let of_kinds = kinds.fold(ObjectBuilder::new(), |object, kind| {
        object.property(*kind, Ref::from_schema_name("KindReach"))
    });
    closed(
        of_kinds
            .description(Some("How far a role reaches, by kind of records; all of a kind that isn't named.")),
    )
}

fn kind_reach() -> RefOr<Schema> {
    let reach = || Ref::from_schema_name("Reach");
    let object = ObjectBuilder::new().property("read", reach()).property("change", reach());
    let object = object.required("read").required("change");
    closed(object.description(Some("Which records of a kind a role sees, and which of those it changes.")))
}

fn sights() -> RefOr<Schema> {
    let classes = FieldClass::WORDS.iter().filter(|class| **class != "plain");
    let of_classes = classes.fold(ObjectBuilder::new(), |object, class| {
        object.property(*class, Ref::from_schema_name("FieldSight"))
    });
    closed(of_classes.description(Some("How a role sees fields of a class; in full where it isn't named.")))
}
