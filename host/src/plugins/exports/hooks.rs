//! `hospes:plugin/hooks`: reactions to events.

use std::sync::Arc;

use crate::plugins::effects::Outcome;
use crate::plugins::engine::call::{Call, Function};
use crate::plugins::error::CallError;
use crate::plugins::grants::ability::Ability;
use crate::plugins::installation::Installation;
use crate::plugins::registry::{Plugins, absent};
use crate::plugins::types::Event;

impl Plugins {
    /// Tells of one event.
    pub async fn on_event(
        &self,
        installation: &Arc<Installation>,
        call: Call,
        event: Event,
    ) -> Result<Outcome<()>, CallError> {
        let function = Function::of(Ability::Hooks, "on-event");
        self.call(installation, function, call, (event,), |store, instance, exports, input| {
            Box::pin(async move {
                let guest = exports.hooks.as_ref().ok_or_else(absent)?.load(&mut *store, &instance)?;
                guest.call_on_event(store, &input.0).await
            })
        })
        .await
    }
}
