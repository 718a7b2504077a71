//! `hospes:plugin/panel`: panels.

use std::sync::Arc;

use super::ability::Ability;
use super::call::{Call, Function};
use super::effects::Outcome;
use super::error::CallError;
use super::installation::Installation;
use super::registry::{Plugins, absent};
use super::types::{Action, Block, PanelContext};

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
