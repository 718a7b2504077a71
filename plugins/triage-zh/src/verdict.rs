//! From what the model believes to a verdict, and when there is none.

use hospes_sdk::triage::{Priority, Subject, Verdict};
use hospes_sdk::{Attribute, Error};

use crate::features::{Feature, Features, features};
use crate::fold::{Folding, is_shouted};
use crate::language::language;
use crate::lists::Lists;
use crate::model::{Head, Model};
use crate::reasons::{Language, Reasons};

/// The classes, in the order of the model.
pub const CLASSES: [&str; 6] = ["inquiry", "complaint", "purchase", "after-sales", "chatter", "spam"];
/// From here on they open no ticket.
const SILENT_FROM: usize = 4;
/// From this share on a message is urgent: to overlook danger costs more than to look twice.
const URGENT: f64 = 0.4;
/// A mood below this is no chatter, and is named among the reasons.
const ANGRY: f64 = -0.5;
/// What opens no ticket has at least this share of words that the model knows.
const LEAST_KNOWN: f64 = 0.5;

/// What the operator has set.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// In which language the reasons are.
    pub language: Language,
    /// Below this confidence the host's rules judge.
    pub least_confidence: f64,
    /// The same for what opens no ticket. Where the model judges everything, that becomes the likeliest other class.
    pub silent_confidence: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self { language: Language::Both, least_confidence: 0.4, silent_confidence: 0.8 }
    }
}

/// The model with the word lists.
pub struct Judge {
    model: Model,
    folding: Folding,
    tags: Lists,
    groups: Lists,
    options: Options,
}

impl Judge {
    /// Reads what is embedded.
    pub fn new(options: Options) -> Result<Self, Error> {
        Ok(Self {
            model: Model::embedded()?,
            folding: Folding::new(),
            tags: Lists::read(include_str!("tags.txt")),
            groups: Lists::read(include_str!("groups.txt")),
            options,
        })
    }

    /// The verdict on a message. Its class is empty where the model is too unsure: then the host's own rules judge.
    pub fn judge(&self, subject: &Subject) -> Verdict {
        let attribute = |name| subject.attributes.iter().find(|attribute| attribute.name == name);
        let text_of = |attribute: &'_ Attribute| attribute.value.as_text().map(str::to_owned);
        let text = match attribute("subject").and_then(text_of) {
            Some(title) if !title.is_empty() => format!("{title}\n{}", subject.text),
            _ => subject.text.clone(),
        };
        let hint = attribute("language").and_then(text_of).unwrap_or_default();
        let open_tickets = attribute("open_tickets").and_then(|attribute| attribute.value.as_integer());
        let folded = self.folding.fold(&text);
        let found = features(&folded, is_shouted(&text), &self.tags, &self.groups);
        let known = self.known(&found.all);
        let own_language = language(&folded, known);
        let sentiment = self.sentiment(&found.all);
        let reasons = Reasons::new(self.options.language);
        let mut verdict = Verdict {
            class: String::new(),
            priority: Priority::Normal,
            language: own_language.map_or(hint, str::to_owned),
            sentiment,
            tags: tags(&found),
            reasons: Vec::new(),
        };
        if !folded.chars().any(char::is_alphanumeric) {
            "chatter".clone_into(&mut verdict.class);
            verdict.priority = Priority::Low;
            verdict.reasons = reasons.no_words();
            return verdict;
        }
        let shares = self.model.class.shares(&found.all);
        let (mut class, confidence) = best(&shares);
        let doubtful = class >= SILENT_FROM
            && self.options.silent_confidence > 0.0
            && (confidence < self.options.silent_confidence
                || known < LEAST_KNOWN
                || sentiment < ANGRY
                || own_language.is_none());
        let judges_everything = self.options.least_confidence <= 0.0;
        if own_language.is_none() && !judges_everything {
            verdict.reasons = reasons.foreign();
            return verdict;
        }
        if (confidence < self.options.least_confidence || doubtful) && !judges_everything {
            verdict.reasons = reasons.unsure(confidence);
            return verdict;
        }
        if doubtful {
            (class, _) = best(&shares[..SILENT_FROM]);
        }
        let confidence = shares[class];
        CLASSES[class].clone_into(&mut verdict.class);
        let words = words(&self.model.class, class, &found.all);
        verdict.reasons = reasons.class(CLASSES[class], confidence, &words);
        if class >= SILENT_FROM {
            verdict.priority = Priority::Low;
            return verdict;
        }
        if open_tickets.is_some_and(|count| count > 0) {
            verdict.tags.push("follow-up".to_owned());
            verdict.tags.sort_unstable();
        }
        self.set_priority(&mut verdict, &found.all, &reasons);
        if sentiment < ANGRY {
            verdict.reasons.extend(reasons.angry());
        }
        verdict
    }

