//! Finds the phrases of the lexicon in a message and tells what they weigh.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::json;

use super::lexicon::{AUTOMATIC, CLASSES, DENIALS, QUESTIONS, TAGS, URGENCY};
use super::matcher::Matcher;
use super::{Class, Priority};
use crate::domain::reason::{Reason, ReasonCode};

#[derive(Clone, Copy)]
enum Signal {
    Class(Class, f64),
    Urgency(f64),
    Tag(&'static str),
    Denial,
    /// Hides the denial inside it.
    Question,
    Automatic,
}

static PHRASES: LazyLock<Matcher<Signal>> = LazyLock::new(|| {
    let each = |words: &'static str, signal: Signal| words.split('/').map(move |word| (word, signal));
    Matcher::new(
        (CLASSES.iter())
            .flat_map(|(class, weight, words)| each(words, Signal::Class(*class, *weight)))
            .chain(URGENCY.iter().flat_map(|(weight, words)| each(words, Signal::Urgency(*weight))))
            .chain(TAGS.iter().flat_map(|(tag, words)| each(words, Signal::Tag(tag))))
            .chain(each(DENIALS, Signal::Denial))
            .chain(each(QUESTIONS, Signal::Question))
            .chain(each(AUTOMATIC, Signal::Automatic)),
    )
});

/// How many bytes may stand between a denial and what it denies: two Han characters, or one short word.
const DENIAL_REACH: usize = 7;
/// No phrase is longer than this many bytes, so that what covers or denies a phrase begins this close before it.
const WINDOW: usize = 96;
/// No more words than this are named in a reason.
const NAMED: usize = 6;

/// What was found in a message.
#[derive(Default)]
pub(super) struct Findings {
    weights: [f64; 6],
    words: Vec<(Class, &'static str)>,
    pressing: Vec<&'static str>,
    patient: Vec<&'static str>,
    denied: Vec<&'static str>,
    links: usize,
    shouted: bool,
    /// How pressing it is; below nought it can wait.
    pub(super) urgency: f64,
    /// Topics.
    pub(super) tags: BTreeSet<&'static str>,
    /// Whether a program wrote it.
    pub(super) automatic: bool,
}

struct Hit {
    from: usize,
    to: usize,
    word: &'static str,
    signal: Signal,
}

/// Looks through a text that is folded to lower case.
pub(super) fn find(folded: &str, channel: &str) -> Findings {
    let hits: Vec<Hit> = folded
        .char_indices()
        .flat_map(|(from, _)| {
            PHRASES.at(folded, from).map(move |(word, signal)| Hit {
                from,
                to: from + word.len(),
                word,
                signal: *signal,
            })
        })
        .collect();
    let mut found = Findings::default();
    for hit in &hits {
        found.take(hit, around(&hits, hit), folded);
    }
    found.links = folded.matches("http://").count()
        + folded.matches("https://").count()
        + folded.matches("www.").count();
    if found.links > 0 {
        // A mail's signature often carries a link.
        found.add(Class::Spam, if channel == "email" { 0.3 } else { 1.0 });
        found.tags.insert("link");
    }
    found
}

/// The hits that begin in the window before a hit or with it; hits are sorted by where they begin.
fn around<'a>(hits: &'a [Hit], hit: &Hit) -> &'a [Hit] {
    let from = hits.partition_point(|other| other.from + WINDOW < hit.from);
    let to = hits.partition_point(|other| other.from <= hit.from);
    &hits[from..to]
}

impl Findings {
    /// How much speaks for a class.
    pub(super) fn weight(&self, class: Class) -> f64 {
        self.weights[class as usize]
    }

    /// Lets something more speak for a class.
    pub(super) fn add(&mut self, class: Class, weight: f64) {
        self.weights[class as usize] += weight;
    }

    /// Exclamation marks and capitals, which the folded text no longer has.
    pub(super) fn hear_shouting(&mut self, text: &str) {
        let marks = text.chars().filter(|c| matches!(c, '!' | '！')).count();
        let letters = text.chars().filter(char::is_ascii_alphabetic).count();
        let capitals = text.chars().filter(char::is_ascii_uppercase).count();
        let capitals_only = letters >= 12 && capitals * 10 >= letters * 8;
        self.shouted = marks >= 3 || capitals_only;
        if self.shouted {
            self.urgency += 0.8;
            self.tags.insert("shouting");
        }
    }

