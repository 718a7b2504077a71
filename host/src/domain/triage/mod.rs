//! What a message is about, by the host's own rules for Chinese and English; a `triage` plugin replaces them.
//!
//! Phrases carry weights for classes, urgency and tags (`lexicon`); a denied phrase ("not broken") doesn't count.
//! The heaviest class wins. Simplified Chinese only: traditional characters are mostly unknown to the lists.

mod language;
mod lexicon;
mod matcher;
mod phrases;
mod sentiment;
mod sentiment_words;
#[cfg(test)]
mod tests;

use super::reason::Reason;
use super::words::words;
use phrases::Findings;

words! {
    /// What a message is about.
    pub enum Class {
        /// A question.
        Inquiry = "inquiry",
        /// Somebody is dissatisfied and says so.
        Complaint = "complaint",
        /// Somebody wants to buy.
        Purchase = "purchase",
        /// Help with what was bought: repair, delivery, invoice.
        AfterSales = "after-sales",
        /// Greetings and thanks; opens no ticket.
        Chatter = "chatter",
        /// Advertising and fraud; opens no ticket.
        Spam = "spam",
    }
    /// How pressing a message is.
    pub enum Priority {
        /// Danger, the law, or somebody who can't wait.
        Urgent = "urgent",
        /// The usual.
        Normal = "normal",
        /// It can wait.
        Low = "low",
    }
}

/// What is known of a message besides its text.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// The scheme of the channel it came by, such as `telegram`.
    pub channel: &'a str,
    /// How many tickets of the customer's are open.
    pub open_tickets: i64,
    /// The language the channel gives, BCP 47; used where the text doesn't tell.
    pub language_hint: Option<&'a str>,
    /// The subject line, where the channel has one; judged with the text.
    pub subject: Option<&'a str>,
}

/// The judgement of one message.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// What it is about.
    pub class: Class,
    /// How pressing it is.
    pub priority: Priority,
    /// BCP 47: `zh-CN`, `en`, or the channel's hint; empty when unsure.
    pub language: String,
    /// From -1 (angry) to 1 (delighted).
    pub sentiment: f64,
    /// Topics, such as `refund`; sorted, without doubles.
    pub tags: Vec<String>,
    /// What led to it, with the words that were found.
    pub reasons: Vec<Reason>,
}

/// More than this many characters of a text are not judged: what a message is about stands at its beginning.
const JUDGED: usize = 4_000;
/// A mood below this makes a complaint likelier.
const ANGRY: f64 = -0.6;
/// From this urgency on a message is urgent.
const URGENT: f64 = 2.0;
/// From this weight on, advertising is believed to be spam.
const SPAM: f64 = 2.0;

/// Judges a message by the built-in rules.
pub fn classify(text: &str, context: &Context<'_>) -> Verdict {
    let whole: String = match context.subject {
        Some(subject) => [subject, "\n", text].concat(),
        None => text.to_owned(),
    };
    let whole: String = whole.chars().take(JUDGED).collect();
    let folded = fold(&whole);
    let language = language::language(&folded, context.language_hint);
    let sentiment = sentiment::sentiment(&folded);
    let mut found = phrases::find(&folded, context.channel);
    found.hear_shouting(&whole);
    if sentiment < ANGRY {
        found.add(Class::Complaint, 1.0);
    }
    if found.tags.contains("safety") && found.urgency >= URGENT {
        // Who writes about danger to life seldom just wants a repair.
        found.add(Class::Complaint, 1.0);
    }
    let class = class(&folded, &found);
    let priority = priority(class, &found);
    if context.open_tickets > 0 && !matches!(class, Class::Chatter | Class::Spam) {
        found.tags.insert("follow-up");
    }
    Verdict {
        class,
        priority,
        reasons: found.reasons(class, priority, sentiment),
        language,
        sentiment,
        tags: found.tags.iter().map(|tag| (*tag).to_owned()).collect(),
    }
}

/// The heaviest class. A tie goes to the one that costs most when it is overlooked.
fn class(folded: &str, found: &Findings) -> Class {
    if found.automatic || !folded.chars().any(char::is_alphanumeric) {
        return Class::Chatter;
    }
    let order = [Class::Complaint, Class::AfterSales, Class::Purchase, Class::Inquiry, Class::Chatter];
    let mut best = (Class::Inquiry, 0.0);
    for class in order {
        if found.weight(class) > best.1 {
            best = (class, found.weight(class));
        }
    }
    if found.weight(Class::Spam) >= SPAM && found.weight(Class::Spam) >= best.1 {
        return Class::Spam;
    }
    best.0
}

fn priority(class: Class, found: &Findings) -> Priority {
    match class {
        Class::Chatter | Class::Spam => Priority::Low,
        _ if found.urgency >= URGENT => Priority::Urgent,
        _ if found.urgency <= -1.0 => Priority::Low,
        _ => Priority::Normal,
    }
}

/// Lower case, full-width letters and signs as plain ones, typographic apostrophes as plain ones.
fn fold(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            '\u{3000}' => ' ',
            '\u{2018}' | '\u{2019}' => '\'',
            _ => c,
        })
        .map(|c| c.to_ascii_lowercase())
        .collect()
}
