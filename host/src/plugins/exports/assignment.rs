//! `hospes:plugin/assignment`: who takes a ticket.

use std::sync::Arc;

use crate::plugins::effects::Outcome;
use crate::plugins::engine::call::{Call, Function};
use crate::plugins::error::CallError;
use crate::plugins::grants::ability::Ability;
use crate::plugins::installation::Installation;
use crate::plugins::registry::{Plugins, absent};
use crate::plugins::types::{Assignee, Candidate, Entity};

impl Plugins {
    /// Chooses among the candidates, or none of them.
    pub async fn choose(
        &self,
        installation: &Arc<Installation>,
        call: Call,
        ticket: Entity,
        candidates: Vec<Candidate>,
    ) -> Result<Outcome<Option<Assignee>>, CallError> {
        let function = Function::of(Ability::Assignment, "choose");
        self.call(installation, function, call, (ticket, candidates), |store, instance, exports, input| {
            Box::pin(async move {
                let guest = exports.assignment.as_ref().ok_or_else(absent)?.load(&mut *store, &instance)?;
                guest.call_choose(store, &input.0, &input.1).await
            })
        })
        .await
    }
}
