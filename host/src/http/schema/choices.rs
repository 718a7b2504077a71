//! Words of which requests take some. As with `texts`, nothing is ever of these types.

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::domain::actor::Permission;
use crate::domain::entity::RecordKind;
use crate::domain::partner::{CUSTOMER_FIELDS, shareable};
use crate::plugins::recordings::transcript::OUTCOMES;

macro_rules! choices {
    ($($(#[doc = $doc:literal])+ $name:ident: $words:expr;)+) => {$(
        $(#[doc = $doc])+
        pub enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let words: Vec<&str> = $words;
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .description(Some(concat!($($doc),+).trim()))
                    .enum_values(Some(words))
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

choices! {
    /// What a token may do; `*` is everything.
    TokenScope: Permission::ALL.iter().map(|permission| permission.word()).chain(["*"]).collect();
    /// A field that partners can be shown.
    SharedField: shared();
    /// How a person is reached.
    ContactScheme: vec!["phone", "email"];
    /// How a call of a plugin ended.
    CallOutcome: OUTCOMES.to_vec();
}

fn shared() -> Vec<&'static str> {
    let mut fields: Vec<&str> = Vec::new();
    for field in [shareable(RecordKind::Ticket), shareable(RecordKind::Deal), CUSTOMER_FIELDS].concat() {
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    fields
}
