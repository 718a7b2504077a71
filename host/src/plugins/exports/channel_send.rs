//! `hospes:plugin/channel-send`: messages that channels send.

use std::sync::Arc;

use crate::plugins::effects::Outcome;
use crate::plugins::engine::call::{Call, Function};
use crate::plugins::error::CallError;
use crate::plugins::grants::ability::Ability;
use crate::plugins::installation::Installation;
use crate::plugins::registry::{Plugins, absent};
use crate::plugins::types::{ConversationRequest, OutboundMessage, Sent, Started};

impl Plugins {
    /// Hands one message to the provider.
    pub async fn send(
        &self,
        installation: &Arc<Installation>,
        call: Call,
        message: OutboundMessage,
    ) -> Result<Outcome<Sent>, CallError> {
        let function = Function::of(Ability::ChannelSend, "send");
        self.call(installation, function, call, (message,), |store, instance, exports, input| {
            Box::pin(async move {
                let guest = exports.channel_send.as_ref().ok_or_else(absent)?.load(&mut *store, &instance)?;
                guest.call_send(store, &input.0).await
            })
        })
        .await
    }

    /// Opens a thread with somebody who hasn't written first.
    pub async fn start(
        &self,
        installation: &Arc<Installation>,
        call: Call,
        request: ConversationRequest,
    ) -> Result<Outcome<Started>, CallError> {
        let function = Function::of(Ability::ChannelSend, "start");
        self.call(installation, function, call, (request,), |store, instance, exports, input| {
            Box::pin(async move {
                let guest = exports.channel_send.as_ref().ok_or_else(absent)?.load(&mut *store, &instance)?;
                guest.call_start(store, &input.0).await
            })
        })
        .await
    }
}
