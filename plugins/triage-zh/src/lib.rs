//! Classifies Chinese and English customer messages by a small trained model, which is embedded.
//!
//! A message is folded into one spelling (`fold`), cut into features (`features`, `lists`), scored (`model`) and judged
//! (`verdict`). How the model was trained stands in `train/`. Here stands only what speaks to the host.

mod features;
mod fold;
mod language;
mod lists;
mod model;
mod reasons;
#[cfg(test)]
mod tests;
mod verdict;

use hospes_sdk::triage::{Subject, Verdict};
use hospes_sdk::{Error, config, log};
use reasons::Language;
use verdict::{Judge, Options};

struct TriageModel;

impl hospes_sdk::Triage for TriageModel {
    fn classify(subjects: Vec<Subject>) -> Result<Vec<Verdict>, Error> {
        let judge = Judge::new(options())?;
        let verdicts: Vec<Verdict> = subjects.iter().map(|subject| judge.judge(subject)).collect();
        for (subject, verdict) in subjects.iter().zip(&verdicts) {
            if verdict.class.is_empty() {
                log::info(&format!("{}: {}", subject.interaction, verdict.reasons.join("; ")));
            }
        }
        Ok(verdicts)
    }
}

hospes_sdk::export!(TriageModel: triage);

/// The operator's settings over the defaults.
fn options() -> Options {
    let usual = Options::default();
    Options {
        language: config::text("language").map_or(usual.language, |setting| Language::of(&setting)),
        least_confidence: config::number("least-confidence").unwrap_or(usual.least_confidence),
        silent_confidence: config::number("silent-confidence").unwrap_or(usual.silent_confidence),
    }
}
