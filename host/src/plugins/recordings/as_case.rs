//! A recorded call as a test case: with what it was given, and what came of it as what must come of it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::recording::Step;
use super::transcript::{Exchange, Transcript};
use crate::domain::clock::Timestamp;
use crate::plugins::cases::{Case, ExpectedExchange, ExpectedRequest, GivenError, GivenResponse};
use crate::plugins::values::wit_json;

/// A case, and what of the call it can't say.
#[derive(Debug)]
pub struct Recorded {
    /// The case.
    pub case: Case,
    /// What its author has to look after.
    pub notes: Vec<String>,
}

/// Makes a case of a transcript; says why when nothing can be made of it.
///
/// Where the call was given a secret's text, that was struck out of the transcript; the case's secret is the mark that
/// stands there, so that the two are the same again.
pub fn case_of(transcript: &Transcript, about: String) -> Result<Recorded, String> {
    let input = transcript.input.as_array();
    let input = input.ok_or("what the call was given was too long to be kept, so it makes no case")?;
    let grants = transcript.grants.iter().map(|grant| grant.parse());
    let mut kv: BTreeMap<String, Value> = BTreeMap::new();
    let mut notes: Vec<String> = Vec::new();
    let mut note = |text: &str| {
        if !notes.iter().any(|known| known == text) {
            notes.push(text.to_owned());
        }
    };
    for step in &transcript.steps {
        match step {
            // What it read first was there before it began.
            Step::Key { key, value: Some(value), .. } => {
                kv.entry(key.clone()).or_insert_with(|| wit_json::bytes(&value.0));
            }
            Step::Key { .. } | Step::Keys { .. } | Step::Usage { .. } => {}
            Step::Record { .. } | Step::Records { .. } => {
                note("the call read records, which a case has none of");
            }
            Step::Secret { .. } => {
                note("the call used a secret, whose text isn't known here: set it, and sign the input anew");
            }
        }
    }
    let mut expect = transcript.output.clone();
    if expect.get("ok").is_none() && expect.get("err").is_none() {
        note("the call came to nothing: say under `expect` what has to come of it");
        expect = serde_json::json!({"ok": null});
    }
    for cut in &transcript.cut {
        note(&format!("{cut} was too long to be kept"));
    }
    let case = Case {
        about,
        call: transcript.function.clone(),
        now: transcript.times.first().map(|micros| Timestamp::from_micros(*micros)),
        settings: transcript.settings.clone(),
        secrets: transcript.secrets.iter().map(|name| (name.clone(), format!("[secret {name}]"))).collect(),
        kv,
        grants: Some(grants.collect::<Result<_, _>>().map_err(|error| format!("a grant: {error}"))?),
        input: input.clone(),
        http: transcript.http.iter().map(exchange).collect(),
        mail: None,
        expect,
    };
    Ok(Recorded { case, notes })
}

fn exchange(sent: &Exchange) -> ExpectedExchange {
    let request = ExpectedRequest {
        method: sent.method.clone(),
        url: sent.url.clone(),
        headers: BTreeMap::new(),
        json: None,
        text: None,
        body: None,
    };
    let response = sent.status.map(|status| GivenResponse {
        status,
        headers: sent.headers.iter().cloned().collect(),
        json: None,
        text: None,
        body: sent.body.clone(),
    });
    let error = sent
        .error
        .as_ref()
        .map(|error| GivenError { code: error.code.clone(), message: error.message.clone() });
    ExpectedExchange { request, response, error }
}
