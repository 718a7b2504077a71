//! Hand-offs: a ticket given from one team to another, which accepts or refuses it in time.

use serde::{Deserialize, Serialize};

use super::catalogue::Record;
use super::clock::Timestamp;
use super::ids::{HandOffId, TeamId, TicketId, UserId};
use super::words::words;

words! {
    /// Where a hand-off stands.
    pub enum HandOffStatus {
        /// The team that gets it hasn't answered; the giving one still has the ticket.
        Pending = "pending",
        /// The ticket has changed hands.
        Accepted = "accepted",
        /// The team that was to get it doesn't take it.
        Refused = "refused",
        /// Nobody answered in time.
        Overdue = "overdue",
        /// It was taken back, or the ticket was resolved, before anybody answered.
        Withdrawn = "withdrawn",
    }
}

/// Minutes until a hand-off is to be accepted where no SLA policy says otherwise.
pub const DEFAULT_MINUTES: i64 = 60;

/// A ticket on its way from one team to another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[record(
    kind = "hand-off",
    right = TicketsRead,
    table = "hand_offs",
    en = "Hand-off",
    zh = "转交",
    zh_help = "从一个团队转交给另一个团队的工单。",
    title = "note"
)]
pub struct HandOff {
    /// Its id.
    #[field(en = "Id", zh = "编号", zh_help = "编号。", fixed)]
    pub id: HandOffId,
    /// The ticket.
    #[field(zh = "工单", zh_help = "工单。", fixed)]
    pub ticket_id: TicketId,
    /// The team that gives it; none when the ticket had no team.
    #[field(zh = "转出团队", zh_help = "转出的团队；工单原无团队时为空。", fixed)]
    pub from_team_id: Option<TeamId>,
    /// Who had the ticket.
    #[field(zh = "转出人", zh_help = "原处理人。", fixed)]
    pub from_user_id: Option<UserId>,
    /// The team that is to get it.
    #[field(zh = "接收团队", zh_help = "接收的团队。", fixed)]
    pub to_team_id: TeamId,
    /// The person there who is to get it.
    #[field(zh = "接收人", zh_help = "该团队中的接收人。", fixed)]
    pub to_user_id: Option<UserId>,
    /// What the giver wants the taker to know.
    #[field(zh = "备注", zh_help = "转出人给接收人的说明。", fixed)]
    pub note: String,
    /// Where it stands.
    #[field(zh = "状态", zh_help = "当前状态。")]
    pub status: HandOffStatus,
    /// Why it was refused.
    #[field(zh = "拒绝原因", zh_help = "拒绝的原因。")]
    pub reason: Option<String>,
    /// Who handed it off, as `kind:id`.
    #[field(zh = "转交者", zh_help = "由谁转交，写作 `类型:编号`。", fixed)]
    pub handed_by: String,
    /// Who accepted, refused or withdrew it, as `kind:id`.
    #[field(zh = "答复者", zh_help = "由谁接受、拒绝或撤回，写作 `类型:编号`。")]
    pub answered_by: Option<String>,
    /// Until when it is to be accepted.
    #[field(zh = "接手期限", zh_help = "接手的期限。", fixed)]
    pub due_at: Timestamp,
    /// When it was accepted, refused or withdrawn.
    #[field(zh = "答复时间", zh_help = "接受、拒绝或撤回的时间。")]
    pub answered_at: Option<Timestamp>,
    /// When it was handed off.
    #[field(zh = "创建时间", zh_help = "转交的时间。", fixed, sort_by_id)]
    pub created_at: Timestamp,
    /// Grows by one with every change.
    #[field(zh = "版本", zh_help = "每次修改加一。", fixed)]
    pub version: i64,
}
