//! `hospes:plugin/panel`: panels.

use std::sync::Arc;

use crate::plugins::effects::Outcome;
use crate::plugins::engine::call::{Call, Function};
use crate::plugins::error::CallError;
use crate::plugins::grants::ability::Ability;
use crate::plugins::installation::Installation;
use crate::plugins::registry::{Plugins, absent};
use crate::plugins::types::{Action, Block, PanelContext};

impl Plugins {
    /// Draws the panel.
    pub async fn render(
        &self,
        installation: &Arc<Installation>,
        call: Call,
        context: PanelContext,
    ) -> Result<Outcome<Vec<Block>>, CallError> {
        let function = Function::of(Ability::Panel, "render");
        self.call(installation, function, call, (context,), |store, instance, exports, input| {
            Box::pin(async move {
                let guest = exports.panel.as_ref().ok_or_else(absent)?.load(&mut *store, &instance)?;
                guest.call_render(store, &input.0).await
            })
        })
        .await
    }

    /// Does what a button says and draws the panel anew.
    pub async fn act(
        &self,
        installation: &Arc<Installation>,
        call: Call,
        action: Action,
    ) -> Result<Outcome<Vec<Block>>, CallError> {
        let function = Function::of(Ability::Panel, "act");
        self.call(installation, function, call, (action,), |store, instance, exports, input| {
            Box::pin(async move {
                let guest = exports.panel.as_ref().ok_or_else(absent)?.load(&mut *store, &instance)?;
                guest.call_act(store, &input.0).await
            })
        })
        .await
    }
}
