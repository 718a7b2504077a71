//! The questions in words.

use crate::SCALE;
use crate::group::Group;
use hospes_sdk::survey::{Asking, Language, Questionnaire};

/// What stands beside the ends of the scale.
pub const ENDS: [[&str; 2]; 2] = [["完全不可能", "非常可能"], ["Not at all likely", "Extremely likely"]];

/// The questionnaire; `company` is what is recommended, empty for "us".
pub fn questionnaire(asking: &Asking, company: &str) -> Questionnaire {
    let (question, reason, [lowest, highest]) = match asking.language {
        Language::Chinese => {
            let company = if company.is_empty() { "我们" } else { company };
            (
                format!("您有多大可能把{company}推荐给朋友或同事？请用 0 到 10 分表示。"),
                "您打分的主要原因是什么？（9–10 分：最喜欢哪一点；7–8 分：哪里可以更好；0–6 分：哪里让您失望）",
                ENDS[0],
            )
        }
        Language::English => {
            let company = if company.is_empty() { "us" } else { company };
            (
                format!("How likely are you to recommend {company} to a friend or colleague, from 0 to 10?"),
                "What is the main reason for your score? (9–10: what you like most; 7–8: what would make it \
                 better; 0–6: what let you down)",
                ENDS[1],
            )
        }
    };
    let label = |score: i32| match score {
        0 => format!("0 {lowest}"),
        10 => format!("10 {highest}"),
        score => score.to_string(),
    };
    Questionnaire {
        kind: "nps".into(),
        language: asking.language.tag().into(),
        question,
        options: SCALE.options(label),
        comment_question: if asking.comment { reason.into() } else { String::new() },
        delay_ms: asking.delay_ms,
    }
}

/// The question for the reason of a score, for each group.
pub fn follow_up(group: Group, language: Language) -> &'static str {
    match (language, group) {
        (Language::Chinese, Group::Promoter) => "谢谢您的高分！您最喜欢我们的哪一点？",
        (Language::Chinese, Group::Passive) => "谢谢您的评分！我们怎样做，您才会打 9 分或 10 分？",
        (Language::Chinese, Group::Detractor) => "很抱歉没有让您满意。最让您失望的是什么？",
        (Language::English, Group::Promoter) => "Thank you! What do you like most about us?",
        (Language::English, Group::Passive) => "Thank you. What would make it a 9 or a 10 for you?",
        (Language::English, Group::Detractor) => {
            "We are sorry that we let you down. What disappointed you most?"
        }
    }
}
