//! The question in words.

use crate::SCALE;
use hospes_sdk::survey::{Asking, Language, Questionnaire};

/// The words on the scale, from 1 to 7.
pub const LABELS: [[&str; 7]; 2] = [
    ["非常不同意", "不同意", "有点不同意", "中立", "有点同意", "同意", "非常同意"],
    [
        "Strongly disagree",
        "Disagree",
        "Somewhat disagree",
        "Neither agree nor disagree",
        "Somewhat agree",
        "Agree",
        "Strongly agree",
    ],
];

/// The questionnaire; `company` is who handled the issue, empty for "you".
pub fn questionnaire(asking: &Asking, company: &str) -> Questionnaire {
    let (question, comment, labels) = match asking.language {
        Language::Chinese => {
            let company = if company.is_empty() { "你们" } else { company };
            let question = format!("您是否同意这句话：“{company}让我很轻松地解决了问题。”");
            (question, "哪一步最费力？怎样可以更轻松？", LABELS[0])
        }
        Language::English => {
            let company = if company.is_empty() { "You" } else { company };
            let question = format!(
                "Do you agree with this statement? \"{company} made it easy for me to handle my issue.\""
            );
            (question, "What took the most effort, and what would have made it easier?", LABELS[1])
        }
    };
    let label = |rating: i32| {
        let place = usize::try_from(rating - 1).ok();
        format!("{rating} {}", place.and_then(|place| labels.get(place)).copied().unwrap_or_default())
    };
    Questionnaire {
        kind: "ces".into(),
        language: asking.language.tag().into(),
        question,
        options: SCALE.options(label),
        comment_question: if asking.comment { comment.into() } else { String::new() },
        delay_ms: asking.delay_ms,
    }
}
