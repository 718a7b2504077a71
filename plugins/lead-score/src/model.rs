//! The point model: how much speaks for a purchase soon, and why.
//!
//! Each part has a ceiling (its weight) that it comes near and never passes: with `x` signs it gives
//! `weight * x / (x + half)`, so the first sign counts most and nobody gets hot by repeating one.

use crate::reasons::{Language, Reason};
use crate::words::{self, Topic};
use hospes_sdk::scoring::{Subject, Touch};
use hospes_sdk::{Attribute, Value};
use std::collections::BTreeMap;

/// The operator's settings.
#[derive(Debug, Clone)]
pub struct Weights {
    /// Most that asking about prices, quotes, orders gives.
    pub intent: f64,
    /// Most that getting in touch gives.
    pub activity: f64,
    /// Most that the life-cycle stage gives.
    pub stage: f64,
    /// Most that earlier orders give.
    pub orders: f64,
    /// Most that a good survey answer gives and a bad one takes.
    pub satisfaction: f64,
    /// Most that complaints take.
    pub complaints: f64,
    /// After how many days a touch counts half.
    pub half_life_days: f64,
    /// From how many points a lead is hot.
    pub hot: f64,
    /// From how many points a lead is warm.
    pub warm: f64,
    /// Words of the operator's own that speak of buying.
    pub words: Vec<String>,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            intent: 50.0,
            activity: 15.0,
            stage: 15.0,
            orders: 10.0,
            satisfaction: 10.0,
            complaints: 30.0,
            half_life_days: 14.0,
            hot: 60.0,
            warm: 30.0,
            words: Vec::new(),
        }
    }
}

/// A customer's score.
#[derive(Debug)]
pub struct Scored {
    /// 0 to 100, one decimal.
    pub value: f64,
    /// `hot`, `warm` or `cold`.
    pub grade: &'static str,
    /// Weightiest first.
    pub reasons: Vec<String>,
}

const DAY: f64 = 86_400_000_000.0;

/// Scores one customer at `now` (microseconds).
pub fn score(subject: &Subject, weights: &Weights, language: Language, now: i64) -> Scored {
    let mut reasons = Vec::new();
    touches(&subject.touches, weights, now, &mut reasons);
    figures(&subject.attributes, weights, &mut reasons);

    let sum: f64 = reasons.iter().map(|reason| reason.points).sum();
    let value = (sum.clamp(0.0, 100.0) * 10.0).round() / 10.0;
    let grade = match value {
        value if value >= weights.hot => "hot",
        value if value >= weights.warm => "warm",
        _ => "cold",
    };
    // A reason that shows as 0 explains nothing, except a refusal, which explains what isn't there.
    reasons.retain(|reason| reason.points.abs() >= 0.5 || reason.is_refusal());
    reasons.sort_by(|left, right| right.weight().total_cmp(&left.weight()));
    reasons.truncate(6);
    let mut reasons: Vec<String> = reasons.iter().map(|reason| reason.say(language)).collect();
    if reasons.is_empty() {
        reasons.push(language.nothing_yet().to_owned());
    }
    Scored { value, grade, reasons }
}

/// What the customer did. Touches come newest first.
fn touches(touches: &[Touch], weights: &Weights, now: i64, reasons: &mut Vec<Reason>) {
    let half_life = weights.half_life_days.max(0.1);
    let age = |at: i64| days(now.saturating_sub(at)).max(0.0);
    let fresh = |at: i64| (-age(at) / half_life).exp2();

    let mut topics: BTreeMap<Topic, (f64, String, f64)> = BTreeMap::new();
    let (mut intent, mut activity, mut complaints) = (0.0, 0.0, 0.0);
    let (mut contacts, mut complaint) = (0_u32, None);
    let mut refused = false;
    for touch in touches.iter().filter(|touch| touch.inbound) {
        activity += fresh(touch.at) * effort(&touch.kind);
        contacts += 1;
        if let Some(word) = words::complaint(&touch.text) {
            complaints += fresh(touch.at);
            complaint.get_or_insert((word, age(touch.at)));
            // Who complains about a price doesn't ask for one.
            continue;
        }
        if refused {
            continue;
        }
        if let Some(word) = words::refusal(&touch.text) {
            // What was asked before is void.
            refused = true;
            reasons.push(Reason::refused(word, age(touch.at)));
            continue;
        }
        if let Some((topic, word)) = words::buying(&touch.text, &weights.words) {
            let signs = topic.strength() * fresh(touch.at);
            intent += signs;
            let entry = topics.entry(topic).or_insert_with(|| (0.0, word, age(touch.at)));
            entry.0 += signs;
        }
    }
    let points = near(weights.intent, intent, 0.6);
    for (topic, (signs, word, age)) in topics {
        reasons.push(Reason::asked(points * signs / intent, topic, &word, age));
    }
    if contacts > 0 {
        reasons.push(Reason::contacts(near(weights.activity, activity, 2.0), contacts));
    }
    if let Some((word, age)) = complaint {
        reasons.push(Reason::complained(-near(weights.complaints, complaints, 0.6), word, age));
    }
}

/// What the host knows about the customer.
fn figures(attributes: &[Attribute], weights: &Weights, reasons: &mut Vec<Reason>) {
    let number = |name: &str| Attribute::find(attributes, name).and_then(Value::as_number);
    if let Some(stage) = Attribute::find(attributes, "stage").and_then(Value::as_text) {
        let share = match stage {
            "prospect" | "repeat" => 1.0,
            "customer" => 0.6,
            "lead" => 0.3,
            _ => 0.0,
        };
        reasons.push(Reason::stage(weights.stage * share, stage));
    }
    if let Some(orders) = number("orders").filter(|orders| *orders >= 1.0) {
        reasons.push(Reason::orders(near(weights.orders, orders, 2.0), orders));
    }
    if let Some(csat) = number("csat") {
        let csat = csat.clamp(0.0, 1.0);
        reasons.push(Reason::satisfaction(weights.satisfaction * (csat * 2.0 - 1.0), csat));
    }
}

/// How much it says that somebody got in touch this way.
fn effort(kind: &str) -> f64 {
    match kind {
        "message" | "call" | "purchase" => 1.0,
        "visit" => 0.6,
        "page-view" | "choice" => 0.3,
        _ => 0.0,
    }
}

/// `signs` against a ceiling that they come near; `half` signs give half of it.
fn near(ceiling: f64, signs: f64, half: f64) -> f64 {
    if signs > 0.0 { ceiling * signs / (signs + half) } else { 0.0 }
}

#[expect(clippy::cast_precision_loss, reason = "a day's fraction needs no more than 52 bits")]
fn days(microseconds: i64) -> f64 {
    microseconds as f64 / DAY
}

#[cfg(test)]
mod tests;
