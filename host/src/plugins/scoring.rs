//! `hospes:plugin/scoring`: scores of customers.

use std::sync::Arc;

use super::ability::Ability;
use super::call::{Call, Function};
use super::effects::Outcome;
use super::error::CallError;
use super::installation::Installation;
use super::registry::{Plugins, absent};
use super::types::{CustomerScore, ScoringSubject};

impl Plugins {
    /// Scores each customer; one may get no score, one or several.
    pub async fn score(
        &self,
        installation: &Arc<Installation>,
        call: Call,
        subjects: Vec<ScoringSubject>,
    ) -> Result<Outcome<Vec<CustomerScore>>, CallError> {
        let function = Function::of(Ability::Scoring, "score");
        self.call(installation, function, call, (subjects,), |store, instance, exports, input| {
            Box::pin(async move {
                let guest = exports.scoring.as_ref().ok_or_else(absent)?.load(&mut *store, &instance)?;
                guest.call_score(store, &input.0).await
            })
        })
        .await
    }
}
