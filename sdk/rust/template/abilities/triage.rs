/// Takes whatever asks for money back for an urgent complaint.
impl hospes_sdk::Triage for Plugin {
    fn classify(
        subjects: Vec<hospes_sdk::triage::Subject>,
    ) -> Result<Vec<hospes_sdk::triage::Verdict>, hospes_sdk::Error> {
        use hospes_sdk::triage::Priority;
        let verdicts = subjects.into_iter().map(|subject| {
            let text = subject.text.to_lowercase();
            let found = ["refund", "退款"].into_iter().find(|word| text.contains(word));
            let chinese = text.chars().any(|sign| ('\u{4e00}'..='\u{9fff}').contains(&sign));
            hospes_sdk::triage::Verdict {
                class: if found.is_some() { "complaint" } else { "inquiry" }.into(),
                priority: if found.is_some() { Priority::Urgent } else { Priority::Normal },
                language: if chinese { "zh-CN" } else { "en" }.into(),
                sentiment: if found.is_some() { -0.5 } else { 0.0 },
                tags: Vec::new(),
                reasons: found.map(str::to_owned).into_iter().collect(),
            }
        });
        Ok(verdicts.collect())
    }
}
