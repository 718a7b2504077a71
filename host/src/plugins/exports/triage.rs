//! `hospes:plugin/triage`: what messages are about.

use std::sync::Arc;

use crate::plugins::effects::Outcome;
use crate::plugins::engine::call::{Call, Function};
use crate::plugins::error::CallError;
use crate::plugins::grants::ability::Ability;
use crate::plugins::installation::Installation;
use crate::plugins::registry::{Plugins, absent};
use crate::plugins::types::{TriageSubject, Verdict};

impl Plugins {
    /// Judges each message; the verdicts stand in the order of the subjects.
    pub async fn classify(
        &self,
        installation: &Arc<Installation>,
        call: Call,
        subjects: Vec<TriageSubject>,
    ) -> Result<Outcome<Vec<Verdict>>, CallError> {
        let function = Function::of(Ability::Triage, "classify");
        self.call(installation, function, call, (subjects,), |store, instance, exports, input| {
            Box::pin(async move {
                let guest = exports.triage.as_ref().ok_or_else(absent)?.load(&mut *store, &instance)?;
                guest.call_classify(store, &input.0).await
            })
        })
        .await
    }
}
