//! Conversations and the interactions in them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::catalogue::Record;
use super::clock::Timestamp;
use super::ids::{ConversationId, CustomerId, InstallationId, InteractionId, TicketId, UserId};
use super::words::words;

words! {
    /// How far an outgoing message has got.
    pub enum Delivery {
        /// It waits for its turn.
        Queued = "queued",
        /// The provider has taken it.
        Sent = "sent",
        /// It has reached the customer's device.
        Delivered = "delivered",
        /// The customer has read it.
        Read = "read",
        /// It won't be delivered.
        Failed = "failed",
    }
}

impl Delivery {
    /// Whether a receipt may move a message from this state to the next: receipts arrive in any order, and a
    /// late `delivered` doesn't undo a `read`.
    pub fn may_become(self, next: Self) -> bool {
        match next {
            Self::Queued => false,
            Self::Failed => matches!(self, Self::Queued | Self::Sent),
            Self::Sent | Self::Delivered | Self::Read => next > self && self != Self::Failed,
        }
    }
}

/// A thread of interactions on one channel with one customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[record(
    kind = "conversation",
    right = ConversationsRead,
    follows("ticket", "customer"),
    table = "conversations",
    en = "Conversation",
    zh = "会话",
    zh_help = "在一个渠道上与一位客户的往来。",
    title = "subject",
    usual = "-last_at",
    source = "installation_id"
)]
pub struct Conversation {
    /// Its id.
    #[field(en = "Id", zh = "编号", zh_help = "编号。", fixed)]
    pub id: ConversationId,
    /// With whom.
    #[field(zh = "客户", zh_help = "与哪位客户。", fixed)]
    pub customer_id: CustomerId,
    /// The channel's installation; none for interactions that came by the API.
    #[field(
        en = "Channel's installation",
        zh = "渠道安装",
        zh_help = "渠道的安装；由 API 录入的没有。",
        fixed
    )]
    pub installation_id: Option<InstallationId>,
    /// The channel's scheme, for example `telegram`.
    #[field(zh = "渠道", zh_help = "渠道，例如 `telegram`。", fixed, example = "telegram")]
    pub channel: String,
    /// The channel's own name of the thread.
    #[field(
        en = "Id at the channel",
        zh = "渠道内编号",
        zh_help = "会话在渠道中的编号。",
        fixed,
        example = "88001"
    )]
    pub external_id: String,
    /// What it is about, where the channel says.
    #[field(zh = "主题", zh_help = "主题，若渠道提供。", fixed)]
    pub subject: String,
    /// When something last happened in it.
    #[field(en = "Last message at", zh = "最近消息时间", zh_help = "最近一次往来的时间。", fixed, sort)]
    pub last_at: Timestamp,
    /// When it began.
    #[field(zh = "创建时间", zh_help = "开始时间。", fixed, sort_by_id)]
    pub created_at: Timestamp,
    /// Grows by one with every change.
    #[field(zh = "版本", zh_help = "每次修改加一。", fixed)]
    pub version: i64,
    /// The ticket that it was begun to answer, where that came by another channel. What comes in here belongs to it.
    #[field(
        zh = "工单",
        zh_help = "为答复哪张来自其他渠道的工单而开始；此后收到的消息都属于该工单。",
        fixed
    )]
    pub ticket_id: Option<TicketId>,
}

/// One message or touch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[record(
    kind = "interaction",
    right = ConversationsRead,
    follows("ticket", "customer"),
    table = "interactions",
    en = "Interaction",
    zh = "互动",
    zh_help = "一条消息或一次接触。",
    title = "text",
    usual = "-occurred_at",
    source = "installation_id"
)]
pub struct Interaction {
    /// Its id.
    #[field(en = "Id", zh = "编号", zh_help = "编号。", fixed)]
    pub id: InteractionId,
    /// Whose.
    #[field(zh = "客户", zh_help = "属于哪位客户。", fixed)]
    pub customer_id: CustomerId,
    /// In which thread.
    #[field(zh = "会话", zh_help = "所在会话。", fixed)]
    pub conversation_id: Option<ConversationId>,
    /// The ticket that it belongs to.
    #[field(zh = "工单", zh_help = "所属工单。", fixed)]
    pub ticket_id: Option<TicketId>,
    /// The channel's installation.
    #[field(en = "Channel's installation", zh = "渠道安装", zh_help = "渠道的安装。", fixed)]
    pub installation_id: Option<InstallationId>,
    /// `message`, `call`, `visit`, `page-view`, `purchase`, `note`, `choice`.
    #[field(
        zh = "类型",
        zh_help = "`message`（消息）、`call`（电话）、`visit`（拜访）、`page-view`（浏览）、`purchase`（购买）、`note`（记录）或 `choice`（选择）。",
        fixed,
        example = "message"
    )]
    pub kind: String,
    /// Whether the customer did it, as against the company.
    #[field(en = "From the customer", zh = "来自客户", zh_help = "由客户发起，而非公司。", fixed)]
    pub inbound: bool,
    /// The provider's id.
    #[field(
        en = "Id at the channel",
        zh = "渠道内编号",
        zh_help = "在渠道中的编号。",
        fixed,
        example = "5512"
    )]
    pub external_id: Option<String>,
    /// The person who wrote it, of outgoing ones.
    #[field(zh = "作者", zh_help = "发出的消息由谁撰写。", fixed)]
    pub author_id: Option<UserId>,
    /// Plain text.
    #[field(zh = "内容", zh_help = "纯文本。", long, example = "我的订单还没有到")]
    pub text: String,
    /// What else the channel said.
    #[field(en = "Custom fields", zh = "自定义字段", zh_help = "渠道提供的其他信息。")]
    pub attributes: Map<String, Value>,
    /// Files that came with it, as the channel describes them.
    #[field(zh = "附件", zh_help = "随消息而来的文件，按渠道的描述。")]
    pub attachments: Vec<Value>,
    /// Of outgoing ones: how far it has got.
    #[field(en = "Delivery", zh = "投递状态", zh_help = "发出的消息的投递进度。", fixed)]
    pub status: Option<Delivery>,
    /// Why it failed.
    #[field(zh = "失败原因", zh_help = "失败的原因。", fixed)]
    pub failure: Option<String>,
    /// When it happened.
    #[field(zh = "发生时间", zh_help = "发生的时间。", fixed, sort)]
    pub occurred_at: Timestamp,
    /// When it was stored.
    #[field(zh = "创建时间", zh_help = "存入的时间。", fixed, sort_by_id)]
    pub created_at: Timestamp,
    /// Grows by one with every change.
    #[field(zh = "版本", zh_help = "每次修改加一。", fixed)]
    pub version: i64,
}

#[cfg(test)]
mod tests {
    use super::Delivery::{Delivered, Failed, Queued, Read, Sent};

    #[test]
    fn receipts_move_a_message_forward_only() {
        assert!(Queued.may_become(Sent) && Queued.may_become(Read) && Sent.may_become(Delivered));
        assert!(!Read.may_become(Delivered) && !Delivered.may_become(Sent));
        assert!(Sent.may_become(Failed) && !Delivered.may_become(Failed) && !Failed.may_become(Sent));
    }
}
