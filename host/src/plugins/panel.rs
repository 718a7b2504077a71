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
        self.call(installation, Function::of(Ability::Panel), call, move |store, instance, exports| {
            Box::pin(async move {
                let guest = exports.panel.as_ref().ok_or_else(absent)?.load(&mut *store, &instance)?;
                guest.call_render(store, &context).await
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
        self.call(installation, Function::of(Ability::Panel), call, move |store, instance, exports| {
            Box::pin(async move {
                let guest = exports.panel.as_ref().ok_or_else(absent)?.load(&mut *store, &instance)?;
                guest.call_act(store, &action).await
            })
        })
        .await
    }
}
