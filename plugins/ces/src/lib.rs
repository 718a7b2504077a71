//! Asks customers how easy it was to have an issue handled, and reads what they answer.
//!
//! Here stands only what speaks to the host; the questions and the reading of answers stand in the
//! modules, which are tested without one.

mod reading;
mod texts;

use hospes_sdk::survey::{self, Answer, Asking, Questionnaire, Reading, Scale};
use hospes_sdk::{Entity, Error, config};

/// 1 (strongly disagree) to 7 (strongly agree).
const SCALE: Scale = Scale::new(1, 7);

struct Ces;

impl hospes_sdk::Survey for Ces {
    fn compose(ticket: Entity) -> Result<Option<Questionnaire>, Error> {
        let Some(asking) = Asking::about(&ticket)? else { return Ok(None) };
        let classes: Vec<String> = config::json("classes")?.unwrap_or_default();
        if !classes.contains(&asking.class) {
            return Ok(None);
        }
        let days = config::integer("interval-days").unwrap_or(7);
        if !survey::may_ask(&ticket, asking.delay_ms, days)? {
            return Ok(None);
        }
        let company = config::text("company").unwrap_or_default();
        Ok(Some(texts::questionnaire(&asking, company.trim())))
    }

    fn read(answer: Answer) -> Result<Reading, Error> {
        survey::reading(&answer, SCALE, reading::read, effort)
    }
}

/// The first tag of an answer.
fn effort(rating: i32) -> &'static str {
    match rating {
        ..=3 => "difficult",
        4 => "neutral",
        _ => "easy",
    }
}

hospes_sdk::export!(Ces: survey);
