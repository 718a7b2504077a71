//! How dates, addresses, money and JSON of any form look in the API's description. As with `texts`, nothing is ever of
//! these types.

use std::borrow::Cow;

use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, ObjectBuilder, OneOfBuilder, Schema, SchemaFormat, SchemaType, Type,
};
use utoipa::openapi::{KnownFormat, Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::texts::{ANY, Amount, Currency};
use crate::domain::money::Money;

/// Gives types their names and says what they are made of.
macro_rules! named {
    ($($name:ident $(of $($part:ident),+)?;)+) => {$(
        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            $(fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                $(
                    schemas.push(($part::name().into_owned(), $part::schema()));
                    $part::schemas(schemas);
                )+
            })?
        }
    )+};
}

named! {
    Day;
    Money;
    Price of Amount, Currency;
    Fields of Json;
    CustomFields of Json;
    TouchFields of Json;
    Parameters;
}

/// A day.
pub enum Day {}

impl PartialSchema for Day {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
            .description(Some("A day, `YYYY-MM-DD`."))
            .examples([serde_json::json!("2026-02-28")])
            .into()
    }
}

impl PartialSchema for Money {
    fn schema() -> RefOr<Schema> {
        let text = |what| ObjectBuilder::new().schema_type(Type::String).description(Some(what));
        ObjectBuilder::new()
            .property("amount", text("A decimal with two places."))
            .property("currency", text("ISO 4217."))
            .required("amount")
            .required("currency")
            .description(Some("An amount of money."))
            .examples([serde_json::json!({"amount": "12.30", "currency": "CNY"})])
            .into()
    }
}

/// An amount of money that isn't less than nothing.
pub enum Price {}

impl PartialSchema for Price {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .property("amount", Ref::from_schema_name(Amount::name()))
            .property("currency", Ref::from_schema_name(Currency::name()))
            .required("amount")
            .required("currency")
            .additional_properties(Some(AdditionalProperties::FreeForm(false)))
            .description(Some("An amount of money that isn't less than nothing."))
            .examples([serde_json::json!({"amount": "12.30", "currency": "CNY"})])
            .into()
    }
}

/// Fields of any names and values.
pub enum Fields {}

impl PartialSchema for Fields {
    fn schema() -> RefOr<Schema> {
        fields().description(Some("Fields of any names and values.")).into()
    }
}

/// A customer's own fields.
pub enum CustomFields {}

impl PartialSchema for CustomFields {
    fn schema() -> RefOr<Schema> {
        fields()
            .max_properties(Some(200))
            .description(Some("At most 200 fields of any names and values."))
            .into()
    }
}

/// What a channel knows of a touch.
pub enum TouchFields {}

impl PartialSchema for TouchFields {
    fn schema() -> RefOr<Schema> {
        fields()
            .max_properties(Some(50))
            .description(Some("At most 50 fields of any names and values."))
            .into()
    }
}

/// Any JSON.
pub enum Json {}

impl PartialSchema for Json {
    fn schema() -> RefOr<Schema> {
        let plain = SchemaType::Array(vec![Type::Null, Type::Boolean, Type::Number]);
        OneOfBuilder::new()
            .item(ObjectBuilder::new().schema_type(plain))
            .item(text())
            .item(ArrayBuilder::new().items(Ref::from_schema_name(Json::name())))
            .item(fields())
            .description(Some("Any JSON; no text in it has U+0000, which can't be stored."))
            .examples([serde_json::json!({"shoe_size": 38})])
            .into()
    }
}

impl ToSchema for Json {
    fn name() -> Cow<'static, str> {
        "Json".into()
    }
}

/// What a partner's system is asked about.
pub enum Parameters {}

impl PartialSchema for Parameters {
    fn schema() -> RefOr<Schema> {
        let plain = SchemaType::Array(vec![Type::Null, Type::Boolean, Type::Number, Type::String]);
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .property_names(Some(text().max_length(Some(100))))
            .additional_properties(Some(
                ObjectBuilder::new().schema_type(plain).pattern(Some(ANY)).max_length(Some(1_000)),
            ))
            .max_properties(Some(20))
            .description(Some("At most 20 texts of at most 1,000 characters, numbers, true, false or null."))
            .into()
    }
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).pattern(Some(ANY))
}

fn fields() -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .property_names(Some(text()))
        .additional_properties(Some(Ref::from_schema_name(Json::name())))
        .examples([serde_json::json!({"shoe_size": 38})])
}
