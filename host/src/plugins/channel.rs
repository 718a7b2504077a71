//! `hospes:plugin/channel`: webhooks of channels.

use std::sync::Arc;

use super::ability::Ability;
use super::call::{Call, Function};
use super::effects::Outcome;
use super::error::CallError;
use super::installation::Installation;
use super::registry::{Plugins, absent};
use super::types::{HttpRequest, Inbound};

impl Plugins {
    /// Reads one webhook. It has 3 seconds and no HTTP, because the provider waits.
    pub async fn receive(
        &self,
        installation: &Arc<Installation>,
        call: Call,
        request: HttpRequest,
    ) -> Result<Outcome<Inbound>, CallError> {
        let function = Function::of(Ability::Channel, "receive");
        self.call(installation, function, call, (request,), |store, instance, exports, input| {
            Box::pin(async move {
                let guest = exports.channel.as_ref().ok_or_else(absent)?.load(&mut *store, &instance)?;
                guest.call_receive(store, &input.0).await
            })
        })
        .await
    }
}
