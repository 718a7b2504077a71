//! `hospes:plugin/messenger`: notifications for people who work here.

use std::sync::Arc;

use crate::plugins::effects::Outcome;
use crate::plugins::engine::call::{Call, Function};
use crate::plugins::error::CallError;
use crate::plugins::grants::ability::Ability;
use crate::plugins::installation::Installation;
use crate::plugins::registry::{Plugins, absent};
use crate::plugins::types::{StaffNotification, StaffReceipt};

impl Plugins {
    /// Hands notifications of one person over.
    pub async fn deliver(
        &self,
        installation: &Arc<Installation>,
        call: Call,
        notifications: Vec<StaffNotification>,
    ) -> Result<Outcome<Vec<StaffReceipt>>, CallError> {
        let function = Function::of(Ability::Messenger, "deliver");
        self.call(installation, function, call, (notifications,), |store, instance, exports, input| {
            Box::pin(async move {
                let guest = exports.messenger.as_ref().ok_or_else(absent)?.load(&mut *store, &instance)?;
                guest.call_deliver(store, &input.0).await
            })
        })
        .await
    }
}
