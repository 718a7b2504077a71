//! The pages' own words, in Simplified Chinese and English.

/// The words of one language.
#[derive(Debug, PartialEq, Eq)]
pub struct Texts {
    /// BCP 47.
    pub language: &'static str,
    /// The title of the page with a survey.
    pub survey_title: &'static str,
    /// Above the answers, for those who hear the page.
    pub choose: &'static str,
    /// Below the field for a comment.
    pub optional: &'static str,
    /// The button.
    pub send: &'static str,
    /// No answer was chosen.
    pub choose_one: &'static str,
    /// The answer is kept.
    pub thanks: &'static str,
    /// What one can do after that.
    pub change_hint: &'static str,
    /// The link that does it.
    pub change: &'static str,
    /// There is no such survey: the heading.
    pub unknown: &'static str,
    /// And what to do.
    pub unknown_hint: &'static str,
    /// It can't be taken now: the heading.
    pub later: &'static str,
    /// And what to do.
    pub later_hint: &'static str,
    /// The form can't be read: the heading.
    pub unreadable: &'static str,
    /// And what to do.
    pub unreadable_hint: &'static str,
}

/// Simplified Chinese.
pub const CHINESE: Texts = Texts {
    language: "zh-CN",
    survey_title: "满意度调查",
    choose: "请选择",
    optional: "可以不填",
    send: "提交",
    choose_one: "请选择一个答案。",
    thanks: "感谢您的评价！",
    change_hint: "如果想改一改，可以再答一次。",
    change: "修改评价",
    unknown: "没有找到这份调查",
    unknown_hint: "链接可能不完整，请从消息里重新打开。",
    later: "暂时无法提交",
    later_hint: "请过几分钟再试一次，您填写的内容还没有保存。",
    unreadable: "内容无法读取",
    unreadable_hint: "评价可能太长，请缩短后再提交。",
};

/// English.
pub const ENGLISH: Texts = Texts {
    language: "en",
    survey_title: "How did we do?",
    choose: "Please choose",
    optional: "Optional",
    send: "Send",
    choose_one: "Please choose one of the answers.",
    thanks: "Thank you!",
    change_hint: "If you want to change your answer, you can answer again.",
    change: "Change the answer",
    unknown: "There is no such survey",
    unknown_hint: "The link may be incomplete; please open it from the message again.",
    later: "This can't be sent right now",
    later_hint: "Please try again in a few minutes; your answer isn't saved yet.",
    unreadable: "This can't be read",
    unreadable_hint: "The comment may be too long; please shorten it and send it again.",
};

/// The words for a language, BCP 47; English where it isn't Chinese.
pub fn of(language: &str) -> &'static Texts {
    let primary = language.split(['-', '_']).next().unwrap_or_default();
    if primary.eq_ignore_ascii_case("zh") { &CHINESE } else { &ENGLISH }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_chinese_is_chinese() {
        for language in ["zh", "zh-CN", "ZH-Hans", "zh_TW"] {
            assert_eq!(of(language), &CHINESE, "{language}");
        }
        for language in ["en", "en-GB", "fr", "", "zha"] {
            assert_eq!(of(language), &ENGLISH, "{language}");
        }
    }
}
