//! Questions to partners' systems: stock, the status of an order, whatever the partner's plugin knows.

use serde_json::{Map, Value};

use super::driver::PluginCalls;
use crate::domain::actor::Permission;
use crate::domain::event::Cause;
use crate::domain::ids::PartnerId;
use crate::domain::value::Attribute;
use crate::ops::app::App;
use crate::ops::installations::note_failure;
use crate::ops::partners;
use crate::ops::refusal::{InvalidField, Refusal};
use crate::ops::request_context::RequestContext;
use crate::plugins::types::QueryRequest;
use crate::plugins::{Ability, CallError, types};

/// The most parameters of a question.
const PARAMETERS: usize = 20;
/// The most characters of a parameter.
const LONGEST: usize = 1_000;
/// The most rows and columns of an answer.
const ROWS: usize = 1_000;
const COLUMNS: usize = 50;
/// How long to wait for a system when nobody says.
const LATER_MS: u64 = 10_000;

/// A question to a partner's system.
#[derive(Debug, Clone)]
pub struct Question {
    /// What is asked: `stock`, `order-status`, or what else the partner's plugin documents.
    pub name: String,
    /// What it is asked about; texts, numbers, true or false.
    pub parameters: Map<String, Value>,
    /// The language of the answer's titles, BCP 47.
    pub language: String,
}

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The columns, as their names and titles.
    pub columns: Vec<(String, String)>,
    /// The rows; each has as many cells as there are columns.
    pub rows: Vec<Vec<Value>>,
}

/// Asks a partner's system: for its own people, or for those who work here.
pub async fn ask(
    app: &App,
    ctx: &RequestContext,
    partner: PartnerId,
    asked: Question,
) -> Result<Table, Refusal> {
    ctx.require_sight(Permission::PartnersRead)?;
    let parameters = checked(&asked)?;
    let mut tx = app.db.read().await?;
    let partner = partners::acting_for(&mut tx, ctx, partner).await?;
    let Some(installation) = partner.installation_id else {
        return Err(Refusal::Conflict("the partner has no system here to ask".to_owned()));
    };
    let installation = app.plugins.installation(&mut tx, &installation.to_string()).await?;
    drop(tx);
    let Some(installation) = installation.filter(|found| found.enabled) else {
        // An operator has switched it off, so that asking again later would be in vain.
        let detail = "the partner's plugin is switched off; enable its installation to ask";
        return Err(Refusal::Conflict(detail.to_owned()));
    };
    if !installation.has(Ability::Partner) {
        return Err(Refusal::Conflict("the partner's plugin answers no questions".to_owned()));
    }
    let request = QueryRequest { name: asked.name, parameters, language: asked.language };
    let calls = PluginCalls::of_request(app);
    let work = async || {
        let asking = calls.call(&installation, Ability::Partner, |call| {
            app.plugins.query(&installation, call, request.clone())
        });
        let (table, staged) = match asking.await {
            Ok(answered) => answered,
            Err(error) => {
                note_failure(app, &installation, "partner", &error).await;
                return Err(refused(&error));
            }
        };
        let table = read(table)?;
        let ctx = RequestContext::system(Cause::default());
        app.commit(&ctx, staged, |tx, ctx, staged| Box::pin(staged.apply(tx, ctx))).await?;
        Ok(table)
    };
    calls.until_applied(work).await
}

fn checked(asked: &Question) -> Result<Vec<types::Attribute>, Refusal> {
    let mut faults = Vec::new();
    let mut fault = |pointer: String, detail: &str| {
        faults.push(InvalidField { pointer, detail: detail.to_owned() });
    };
    if asked.name.is_empty() || asked.name.chars().count() > 100 {
        fault("/name".to_owned(), "a name has 1 to 100 characters");
    }
    if asked.language.trim().is_empty() || asked.language.chars().count() > 64 {
        fault("/language".to_owned(), "a language is written as BCP 47 has it, such as zh-CN");
    }
    if asked.parameters.len() > PARAMETERS {
        fault("/parameters".to_owned(), "at most 20 parameters");
    }
    let mut parameters = Vec::new();
    for (name, value) in asked.parameters.iter().take(PARAMETERS) {
        let fits = match value {
            Value::String(text) => text.chars().count() <= LONGEST,
            other => !other.is_object() && !other.is_array(),
        };
        if !fits || name.chars().count() > 100 {
            fault(
                format!("/parameters/{}", crate::domain::text::cut(name, 100)),
                "a parameter is a text of at most 1,000 characters, a number, true, false or null",
            );
        }
        parameters.push(Attribute::new(name.clone(), value.clone()).into());
    }
    if faults.is_empty() { Ok(parameters) } else { Err(Refusal::Invalid(faults)) }
}

/// Why there is no answer, for whoever has asked.
fn refused(error: &CallError) -> Refusal {
    if let CallError::Refused(guest) = error {
        match guest.code.as_str() {
            "unsupported" => return Refusal::invalid("/name", guest.message.clone()),
            "invalid" | "not-found" => return Refusal::invalid("/parameters", guest.message.clone()),
            _ => {}
        }
    }
    // What went wrong inside is for the operator.
    let reason = "the partner's system doesn't answer now".to_owned();
    Refusal::Unavailable { reason, retry_after_ms: error.retry_after_ms().map_or(LATER_MS, u64::from) }
}

fn read(table: types::Table) -> Result<Table, Refusal> {
    let (columns, rows) = (table.columns.len(), table.rows.len());
    if columns > COLUMNS || rows > ROWS {
        let detail = format!(
            "the answer has {rows} rows of {columns} columns, {ROWS} of {COLUMNS} at most; ask for less"
        );
        return Err(Refusal::invalid("/parameters", detail));
    }
    if table.rows.iter().any(|row| row.len() != columns) {
        let reason = "the partner's plugin gave a table whose rows don't have its columns".to_owned();
        return Err(Refusal::Unavailable { reason, retry_after_ms: LATER_MS });
    }
    let cell = |value| Attribute::from(types::Attribute { name: String::new(), value }).value.to_json();
    Ok(Table {
        columns: table.columns.into_iter().map(|column| (column.name, column.title)).collect(),
        rows: table.rows.into_iter().map(|row| row.into_iter().map(cell).collect()).collect(),
    })
}
