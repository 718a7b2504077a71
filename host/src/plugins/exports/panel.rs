//! `hospes:plugin/panel`: panels on records' pages.

use std::sync::Arc;

use crate::domain::panel::Block;
use crate::plugins::effects::Outcome;
use crate::plugins::engine::call::{Call, Function};
use crate::plugins::engine::fault::Fault;
use crate::plugins::error::{CallError, GuestError};
use crate::plugins::grants::ability::Ability;
use crate::plugins::installation::Installation;
use crate::plugins::registry::{Plugins, absent};
use crate::plugins::types::{self, Action, PanelContext};
use crate::plugins::values::panel;

impl Plugins {
    /// Draws the panel.
    pub async fn render(
        &self,
        installation: &Arc<Installation>,
        call: Call,
        context: PanelContext,
    ) -> Result<Outcome<Vec<Block>>, CallError> {
        let function = Function::of(Ability::Panel, "render");
        let drawn = self
            .call(installation, function, call, (context,), |store, instance, exports, input| {
                Box::pin(async move {
                    let guest = exports.panel.as_ref().ok_or_else(absent)?.load(&mut *store, &instance)?;
                    guest.call_render(store, &input.0).await
                })
            })
            .await?;
        read(drawn)
    }

    /// Does what a button or a form says and draws the panel anew.
    pub async fn act(
        &self,
        installation: &Arc<Installation>,
        call: Call,
        action: Action,
    ) -> Result<Outcome<Vec<Block>>, CallError> {
        let function = Function::of(Ability::Panel, "act");
        let drawn = self
            .call(installation, function, call, (action,), |store, instance, exports, input| {
                Box::pin(async move {
                    let guest = exports.panel.as_ref().ok_or_else(absent)?.load(&mut *store, &instance)?;
                    guest.call_act(store, &input.0).await
                })
            })
            .await?;
        read(drawn)
    }
}

/// The blocks in the host's form. One that can't be drawn is the plugin's error.
fn read(drawn: Outcome<Vec<types::Block>>) -> Result<Outcome<Vec<Block>>, CallError> {
    let Outcome { value, effects, usage } = drawn;
    let wrong = |fault| {
        let message = match fault {
            Fault::Guest(error) => error.message,
            Fault::End(end) => end.to_string(),
        };
        let message = format!("the panel can't be drawn: {message}");
        CallError::Refused(GuestError {
            code: "unavailable".to_owned(),
            message,
            retry_after_ms: None,
            log: effects.log.clone(),
        })
    };
    let value = panel::blocks(value).map_err(wrong)?;
    Ok(Outcome { value, effects, usage })
}
