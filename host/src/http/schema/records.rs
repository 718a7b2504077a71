//! How records of the catalogue look in the API's description, and the requests that make and change them.

use std::borrow::Cow;

use serde_json::{Value, json};
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, ObjectBuilder, OneOfBuilder, Schema, SchemaFormat, Type as JsonType,
};
use utoipa::openapi::{KnownFormat, Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::shapes;
use super::texts::{ANY, IdentityText, Issuer, LongText, SPOKEN, Scheme};
use super::values::{CustomFields, Fields, Json, Price};
use crate::domain::calendar::{Calendar, CalendarChange, NewCalendar};
use crate::domain::catalogue::{Field, FieldClass, Kind, Record, Type};
use crate::domain::clock::Timestamp;
use crate::domain::custom_field::{CustomField, CustomFieldChange, NewCustomField};
use crate::domain::customer::{Customer, CustomerChange, NewCustomer, TypedIdentity};
use crate::domain::deal::{Deal, DealChange, NewDeal};
use crate::domain::declared::{DeclaredKind, DeclaredKindChange, NewDeclaredKind};
use crate::domain::money::Money;
use crate::domain::order::{NewOrder, Order, OrderChange};
use crate::domain::partner::{
    NewPartner, NewPartnerUser, Partner, PartnerChange, PartnerUser, PartnerUserChange,
};
use crate::domain::role::{NewRole, Role, RoleChange};
use crate::domain::saved_view::{NewSavedView, SavedView, SavedViewChange};
use crate::domain::sla_policy::{NewSlaPolicy, SlaPolicy, SlaPolicyChange};
use crate::domain::task::{Board, BoardChange, NewBoard, NewTask, Task, TaskChange};
use crate::domain::team::{NewTeam, NewUser, Team, TeamChange, User, UserChange};
use crate::domain::ticket::{NewTicket, Ticket, TicketChange};
use crate::http::reasons::Reason;
use crate::http::record::ApiRecord;

type Schemas = Vec<(String, RefOr<Schema>)>;

impl<R: Record> PartialSchema for ApiRecord<R> {
    fn schema() -> RefOr<Schema> {
        let mut object = ObjectBuilder::new().description(Some(R::KIND.help)).examples([sample(R::KIND)]);
        for field in R::KIND.fields.iter().filter(|field| !field.internal) {
            let value = read(field);
            // Null where it is masked for the caller.
            let nullable = field.optional || field.class != FieldClass::Plain;
            object = object.property(field.name, if nullable { or_null(value) } else { value });
            object = object.required(field.name);
        }
        object.into()
    }
}

impl<R: Record> ToSchema for ApiRecord<R> {
    fn name() -> Cow<'static, str> {
        R::KIND.schema().into()
    }

    fn schemas(schemas: &mut Schemas) {
        named(R::KIND, schemas);
    }
}

/// What a record looks like.
fn sample(kind: &Kind) -> Value {
    let fields = kind.fields.iter().filter(|field| !field.internal);
    Value::Object(fields.map(|field| (field.name.to_owned(), sample_value(field))).collect())
}

fn sample_value(field: &Field) -> Value {
    match (field.of, field.example) {
        (Type::Texts, example) => json!(Vec::from_iter(example)),
        (_, Some(example)) => json!(example),
        (_, None) if field.optional => Value::Null,
        (Type::Text | Type::LongText | Type::Bytes, None) => json!(""),
        (Type::Word(set), None) => json!(set.words.first()),
        (Type::Words(set), None) => json!(Vec::from_iter(set.words.first())),
        (Type::Id(_), None) => json!("019b8a3e-0000-7000-8000-000000000005"),
        (Type::Time, None) => json!("2026-01-05T08:00:00Z"),
        (Type::Date, None) => json!("2026-02-28"),
        (Type::Boolean, None) => json!(true),
        (Type::Integer, None) => json!(1),
        (Type::Number, None) => json!(0.5),
        (Type::Money, None) => json!({"amount": "12.30", "currency": "CNY"}),
        (Type::Attributes, None) => json!({}),
        (Type::Json, None) if field.schema.is_some() => shapes::sample(field.schema.unwrap_or_default()),
        (Type::Reason | Type::Reasons | Type::Json, None) => json!([]),
    }
}

/// Which of the two requests.
#[derive(Clone, Copy, PartialEq)]
enum Request {
    New,
    Change,
}

