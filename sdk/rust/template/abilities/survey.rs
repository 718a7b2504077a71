/// Asks whether the problem is solved.
impl hospes_sdk::Survey for Plugin {
    fn compose(
        ticket: hospes_sdk::Entity,
    ) -> Result<Option<hospes_sdk::survey::Questionnaire>, hospes_sdk::Error> {
        let language = hospes_sdk::Attribute::find(&ticket.attributes, "language");
        let chinese = language.and_then(|language| language.as_text()).is_some_and(|text| text.starts_with("zh"));
        let [question, yes, no] = match chinese {
            true => ["问题解决了吗？", "解决了", "没有"],
            false => ["Is the problem solved?", "Yes", "No"],
        };
        let option = |rating, label: &str| hospes_sdk::survey::OptionLabel { rating, label: label.into() };
        Ok(Some(hospes_sdk::survey::Questionnaire {
            kind: "thumbs".into(),
            language: if chinese { "zh-CN" } else { "en" }.into(),
            question: question.into(),
            options: vec![option(1, yes), option(0, no)],
            comment_question: String::new(),
            delay_ms: 0,
        }))
    }

    fn read(answer: hospes_sdk::survey::Answer) -> Result<hospes_sdk::survey::Reading, hospes_sdk::Error> {
        Ok(hospes_sdk::survey::Reading {
            rating: answer.rating,
            normalized: answer.rating.map(f64::from),
            comment: answer.text,
            tags: Vec::new(),
        })
    }
}
