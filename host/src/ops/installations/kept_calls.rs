//! Calls of plugins that were kept, for whoever may see what customers wrote in them.

use crate::domain::actor::Permission;
use crate::domain::ids::{InstallationId, PluginCallId};
use crate::ops::installations;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::plugins::recordings::transcript::OUTCOMES;
use crate::store::db::Tx;
use crate::store::page::{Page, PageRequest};
use crate::store::plugin_calls::{self, PluginCall};

/// An installation's calls with this outcome or any, the newest first.
pub async fn list(
    tx: &mut Tx,
    ctx: &RequestContext,
    of: InstallationId,
    outcome: Option<&str>,
    page: PageRequest,
) -> Result<Page<PluginCall>, Refusal> {
    ctx.require(Permission::CallsRead)?;
    installations::there(tx, of).await?;
    if let Some(outcome) = outcome
        && !OUTCOMES.contains(&outcome)
    {
        let detail = format!("there is no outcome {outcome:?}; there are: {}", OUTCOMES.join(", "));
        return Err(Refusal::invalid("/outcome", detail));
    }
    Ok(plugin_calls::list(tx, of, outcome, page).await?)
}

/// One call with its transcript as JSON.
pub async fn get(
    tx: &mut Tx,
    ctx: &RequestContext,
    of: InstallationId,
    id: PluginCallId,
) -> Result<(PluginCall, String), Refusal> {
    ctx.require(Permission::CallsRead)?;
    let found = plugin_calls::get(tx, of, id).await?;
    found.ok_or_else(|| Refusal::not_found("kept call", id))
}
