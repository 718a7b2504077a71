//! Deals and the pipelines that they go through. A deal in a lead pipeline is a lead.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::catalogue::{Record, Type, kept_as_json};
use super::clock::Timestamp;
use super::ids::{
    CustomerId, DealId, InstallationId, PartnerId, PipelineId, StageId, TeamId, TicketId, UserId,
};
use super::money::Money;
use super::words::words;

words! {
    /// What a pipeline is for.
    pub enum PipelineKind {
        /// Leads: winning one moves it on into the sales pipeline.
        Lead = "lead",
        /// Sales.
        Sales = "sales",
    }

    /// How a deal stands.
    pub enum DealStatus {
        /// It is being worked on.
        Open = "open",
        /// The customer has bought.
        Won = "won",
        /// The customer won't buy.
        Lost = "lost",
    }
}

/// A stage of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// Its id.
    pub id: StageId,
    /// What people call it.
    pub name: String,
    /// How probably a deal in it is won, in percent.
    pub probability: i64,
}

kept_as_json! { Vec<Stage>: Type::Json, Vec::new(); }

/// A row of stages that deals go through.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[record(
    kind = "pipeline",
    right = DealsRead,
    table = "pipelines",
    en = "Pipeline",
    zh = "销售管道",
    zh_help = "商机依次经过的各阶段。",
    title = "name"
)]
pub struct Pipeline {
    /// Its id.
    #[field(en = "Id", zh = "编号", zh_help = "编号。", fixed)]
    pub id: PipelineId,
    /// What people call it.
    #[field(zh = "名称", zh_help = "名称。", change, length(1, 100), example = "销售")]
    pub name: String,
    /// What it is for.
    #[field(zh = "用途", zh_help = "用途。", fixed)]
    pub kind: PipelineKind,
    /// Its stages, in order; at least one.
    #[field(zh = "阶段", zh_help = "各阶段，按顺序，至少一个。", change)]
    pub stages: Vec<Stage>,
    /// When it was made.
    #[field(zh = "创建时间", zh_help = "创建的时间。", fixed, sort_by_id)]
    pub created_at: Timestamp,
    /// Grows by one with every change.
    #[field(zh = "版本", zh_help = "每次修改加一。", fixed)]
    pub version: i64,
}

impl Pipeline {
    /// One of its stages.
    pub fn stage(&self, id: StageId) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == id)
    }
}

/// A chance to sell something to a customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[record(
    kind = "deal", right = DealsRead, table = "deals", en = "Deal", zh = "商机", zh_help = "向客户销售的机会。", title = "name", usual = "-updated_at", source = "source_id",
    shared, holders("owner_id", "team_id"), new = NewDeal, change = DealChange,
)]
pub struct Deal {
    /// Its id.
    #[field(en = "Id", zh = "编号", zh_help = "编号。", fixed)]
    pub id: DealId,
    /// To whom.
    #[field(zh = "客户", zh_help = "销售对象。", new, required, fixed)]
    pub customer_id: CustomerId,
    /// What it is about.
    #[field(zh = "名称", zh_help = "内容。", new, change, required, length(1, 200), example = "20 张升降桌")]
    pub name: String,
    /// Where it is being worked on.
    #[field(zh = "销售管道", zh_help = "所在的销售管道。", new)]
    pub pipeline_id: PipelineId,
    /// How far it has come.
    #[field(zh = "阶段", zh_help = "所处的阶段。", new)]
    pub stage_id: StageId,
    /// How it stands.
    #[field(zh = "状态", zh_help = "当前状态。")]
    pub status: DealStatus,
    /// How probably it is won, in percent.
    #[field(zh = "概率", zh_help = "赢单概率，百分数。")]
    pub probability: i64,
    /// What it is worth.
    #[field(
        zh = "金额",
        zh_help = "商机金额。",
        new,
        change,
        columns("amount_cents", "currency"),
        class = "financial"
    )]
    pub amount: Option<Money>,
    /// Who works on it.
    #[field(zh = "负责人", zh_help = "跟进的人。", new, change)]
    pub owner_id: Option<UserId>,
    /// The team that works on it.
    #[field(zh = "负责团队", zh_help = "跟进的团队。", new, change)]
    pub team_id: Option<TeamId>,
    /// The ticket that it came from.
    #[field(zh = "工单", zh_help = "来自哪张工单。", fixed)]
    pub ticket_id: Option<TicketId>,
    /// The partner that registered it.
    #[field(zh = "合作伙伴", zh_help = "报备该商机的合作伙伴。", fixed)]
    pub partner_id: Option<PartnerId>,
    /// Where it came from, in the company's words.
    #[field(
        en = "Came from",
        zh = "来源",
        zh_help = "来源，由公司自行描述。",
        new,
        change,
        length(0, 64),
        example = "ticket"
    )]
    pub source: Option<String>,
    /// When it is expected to be decided, `YYYY-MM-DD`.
    #[field(zh = "预计成交日", zh_help = "预计成交的日期，`YYYY-MM-DD`。", new, change, date)]
    pub expected_close: Option<String>,
    /// Why it was lost.
    #[field(zh = "丢单原因", zh_help = "丢单的原因。")]
    pub lost_reason: Option<String>,
    /// Since when it is in its stage.
    #[field(en = "In its stage since", zh = "进入阶段时间", zh_help = "进入当前阶段的时间。")]
    pub stage_at: Timestamp,
    /// When it was won or lost.
    #[field(zh = "结束时间", zh_help = "赢单或丢单的时间。")]
    pub closed_at: Option<Timestamp>,
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

impl Deal {
    /// Puts it into a stage.
    pub fn enter(&mut self, pipeline: PipelineId, stage: &Stage, now: Timestamp) {
        self.pipeline_id = pipeline;
        self.stage_id = stage.id;
        self.probability = stage.probability;
        self.stage_at = now;
    }
}
