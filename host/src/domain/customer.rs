//! Customers and the ways in which they are known.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::catalogue::Record;
use super::clock::Timestamp;
use super::ids::{CustomerId, IdentityId, InstallationId, TeamId, UserId};
use super::text;
use super::words::words;

words! {
    /// What a customer is.
    pub enum CustomerKind {
        /// A human being.
        Person = "person",
        /// A company, a school, an authority.
        Organisation = "organisation",
    }

    /// How far a customer has come.
    pub enum Stage {
        /// Somebody who got in touch.
        Lead = "lead",
        /// Somebody with a known interest.
        Prospect = "prospect",
        /// Has bought.
        Customer = "customer",
        /// Has bought again.
        Repeat = "repeat",
        /// Hasn't bought for long.
        Lapsed = "lapsed",
    }
}

/// A person or organisation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[record(
    kind = "customer", right = CustomersRead, table = "customers", en = "Customer", zh = "客户", zh_help = "个人或组织。", title = "name", source = "source_id",
    always = "canonical_id is null", holders("owner_id", "team_id"), new = NewCustomer, change = CustomerChange,
    also(
        /// How it is known.
        #[serde(default)]
        pub identities: Vec<TypedIdentity>,
    ),
)]
pub struct Customer {
    /// Its id.
    #[field(en = "Id", zh = "编号", zh_help = "编号。", fixed)]
    pub id: CustomerId,
    /// Person or organisation.
    #[field(zh = "类型", zh_help = "个人或组织。", new)]
    pub kind: CustomerKind,
    /// The name that people read.
    #[field(
        zh = "名称",
        zh_help = "显示的名称。",
        new,
        change,
        required,
        length(1, 200),
        sort,
        class = "personal",
        example = "王芳"
    )]
    pub name: String,
    /// How far it has come.
    #[field(zh = "阶段", zh_help = "所处的阶段。", new, change)]
    pub stage: Stage,
    /// Value grade: A, B, ...
    #[field(zh = "等级", zh_help = "价值等级：A、B……等。", new, change, length(0, 64), example = "A")]
    pub grade: Option<String>,
    /// BCP 47.
    #[field(
        zh = "语言",
        zh_help = "语言标签（BCP 47），例如 zh-CN。",
        new,
        change,
        length(0, 64),
        example = "zh-CN"
    )]
    pub language: Option<String>,
    /// Where it is, as the company divides its market.
    #[field(
        zh = "地区",
        zh_help = "所在地区，按公司的市场划分。",
        new,
        change,
        length(0, 64),
        example = "华东"
    )]
    pub region: Option<String>,
    /// `YYYY-MM-DD`.
    #[field(zh = "生日", zh_help = "写作 `YYYY-MM-DD`。", new, change, date, class = "personal")]
    pub birthday: Option<String>,
    /// The organisation that a contact belongs to.
    #[field(zh = "所属组织", zh_help = "联系人所属的组织。", new, change)]
    pub organisation_id: Option<CustomerId>,
    /// Who looks after it.
    #[field(zh = "负责人", zh_help = "负责该客户的人。", new, change)]
    pub owner_id: Option<UserId>,
    /// The team that looks after it.
    #[field(zh = "负责团队", zh_help = "负责该客户的团队。", new, change)]
    pub team_id: Option<TeamId>,
    /// Tags, in the order they were set.
    #[field(
        zh = "标签",
        zh_help = "标签，按设置的顺序。",
        new,
        change,
        length(1, 64),
        items = 50,
        example = "vip"
    )]
    pub tags: Vec<String>,
    /// Custom fields.
    #[field(en = "Custom fields", zh = "自定义字段", zh_help = "自定义字段。", new, change)]
    pub attributes: Map<String, Value>,
    /// The record that it was merged into.
    #[field(en = "Merged into", zh = "合并到", zh_help = "合并到的记录。", fixed)]
    pub canonical_id: Option<CustomerId>,
    /// The installation that brought it in.
    #[field(en = "Source", zh = "来源安装", zh_help = "由哪个插件安装带入。", fixed)]
    pub source_id: Option<InstallationId>,
    /// When it was made.
    #[field(zh = "创建时间", zh_help = "创建的时间。", fixed, sort_by_id)]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[field(zh = "更新时间", zh_help = "最后修改的时间。", fixed, sort)]
    pub updated_at: Timestamp,
    /// Grows by one with every change.
    #[field(zh = "版本", zh_help = "每次修改加一。", fixed)]
    pub version: i64,
    /// Values of the fields that the company has added: each named one is set, or removed where it is null.
    #[field(
        en = "Added fields",
        zh = "扩展字段",
        zh_help = "公司添加的字段的值：写出的逐一设置，为 null 的清除。",
        new,
        change
    )]
    #[serde(default)]
    pub custom: Map<String, Value>,
}