/// Describes the requests that make and change records of a kind, with what they have besides the kind's fields.
macro_rules! requests {
    ($($name:ident as $shown:literal: $request:ident of $record:ident $(with $also:literal: $of:expr)?, $example:tt;)+) => {$(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let object = request($record::KIND, Request::$request).examples([json!($example)]);
                $(let object = object.property($also, $of);)?
                object.into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                $shown.into()
            }

            fn schemas(schemas: &mut Schemas) {
                named($record::KIND, schemas);
                of_type::<TypedIdentity>(schemas);
                of_type::<LongText>(schemas);
            }
        }
    )+};
}

requests! {
    NewCustomer as "NewCustomer": New of Customer with "identities": ArrayBuilder::new()
        .items(Ref::from_schema_name("NewIdentity")).max_items(Some(100)).description(Some("How it is known.")), {
        "kind": "person", "name": "王芳", "language": "zh-CN", "tags": ["vip"],
        "identities": [{"scheme": "phone", "value": "+86 138 0013 8000"}],
    };
    CustomerChange as "CustomerPatch": Change of Customer, {
        "stage": "repeat", "region": null, "attributes": {"shoe_size": 39},
    };
    NewDeal as "NewDeal": New of Deal, {
        "customer_id": "019b8a3e-0000-7000-8000-000000000001", "name": "20 张升降桌",
        "amount": {"amount": "36000.00", "currency": "CNY"}, "expected_close": "2026-02-28",
    };
    DealChange as "DealPatch": Change of Deal, {
        "amount": {"amount": "34200.00", "currency": "CNY"}, "expected_close": null,
    };
    NewOrder as "NewOrder": New of Order, {
        "customer_id": "019b8a3e-0000-7000-8000-000000000001", "number": "SO-2026-0117",
        "total": {"amount": "288.00", "currency": "CNY"}, "placed_at": "2026-01-05T08:00:00Z",
        "items": [{"sku": "K-2", "name": "烧水壶", "quantity": 2}],
    };
    OrderChange as "OrderPatch": Change of Order, {"total": {"amount": "268.00", "currency": "CNY"}};
    NewTask as "NewTask": New of Task, {
        "title": "上门检修空调", "team_id": "019b8a3e-0000-7000-8000-000000000008", "due_at": "2026-01-06T08:00:00Z",
        "subject_kind": "ticket", "subject_id": "019b8a3e-0000-7000-8000-000000000005",
    };
    TaskChange as "TaskPatch": Change of Task, {
        "assignee_id": "019b8a3e-0000-7000-8000-000000000009", "due_at": null,
    };
    NewTicket as "NewTicket": New of Ticket with "text": Ref::from_schema_name("LongText"), {
        "customer_id": "019b8a3e-0000-7000-8000-000000000001", "subject": "Wants a quote for 20 desks", "class": "purchase",
    };
    TicketChange as "TicketPatch": Change of Ticket, {"priority": "urgent", "tags": ["delivery", "vip"]};
    NewTeam as "NewTeam": New of Team, {"name": "Complaints", "classes": ["complaint"], "watches": ["after-sales"]};
    TeamChange as "TeamPatch": Change of Team, {"watches": ["complaint"]};
    NewUser as "NewUser": New of User with "teams": ArrayBuilder::new()
        .items(Ref::from_schema_name("TeamId")).description(Some("The teams they are in.")), {
        "name": "李雷", "email": "li.lei@example.com", "language": "zh-CN", "capacity": 8, "languages": ["zh-CN", "en"],
        "teams": ["019b8a3e-0000-7000-8000-000000000006"],
    };
    UserChange as "UserPatch": Change of User, {"present": false};
    NewPartner as "NewPartner": New of Partner, {"name": "华南经销商", "answer_minutes": 240};
    PartnerChange as "PartnerPatch": Change of Partner, {"active": false};
    NewPartnerUser as "NewPartnerUser": New of PartnerUser, {
        "name": "陈伟", "email": "chen.wei@dealer.example.com", "language": "zh-CN",
    };
    PartnerUserChange as "PartnerUserPatch": Change of PartnerUser, {"active": false};
    NewSlaPolicy as "NewSlaPolicy": New of SlaPolicy, {
        "name": "紧急投诉", "class": "complaint", "priority": "urgent", "first_response_minutes": 15,
        "resolution_minutes": 240,
    };
    SlaPolicyChange as "SlaPolicyPatch": Change of SlaPolicy, {"first_response_minutes": 10, "grade": null};
    NewCalendar as "NewCalendar": New of Calendar, {
        "name": "客服工作时间", "time_zone": "Asia/Shanghai", "hours": "Mo-Fr 09:00-12:00,13:30-18:00; Sa 10:00-14:00",
        "holidays": ["CN"], "exceptions": "2026-12-31 off 盘点",
    };
    CalendarChange as "CalendarPatch": Change of Calendar, {"hours": "Mo-Fr 09:00-18:00"};
    NewCustomField as "NewCustomField": New of CustomField, {
        "name": "industry", "value_type": "word", "en": "Industry", "zh": "行业", "choices": ["制造业", "物流"],
    };
    CustomFieldChange as "CustomFieldPatch": Change of CustomField, {"choices": ["制造业", "物流", "农业"]};
    NewDeclaredKind as "NewDeclaredKind": New of DeclaredKind, {
        "name": "visit", "en": "Visit", "zh": "上门服务", "title": "purpose", "fields": [
            {"name": "purpose", "type": "text", "en": "Purpose", "zh": "事由", "required": true},
            {"name": "customer_id", "type": "id", "en": "Customer", "zh": "客户", "relates_to": "customer"},
            {"name": "visit_on", "type": "date", "en": "Day", "zh": "日期", "indexed": true},
        ],
    };
    DeclaredKindChange as "DeclaredKindPatch": Change of DeclaredKind, {"zh": "上门"};
    NewSavedView as "NewSavedView": New of SavedView, {
        "kind": "customer", "name": "华东的老客户", "filter": "stage == \"repeat\" && region == \"华东\"",
        "sort": "-updated_at", "columns": ["name", "grade", "owner_id"],
    };
    SavedViewChange as "SavedViewPatch": Change of SavedView, {"shared": true};
    NewRole as "NewRole": New of Role, {
        "name": "key-accounts", "title_en": "Key accounts", "title_zh": "大客户经理",
        "permissions": ["customers:read", "deals:read", "deals:write"],
        "reach": {"deal": {"read": "department", "change": "own"}}, "classes": {"financial": "masked"},
    };
    RoleChange as "RolePatch": Change of Role, {"reach": {"deal": {"read": "team", "change": "team"}}};
    NewBoard as "NewBoard": New of Board, {"name": "售后", "team_id": "019b8a3e-0000-7000-8000-000000000008"};
    BoardChange as "BoardPatch": Change of Board, {"name": "售后看板", "columns": ["open", "done"]};
}

