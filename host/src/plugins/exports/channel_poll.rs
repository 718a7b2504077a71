//! `hospes:plugin/channel-poll`: channels that have to ask for their messages.

use std::sync::Arc;

use crate::plugins::effects::Outcome;
use crate::plugins::engine::call::{Call, Function};
use crate::plugins::error::CallError;
use crate::plugins::grants::ability::Ability;
use crate::plugins::installation::Installation;
use crate::plugins::registry::{Plugins, absent};
use crate::plugins::types::Batch;

impl Plugins {
    /// Asks the provider for what came since the cursor.
    pub async fn poll(
        &self,
        installation: &Arc<Installation>,
        call: Call,
        cursor: Option<String>,
    ) -> Result<Outcome<Batch>, CallError> {
        let function = Function::of(Ability::ChannelPoll, "poll");
        self.call(installation, function, call, (cursor,), |store, instance, exports, input| {
            Box::pin(async move {
                let guest = exports.channel_poll.as_ref().ok_or_else(absent)?.load(&mut *store, &instance)?;
                guest.call_poll(store, input.0.as_deref()).await
            })
        })
        .await
    }
}
