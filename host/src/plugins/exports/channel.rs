//! `hospes:plugin/channel`: webhooks of channels.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::plugins::effects::Outcome;
use crate::plugins::engine::call::{Call, Function};
use crate::plugins::error::CallError;
use crate::plugins::grants::ability::Ability;
use crate::plugins::installation::Installation;
use crate::plugins::registry::{Plugins, absent};
use crate::plugins::types::{HttpRequest, Inbound};

impl Plugins {
    /// Reads one webhook. It has 3 seconds and no HTTP, because the provider waits.
    pub async fn receive(
        &self,
        installation: &Arc<Installation>,
        call: Call,
        request: &Arc<HttpRequest>,
    ) -> Result<Outcome<Inbound>, CallError> {
        let function = Function::of(Ability::Channel, "receive");
        let input = Parameters(Arc::clone(request));
        let outcome = self.call(installation, function, call, input, |store, instance, exports, input| {
            Box::pin(async move {
                let guest = exports.channel.as_ref().ok_or_else(absent)?.load(&mut *store, &instance)?;
                guest.call_receive(store, &input.0).await
            })
        });
        let outcome = outcome.await;
        match &outcome {
            Ok(_) => installation.gate.breaker().received(),
            Err(error) if error.is_failure() => {
                let now = self.shared().clock.now();
                let opened = installation.gate.breaker().failed_at(digest(request), now);
                if opened {
                    tracing::warn!(installation = %installation.name, "A channel fails at whatever it is handed.");
                }
            }
            Err(_) => {}
        }
        outcome
    }
}

/// The function's parameters as a transcript has them. A body may be large, so it isn't copied.
struct Parameters(Arc<HttpRequest>);

impl Serialize for Parameters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.0.as_ref(),).serialize(serializer)
    }
}

/// By what a request is known again while it fails: without its headers, which change from try to try.
fn digest(request: &HttpRequest) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&request.method, &request.path, &request.query, &request.body).hash(&mut hasher);
    hasher.finish()
}
