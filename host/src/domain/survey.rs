//! Surveys that were sent and what came back.

use serde::{Deserialize, Serialize};

use super::catalogue::{Record, Type, kept_as_json};
use super::clock::Timestamp;
use super::ids::{ConversationId, CustomerId, InstallationId, SurveyId, TicketId};

/// What is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Questionnaire {
    /// `csat`, `nps`, `ces`, or a plugin's own.
    pub kind: String,
    /// BCP 47.
    pub language: String,
    /// The question.
    pub question: String,
    /// The scale, as it is shown.
    pub options: Vec<AnswerOption>,
    /// The question for a free comment; empty to ask for none.
    pub comment_question: String,
}

/// One answer on the scale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerOption {
    /// Its number.
    pub rating: i64,
    /// What the button says.
    pub label: String,
}

kept_as_json! { Questionnaire: Type::Json, Self::default(); }

/// A survey that was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[record(
    kind = "survey",
    right = SurveysRead,
    follows("ticket"),
    table = "surveys",
    en = "Survey",
    zh = "满意度调查",
    zh_help = "已发送的满意度调查。",
    title = "comment",
    usual = "-sent_at",
    source = "installation_id"
)]
pub struct Survey {
    /// Its id.
    #[field(en = "Id", zh = "编号", zh_help = "编号。", fixed)]
    pub id: SurveyId,
    /// The ticket that it asks about.
    #[field(zh = "工单", zh_help = "询问的是哪张工单。", fixed)]
    pub ticket_id: TicketId,
    /// Who was asked.
    #[field(zh = "客户", zh_help = "被询问的客户。", fixed)]
    pub customer_id: CustomerId,
    /// Through which thread.
    #[field(zh = "会话", zh_help = "通过哪个会话。", fixed)]
    pub conversation_id: Option<ConversationId>,
    /// The installation that composed it and reads the answer.
    #[field(zh = "插件安装", zh_help = "编写问卷并读取答复的插件安装。", fixed)]
    pub installation_id: InstallationId,
    /// What is asked.
    #[field(zh = "问卷", zh_help = "问题内容。", fixed, schema = "Questionnaire")]
    pub questionnaire: Questionnaire,
    /// The answer on the scale.
    #[field(zh = "评分", zh_help = "按分制的评分。")]
    pub rating: Option<i64>,
    /// The answer from 0 (worst) to 1 (best).
    #[field(en = "Score from 0 to 1", zh = "归一化评分", zh_help = "从 0（最差）到 1（最好）的评分。")]
    pub normalized: Option<f64>,
    /// What the customer wrote besides.
    #[field(zh = "评语", zh_help = "客户另外写的话。")]
    pub comment: Option<String>,
    /// What the plugin read in it.
    #[field(zh = "标签", zh_help = "插件从中读出的标签。")]
    pub tags: Vec<String>,
    /// When it was sent.
    #[field(zh = "发送时间", zh_help = "发送的时间。", fixed, sort)]
    pub sent_at: Timestamp,
    /// When the answer came.
    #[field(zh = "答复时间", zh_help = "答复的时间。")]
    pub answered_at: Option<Timestamp>,
    /// Grows by one with every change.
    #[field(zh = "版本", zh_help = "每次修改加一。", fixed)]
    pub version: i64,
}

/// A chat message within this time of the question may be its answer.
pub const CHAT_ANSWER_WITHIN_MILLIS: i64 = 3 * 24 * 3_600_000;
