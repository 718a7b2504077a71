//! The reasons, for people, in Chinese and English.

use hospes_sdk::triage::Priority;

/// In which language the reasons are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Each reason in Chinese and in English.
    Both,
    /// Chinese.
    Chinese,
    /// English.
    English,
}

impl Language {
    /// By the setting's value.
    pub fn of(setting: &str) -> Self {
        match setting {
            "zh-CN" => Self::Chinese,
            "en" => Self::English,
            _ => Self::Both,
        }
    }
}

/// Writes reasons.
pub struct Reasons {
    language: Language,
}

impl Reasons {
    /// In a language.
    pub fn new(language: Language) -> Self {
        Self { language }
    }

    /// There is nothing to read.
    pub fn no_words(&self) -> Vec<String> {
        self.both("消息中没有文字".into(), "The message has no words".into())
    }

    /// The model wasn't trained on such a text.
    pub fn foreign(&self) -> Vec<String> {
        self.both(
            "不是可识别的中文或英文，由系统内置规则判断".into(),
            "Not recognised as Chinese or English: left to the built-in rules".into(),
        )
    }

    /// The model isn't sure enough.
    pub fn unsure(&self, confidence: f64) -> Vec<String> {
        let percent = percent(confidence);
        self.both(
            format!("模型把握不足（{percent}%），由系统内置规则判断"),
            format!("The model is unsure ({percent}%): left to the built-in rules"),
        )
    }

    /// Which class it has.
    pub fn class(&self, class: &str, confidence: f64, words: &[&str]) -> Vec<String> {
        let percent = percent(confidence);
        let (chinese_class, english_class) = match class {
            "inquiry" => ("咨询", "an inquiry"),
            "complaint" => ("投诉", "a complaint"),
            "purchase" => ("购买", "a purchase"),
            "after-sales" => ("售后", "after-sales"),
            "chatter" => ("闲聊", "chatter"),
            _ => ("垃圾消息", "spam"),
        };
        self.both(
            format!("归类为{chinese_class}（把握 {percent}%）{}", chinese("，依据：", words)),
            format!("Classified as {english_class} ({percent}% sure){}", english(" because of: ", words)),
        )
    }

    /// Why it isn't as pressing as usual.
    pub fn priority(&self, priority: Priority, words: &[&str]) -> Vec<String> {
        let (chinese_priority, english_priority) = match priority {
            Priority::Urgent => ("情况紧急", "Urgent"),
            _ => ("可以稍后处理", "It can wait"),
        };
        self.both(
            format!("{chinese_priority}{}", chinese("，依据：", words)),
            format!("{english_priority}{}", english(" because of: ", words)),
        )
    }

    /// The mood is bad.
    pub fn angry(&self) -> Vec<String> {
        self.both("语气不满".into(), "The tone is angry".into())
    }

    fn both(&self, chinese: String, english: String) -> Vec<String> {
        match self.language {
            Language::Both => vec![chinese, english],
            Language::Chinese => vec![chinese],
            Language::English => vec![english],
        }
    }
}

/// No confidence is shown as certainty.
fn percent(confidence: f64) -> u8 {
    (confidence * 100.0).round().min(99.0) as u8
}

fn chinese(before: &str, words: &[&str]) -> String {
    let quoted: String = words.iter().map(|word| format!("“{word}”")).collect();
    if quoted.is_empty() { quoted } else { format!("{before}{quoted}") }
}

fn english(before: &str, words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    if quoted.is_empty() { String::new() } else { format!("{before}{}", quoted.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_name_the_words() {
        let reasons = Reasons::new(Language::Both).class("complaint", 0.998, &["投诉", "rude"]);
        let wanted = [
            "归类为投诉（把握 99%），依据：“投诉”“rude”",
            "Classified as a complaint (99% sure) because of: \"投诉\", \"rude\"",
        ];
        assert_eq!(reasons, wanted);
        let reasons = Reasons::new(Language::of("en")).priority(Priority::Low, &[]);
        assert_eq!(reasons, ["It can wait"]);
    }
}
