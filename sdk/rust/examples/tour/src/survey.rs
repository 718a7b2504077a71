//! `survey`: asks how the repair was, and reads the answers.
//!
//! `hospes_sdk::survey` has more for real ones: how often somebody is asked, and replies such as `九分，谢谢`.

use hospes_sdk::survey::{Answer, OptionLabel, Questionnaire, Reading};
use hospes_sdk::{Entity, Error, Survey, config};

use crate::Radwerk;
use crate::shop::is_chinese;

impl Survey for Radwerk {
    fn compose(ticket: Entity) -> Result<Option<Questionnaire>, Error> {
        if matches!(ticket.text("class"), Some("spam" | "chatter")) {
            return Ok(None);
        }
        let chinese = is_chinese(ticket.text("language").unwrap_or_default());
        let [question, bad, fair, good, comment] = match chinese {
            true => ["车修得满意吗？", "不满意", "一般", "满意", "还想说点什么？"],
            false => ["How was the repair?", "Bad", "Fair", "Good", "Anything to add?"],
        };
        let option = |(rating, label): (i32, &str)| OptionLabel { rating, label: label.into() };
        let minutes = config::integer("survey-delay-minutes").unwrap_or_default();
        Ok(Some(Questionnaire {
            kind: "csat".into(),
            language: if chinese { "zh-CN" } else { "en" }.into(),
            question: question.into(),
            options: [(1, bad), (2, fair), (3, good)].map(option).into(),
            comment_question: comment.into(),
            delay_ms: u32::try_from(minutes * 60_000).unwrap_or(u32::MAX),
        }))
    }

    fn read(answer: Answer) -> Result<Reading, Error> {
        let (rating, comment) = match answer.rating {
            Some(rating @ 1..=3) => (Some(rating), answer.text.trim()),
            Some(other) => return Err(Error::invalid(format!("{other} isn't one of 1, 2 and 3."))),
            // Customers also write something new while a question is open. When in doubt it is no answer, and goes on as a
            // message.
            None => reply(&answer.text).map_or((None, ""), |(rating, comment)| (Some(rating), comment)),
        };
        Ok(Reading {
            rating,
            // From 0 to 1, so that surveys of different scales compare.
            normalized: rating.map(|rating| f64::from(rating - 1) / 2.0),
            comment: comment.into(),
            tags: Vec::new(),
        })
    }
}

/// A reply such as `2, a bit slow`: the rating, and what stands behind it.
fn reply(text: &str) -> Option<(i32, &str)> {
    let text = text.trim();
    let rating = text.chars().next()?.to_digit(10).filter(|rating| (1..=3).contains(rating))?;
    let rest = &text[1..];
    let comment = rest.trim_start_matches([',', '.', '!', ' ', '，', '。', '！']);
    let alone = rest.is_empty() || comment.len() < rest.len();
    // `3 bicycles` begins with a number and a space alone, and is no answer.
    (alone && !rest.starts_with(' ')).then_some((i32::try_from(rating).ok()?, comment))
}

#[cfg(test)]
mod tests {
    use super::reply;

    #[test]
    fn a_number_of_something_is_no_rating() {
        assert_eq!(reply("3"), Some((3, "")));
        assert_eq!(reply(" 2，有点慢"), Some((2, "有点慢")));
        for other in ["", "3 bicycles", "20", "4", "3号取车", "三"] {
            assert_eq!(reply(other), None, "{other}");
        }
    }
}
