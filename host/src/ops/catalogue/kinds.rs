//! The kinds of records that there are, as far as a caller may see their records.

use crate::domain::actor::Permission;
use crate::domain::catalogue::{KINDS, Kind};
use crate::domain::declared::is_of_host;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::declared_kinds;

/// The kinds whose records the caller may see, those that were declared last. What the company keeps is nothing for the
/// people of its partners.
pub async fn list(tx: &mut Tx, ctx: &RequestContext) -> Result<Vec<&'static Kind>, Refusal> {
    let mut shown = own(ctx)?;
    if ctx.covers([Permission::RecordsRead].into_iter().collect()) {
        shown.extend(declared_kinds::list(tx).await?);
    }
    if shown.is_empty() { Err(Refusal::Denied(Permission::CustomersRead)) } else { Ok(shown) }
}

/// One kind, by its name.
pub async fn get(tx: &mut Tx, ctx: &RequestContext, name: &str) -> Result<&'static Kind, Refusal> {
    let shown = own(ctx)?;
    let sees_declared = ctx.covers([Permission::RecordsRead].into_iter().collect());
    if shown.is_empty() && !sees_declared {
        return Err(Refusal::Denied(Permission::CustomersRead));
    }
    let mut found = shown.into_iter().find(|kind| kind.name == name);
    if found.is_none() && sees_declared && !is_of_host(name) {
        found = declared_kinds::named(tx, name).await?;
    }
    found.ok_or_else(|| Refusal::not_found("kind", name))
}

/// The kinds that the host has itself whose records the caller may see.
fn own(ctx: &RequestContext) -> Result<Vec<&'static Kind>, Refusal> {
    if ctx.scope().partner().is_some() {
        return Err(Refusal::Forbidden("the catalogue is for people who work here".to_owned()));
    }
    Ok(KINDS.iter().copied().filter(|kind| sees(ctx, kind)).collect())
}

/// A kind by its name, whoever asks.
pub(in crate::ops) async fn named(tx: &mut Tx, name: &str) -> Result<Option<&'static Kind>, Refusal> {
    match KINDS.iter().copied().find(|kind| kind.name == name) {
        Some(kind) => Ok(Some(kind)),
        None if is_of_host(name) => Ok(None),
        None => Ok(declared_kinds::named(tx, name).await?),
    }
}

/// The kinds that were declared, as far as the caller may see their records.
pub async fn declared(tx: &mut Tx, ctx: &RequestContext) -> Result<Vec<&'static Kind>, Refusal> {
    let sees = ctx.scope().is_of_house() && ctx.covers([Permission::RecordsRead].into_iter().collect());
    Ok(if sees { declared_kinds::list(tx).await? } else { Vec::new() })
}

/// Whether the caller may see records of a kind.
pub(in crate::ops) fn sees(ctx: &RequestContext, kind: &Kind) -> bool {
    ctx.scope().partner().is_none() && ctx.covers([kind.right].into_iter().collect())
}
