//! Tools that plugins offer: functions with a JSON Schema, called by who may, with what the installation is granted.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::driver::{LATER_MS, PluginCalls, refused};
use super::effects::StagedEffects;
use crate::domain::actor::Permission;
use crate::domain::event::{Cause, Subject};
use crate::domain::ids::InstallationId;
use crate::ops::app::App;
use crate::ops::installations::note_failure;
use crate::ops::refusal::{InvalidField, Refusal};
use crate::ops::request_context::RequestContext;
use crate::plugins::package::manifest::{Tool, schema};
use crate::plugins::{Ability, Installation};

/// What a repeated call is known by.
const OPERATION: &str = "tools.call";
/// A call of a tool.
#[derive(Debug, Clone, Serialize)]
pub struct ToolCall {
    /// Whose.
    pub installation: InstallationId,
    /// Which.
    pub name: String,
    /// Its arguments, as the tool's own schema has them.
    pub arguments: Map<String, Value>,
}

/// The tools that an installation offers.
pub async fn list(app: &App, ctx: &RequestContext, id: InstallationId) -> Result<Vec<Tool>, Refusal> {
    ctx.require(Permission::ToolsCall)?;
    let found = app.plugins.installation(&mut app.db.read().await?, &id.to_string()).await?;
    let found = found.ok_or_else(|| Refusal::not_found("installation", id))?;
    Ok(found.manifest.tools.clone())
}

/// Calls a tool. What it changes, its result, and that it was called become durable together.
pub async fn call(app: &App, ctx: &RequestContext, asked: ToolCall) -> Result<Value, Refusal> {
    ctx.require(Permission::ToolsCall)?;
    let found = app.plugins.installation(&mut app.db.read().await?, &asked.installation.to_string()).await?;
    let installation = found.ok_or_else(|| Refusal::not_found("installation", asked.installation))?;
    let tool = installation.manifest.tools.iter().find(|tool| tool.name == asked.name).cloned();
    let tool = tool.ok_or_else(|| Refusal::not_found("tool", &asked.name))?;
    if !installation.enabled {
        let detail = "the installation is switched off; enable it to call its tools";
        return Err(Refusal::Conflict(detail.to_owned()));
    }
    held_to("/arguments", &tool.arguments, &Value::Object(asked.arguments.clone())).await?;
    if let Some(result) = app.answered(ctx, OPERATION, &asked).await? {
        return Ok(result);
    }
    let calls = PluginCalls::of_request(app);
    calls.until_applied(async || made(&calls, ctx, &installation, &tool, &asked).await).await
}

/// Makes the call once, and applies what it staged.
async fn made(
    calls: &PluginCalls<'_>,
    ctx: &RequestContext,
    installation: &Arc<Installation>,
    tool: &Tool,
    asked: &ToolCall,
) -> Result<Value, Refusal> {
    let app = calls.app;
    let arguments = Value::Object(asked.arguments.clone()).to_string();
    let calling = calls.call(installation, Ability::Tools, |call| {
        app.plugins.call_tool(installation, call, asked.name.clone(), arguments)
    });
    let (written, staged) = match calling.await {
        Ok(answered) => answered,
        Err(error) => {
            note_failure(app, installation, "tools", &error).await;
            return Err(refused(&error, "/arguments", "tool"));
        }
    };
    let wrong = |which: &str, what: &dyn std::fmt::Display| Refusal::Unavailable {
        reason: format!("the plugin's tool {} gave a result {which}: {what}", tool.name),
        retry_after_ms: LATER_MS,
    };
    let result: Value = serde_json::from_str(&written)
        .map_err(|error| wrong("that isn't JSON in well-formed Unicode", &error))?;
    held_to("", &tool.result, &result)
        .await
        .map_err(|refusal| wrong("that its own schema doesn't have", &refusal))?;
    let done = Done { asked: asked.clone(), result, staged };
    let once = app.commit_once(ctx, OPERATION, done, |tx, ctx, done| {
        Box::pin(async move {
            done.staged.apply(tx, &RequestContext::system(Cause::default())).await?;
            let subject = Subject::of("installation", done.asked.installation);
            ctx.record(tx, "plugin.tool-called", subject, json!({"tool": done.asked.name})).await?;
            Ok(done.result.clone())
        })
    });
    once.await.map(|once| once.answer)
}

/// A call that was made; what was asked tells a request that is sent again from another one.
#[derive(Serialize)]
#[serde(transparent)]
struct Done {
    asked: ToolCall,
    #[serde(skip)]
    result: Value,
    #[serde(skip)]
    staged: StagedEffects,
}

/// Refuses a value that doesn't obey a schema, on a thread of its own: that may take a while.
async fn held_to(place: &'static str, schema: &Value, value: &Value) -> Result<(), Refusal> {
    let (schema, value) = (schema.clone(), value.clone());
    let looked = tokio::task::spawn_blocking(move || schema::violations(&schema, &value)).await;
    let faults = match looked {
        Ok(Ok(faults)) => faults,
        Ok(Err(fault)) => vec![fault],
        Err(_) => return Err(Refusal::Conflict("the tool's schema can't be used".to_owned())),
    };
    let faults = faults.into_iter();
    Refusal::unless_valid(
        faults
            .map(|fault| InvalidField { pointer: format!("{place}{}", fault.pointer), detail: fault.detail })
            .collect(),
    )
}
