//! The few words that stand for what has none.

/// In which language a line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Simplified Chinese.
    Chinese,
    /// English.
    English,
}

impl Language {
    /// The language of a setting: `en`, otherwise Chinese.
    pub fn of(setting: Option<&str>) -> Self {
        if setting == Some("en") { Self::English } else { Self::Chinese }
    }

    /// One of two texts.
    pub fn choose(self, chinese: &str, english: &str) -> String {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
        .to_owned()
    }

    /// What stands in brackets for a kind of content; the platform's name of it where it has no word here.
    pub fn label(self, kind: &str) -> String {
        let (chinese, english) = match kind {
            "business_card" => ("名片", "contact card"),
            "channels" => ("视频号", "Channels"),
            "channels_shop_order" => ("视频号小店订单", "Channels order"),
            "channels_shop_product" => ("视频号小店商品", "Channels product"),
            "enter" => ("进入会话", "opened the chat"),
            "link" => ("链接", "link"),
            "location" => ("位置", "location"),
            "menu" => ("菜单", "menu"),
            "merged_msg" => ("聊天记录", "chat history"),
            "miniprogram" | "miniprogrampage" => ("小程序", "mini program"),
            "msgmenu" => ("菜单消息", "menu message"),
            "new-contact" => ("添加为联系人", "added as contact"),
            "note" => ("笔记", "note"),
            "page" => ("打开页面", "opened a page"),
            "recalled" => ("已撤回的消息", "message recalled"),
            "scan" => ("扫码", "scanned"),
            "subscribe" => ("关注", "subscribed"),
            other => return format!("[{other}]"),
        };
        format!("[{}]", self.choose(chinese, english))
    }
}