impl PartialSchema for TypedIdentity {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .property("scheme", Ref::from_schema_name(Scheme::name()))
            .property("issuer", Ref::from_schema_name(Issuer::name()))
            .property("value", Ref::from_schema_name(IdentityText::name()))
            .required("scheme")
            .required("value")
            .additional_properties(Some(AdditionalProperties::FreeForm(false)))
            .description(Some("A way in which a customer is known, as somebody typed it."))
            .examples([json!({"scheme": "phone", "value": "+86 138 0013 8000"})])
            .into()
    }
}

impl ToSchema for TypedIdentity {
    fn name() -> Cow<'static, str> {
        "NewIdentity".into()
    }

    fn schemas(schemas: &mut Schemas) {
        of_type::<Scheme>(schemas);
        of_type::<Issuer>(schemas);
        of_type::<IdentityText>(schemas);
    }
}

fn request(kind: &'static Kind, request: Request) -> ObjectBuilder {
    let mut object = ObjectBuilder::new().additional_properties(Some(AdditionalProperties::FreeForm(false)));
    let what = match request {
        Request::New => format!("A {} to be made.", kind.name),
        Request::Change => format!(
            "Changes of a {}, as a JSON merge patch: a field that isn't there stays, one that is null is cleared.",
            kind.name
        ),
    };
    object = object.description(Some(what));
    let set = |field: &&Field| if request == Request::New { field.new } else { field.change };
    for field in kind.fields.iter().filter(set) {
        let required = request == Request::New && field.required;
        let nullable = field.optional || request == Request::New && !required;
        let value = written(field, request);
        object = object.property(field.name, if nullable { or_null(value) } else { value });
        if required {
            object = object.required(field.name);
        }
    }
    object
}

/// Descriptions that those of a kind refer to.
fn named(kind: &'static Kind, schemas: &mut Schemas) {
    for field in kind.fields {
        match field.of {
            Type::Id(Some(name)) => {
                let format = SchemaFormat::KnownFormat(KnownFormat::Uuid);
                let id = ObjectBuilder::new().schema_type(JsonType::String).format(Some(format));
                schemas.push((name.to_owned(), id.into()));
            }
            Type::Word(set) | Type::Words(set) => {
                let words = set.words.iter().copied();
                let word = ObjectBuilder::new().schema_type(JsonType::String).enum_values(Some(words));
                schemas.push((set.name.to_owned(), word.into()));
            }
            Type::Time => of_type::<Timestamp>(schemas),
            Type::Money => {
                of_type::<Money>(schemas);
                of_type::<Price>(schemas);
            }
            Type::Attributes => {
                of_type::<Fields>(schemas);
                of_type::<CustomFields>(schemas);
            }
            Type::Json => match field.schema {
                Some(name) => schemas.extend(shapes::of(name)),
                None => of_type::<Json>(schemas),
            },
            Type::Reason | Type::Reasons => of_type::<Reason>(schemas),
            _ => {}
        }
    }
}

