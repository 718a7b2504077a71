//! Partners, their people, and what is shared with them.

use serde::{Deserialize, Serialize};

use super::catalogue::Record;
use super::clock::Timestamp;
use super::entity::RecordKind;
use super::ids::{CustomerId, InstallationId, PartnerId, PartnerUserId, ShareId};
use super::words::words;

/// A partner has a working day to answer when nobody says otherwise.
pub const ANSWER_MINUTES: i64 = 8 * 60;
/// A registered lead is its partner's for a quarter when nobody says otherwise.
pub const PROTECTION_DAYS: i64 = 90;

/// An organisation that takes care of customers together with this one: a dealer, an agent, a service point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[record(
    kind = "partner", right = PartnersRead, table = "partners", en = "Partner", zh = "合作伙伴", zh_help = "与本公司共同服务客户的组织：经销商、代理商、服务网点。", title = "name", new = NewPartner,
    change = PartnerChange,
)]
pub struct Partner {
    /// Its id.
    #[field(en = "Id", zh = "编号", zh_help = "编号。", fixed)]
    pub id: PartnerId,
    /// What people call it.
    #[field(zh = "名称", zh_help = "名称。", new, change, required, length(1, 100), example = "华南经销商")]
    pub name: String,
    /// The installation of a plugin that joins its system.
    #[field(zh = "对接安装", zh_help = "对接其系统的插件安装。", new, change)]
    pub installation_id: Option<InstallationId>,
    /// Whether anything is shared with it at all; its people see nothing while it isn't.
    #[field(zh = "启用", zh_help = "是否与其共享；停用期间其人员什么也看不到。", change, default = true)]
    pub active: bool,
    /// How many minutes it has to accept or refuse what is handed over.
    #[field(en = "Minutes to answer", zh = "答复时限（分钟）", zh_help = "接受或拒绝移交的时限，分钟。", new, change, range(1, 43_200), default = ANSWER_MINUTES)]
    pub answer_minutes: i64,
    /// For how many days a lead that it registered is its own.
    #[field(en = "Days of protection", zh = "线索保护期（天）", zh_help = "其报备的线索受保护的天数。", new, change, range(0, 3_650), default = PROTECTION_DAYS)]
    pub protection_days: i64,
    /// When it was made.
    #[field(zh = "创建时间", zh_help = "创建的时间。", fixed, sort_by_id)]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[field(zh = "更新时间", zh_help = "最后修改的时间。", fixed, sort)]
    pub updated_at: Timestamp,
    /// Grows by one with every change.
    #[field(zh = "版本", zh_help = "每次修改加一。", fixed)]
    pub version: i64,
}

/// A person who works at a partner's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[record(
    kind = "partner-user", right = PartnersRead, table = "partner_users", en = "Partner's user", zh = "伙伴用户", zh_help = "在合作伙伴处工作的人。", title = "name",
    new = NewPartnerUser, change = PartnerUserChange,
)]
pub struct PartnerUser {
    /// Their id.
    #[field(en = "Id", zh = "编号", zh_help = "编号。", fixed)]
    pub id: PartnerUserId,
    /// Where they work.
    #[field(zh = "合作伙伴", zh_help = "所属的合作伙伴。", fixed)]
    pub partner_id: PartnerId,
    /// Their name.
    #[field(
        zh = "名称",
        zh_help = "姓名。",
        new,
        change,
        required,
        length(1, 100),
        class = "personal",
        example = "陈伟"
    )]
    pub name: String,
    /// Their e-mail address.
    #[field(
        en = "E-mail address",
        zh = "邮箱",
        zh_help = "邮箱地址。",
        new,
        required,
        email,
        fixed,
        class = "contact"
    )]
    pub email: String,
    /// BCP 47.
    #[field(zh = "语言", zh_help = "语言标签（BCP 47），例如 zh-CN。", new, change, length(1, 64), default = "zh-CN".to_owned(), example = "zh-CN")]
    pub language: String,
    /// Whether their tokens are taken.
    #[field(zh = "启用", zh_help = "其令牌是否有效。", change, default = true)]
    pub active: bool,
    /// When they were entered.
    #[field(zh = "创建时间", zh_help = "录入的时间。", fixed, sort_by_id)]
    pub created_at: Timestamp,
    /// Grows by one with every change.
    #[field(zh = "版本", zh_help = "每次修改加一。", fixed)]
    pub version: i64,
}

words! {
    /// How a share stands.
    pub enum ShareState {
        /// The partner sees it; nothing is asked of it.
        Shared = "shared",
        /// The partner is asked to take it over.
        Offered = "offered",
        /// The partner has taken it.
        Accepted = "accepted",
        /// The partner doesn't take it, and no longer sees it.
        Refused = "refused",
        /// It was taken back; the partner no longer sees it.
        Withdrawn = "withdrawn",
    }

    /// How far a share has got into the partner's system.
    pub enum ShareDelivery {
        /// The partner has no system here.
        None = "none",
        /// On its way.
        Queued = "queued",
        /// The partner's system has it.
        Delivered = "delivered",
        /// The partner's system didn't take it.
        Failed = "failed",
    }
}

