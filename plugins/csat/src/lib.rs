//! Asks customers how satisfied they are, on five steps, and reads what they answer.
//!
//! Here stands only what speaks to the host; the questions and the reading of answers stand in the
//! modules, which are tested without one.

mod marks;
mod phrases;
mod reading;
mod texts;
mod topics;

use hospes_sdk::survey::{Answer, Questionnaire, Reading};
use hospes_sdk::{Entity, Error, config};
use texts::Language;

struct Csat;

impl hospes_sdk::Survey for Csat {
    fn compose(ticket: Entity) -> Result<Option<Questionnaire>, Error> {
        let class = ticket.text("class").unwrap_or_default();
        let skipped: Vec<String> = config::json("skip-classes")?.unwrap_or_default();
        if matches!(class, "spam" | "chatter") || skipped.iter().any(|skipped| skipped == class) {
            return Ok(None);
        }
        let usual =
            || config::text("language").and_then(|tag| Language::of(&tag)).unwrap_or(Language::Chinese);
        let language = ticket.text("language").and_then(Language::of).unwrap_or_else(usual);
        let minutes = config::integer("delay-minutes").unwrap_or(0).clamp(0, 43_200);
        let delay = u32::try_from(minutes * 60_000).unwrap_or(u32::MAX);
        let comment = config::boolean("ask-comment").unwrap_or(true);
        Ok(Some(texts::questionnaire(class, language, comment, delay)))
    }

    fn read(answer: Answer) -> Result<Reading, Error> {
        let (rating, comment) = match answer.rating {
            Some(rating @ 1..=5) => (rating, answer.text.trim().to_owned()),
            Some(other) => {
                return Err(Error::invalid(format!(
                    "The rating {other} isn't on the scale, which runs from 1 to 5."
                )));
            }
            None => match reading::read(&answer.text) {
                Some(found) => (found.rating, found.comment),
                None => {
                    return Ok(Reading {
                        rating: None,
                        normalized: None,
                        comment: String::new(),
                        tags: Vec::new(),
                    });
                }
            },
        };
        Ok(Reading {
            rating: Some(rating),
            normalized: Some(f64::from(rating - 1) / 4.0),
            tags: topics::tags(rating, &comment),
            comment,
        })
    }
}

hospes_sdk::export!(Csat: survey);
