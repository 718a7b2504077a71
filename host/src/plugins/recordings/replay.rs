//! Replays transcripts: the same call with the same answers of the host, and where it differs.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use wasmtime::component::Val;

use super::recording::{Played, Recording};
use super::transcript::{Transcript, effects_json, failed};
use crate::domain::clock::Timestamp;
use crate::plugins::cases::{Rehearsal, Script, Standing, invocation};
use crate::plugins::engine::call::{Call, CallId, Function, sandboxed};
use crate::plugins::engine::data::Data;
use crate::plugins::error::CallError;
use crate::plugins::grants::ability::Ability;
use crate::plugins::grants::grant::Grant;
use crate::plugins::imports::http::Wire;
use crate::plugins::keyring::Secret;
use crate::plugins::registry::Draft;
use crate::plugins::values::dynamic::{differences, json_differences};

impl Rehearsal {
    /// Makes the call of a transcript again, with what the host told it then, and says where it differs; nothing when
    /// it is the same.
    pub async fn replay(&self, transcript: &Transcript) -> Vec<String> {
        match self.again(transcript).await {
            Ok(differences) => differences,
            Err(problem) => vec![problem],
        }
    }

    async fn again(&self, transcript: &Transcript) -> Result<Vec<String>, String> {
        let (interface, function) =
            transcript.function.split_once('.').ok_or("function\n    is no INTERFACE.FUNCTION")?;
        let ability = Ability::from_interface(interface)
            .ok_or_else(|| format!("function\n    there is no interface {interface}"))?;
        let input = transcript
            .input
            .as_array()
            .ok_or("input\n    was too long to be kept, so nothing can be replayed")?;
        let start = Timestamp::from_micros(transcript.times.first().copied().unwrap_or_default());
        let wire = Wire::Script(Arc::<Script>::default());
        let shared = self.plugins().amid(Data::Case(BTreeMap::new()), wire, Arc::new(Standing(start)));
        let mut draft = Draft::detached(self.manifest().clone());
        draft.name.clone_from(&transcript.installation);
        draft.settings.clone_from(&transcript.settings);
        let grants = transcript.grants.iter().map(|grant| grant.parse::<Grant>());
        draft.grants = grants.collect::<Result<_, _>>().map_err(|error| format!("grants\n    {error}"))?;
        // What a secret made of data stands in the transcript; its text doesn't, and isn't needed.
        let secrets =
            transcript.secrets.iter().map(|name| (name.clone(), Secret::new(format!("[secret {name}]"))));
        draft.secrets = secrets.collect();
        let installation =
            self.plugins().assemble(draft, self.component()).map_err(|error| format!("{error:#}"))?;
        let recording = Played {
            steps: transcript.steps.iter().cloned().collect(),
            times: transcript.times.iter().copied().collect(),
            diverged: Vec::new(),
        };
        let http = transcript.http.iter().cloned().map(super::transcript::Exchange::into_exchange).collect();
        let call = Call::replayed(
            CallId(transcript.call),
            http,
            Recording::Replayed(Box::new(recording)),
            transcript.seeds.clone(),
        );
        let invoke = invocation(interface, function, input.clone());
        let function = Function::of(ability, "replay");
        let ran = sandboxed(&shared, &Arc::new(installation), function, call, invoke).await;
        let mut found = Vec::new();
        if !transcript.cut.is_empty() {
            found.push(format!(
                "the transcript lacks {}, which was too long to be kept",
                transcript.cut.join(", ")
            ));
        }
        match ran.outcome {
            Ok(outcome) => {
                match &outcome.value {
                    Ok(result) => differences(&transcript.output, result, "output", &mut found),
                    Err(problem) => found.push(problem.clone()),
                }
                // By its own types a refusal is a result like any other; what it staged counts for nothing.
                if !matches!(outcome.value, Ok(Val::Result(Err(_)))) {
                    compare(&transcript.effects, &effects_json(&outcome.effects), "effects", &mut found);
                }
            }
            Err(CallError::Refused(error)) => {
                let err = serde_json::json!({"err": {
                    "code": error.code, "message": error.message, "retry-after-ms": error.retry_after_ms,
                }});
                compare(&transcript.output, &err, "output", &mut found);
            }
            Err(error) => {
                let (word, message) = failed(&error);
                let before = transcript.output.pointer("/failed/what").and_then(Value::as_str);
                if before != Some(word) {
                    found.push(format!("output\n    expected {}\n    but got  {message}", transcript.output));
                }
            }
        }
        if let Recording::Replayed(played) = ran.recording {
            found.extend(played.diverged);
            let left = played.steps.len();
            if left > 0 {
                found
                    .push(format!("the host told the call {left} more things, which it doesn't ask for now"));
            }
        }
        Ok(found)
    }
}

/// Compares in both directions: what is new is a difference too.
fn compare(expected: &Value, actual: &Value, at: &str, found: &mut Vec<String>) {
    let before = found.len();
    json_differences(expected, actual, at, found);
    if found.len() == before && expected != actual {
        found.push(format!("{at}\n    expected {expected}\n    but got  {actual}"));
    }
}
