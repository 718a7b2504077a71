//! The few words that stand for what has none, in the sender's language.

/// In which language a line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Simplified Chinese.
    Chinese,
    /// English.
    English,
}

impl Language {
    /// The language of a sender by its tag; the company's when Telegram doesn't tell.
    pub fn of(tag: &str, company: Self) -> Self {
        match tag {
            "" => company,
            tag if tag.starts_with("zh") => Self::Chinese,
            _ => Self::English,
        }
    }

    /// What stands in brackets for a kind of content or a word of it; the kind itself where it has no word of its own.
    pub fn label(self, kind: &str) -> String {
        let (chinese, english) = match kind {
            "chat_shared" => ("分享的群组", "shared chat"),
            "checklist" => ("清单", "checklist"),
            "contact" => ("名片", "contact"),
            "game" => ("游戏", "game"),
            "gift" | "unique_gift" | "gift_upgrade_sent" => ("礼物", "gift"),
            "giveaway" | "giveaway_winners" => ("抽奖", "giveaway"),
            "invoice" => ("账单", "invoice"),
            "live" => ("实时位置", "live location"),
            "paid_media" => ("付费内容", "paid media"),
            "passport_data" => ("身份资料", "passport data"),
            "poll" => ("投票", "poll"),
            "poll_answer" => ("投票选择", "vote"),
            "pre_checkout_query" => ("准备付款", "about to pay"),
            "purchased_paid_media" => ("已购买付费内容", "bought paid media"),
            "reaction" => ("表情回应", "reaction"),
            "refunded_payment" => ("已退款", "refunded"),
            "shipping_query" => ("收货地址", "shipping address"),
            "sticker" => ("贴纸", "sticker"),
            "story" => ("动态", "story"),
            "successful_payment" => ("已付款", "paid"),
            "users_shared" | "user_shared" => ("分享的用户", "shared users"),
            "web_app_data" => ("小程序", "web app"),
            other => return format!("[{other}]"),
        };
        match self {
            Self::Chinese => format!("[{chinese}]"),
            Self::English => format!("[{english}]"),
        }
    }
}
