//! Whether a score that came is followed by a question for its reason.

use crate::group::Group;
use hospes_sdk::serde_json::{self, Value as Json};
use hospes_sdk::{Error, Event};

/// A score whose reason is asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Score {
    /// The ticket that the survey was about.
    pub ticket: String,
    /// Whose reason it is.
    pub group: Group,
}

/// The score in an event `survey.answered`, if its reason is to be asked for in the chat: a first score, of who is to be
/// asked (`nobody`, `detractors`, `everybody`), that came without a comment. The survey's page asks by itself, and what a
/// colleague entered was not given in a chat. None also for a survey of another plugin, whose data isn't readable.
pub fn wanted(event: &Event, whom: &str) -> Result<Option<Score>, Error> {
    let elsewhere = ["respondent:", "person:", "token:", "user:"];
    if event.kind != "survey.answered" || elsewhere.iter().any(|kind| event.actor.starts_with(kind)) {
        return Ok(None);
    }
    let data: Json = serde_json::from_str(&event.data)?;
    let (old, new) = (&data["rating"]["old"], &data["rating"]["new"]);
    let commented = data["comment"].as_str().is_some_and(|comment| !comment.trim().is_empty());
    let (Some(ticket), Some(score), true, false) =
        (data["ticket_id"].as_str(), new.as_i64(), old.is_null(), commented)
    else {
        return Ok(None);
    };
    let group = Group::of(i32::try_from(score).unwrap_or(0));
    let asked = match whom {
        "everybody" => true,
        "nobody" => false,
        _ => group == Group::Detractor,
    };
    Ok(asked.then(|| Score { ticket: ticket.to_owned(), group }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(actor: &str, data: &str) -> Event {
        Event {
            id: "e".into(),
            kind: "survey.answered".into(),
            subject_kind: "survey".into(),
            subject_id: "s".into(),
            at: 0,
            sequence: 1,
            actor: actor.into(),
            data: data.into(),
        }
    }

    #[test]
    fn a_first_score_in_a_chat_is_followed_up() {
        let low = r#"{"ticket_id": "t", "rating": {"old": null, "new": 3}, "comment": null}"#;
        let asked = wanted(&event("system", low), "detractors").unwrap();
        assert_eq!(asked, Some(Score { ticket: "t".into(), group: Group::Detractor }));
        assert_eq!(wanted(&event("system", low), "nobody").unwrap(), None);
        let high = r#"{"ticket_id": "t", "rating": {"old": null, "new": 9}}"#;
        assert_eq!(wanted(&event("system", high), "detractors").unwrap(), None);
        let asked = wanted(&event("system", high), "everybody").unwrap();
        assert_eq!(asked.map(|score| score.group), Some(Group::Promoter));
    }

    #[test]
    fn nobody_is_asked_twice_or_elsewhere() {
        let low = r#"{"ticket_id": "t", "rating": {"old": null, "new": 3}}"#;
        for (actor, data) in [
            ("respondent:s", low),
            ("person:p", low),
            ("system", r#"{"ticket_id": "t", "rating": {"old": 2, "new": 3}}"#),
            ("system", r#"{"ticket_id": "t", "rating": {"old": null, "new": 3}, "comment": "慢"}"#),
            ("system", "{}"),
        ] {
            assert_eq!(wanted(&event(actor, data), "everybody").unwrap(), None, "{actor} {data}");
        }
    }
}
