//! Scores how ready a customer is to buy, from 0 to 100, by points that can be explained.
//!
//! Here stands only what speaks to the host; words, points and reasons stand in the modules, which are
//! tested without one.

mod model;
mod reasons;
mod words;

use hospes_sdk::scoring::{CustomerScore, Subject};
use hospes_sdk::{Error, clock, config};
use model::Weights;
use reasons::Language;

struct LeadScore;

impl hospes_sdk::Scoring for LeadScore {
    fn score(subjects: Vec<Subject>) -> Result<Vec<CustomerScore>, Error> {
        let weights = weights()?;
        let language = Language::of(&config::text("language").unwrap_or_else(|| "zh-CN".into()));
        Ok(score_all(subjects, &weights, language, clock::now()))
    }
}

/// The plugin's scores with its default settings at a time in microseconds, without a host: what measurements
/// compare the sandbox with.
pub fn score_by_default(subjects: Vec<Subject>, now: i64) -> Vec<CustomerScore> {
    score_all(subjects, &Weights::default(), Language::of("zh-CN"), now)
}

fn score_all(subjects: Vec<Subject>, weights: &Weights, language: Language, now: i64) -> Vec<CustomerScore> {
    let scored = subjects.into_iter().map(|subject| {
        let scored = model::score(&subject, weights, language, now);
        CustomerScore {
            subject: subject.id,
            name: "lead".into(),
            value: scored.value,
            grade: scored.grade.into(),
            reasons: scored.reasons,
        }
    });
    scored.collect()
}

hospes_sdk::export!(LeadScore: scoring);

/// The operator's settings over the defaults.
fn weights() -> Result<Weights, Error> {
    let usual = Weights::default();
    let number = |name: &str, usual: f64| config::number(name).unwrap_or(usual);
    Ok(Weights {
        intent: number("intent-points", usual.intent),
        activity: number("activity-points", usual.activity),
        stage: number("stage-points", usual.stage),
        orders: number("order-points", usual.orders),
        satisfaction: number("satisfaction-points", usual.satisfaction),
        complaints: number("complaint-points", usual.complaints),
        half_life_days: number("half-life-days", usual.half_life_days),
        hot: number("hot", usual.hot),
        warm: number("warm", usual.warm),
        words: config::json("words")?.unwrap_or_default(),
    })
}