impl ShareState {
    /// Whether the partner sees the record.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Shared | Self::Offered | Self::Accepted)
    }
}

/// A record that is shared with a partner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[record(
    kind = "share",
    right = SharesRead,
    follows("ticket", "deal"),
    table = "shares",
    en = "Share",
    zh = "共享",
    zh_help = "与合作伙伴共享的记录。",
    title = "reference",
    usual = "-updated_at",
    source = "installation_id"
)]
pub struct Share {
    /// Its id; the partner's system tells repeats apart by it.
    #[field(en = "Id", zh = "编号", zh_help = "编号；伙伴的系统据此识别重复。", fixed)]
    pub id: ShareId,
    /// With whom.
    #[field(zh = "合作伙伴", zh_help = "与哪位客户。", fixed)]
    pub partner_id: PartnerId,
    /// The partner's installation.
    #[field(en = "Partner's installation", zh = "伙伴安装", zh_help = "伙伴的插件安装。", fixed)]
    pub installation_id: Option<InstallationId>,
    /// `ticket` or `deal`.
    #[field(en = "Kind of subject", zh = "共享类型", zh_help = "`ticket`（工单）或 `deal`（商机）。", fixed)]
    pub subject_kind: RecordKind,
    /// The record.
    #[field(zh = "共享记录", zh_help = "所关联的记录。", fixed)]
    pub subject_id: uuid::Uuid,
    /// Whose record it is.
    #[field(zh = "客户", zh_help = "记录所属的客户。", fixed)]
    pub customer_id: CustomerId,
    /// What the sharing person wrote to the partner.
    #[field(zh = "备注", zh_help = "共享者给伙伴的说明。", fixed)]
    pub note: String,
    /// The fields that the partner sees.
    #[field(zh = "可见字段", zh_help = "伙伴可见的字段。", fixed)]
    pub fields: Vec<String>,
    /// Whether the partner is asked to take it over.
    #[field(zh = "请求接手", zh_help = "是否请伙伴接手。", fixed)]
    pub hand_over: bool,
    /// How it stands.
    #[field(zh = "状态", zh_help = "当前状态。")]
    pub state: ShareState,
    /// The partner's own number for it; empty when there is none.
    #[field(zh = "伙伴编号", zh_help = "伙伴自己的编号；没有时为空。")]
    pub reference: String,
    /// The partner's last word on it.
    #[field(zh = "伙伴回复", zh_help = "伙伴最近的答复。")]
    pub message: String,
    /// How far it has got into the partner's system.
    #[field(zh = "投递状态", zh_help = "进入伙伴系统的进度。")]
    pub delivery: ShareDelivery,
    /// Why the partner's system didn't take it.
    #[field(zh = "失败原因", zh_help = "伙伴系统未接收的原因。")]
    pub failure: Option<String>,
    /// Until when the partner is to answer.
    #[field(zh = "答复期限", zh_help = "伙伴答复的期限。")]
    pub due_at: Option<Timestamp>,
    /// When the partner accepted or refused.
    #[field(zh = "答复时间", zh_help = "伙伴接受或拒绝的时间。")]
    pub answered_at: Option<Timestamp>,
    /// When it was shared.
    #[field(zh = "创建时间", zh_help = "共享的时间。", fixed, sort_by_id)]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[field(zh = "更新时间", zh_help = "最后修改的时间。", fixed, sort)]
    pub updated_at: Timestamp,
    /// Grows by one with every change.
    #[field(zh = "版本", zh_help = "每次修改加一。", fixed)]
    pub version: i64,
}

/// The fields of the customer that a share may include, whatever record is shared.
pub const CUSTOMER_FIELDS: &[&str] =
    &["customer_name", "customer_phone", "customer_email", "customer_region", "customer_language"];

/// The fields of a record itself that a share may include.
pub fn shareable(kind: RecordKind) -> &'static [&'static str] {
    match kind {
        RecordKind::Ticket => {
            &["subject", "class", "priority", "status", "language", "tags", "created_at", "resolved_at"]
        }
        RecordKind::Deal => &[
            "name",
            "status",
            "probability",
            "amount",
            "currency",
            "source",
            "expected_close",
            "created_at",
            "closed_at",
        ],
        _ => &[],
    }
}

/// The fields that are shared when nobody says which: what it is about, and nothing of the customer.
pub fn usual(kind: RecordKind) -> &'static [&'static str] {
    match kind {
        RecordKind::Ticket => &["subject", "class", "priority", "status", "language"],
        RecordKind::Deal => &["name", "status", "amount", "currency", "expected_close"],
        _ => &[],
    }
}
