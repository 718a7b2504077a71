//! Forms of JSON that fields of the catalogue have, as they name them.

use serde_json::{Value, json};
use utoipa::PartialSchema;
use utoipa::openapi::schema::{AdditionalProperties, ArrayBuilder, ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr};

use super::texts::{ANY, SPOKEN};
use crate::domain::catalogue::FieldClass;
use crate::domain::declared::{DeclaredType, MOST_FIELDS};
use crate::domain::role::{Reach, ReachedKind, Sight};

/// The description of a form and of what it is made of.
pub fn of(name: &str) -> Vec<(String, RefOr<Schema>)> {
    let (form, parts) = match name {
        "Reaches" => (reaches(), vec![("Reach", Reach::schema()), ("KindReach", kind_reach())]),
        "FieldSights" => (sights(), vec![("FieldSight", Sight::schema())]),
        "DeclaredFields" => (
            declared_fields(),
            vec![
                ("DeclaredField", declared_field()),
                ("DeclaredType", DeclaredType::schema()),
                ("FieldClass", FieldClass::schema()),
            ],
        ),
        "Questionnaire" => (questionnaire(), vec![("AnswerOption", answer_option())]),
        "PendingMigration" => (pending(), Vec::new()),
        _ => return Vec::new(),
    };
    let all = std::iter::once((name, form)).chain(parts);
    all.map(|(name, schema)| (name.to_owned(), schema)).collect()
}

/// What one looks like.
pub fn sample(name: &str) -> Value {
    match name {
        "DeclaredFields" => {
            json!([{"name": "purpose", "type": "text", "en": "Purpose", "zh": "事由", "required": true}])
        }
        "Questionnaire" => json!({
            "kind": "csat", "language": "zh-CN", "question": "您对这次服务的满意程度如何？",
            "options": [{"rating": 5, "label": "非常满意"}, {"rating": 1, "label": "很不满意"}],
            "comment_question": "还有什么想告诉我们的？",
        }),
        _ => json!({}),
    }
}

fn closed(object: ObjectBuilder) -> RefOr<Schema> {
    object.schema_type(Type::Object).additional_properties(Some(AdditionalProperties::FreeForm(false))).into()
}

fn reaches() -> RefOr<Schema> {
    let kinds = ReachedKind::WORDS.iter();
    let of_kinds = kinds.fold(ObjectBuilder::new(), |object, kind| {
        object.property(*kind, Ref::from_schema_name("KindReach"))
    });
    let declared = AdditionalProperties::RefOr(Ref::from_schema_name("KindReach").into());
    let what = "How far a role reaches, by kind of records, declared ones among them; all of a kind that isn't named.";
    of_kinds.schema_type(Type::Object).additional_properties(Some(declared)).description(Some(what)).into()
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

fn said(help: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).description(Some(help))
}

fn questionnaire() -> RefOr<Schema> {
    let options = ArrayBuilder::new().items(Ref::from_schema_name("AnswerOption"));
    let object = ObjectBuilder::new()
        .property("kind", said("`csat`, `nps`, `ces`, or a plugin's own."))
        .property("language", said("BCP 47."))
        .property("question", said("The question."))
        .property("options", options.description(Some("The scale, as it is shown.")))
        .property("comment_question", said("The question for a free comment; empty to ask for none."));
    let all = ["kind", "language", "question", "options", "comment_question"];
    let object = all.into_iter().fold(object, ObjectBuilder::required);
    closed(object.description(Some("What is asked.")))
}

fn answer_option() -> RefOr<Schema> {
    let number = ObjectBuilder::new().schema_type(Type::Integer).description(Some("Its number."));
    let object =
        ObjectBuilder::new().property("rating", number).property("label", said("What the button says."));
    closed(object.required("rating").required("label").description(Some("One answer on the scale.")))
}

fn declared_fields() -> RefOr<Schema> {
    let items = Ref::from_schema_name("DeclaredField");
    let what = "The fields of a kind, in the order in which they are shown.";
    ArrayBuilder::new()
        .items(items)
        .min_items(Some(1))
        .max_items(Some(MOST_FIELDS))
        .description(Some(what))
        .into()
}

fn declared_field() -> RefOr<Schema> {
    let text = |help: &str, most: usize| {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .max_length(Some(most))
            .pattern(Some(ANY))
            .description(Some(help))
    };
    let flag = |help: &str| ObjectBuilder::new().schema_type(Type::Boolean).description(Some(help));
    let mut class = Ref::from_schema_name("FieldClass");
    "What it tells about whom: roles see it in full, masked, or not at all."
        .clone_into(&mut class.description);
    let mut of = Ref::from_schema_name("DeclaredType");
    "What it holds.".clone_into(&mut of.description);
    let choices =
        ArrayBuilder::new().items(text("", 64).min_length(Some(1))).max_items(Some(200)).unique_items(true);
    let name = text("Its name: small letters, digits and underscores, a letter first.", 50);
    let object = ObjectBuilder::new()
        .property("name", name.min_length(Some(1)).pattern(Some("^[a-z][a-z0-9_]*$")).examples([json!("visit_on")]))
        .property("type", of)
        .property("en", text("Its title for people who read English.", 100).min_length(Some(1)).pattern(Some(SPOKEN)))
        .property("zh", text("Its title for people who read Chinese.", 100).min_length(Some(1)).pattern(Some(SPOKEN)))
        .property("help", text("What it is for, in English.", 500))
        .property("help_zh", text("The same in Chinese.", 500))
        .property("required", flag("Whether every record has it."))
        .property("choices", choices.description(Some("Of a word: what may be chosen.")))
        .property("relates_to", text("Of an id: the kind of the record that it names.", 40).examples([json!("customer")]))
        .property("class", class)
        .property("indexed", flag("Whether records are found by it through an index; an id always has one."))
        .property("default", ObjectBuilder::new().schema_type(SchemaType::AnyValue).description(Some("What a record has when nobody says, and what records get that were there before the field was.")))
        .property("was", text("In a change of the kind: what the field was called so far.", 50))
        .required("name")
        .required("type")
        .required("en")
        .required("zh");
    closed(object.description(Some("A field of a declared kind.")))
}

fn pending() -> RefOr<Schema> {
    let names = || ArrayBuilder::new().items(ObjectBuilder::new().schema_type(Type::String));
    let map = |help: &str| {
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .additional_properties(Some(AdditionalProperties::FreeForm(true)))
            .description(Some(help))
    };
    let object = ObjectBuilder::new()
        .property("renamed", map("New names with the old ones."))
        .property("dropped", names().description(Some("Names of fields that are no more.")))
        .property("filled", map("What records get that have no value, as it is kept."));
    closed(object.description(Some("What is still being done to records that have the form before.")))
}