    fn set_priority(&self, verdict: &mut Verdict, features: &[Feature<'_>], reasons: &Reasons) {
        let shares = self.model.priority.shares(features);
        let (best, _) = best(&shares);
        let (priority, place) = match best {
            _ if shares.first().is_some_and(|urgent| *urgent >= URGENT) => (Priority::Urgent, 0),
            2 => (Priority::Low, 2),
            _ => return,
        };
        verdict.priority = priority;
        let words = words(&self.model.priority, place, features);
        verdict.reasons.extend(reasons.priority(priority, &words));
    }

    /// The share of words and Han characters that the model knows; all where there are none.
    fn known(&self, features: &[Feature<'_>]) -> f64 {
        let units = || features.iter().filter(|feature| feature.is_unit);
        let known = units().filter(|unit| self.model.class.weights(unit.hash).is_some()).count();
        if units().next().is_none() { 1.0 } else { known as f64 / units().count() as f64 }
    }

    /// From -1 to 1, in hundredths.
    fn sentiment(&self, features: &[Feature<'_>]) -> f64 {
        let any = features.iter().any(|feature| !feature.words.is_empty());
        match self.model.mood.shares(features).as_slice() {
            [bad, good] if any => ((good - bad) * 100.0).round() / 100.0,
            _ => 0.0,
        }
    }
}

/// The place of the largest share, and the share.
fn best(shares: &[f64]) -> (usize, f64) {
    let all = shares.iter().copied().enumerate();
    all.max_by(|one, other| one.1.total_cmp(&other.1)).unwrap_or_default()
}

fn tags(found: &Features<'_>) -> Vec<String> {
    let mut tags: Vec<String> = found.tags.iter().map(|(tag, _)| (*tag).to_owned()).collect();
    tags.extend(found.has_link.then(|| "link".to_owned()));
    tags.extend(found.is_loud.then(|| "shouting".to_owned()));
    tags.sort_unstable();
    tags
}

/// No more words than this are named in a reason.
const NAMED: usize = 4;
/// Words that are of no list fill a reason up to this.
const NAMED_OTHERS: usize = 2;

/// The words that speak most for an outcome and against the others: those of the lists, and others where these are few.
fn words<'a>(head: &Head, outcome: usize, features: &[Feature<'a>]) -> Vec<&'a str> {
    let telling = |feature: &&Feature<'_>| {
        let length = feature.words.chars().count();
        length > 0 && (feature.is_listed || length >= if feature.words.is_ascii() { 5 } else { 2 })
    };
    let lead = |feature: &Feature<'_>| {
        let weights: Vec<i32> = head.weights(feature.hash)?.map(i32::from).collect();
        let others = weights.iter().enumerate().filter(|(place, _)| *place != outcome);
        Some(weights.get(outcome)? - others.map(|(_, weight)| *weight).max()?)
    };
    let mut leading: Vec<(bool, i32, &'a str)> = (features.iter().filter(telling))
        .filter_map(|feature| Some((feature.is_listed, lead(feature)?, feature.words)))
        .filter(|(_, lead, _)| *lead > 0)
        .collect();
    leading.sort_by(|one, other| other.cmp(one));
    let mut named: Vec<&'a str> = Vec::new();
    for (is_listed, _, words) in leading {
        let most = if is_listed { NAMED } else { NAMED_OTHERS };
        if named.len() < most && !named.iter().any(|known| known.contains(words) || words.contains(known)) {
            named.push(words);
        }
    }
    named
}
