/// Scores customers by how often they wrote.
impl hospes_sdk::Scoring for Plugin {
    fn score(
        subjects: Vec<hospes_sdk::scoring::Subject>,
    ) -> Result<Vec<hospes_sdk::scoring::CustomerScore>, hospes_sdk::Error> {
        let scores = subjects.into_iter().map(|subject| {
            let written = subject.touches.iter().filter(|touch| touch.inbound).count();
            hospes_sdk::scoring::CustomerScore {
                subject: subject.id,
                name: "activity".into(),
                value: written as f64,
                grade: if written > 2 { "hot" } else { "cold" }.into(),
                reasons: vec![format!("has written {written} times")],
            }
        });
        Ok(scores.collect())
    }
}
