//! `hospes:plugin/schedule`: what runs at set times.

use std::sync::Arc;

use crate::domain::clock::Timestamp;
use crate::plugins::effects::Outcome;
use crate::plugins::engine::call::{Call, Function};
use crate::plugins::error::CallError;
use crate::plugins::grants::ability::Ability;
use crate::plugins::installation::Installation;
use crate::plugins::registry::{Plugins, absent};

impl Plugins {
    /// Runs the appointment of this name, which was due at `due`.
    pub async fn run_scheduled(
        &self,
        installation: &Arc<Installation>,
        call: Call,
        name: String,
        due: Timestamp,
    ) -> Result<Outcome<()>, CallError> {
        let function = Function::of(Ability::Schedule, "run");
        self.call(installation, function, call, (name, due.as_micros()), |store, instance, exports, input| {
            Box::pin(async move {
                let guest = exports.schedule.as_ref().ok_or_else(absent)?.load(&mut *store, &instance)?;
                guest.call_run(store, &input.0, input.1).await
            })
        })
        .await
    }
}
