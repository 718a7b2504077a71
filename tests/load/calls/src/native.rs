//! The same scoring without a sandbox.

use std::hint::black_box;
use std::time::{Duration, Instant};

use hospes::plugins::types::{self, CustomerScore, ScoringSubject};
use hospes_sdk::scoring::{Subject, Touch};
use hospes_sdk::{Attribute, Money, Value};

/// The time of the measured customers, in microseconds since 1970.
const NOW: i64 = 1_767_600_000_000_000;

/// How long one call of so many takes. The subjects are copied outside of it, as a caller hands them over.
pub fn time(subjects: &[ScoringSubject], calls: u32) -> Duration {
    let inputs: Vec<Vec<Subject>> = (0..calls).map(|_| subjects.iter().map(owned).collect()).collect();
    let start = Instant::now();
    for input in inputs {
        black_box(hospes_plugin_lead_score::score_by_default(input, NOW));
    }
    start.elapsed() / calls
}

/// Scores, in the host's types.
pub fn score(subjects: &[ScoringSubject]) -> Vec<CustomerScore> {
    let scores = hospes_plugin_lead_score::score_by_default(subjects.iter().map(owned).collect(), NOW);
    let score = |score: hospes_sdk::scoring::CustomerScore| CustomerScore {
        subject: score.subject,
        name: score.name,
        value: score.value,
        grade: score.grade,
        reasons: score.reasons,
    };
    scores.into_iter().map(score).collect()
}

fn owned(subject: &ScoringSubject) -> Subject {
    let attribute = |attribute: &types::Attribute| Attribute {
        name: attribute.name.clone(),
        value: match &attribute.value {
            types::Value::None => Value::None,
            types::Value::Boolean(flag) => Value::Boolean(*flag),
            types::Value::Integer(number) => Value::Integer(*number),
            types::Value::Number(number) => Value::Number(*number),
            types::Value::Text(text) => Value::Text(text.clone()),
            types::Value::Time(at) => Value::Time(*at),
            types::Value::Date(day) => Value::Date(day.clone()),
            types::Value::Money(money) => Value::Money(Money::new(&money.amount, &money.currency)),
            types::Value::Json(json) => Value::Json(json.clone()),
        },
    };
    let touch = |touch: &types::Touch| Touch {
        kind: touch.kind.clone(),
        inbound: touch.inbound,
        at: touch.at,
        text: touch.text.clone(),
    };
    Subject {
        id: subject.id.clone(),
        attributes: subject.attributes.iter().map(attribute).collect(),
        touches: subject.touches.iter().map(touch).collect(),
    }
}
