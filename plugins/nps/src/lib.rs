//! Asks customers from time to time how likely they are to recommend the company, and reads what they answer.
//!
//! Here stands only what speaks to the host; the questions and the reading of answers stand in the
//! modules, which are tested without one.

mod follow_up;
mod group;
mod reading;
mod relationship;
mod texts;

use group::Group;
use hospes_sdk::survey::{self, Answer, Asking, Language, Questionnaire, Reading, Scale};
use hospes_sdk::{Entity, Error, Event, config, records};

/// 0 (not at all likely) to 10 (extremely likely).
const SCALE: Scale = Scale::new(0, 10);

struct Nps;

impl hospes_sdk::Survey for Nps {
    fn compose(ticket: Entity) -> Result<Option<Questionnaire>, Error> {
        let Some(asking) = Asking::about(&ticket)? else { return Ok(None) };
        // Nothing can be written to its customer, who would count as asked all the same.
        if ticket.text("conversation_id").is_none() {
            return Ok(None);
        }
        if !relationship::is_ripe(&ticket)? {
            return Ok(None);
        }
        let days = config::integer("interval-days").unwrap_or(90);
        if !survey::may_ask(&ticket, asking.delay_ms, days)? {
            return Ok(None);
        }
        let company = config::text("company").unwrap_or_default();
        Ok(Some(texts::questionnaire(&asking, company.trim())))
    }

    fn read(answer: Answer) -> Result<Reading, Error> {
        survey::reading(&answer, SCALE, reading::read, |rating| Group::of(rating).tag())
    }
}

impl hospes_sdk::Hooks for Nps {
    fn on_event(event: Event) -> Result<(), Error> {
        let whom = config::text("follow-up").unwrap_or_default();
        let Some(score) = follow_up::wanted(&event, &whom)? else { return Ok(()) };
        let ticket = records::get("ticket", &score.ticket)?;
        let Some(conversation) = ticket.text("conversation_id") else { return Ok(()) };
        let usual = || config::text("language").and_then(|tag| Language::of(&tag));
        let language = ticket.text("language").and_then(Language::of).or_else(usual);
        let question = texts::follow_up(score.group, language.unwrap_or(Language::Chinese));
        records::message(conversation, question, &[]).map(|_| ())
    }
}

hospes_sdk::export!(Nps: survey, hooks);
