//! API tokens: what programs show to act here, without their texts.

use serde::{Deserialize, Serialize};

use super::catalogue::Record;
use super::clock::Timestamp;
use super::ids::{PartnerUserId, TokenId, UserId};

/// What a program shows to act here. Its text is shown once and kept nowhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[record(
    kind = "token",
    right = TokensWrite,
    table = "tokens",
    en = "API token",
    zh = "API 令牌",
    zh_help = "程序访问时出示的凭证；其文本只显示一次，不会保存。",
    title = "name"
)]
pub struct Token {
    /// Its id.
    #[field(en = "Id", zh = "编号", zh_help = "编号。", fixed)]
    pub id: TokenId,
    /// What it is for.
    #[field(zh = "名称", zh_help = "用途。", fixed, sort, example = "web shop")]
    pub name: String,
    /// What it may do.
    #[field(zh = "权限范围", zh_help = "可以做什么。", fixed, length(1, 64), example = "customers:read")]
    pub scopes: Vec<String>,
    /// The person it acts for.
    #[field(en = "Acts for", zh = "代表的用户", zh_help = "所代表的用户。", fixed)]
    pub user_id: Option<UserId>,
    /// The person of a partner's it acts for.
    #[field(en = "Acts for (partner)", zh = "代表的伙伴用户", zh_help = "所代表的伙伴用户。", fixed)]
    pub partner_user_id: Option<PartnerUserId>,
    /// When it was made.
    #[field(en = "Made", zh = "创建时间", zh_help = "创建的时间。", fixed, sort_by_id)]
    pub created_at: Timestamp,
    /// When it ends.
    #[field(en = "Ends", zh = "到期时间", zh_help = "到期的时间。", fixed, sort)]
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    #[field(en = "Revoked", zh = "吊销时间", zh_help = "吊销的时间。", fixed, sort)]
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, to within some seconds; null when it hasn't been.
    #[field(
        en = "Last used",
        zh = "最近使用",
        zh_help = "最近一次使用的时间，精确到数秒；未使用过则为空。",
        fixed,
        sort
    )]
    pub last_used_at: Option<Timestamp>,
}
