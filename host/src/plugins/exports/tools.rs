//! `hospes:plugin/tools`: functions offered to automations and assistants.

use std::sync::Arc;

use crate::plugins::effects::Outcome;
use crate::plugins::engine::call::{Call, Function};
use crate::plugins::error::CallError;
use crate::plugins::grants::ability::Ability;
use crate::plugins::installation::Installation;
use crate::plugins::registry::{Plugins, absent};

impl Plugins {
    /// Calls a tool; arguments and result are JSON text.
    pub async fn call_tool(
        &self,
        installation: &Arc<Installation>,
        call: Call,
        name: String,
        arguments: String,
    ) -> Result<Outcome<String>, CallError> {
        let function = Function::of(Ability::Tools, "call");
        self.call(installation, function, call, (name, arguments), |store, instance, exports, input| {
            Box::pin(async move {
                let guest = exports.tools.as_ref().ok_or_else(absent)?.load(&mut *store, &instance)?;
                guest.call_call(store, &input.0, &input.1).await
            })
        })
        .await
    }
}
