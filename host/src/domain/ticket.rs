//! Tickets: what they hold and which steps they may take.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::catalogue::Record;
use super::clock::Timestamp;
use super::ids::{ConversationId, CustomerId, InstallationId, SlaPolicyId, TeamId, TicketId, UserId};
use super::reason::Reason;
use super::triage::{Class, Priority, Verdict};
use super::words::words;

words! {
    /// Where a ticket stands.
    pub enum TicketStatus {
        /// Nobody has answered yet.
        New = "new",
        /// It is being worked on.
        Open = "open",
        /// The customer was asked something.
        Pending = "pending",
        /// It is done; a message within seven days reopens it.
        Resolved = "resolved",
    }
}

/// A message this long after the resolution reopens the ticket; a later one opens a new one.
pub const REOPEN_WITHIN_MILLIS: i64 = 7 * 24 * 3_600_000;

/// A customer request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[record(
    kind = "ticket", right = TicketsRead, table = "tickets", en = "Ticket", zh = "工单", zh_help = "客户的请求。", title = "subject", usual = "-updated_at",
    source = "source_id", shared, holders("assignee_id", "team_id"), new = NewTicket, change = TicketChange,
    also(
        /// What the customer said, in full; its class and priority are judged by it where they aren't said.
        #[serde(default)]
        pub text: String,
        /// What a triage plugin has said of it. It is no part of the request.
        #[serde(skip)]
        pub verdict: Option<Verdict>,
    ),
)]
pub struct Ticket {
    /// Its id.
    #[field(en = "Id", zh = "编号", zh_help = "编号。", fixed)]
    pub id: TicketId,
    /// Whose.
    #[field(zh = "客户", zh_help = "属于哪位客户。", new, required, fixed)]
    pub customer_id: CustomerId,
    /// The thread that it came from.
    #[field(zh = "会话", zh_help = "来自哪个会话。", new, fixed)]
    pub conversation_id: Option<ConversationId>,
    /// The beginning of what the customer wrote.
    #[field(
        zh = "主题",
        zh_help = "客户来信的开头。",
        new,
        change,
        required,
        length(1, 200),
        fixed,
        example = "我的订单还没有到"
    )]
    pub subject: String,
    /// What it is about.
    #[field(
        zh = "类别",
        zh_help = "内容。",
        new,
        change,
        choices("inquiry", "complaint", "purchase", "after-sales")
    )]
    pub class: Class,
    /// How soon it needs an answer.
    #[field(zh = "优先级", zh_help = "需要答复的紧急程度。", new, change, default = Priority::Normal)]
    pub priority: Priority,
    /// Where it stands.
    #[field(zh = "状态", zh_help = "当前状态。", change, choices("new", "open", "pending"))]
    pub status: TicketStatus,
    /// BCP 47; empty when unknown.
    #[field(zh = "语言", zh_help = "语言标签（BCP 47）；未知时为空。", example = "zh-CN")]
    pub language: String,
    /// From -1 (angry) to 1 (delighted).
    #[field(zh = "情绪", zh_help = "从 -1（愤怒）到 1（满意）。")]
    pub sentiment: f64,
    /// Tags.
    #[field(zh = "标签", zh_help = "标签。", new, change, length(1, 64), items = 50, example = "delivery")]
    pub tags: Vec<String>,
    /// Why it was classed so.
    #[field(en = "Why it was classed so", zh = "分类依据", zh_help = "如此分类的依据。")]
    pub reasons: Vec<Reason>,
    /// The team that takes care of it.
    #[field(zh = "团队", zh_help = "负责处理的团队。")]
    pub team_id: Option<TeamId>,
    /// The person who does.
    #[field(zh = "处理人", zh_help = "负责处理的人。")]
    pub assignee_id: Option<UserId>,
    /// Why that person.
    #[field(en = "Why assigned", zh = "分配依据", zh_help = "为何分配给此人。")]
    pub assignment_reason: Option<Reason>,
    /// The ticket of the same conversation before it.
    #[field(en = "Previous ticket", zh = "上一工单", zh_help = "同一会话中的上一张工单。", fixed)]
    pub previous_id: Option<TicketId>,
    /// How often it was reopened.
    #[field(en = "Times reopened", zh = "重新打开次数", zh_help = "重新打开的次数。")]
    pub reopened: i64,
    /// When the first answer is due.
    #[field(zh = "首次响应期限", zh_help = "首次响应的期限。")]
    pub first_response_due_at: Option<Timestamp>,
    /// When the resolution is due.
    #[field(
        zh = "解决期限",
        zh_help = "解决的期限。",
        sort = "coalesce(resolution_due_at, 9223372036854775807)"
    )]
    pub resolution_due_at: Option<Timestamp>,
    /// When the first answer was given.
    #[field(zh = "首次响应时间", zh_help = "首次响应的时间。")]
    pub first_response_at: Option<Timestamp>,
    /// When it was resolved.
    #[field(zh = "解决时间", zh_help = "解决的时间。")]
    pub resolved_at: Option<Timestamp>,
    /// The installation that brought it in.
    #[field(en = "Source", zh = "来源安装", zh_help = "由哪个插件安装带入。", fixed)]
    pub source_id: Option<InstallationId>,
    /// When it was opened.
    #[field(zh = "创建时间", zh_help = "开启的时间。", fixed, sort_by_id)]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[field(zh = "更新时间", zh_help = "最后修改的时间。", fixed, sort)]
    pub updated_at: Timestamp,
    /// Grows by one with every change.
    #[field(zh = "版本", zh_help = "每次修改加一。", fixed)]
    pub version: i64,
    /// What people call it by, from 1 on; 0 until it is stored.
    #[field(zh = "工单号", zh_help = "工单号，从 1 开始；存入之前为 0。", fixed, sort)]
    pub number: i64,
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
    /// The policy that set its clocks.
    #[field(en = "SLA policy", zh = "服务水平策略", zh_help = "设定其时限的策略。")]
    pub sla_policy_id: Option<SlaPolicyId>,
    /// Since when the customer waits for an answer.
    #[field(
        zh = "等待答复起始时间",
        zh_help = "客户从何时起等待答复。",
        sort = "coalesce(waiting_since, 9223372036854775807)"
    )]
    pub waiting_since: Option<Timestamp>,
    /// When the next answer is due, after the first.
    #[field(zh = "后续响应期限", zh_help = "首次响应之后，下一次响应的期限。")]
    pub next_response_due_at: Option<Timestamp>,
    /// Until when it may wait for something.
    #[field(zh = "挂起期限", zh_help = "最多等待到何时。")]
    pub hold_due_at: Option<Timestamp>,
    /// Since when its clocks stand still, because it waits for something.
    #[field(zh = "计时暂停时间", zh_help = "因等待而暂停计时的时间。")]
    pub sla_paused_at: Option<Timestamp>,
    /// Since when its clocks have been running without a stop.
    #[field(zh = "计时起始时间", zh_help = "时限从何时起连续计时。", internal)]
    pub sla_runs_since: Option<Timestamp>,
    /// How many microseconds of working time its clocks had run until then.
    #[field(zh = "已计时间", zh_help = "此前已计的工作时间（微秒）。", internal)]
    #[serde(default)]
    pub sla_worked_micros: i64,
}