    fn take(&mut self, hit: &Hit, hits: &[Hit], folded: &str) {
        let inside = |other: &Hit| {
            other.from <= hit.from && other.to >= hit.to && other.to - other.from > hit.to - hit.from
        };
        let covered =
            |same: fn(&Signal) -> bool| hits.iter().any(|other| same(&other.signal) && inside(other));
        match hit.signal {
            Signal::Tag(tag) => {
                self.tags.insert(tag);
            }
            Signal::Automatic => self.automatic = true,
            Signal::Denial | Signal::Question => {}
            Signal::Class(class, weight) => {
                if covered(|signal| matches!(signal, Signal::Class(..))) || self.counted(class, hit.word) {
                    return;
                }
                if matches!(class, Class::Complaint | Class::AfterSales) && denied(hit, hits, folded) {
                    if !self.denied.contains(&hit.word) {
                        self.denied.push(hit.word);
                    }
                    return;
                }
                self.add(class, weight);
                self.words.push((class, hit.word));
            }
            Signal::Urgency(weight) => {
                if covered(|signal| matches!(signal, Signal::Urgency(_)))
                    || self.pressing.contains(&hit.word)
                    || self.patient.contains(&hit.word)
                    || denied(hit, hits, folded)
                {
                    return;
                }
                self.urgency += weight;
                if weight < 0.0 {
                    self.patient.push(hit.word);
                } else {
                    self.pressing.push(hit.word);
                }
            }
        }
    }

    /// Saying a word twice doesn't make it truer.
    fn counted(&self, class: Class, word: &str) -> bool {
        self.words.iter().any(|(known, found_word)| *known == class && *found_word == word)
    }

    /// What led to the verdict.
    pub(super) fn reasons(&self, class: Class, priority: Priority, sentiment: f64) -> Vec<Reason> {
        let mut reasons = Vec::new();
        let mut name = |code: ReasonCode, words: &[&str]| {
            if !words.is_empty() {
                let words = &words[..words.len().min(NAMED)];
                reasons.push(Reason::of(code, &json!({"class": class, "words": words})));
            }
        };
        let of_class: Vec<&str> =
            (self.words.iter()).filter(|(of, _)| *of == class).map(|(_, word)| *word).collect();
        name(ReasonCode::ClassWords, &of_class);
        if priority == Priority::Urgent {
            name(ReasonCode::UrgentWords, &self.pressing);
        }
        if priority == Priority::Low {
            name(ReasonCode::PatientWords, &self.patient);
        }
        name(ReasonCode::DeniedWords, &self.denied);
        let mut say = |holds: bool, code: ReasonCode| {
            if holds {
                reasons.push(Reason::plain(code));
            }
        };
        say(self.automatic, ReasonCode::Automatic);
        say(class == Class::Spam && self.links > 0, ReasonCode::Link);
        say(self.shouted, ReasonCode::Shouting);
        say(sentiment < super::ANGRY, ReasonCode::Angry);
        if reasons.is_empty() {
            let wordless = class == Class::Chatter;
            let code = if wordless { ReasonCode::NoWords } else { ReasonCode::NoKnownWords };
            reasons.push(Reason::plain(code));
        }
        reasons
    }
}

/// Whether a denial that no question hides stands close before the hit, in the same clause.
fn denied(hit: &Hit, hits: &[Hit], folded: &str) -> bool {
    hits.iter().any(|denial| {
        matches!(denial.signal, Signal::Denial)
            && denial.to <= hit.from
            && hit.from - denial.to <= DENIAL_REACH
            && !folded[denial.to..hit.from].contains([',', '.', '!', '?', ';', '。', '、', '\n'])
            && !hits.iter().any(|other| {
                matches!(other.signal, Signal::Question | Signal::Class(..))
                    && other.from <= denial.from
                    && other.to >= denial.to
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_fits_the_window_and_can_be_found() {
        let lists = (CLASSES.iter().map(|(.., words)| *words))
            .chain(URGENCY.iter().map(|(_, words)| *words))
            .chain(TAGS.iter().map(|(_, words)| *words))
            .chain([DENIALS, QUESTIONS, AUTOMATIC]);
        for word in lists.flat_map(|words| words.split('/')) {
            assert!(!word.is_empty() && word.len() + DENIAL_REACH <= WINDOW, "{word:?}");
            assert_eq!(super::super::fold(word), word, "a phrase stands in lower case and plain signs");
            assert_eq!(word.trim(), word);
        }
    }
}
