//! The question in words, for each class of ticket and language.

use hospes_sdk::survey::{Asking, Language, Questionnaire, Scale};

/// The words on the scale, from 1 to 5.
pub const LABELS: [[&str; 5]; 2] = [
    ["很不满意", "不满意", "一般", "满意", "很满意"],
    ["Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied"],
];

/// The questionnaire for a ticket.
pub fn questionnaire(asking: &Asking) -> Questionnaire {
    let (question, comment_question, labels) = match asking.language {
        Language::Chinese => {
            let question = match asking.class.as_str() {
                "complaint" => "您反映的问题已经处理完毕。您对处理结果的满意程度如何？",
                "purchase" => "感谢您的选购。您对这次购买过程的满意程度如何？",
                "after-sales" => "您的售后服务已经完成。您对这次服务的满意程度如何？",
                "inquiry" => "您咨询的问题已经答复。您对我们的解答满意程度如何？",
                _ => "您的需求已经处理完毕。您对我们的服务满意程度如何？",
            };
            // It goes with each answer, from the worst to the best.
            (question, "您这样评价的主要原因是什么？", LABELS[0])
        }
        Language::English => {
            let question = match asking.class.as_str() {
                "complaint" => "We have dealt with your complaint. How satisfied are you with the outcome?",
                "purchase" => "Thank you for your order. How satisfied are you with the buying experience?",
                "after-sales" => "Your service request is done. How satisfied are you with the service?",
                "inquiry" => "We have answered your question. How satisfied are you with our answer?",
                _ => "Your request is done. How satisfied are you with our service?",
            };
            (question, "What is the main reason for your rating?", LABELS[1])
        }
    };
    let label = |rating: i32| {
        usize::try_from(rating - 1).ok().and_then(|place| labels.get(place)).copied().unwrap_or_default()
    };
    Questionnaire {
        kind: "csat".into(),
        language: asking.language.tag().into(),
        question: question.into(),
        options: Scale::STARS.options(|rating| label(rating).to_owned()),
        comment_question: if asking.comment { comment_question.into() } else { String::new() },
        delay_ms: asking.delay_ms,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(class: &str, language: Language, comment: bool, delay_ms: u32) -> Questionnaire {
        questionnaire(&Asking { class: class.into(), language, delay_ms, comment })
    }

    #[test]
    fn the_scale_runs_from_1_to_5_in_the_tickets_language() {
        let chinese = asked("complaint", Language::Chinese, true, 60_000);
        assert!(chinese.question.contains("您反映的问题"));
        let scale: Vec<(i32, &str)> =
            chinese.options.iter().map(|option| (option.rating, option.label.as_str())).collect();
        assert_eq!(scale, [(1, "很不满意"), (2, "不满意"), (3, "一般"), (4, "满意"), (5, "很满意")]);
        assert_eq!((chinese.language.as_str(), chinese.delay_ms), ("zh-CN", 60_000));
        let english = asked("other", Language::English, false, 0);
        assert_eq!(english.options[4].label, "Very satisfied");
        assert!(english.comment_question.is_empty());
    }

    #[test]
    fn each_class_is_asked_in_its_own_words() {
        for language in [Language::Chinese, Language::English] {
            let questions: std::collections::BTreeSet<String> =
                ["inquiry", "complaint", "purchase", "after-sales", "x"]
                    .iter()
                    .map(|class| asked(class, language, true, 0).question)
                    .collect();
            assert_eq!(questions.len(), 5);
        }
    }
}
