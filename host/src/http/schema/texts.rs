//! How the texts of requests look in the API's description. Nothing is ever of these types: a field names one as its
//! `value_type`, so that the description says of the text what `ops` takes, and every field of its sort says the same.

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// Any text: U+0000 can't be stored.
pub const ANY: &str = r"^[^\x00]*$";
/// A text with something else than white space in it.
pub(super) const SPOKEN: &str = r"^[^\x00]*[^\x00\s\x85][^\x00]*$";
/// Words of a machine's: small letters, digits and hyphens.
const SLUG: &str = r"^[a-z0-9-]+$";
/// As long as a request may be.
const OPEN: usize = usize::MAX;

macro_rules! texts {
    ($($(#[doc = $doc:literal])+ $name:ident: $shortest:literal..=$longest:tt, $pattern:expr, $example:literal;)+) => {$(
        $(#[doc = $doc])+
        pub enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .min_length(Some($shortest).filter(|shortest| *shortest > 0))
                    .max_length(Some($longest).filter(|longest| *longest < OPEN))
                    .pattern(Some($pattern))
                    .description(Some(concat!($($doc),+).trim()))
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
    /// What people call something that there are few of: 1 to 100 characters.
    ShortName: 1..=100, SPOKEN, "售后 After-sales";
    /// What people call something, or what it is about, in a line: 1 to 200 characters.
    Title: 1..=200, SPOKEN, "我的订单还没有到";
    /// A short text, at most 64 characters; an empty one is none.
    Label: 0..=64, ANY, "华东";
    /// A language as BCP 47 has it, 1 to 64 characters.
    Language: 1..=64, SPOKEN, "zh-CN";
    /// What somebody says to others, 1 to 20,000 characters.
    Utterance: 1..=20_000, SPOKEN, "您好，您的订单今天下午送达。";
    /// A long text, at most 20,000 characters.
    LongText: 0..=20_000, ANY, "空调漏水，要求今天上门";
    /// What is said besides, at most 4,000 characters.
    Note: 0..=4_000, ANY, "客户想本周看样品";
    /// Why, 1 to 4,000 characters.
    Why: 1..=4_000, SPOKEN, "不在服务区域";
    /// What the next team should know, at most 2,000 characters.
    HandOffNote: 0..=2_000, ANY, "客户要求上门检修";
    /// Why a hand-off is refused, 1 to 2,000 characters.
    HandOffReason: 1..=2_000, SPOKEN, "不在保修范围";
    /// Why, at most 2,000 characters.
    Cause: 0..=2_000, ANY, "the replacement broke as well";
    /// What a customer says besides a rating, at most 5,000 characters.
    Remark: 0..=5_000, ANY, "很快！";
    /// A number or name that a partner has for something, at most 200 characters.
    Reference: 0..=200, ANY, "D-1042";
    /// How a channel calls something, 1 to 200 characters.
    ChannelText: 1..=200, ANY, "call-20260105-17";
    /// A channel's name: small letters, digits and hyphens, at most 64.
    ChannelName: 1..=64, SLUG, "hotline";
    /// An installation's name: small letters, digits and hyphens, a letter first, at most 63.
    InstallationName: 1..=63, "^[a-z][a-z0-9-]*$", "telegram";
    /// A plugin's name, as its manifest has it.
    PluginName: 1..=OPEN, ANY, "telegram";
    /// A version, as a plugin's manifest has it.
    VersionNumber: 1..=OPEN, ANY, "0.2.0";
    /// Something that a plugin may be granted, as its manifest asks for it.
    GrantText: 1..=OPEN, ANY, "secrets:bot-token";
    /// A secret's text.
    SecretValue: 0..=8_192, ANY, "123456:ABC-DEF";
    /// How a customer can be known: `phone`, `email`, `member`, or a channel's own word. 1 to 64 characters.
    Scheme: 1..=64, ANY, "phone";
    /// The app or account that an identity is unique in, at most 200 characters; empty where it is unique in the world.
    Issuer: 0..=200, ANY, "";
    /// An identity as somebody typed it: a phone number, an e-mail address, or 1 to 256 bytes of another scheme's.
    IdentityText: 1..=256, SPOKEN, "+86 138 0013 8000";
    /// What a partner's system is asked, 1 to 100 characters.
    QuestionName: 1..=100, ANY, "stock";
    /// Any text.
    AnyText: 0..=OPEN, ANY, "correct horse battery";
    /// A password: 10 to 200 characters, at least five different ones.
    Password: 10..=200, ANY, "correct horse battery";
    /// What carries notifications: `mail`, or the id of a messenger's installation.
    CarrierName: 4..=36, "^(mail|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$", "mail";
    /// What a messenger calls somebody: one line, at most 200 characters.
    MessengerAddress: 0..=200, r"^[^\x00-\x1f\x7f-\x9f]*$", "lilei";
    /// A time of day: hours and minutes.
    ClockTime: 5..=5, "^([01][0-9]|2[0-3]):[0-5][0-9]$", "22:00";
    /// A time zone as the IANA database has it; empty is UTC.
    TimeZoneName: 0..=OPEN, ANY, "Asia/Shanghai";
    /// A kind of notification, named as the event that it tells of.
    NotificationKind: 1..=100, "^[a-z0-9._-]+$", "ticket.assigned";
    /// Words to look for.
    Words: 0..=OPEN, ANY, "王芳";
    /// An amount of money: a decimal with at most two places, 10,000,000,000,000.00 at most.
    Amount: 1..=18, r"^(0{0,2}[0-9]{1,13}(\.[0-9]{1,2})?|0?10000000000000(\.0{1,2})?)$", "36000.00";
    /// A currency as ISO 4217 has it: three capital letters.
    Currency: 3..=3, "^[A-Z]{3}$", "CNY";
    /// Types of events, with commas between them, at most 50: `ticket.resolved,deal.*`.
    EventTypes: 3..=OPEN, r"^[a-z-]{1,50}\.([a-z-]{1,49}|\*)(,[a-z-]{1,50}\.([a-z-]{1,49}|\*)){0,49}$", "ticket.resolved,deal.*";
    /// A key of the caller's own for a request: 1 to 255 visible ASCII characters.
    RequestKey: 1..=255, "^[!-~]+$", "order-17";
    /// An ETag as it was received, or `*` for any.
    VersionTag: 0..=OPEN, r#"^(\*|"[!#-~]{0,62}")$"#, "*";
    /// The `id` of an event in a stream.
    EventPlace: 0..=OPEN, "^0*[0-9]{1,18}$", "1042";
}
