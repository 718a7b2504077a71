//! `hospes:plugin/hooks`: reactions to events.

use std::sync::Arc;

use super::ability::Ability;
use super::call::{Call, Function};
use super::effects::Outcome;
use super::error::CallError;
use super::installation::Installation;
use super::registry::{Plugins, absent};
use super::types::Event;

impl Plugins {
    /// Tells of one event.
    pub async fn on_event(
        &self,
        installation: &Arc<Installation>,
        call: Call,
        event: Event,
    ) -> Result<Outcome<()>, CallError> {
        self.call(installation, Function::of(Ability::Hooks), call, move |store, instance, exports| {
            Box::pin(async move {
                let guest = exports.hooks.as_ref().ok_or_else(absent)?.load(&mut *store, &instance)?;
                guest.call_on_event(store, &event).await
            })
        })
        .await
    }
}
