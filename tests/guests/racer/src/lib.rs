//! A guest of every role: whatever it is called for, it counts, sends one request, and goes on when that was taken.

use hospes_sdk::http::{self, Piece, Request};
use hospes_sdk::{
    Assignment, Channel, ChannelSend, Entity, Error, Event, Hooks, HttpAnswer, HttpRequest, Identity,
    Inbound, Message, OutboundMessage, Partner, Scoring, Sent, Survey, Table, Triage, assignment, clock,
    config, kv, partner, scoring, survey, triage,
};

struct Racer;

hospes_sdk::export!(
    Racer: channel, channel_send, triage, assignment, scoring, survey, partner, hooks
);

/// Counts and sends a request. The server of the tests counts too before it answers, so that the first run of each call
/// finds its count changed.
fn race(role: &str) -> Result<(), Error> {
    race_with(role, String::new())
}

/// The same with a body.
fn race_with(role: &str, body: String) -> Result<(), Error> {
    kv::increment("count", 1)?;
    let server = config::text("server").unwrap_or_default();
    let answer = Request::post([Piece::text(format!("{server}/open/{role}"))])
        .header("idempotency-key", http::idempotency_key())
        .body(body)
        .send()?;
    if answer.is_success() { Ok(()) } else { Err(Error::unavailable("the server doesn't take it", None)) }
}

impl Channel for Racer {
    fn receive(request: HttpRequest) -> Result<Inbound, Error> {
        let sender = Identity {
            scheme: "test".into(),
            issuer: String::new(),
            value: "somebody".into(),
            attested: true,
        };
        let message = Message {
            external_id: request.query,
            conversation: "thread".into(),
            kind: "message".into(),
            sender: vec![sender],
            sent_at: clock::now(),
            text: "hello, I want to buy one".into(),
            attachments: Vec::new(),
            attributes: Vec::new(),
        };
        let answer = HttpAnswer { status: 200, headers: Vec::new(), body: Vec::new() };
        Ok(Inbound { answer, messages: vec![message], receipts: Vec::new(), kept: Vec::new() })
    }
}

impl ChannelSend for Racer {
    fn send(message: OutboundMessage) -> Result<Sent, Error> {
        race("channel-send")?;
        Ok(Sent { external_id: message.id, attributes: Vec::new() })
    }
}

impl Triage for Racer {
    fn classify(subjects: Vec<triage::Subject>) -> Result<Vec<triage::Verdict>, Error> {
        race("triage")?;
        let verdict = |_| triage::Verdict {
            class: "purchase".into(),
            priority: triage::Priority::Normal,
            language: "en".into(),
            sentiment: 0.0,
            tags: vec!["raced".into()],
            reasons: Vec::new(),
        };
        Ok(subjects.into_iter().map(verdict).collect())
    }
}

impl Assignment for Racer {
    fn choose(
        _ticket: Entity,
        candidates: Vec<assignment::Candidate>,
    ) -> Result<Option<assignment::Choice>, Error> {
        race("assignment")?;
        let first = candidates.into_iter().next();
        Ok(first.map(|first| assignment::Choice { user: first.user, reason: "first of the list".into() }))
    }
}

impl Scoring for Racer {
    fn score(subjects: Vec<scoring::Subject>) -> Result<Vec<scoring::CustomerScore>, Error> {
        race("scoring")?;
        let score = |subject: scoring::Subject| scoring::CustomerScore {
            subject: subject.id,
            name: "race".into(),
            value: 1.0,
            grade: "A".into(),
            reasons: Vec::new(),
        };
        Ok(subjects.into_iter().map(score).collect())
    }
}

impl Survey for Racer {
    fn compose(_ticket: Entity) -> Result<Option<survey::Questionnaire>, Error> {
        race("compose")?;
        let option = |rating: i32| survey::OptionLabel { rating, label: rating.to_string() };
        Ok(Some(survey::Questionnaire {
            kind: "csat".into(),
            language: "en".into(),
            question: "How was it?".into(),
            options: (1..=5).map(option).collect(),
            comment_question: String::new(),
            delay_ms: 0,
        }))
    }

    fn read(answer: survey::Answer) -> Result<survey::Reading, Error> {
        race("read")?;
        let normalized = answer.rating.map(|rating| f64::from(rating - 1) / 4.0);
        Ok(survey::Reading { rating: answer.rating, normalized, comment: answer.text, tags: Vec::new() })
    }
}

impl Partner for Racer {
    fn push(shares: Vec<partner::Share>) -> Result<Vec<partner::Receipt>, Error> {
        race("push")?;
        let receipt = |share: partner::Share| partner::Receipt {
            share: share.id,
            accepted: true,
            reference: "R1".into(),
            message: String::new(),
        };
        Ok(shares.into_iter().map(receipt).collect())
    }

    fn query(request: partner::QueryRequest) -> Result<Table, Error> {
        // Another request in each run: there is no answer from the run before, and the server counts again.
        let count =
            || kv::get("count").map(|count| String::from_utf8(count.unwrap_or_default()).unwrap_or_default());
        match request.name.as_str() {
            "always" => race(&format!("query-{}", count()?))?,
            _ => race("query")?,
        }
        Ok(Table { columns: Vec::new(), rows: Vec::new() })
    }
}

impl Hooks for Racer {
    fn on_event(event: Event) -> Result<(), Error> {
        race_with("hooks", event.data)
    }
}