impl Customer {
    /// What to call the customer: the name, or something of the id where the name shows nothing.
    pub fn label(&self) -> Cow<'_, str> {
        text::name_or(&self.name, self.id.0)
    }
}

/// An identity as a person or program typed it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypedIdentity {
    /// `phone`, `email`, `member`, or a channel's own.
    pub scheme: String,
    /// The app or account that it is unique in; empty where it is unique in the world.
    #[serde(default)]
    pub issuer: String,
    /// The identity; it is brought into its canonical form.
    pub value: String,
}

/// One way in which a customer is known, in its canonical form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[record(
    kind = "identity",
    right = CustomersRead,
    table = "identities",
    en = "Identity",
    zh = "身份",
    zh_help = "识别客户的一种方式，采用规范形式。",
    title = "value",
    source = "source_id"
)]
pub struct Identity {
    /// Its id.
    #[field(en = "Id", zh = "编号", zh_help = "编号。", fixed)]
    pub id: IdentityId,
    /// Whose it is.
    #[field(zh = "客户", zh_help = "属于哪位客户。", fixed)]
    pub customer_id: CustomerId,
    /// `phone`, `email`, `member`, or a channel's own.
    #[field(
        zh = "类型",
        zh_help = "`phone`（电话）、`email`（邮箱）、`member`（会员号）或渠道自有的类型。",
        fixed,
        example = "phone"
    )]
    pub scheme: String,
    /// The app or account that it is unique in; empty where it is unique in the world.
    #[field(zh = "签发方", zh_help = "在哪个应用或账号内唯一；全球唯一时为空。", fixed)]
    pub issuer: String,
    /// For example `+8613800138000`.
    #[field(
        zh = "值",
        zh_help = "例如 `+8613800138000`。",
        fixed,
        class = "contact",
        example = "+8613800138000"
    )]
    pub value: String,
    /// Whether a channel vouches for it.
    #[field(zh = "渠道担保", zh_help = "是否由渠道担保。", fixed)]
    pub attested: bool,
    /// The installation that brought it in.
    #[field(en = "Source", zh = "来源安装", zh_help = "由哪个插件安装带入。", fixed)]
    pub source_id: Option<InstallationId>,
    /// When it was first seen.
    #[field(zh = "创建时间", zh_help = "首次出现的时间。", fixed, sort_by_id)]
    pub created_at: Timestamp,
}

/// A score that a plugin gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[record(
    kind = "score",
    right = CustomersRead,
    table = "scores",
    en = "Score",
    zh = "评分",
    zh_help = "插件给出的评分。",
    title = "name",
    usual = "name",
    source = "installation_id"
)]
pub struct Score {
    /// Whose.
    #[field(zh = "客户", zh_help = "属于哪位客户。", fixed)]
    pub customer_id: CustomerId,
    /// Which score: `lead`, `churn`, ...
    #[field(zh = "名称", zh_help = "评分名称：`lead`（线索）、`churn`（流失）等。", fixed, example = "lead")]
    pub name: String,
    /// The installation that gave it.
    #[field(zh = "插件安装", zh_help = "给出评分的插件安装。", fixed)]
    pub installation_id: InstallationId,
    /// On the plugin's scale.
    #[field(zh = "分值", zh_help = "按插件的分制。", fixed)]
    pub value: f64,
    /// For people: `hot`, `A`.
    #[field(zh = "等级", zh_help = "供人阅读的等级：`hot`、`A`。", fixed, example = "hot")]
    pub grade: String,
    /// Why, the weightiest first.
    #[field(zh = "依据", zh_help = "依据，最重要的在前。", fixed, example = "asked for a quote")]
    pub reasons: Vec<String>,
    /// When.
    #[field(zh = "计算时间", zh_help = "时间。", fixed)]
    pub computed_at: Timestamp,
}
