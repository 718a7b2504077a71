//! `hospes:plugin/survey`: questions to customers, and what their answers mean.

use std::sync::Arc;

use crate::plugins::effects::Outcome;
use crate::plugins::engine::call::{Call, Function};
use crate::plugins::error::CallError;
use crate::plugins::grants::ability::Ability;
use crate::plugins::installation::Installation;
use crate::plugins::registry::{Plugins, absent};
use crate::plugins::types::{Answer, Entity, Questionnaire, Reading};

impl Plugins {
    /// Says what to ask when a ticket was resolved; nothing for a ticket that isn't asked about.
    pub async fn compose(
        &self,
        installation: &Arc<Installation>,
        call: Call,
        ticket: Entity,
    ) -> Result<Outcome<Option<Questionnaire>>, CallError> {
        let function = Function::of(Ability::Survey, "compose");
        self.call(installation, function, call, (ticket,), |store, instance, exports, input| {
            Box::pin(async move {
                let guest = exports.survey.as_ref().ok_or_else(absent)?.load(&mut *store, &instance)?;
                guest.call_compose(store, &input.0).await
            })
        })
        .await
    }

    /// Says what an answer means.
    pub async fn read(
        &self,
        installation: &Arc<Installation>,
        call: Call,
        answer: Answer,
    ) -> Result<Outcome<Reading>, CallError> {
        let function = Function::of(Ability::Survey, "read");
        self.call(installation, function, call, (answer,), |store, instance, exports, input| {
            Box::pin(async move {
                let guest = exports.survey.as_ref().ok_or_else(absent)?.load(&mut *store, &instance)?;
                guest.call_read(store, &input.0).await
            })
        })
        .await
    }
}
