//! `hospes:plugin/schedule`: what runs at set times.

use std::sync::Arc;

use super::ability::Ability;
use super::call::{Call, Function};
use super::effects::Outcome;
use super::error::CallError;
use super::installation::Installation;
use super::registry::{Plugins, absent};
use crate::domain::clock::Timestamp;

impl Plugins {
    /// Runs the appointment of this name, which was due at `due`.
    pub async fn run_scheduled(
        &self,
        installation: &Arc<Installation>,
        call: Call,
        name: String,
        due: Timestamp,
    ) -> Result<Outcome<()>, CallError> {
        self.call(installation, Function::of(Ability::Schedule), call, move |store, instance, exports| {
            Box::pin(async move {
                let guest = exports.schedule.as_ref().ok_or_else(absent)?.load(&mut *store, &instance)?;
                guest.call_run(store, &name, due.as_micros()).await
            })
        })
        .await
    }
}