fn of_type<T: ToSchema>(schemas: &mut Schemas) {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
}

fn or_null(value: RefOr<Schema>) -> RefOr<Schema> {
    OneOfBuilder::new().item(ObjectBuilder::new().schema_type(JsonType::Null)).item(value).into()
}

fn refer(name: &str, field: &Field) -> RefOr<Schema> {
    let mut reference = Ref::from_schema_name(name);
    field.help.clone_into(&mut reference.description);
    RefOr::Ref(reference)
}

fn string(field: &Field) -> ObjectBuilder {
    let example = field.example.map(|example| [json!(example)]);
    let object = ObjectBuilder::new().schema_type(JsonType::String).description(Some(field.help));
    match example {
        Some(example) => object.examples(example),
        None => object,
    }
}

/// A field as a record has it.
fn read(field: &Field) -> RefOr<Schema> {
    let plain = |of| ObjectBuilder::new().schema_type(of).description(Some(field.help));
    match field.of {
        Type::Text | Type::LongText | Type::Bytes => string(field).into(),
        Type::Word(set) => refer(set.name, field),
        Type::Id(Some(name)) => refer(name, field),
        Type::Id(None) => string(field).format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid))).into(),
        Type::Time => refer("Time", field),
        Type::Date => day(field),
        Type::Boolean => plain(JsonType::Boolean).into(),
        Type::Integer => plain(JsonType::Integer).into(),
        Type::Number => plain(JsonType::Number).into(),
        Type::Money => refer("Money", field),
        Type::Texts => {
            let item =
                ObjectBuilder::new().schema_type(JsonType::String).examples(field.example.map(Value::from));
            ArrayBuilder::new().items(item).description(Some(field.help)).into()
        }
        Type::Words(set) => {
            let items = Ref::from_schema_name(set.name);
            ArrayBuilder::new().items(items).unique_items(true).description(Some(field.help)).into()
        }
        Type::Attributes => refer("Fields", field),
        Type::Reason => refer("Reason", field),
        Type::Reasons => {
            let items = Ref::from_schema_name("Reason");
            ArrayBuilder::new().items(items).description(Some(field.help)).into()
        }
        Type::Json => refer(field.schema.unwrap_or("Json"), field),
    }
}

/// A field as requests set it.
fn written(field: &Field, request: Request) -> RefOr<Schema> {
    let (least, most) = field.length.unwrap_or((0, usize::MAX));
    let bounded = |text: ObjectBuilder, pattern: &str| {
        text.min_length(Some(least).filter(|least| *least > 0))
            .max_length(Some(most).filter(|most| *most < usize::MAX))
            .pattern(Some(pattern))
    };
    match field.of {
        Type::Text if !field.choices.is_empty() => {
            string(field).enum_values(Some(field.choices.iter().copied())).into()
        }
        Type::Word(_) if !field.choices.is_empty() => {
            string(field).enum_values(Some(field.choices.iter().copied())).into()
        }
        Type::Text if field.email => {
            let email = string(field).format(Some(SchemaFormat::KnownFormat(KnownFormat::Email)));
            email.max_length(Some(254)).examples([json!("li.lei@example.com")]).into()
        }
        Type::Integer => {
            let number = ObjectBuilder::new().schema_type(JsonType::Integer).description(Some(field.help));
            let (least, most) = field.range.unzip();
            number.minimum(least).maximum(most).into()
        }
        Type::Text => bounded(string(field), if least > 0 { SPOKEN } else { ANY }).into(),
        Type::LongText => bounded(string(field), ANY).into(),
        Type::Money => refer("Price", field),
        Type::Texts => {
            let item =
                ObjectBuilder::new().schema_type(JsonType::String).examples(field.example.map(Value::from));
            let items = bounded(item, if least > 0 { SPOKEN } else { ANY });
            ArrayBuilder::new().items(items).max_items(field.items).description(Some(field.help)).into()
        }
        Type::Words(set) if field.filled && request == Request::Change => {
            let items = ArrayBuilder::new().items(Ref::from_schema_name(set.name)).unique_items(true);
            items.min_items(Some(1)).description(Some(field.help)).into()
        }
        Type::Attributes => refer(if request == Request::New { "CustomFields" } else { "Fields" }, field),
        _ => read(field),
    }
}

fn day(field: &Field) -> RefOr<Schema> {
    string(field)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
        .examples([json!("2026-02-28")])
        .into()
}
