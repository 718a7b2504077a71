//! Plugins that know a kind of identity better than the host: they bring it into its canonical form before anything looks
//! for it. Which kinds are whose, the grant `identity:SCHEME` says.

use std::sync::Arc;

use super::driver::PluginCalls;
use crate::domain::customer::TypedIdentity;
use crate::ops::app::App;
use crate::ops::installations::note_failure;
use crate::ops::refusal::{InvalidField, Refusal};
use crate::plugins::types::{Identity, Message};
use crate::plugins::{Ability, CallError, Installation};

/// What follows the scheme of an identity that makes no sense, and that a message came with all the same.
const UNVERIFIED: &str = "-unverified";

/// Brings what somebody typed into canonical form. `place` is where the identities stand in the request; one that makes
/// no sense is refused there.
pub async fn canonical(app: &App, typed: &mut [TypedIdentity], place: &str) -> Result<(), Refusal> {
    let given = typed.iter().map(|typed| Identity {
        scheme: typed.scheme.clone(),
        issuer: typed.issuer.clone(),
        value: typed.value.clone(),
        attested: false,
    });
    let mut faults = Vec::new();
    for (index, known) in normalized(app, given.collect()).await?.into_iter().enumerate() {
        match known {
            Ok(identity) => typed[index].value = identity.value,
            Err((_, detail)) => {
                let at = if typed.len() == 1 && place.is_empty() {
                    String::new()
                } else {
                    format!("{place}/{index}")
                };
                faults.push(InvalidField { pointer: format!("{at}/value"), detail });
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Refusal::Invalid(faults)) }
}

/// Brings the senders of messages into canonical form. One that makes no sense is kept as it came, under a scheme that says
/// so: it may be all that somebody left.
pub(in crate::ops) async fn of_senders(app: &App, messages: &mut [Message]) -> Result<(), Refusal> {
    let given: Vec<Identity> = messages.iter().flat_map(|message| message.sender.iter().cloned()).collect();
    let mut known = normalized(app, given).await?.into_iter();
    for identity in messages.iter_mut().flat_map(|message| message.sender.iter_mut()) {
        match known.next() {
            Some(Ok(normalized)) => *identity = normalized,
            Some(Err((as_given, _))) => {
                let scheme = format!("{}{UNVERIFIED}", as_given.scheme);
                *identity = Identity { scheme, attested: false, ..as_given };
            }
            None => {}
        }
    }
    Ok(())
}

/// Each identity as the plugin that knows its kind has it; as it was given where none does or the plugin fails; or what the
/// plugin says against it.
async fn normalized(
    app: &App,
    given: Vec<Identity>,
) -> Result<Vec<Result<Identity, (Identity, String)>>, Refusal> {
    let mut known: Vec<_> = given.into_iter().map(Ok).collect();
    for knowing in app.known_schemes.installations(&app.db, &app.plugins).await?.iter() {
        let knows = |identity: &Result<Identity, _>| {
            identity.as_ref().is_ok_and(|identity: &Identity| knowing.grants.attests(&identity.scheme))
        };
        let places: Vec<usize> = known
            .iter()
            .enumerate()
            .filter(|(_, identity)| knows(identity))
            .map(|(place, _)| place)
            .collect();
        let asked: Vec<Identity> =
            places.iter().filter_map(|place| known[*place].as_ref().ok().cloned()).collect();
        if asked.is_empty() {
            continue;
        }
        match ask(app, knowing, asked.clone()).await {
            Ok(answers) => places.iter().zip(answers).for_each(|(place, answer)| known[*place] = Ok(answer)),
            Err(Some(reason)) if places.len() == 1 => {
                known[places[0]] = Err((asked[0].clone(), reason));
            }
            // One of several: each is asked about alone.
            Err(Some(_)) => {
                for (place, one) in places.into_iter().zip(asked) {
                    match ask(app, knowing, vec![one.clone()]).await {
                        Ok(mut answers) => known[place] = Ok(answers.remove(0)),
                        Err(Some(reason)) => known[place] = Err((one, reason)),
                        Err(None) => {}
                    }
                }
            }
            Err(None) => {}
        }
    }
    Ok(known)
}

/// One call. What it stages is dropped: it was asked what something is called, and nothing happened. The error is what the plugin
/// says against an identity; none where it failed, which its log says.
async fn ask(
    app: &App,
    knowing: &Arc<Installation>,
    asked: Vec<Identity>,
) -> Result<Vec<Identity>, Option<String>> {
    let calls = PluginCalls::of_request(app);
    let asking =
        calls.call(knowing, Ability::Identity, |call| app.plugins.normalize(knowing, call, asked.clone()));
    match asking.await {
        Ok((answers, _)) if answers.len() == asked.len() => {
            // A plugin says how an identity is written, and not whose or what it is.
            let written = asked.into_iter().zip(answers);
            Ok(written.map(|(asked, answer)| Identity { value: answer.value, ..asked }).collect())
        }
        Ok((answers, _)) => {
            let (given, back) = (asked.len(), answers.len());
            tracing::warn!(installation = %knowing.name, given, back, "identities were asked about and others answered");
            Err(None)
        }
        Err(CallError::Refused(guest)) if guest.code == "invalid" => Err(Some(guest.message)),
        Err(error) => {
            note_failure(app, knowing, "identity", &error).await;
            Err(None)
        }
    }
}
