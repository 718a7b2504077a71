//! Asks customers how satisfied they are, on five steps, and reads what they answer.
//!
//! Here stands only what speaks to the host; the questions and the reading of answers stand in the
//! modules, which are tested without one.

mod marks;
mod phrases;
mod reading;
mod texts;

use hospes_sdk::survey::{self, Answer, Asking, Questionnaire, Reading, Scale};
use hospes_sdk::{Entity, Error};

struct Csat;

impl hospes_sdk::Survey for Csat {
    fn compose(ticket: Entity) -> Result<Option<Questionnaire>, Error> {
        Ok(Asking::about(&ticket)?.map(|asking| texts::questionnaire(&asking)))
    }

    fn read(answer: Answer) -> Result<Reading, Error> {
        survey::reading(&answer, Scale::STARS, reading::read, mood)
    }
}

/// The first tag of an answer.
fn mood(rating: i32) -> &'static str {
    match rating {
        ..=2 => "dissatisfied",
        3 => "neutral",
        _ => "satisfied",
    }
}

hospes_sdk::export!(Csat: survey);
