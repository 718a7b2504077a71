//! `hospes:plugin/identity`: kinds of identities that a plugin knows better than the host.

use std::sync::Arc;

use crate::plugins::effects::Outcome;
use crate::plugins::engine::call::{Call, Function};
use crate::plugins::error::CallError;
use crate::plugins::grants::ability::Ability;
use crate::plugins::installation::Installation;
use crate::plugins::registry::{Plugins, absent};
use crate::plugins::types::Identity;

impl Plugins {
    /// Brings each identity into its one canonical form, in the same order.
    pub async fn normalize(
        &self,
        installation: &Arc<Installation>,
        call: Call,
        identities: Vec<Identity>,
    ) -> Result<Outcome<Vec<Identity>>, CallError> {
        let function = Function { http: false, ..Function::of(Ability::Identity, "normalize") };
        self.call(installation, function, call, (identities,), |store, instance, exports, input| {
            Box::pin(async move {
                let guest = exports.identity.as_ref().ok_or_else(absent)?.load(&mut *store, &instance)?;
                guest.call_normalize(store, &input.0).await
            })
        })
        .await
    }
}
