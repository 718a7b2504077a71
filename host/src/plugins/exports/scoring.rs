//! `hospes:plugin/scoring`: scores of customers.

use std::sync::Arc;

use crate::plugins::effects::Outcome;
use crate::plugins::engine::call::{Call, Function};
use crate::plugins::error::CallError;
use crate::plugins::grants::ability::Ability;
use crate::plugins::installation::Installation;
use crate::plugins::registry::{Plugins, absent};
use crate::plugins::types::{CustomerScore, ScoringSubject};

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
