//! `triage`: what messages are about.

use hospes_sdk::triage::{Priority, Subject, Verdict};
use hospes_sdk::{Error, Triage, config};

use crate::Radwerk;

const BUYING: [&str; 3] = ["how much", "price", "多少钱"];

impl Triage for Radwerk {
    fn classify(subjects: Vec<Subject>) -> Result<Vec<Verdict>, Error> {
        // A setting that is a list; the manifest has its default.
        let urgent: Vec<String> = config::json("urgent-words")?.unwrap_or_default();
        let urgent: Vec<String> = urgent.iter().map(|word| word.to_lowercase()).collect();
        Ok(subjects.iter().map(|subject| judge(&subject.text.to_lowercase(), &urgent)).collect())
    }
}

fn judge(text: &str, urgent: &[String]) -> Verdict {
    let danger = urgent.iter().find(|word| text.contains(word.as_str()));
    let buying = BUYING.into_iter().find(|word| text.contains(word));
    // An empty class says "unsure": the host's own rules judge then.
    let (class, reason) = match (danger, buying) {
        (Some(word), _) => ("after-sales", Some(word.as_str())),
        (None, Some(word)) => ("purchase", Some(word)),
        (None, None) => ("", None),
    };
    Verdict {
        class: class.into(),
        priority: if danger.is_some() { Priority::Urgent } else { Priority::Normal },
        language: language(text).into(),
        sentiment: if danger.is_some() { -0.5 } else { 0.0 },
        tags: danger.map(|_| "safety".to_owned()).into_iter().collect(),
        reasons: reason.map(str::to_owned).into_iter().collect(),
    }
}

fn language(text: &str) -> &'static str {
    if text.contains(|sign| matches!(sign, '\u{4e00}'..='\u{9fff}')) {
        "zh-CN"
    } else if text.contains(|sign: char| sign.is_ascii_alphabetic()) {
        "en"
    } else {
        ""
    }
}
