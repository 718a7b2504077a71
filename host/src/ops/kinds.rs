//! The kinds of records that there are, as far as a caller may see their records.

use super::refusal::Refusal;
use super::request_context::RequestContext;
use super::subjects;
use crate::domain::actor::Permission;
use crate::domain::catalogue::{KINDS, Kind};
use crate::domain::entity::RecordKind;

/// The kinds whose records the caller may see. What the company keeps is nothing for the people of its partners.
pub fn list(ctx: &RequestContext) -> Result<Vec<&'static Kind>, Refusal> {
    if ctx.scope().partner().is_some() {
        return Err(Refusal::Forbidden("the catalogue is for people who work here".to_owned()));
    }
    let shown: Vec<_> = KINDS.iter().copied().filter(|kind| sees(ctx, kind)).collect();
    if shown.is_empty() { Err(Refusal::Denied(Permission::CustomersRead)) } else { Ok(shown) }
}

/// One kind, by its name.
pub fn get(ctx: &RequestContext, name: &str) -> Result<&'static Kind, Refusal> {
    let found = list(ctx)?.into_iter().find(|kind| kind.name == name);
    found.ok_or_else(|| Refusal::not_found("kind", name))
}

/// Whether the caller may see records of a kind.
pub(super) fn sees(ctx: &RequestContext, kind: &Kind) -> bool {
    ctx.scope().partner().is_none() && ctx.covers([reading(kind)].into_iter().collect())
}

/// What somebody must be allowed to see before they see records of a kind.
pub(super) fn reading(kind: &Kind) -> Permission {
    if let Ok(known) = kind.name.parse::<RecordKind>() {
        return subjects::reading(known);
    }
    match kind.name {
        "identity" | "score" => Permission::CustomersRead,
        "hand-off" | "sla-policy" => Permission::TicketsRead,
        "attachment" => Permission::ConversationsRead,
        "comment" => Permission::CommentsRead,
        "survey" => Permission::SurveysRead,
        "board" => Permission::TasksRead,
        "pipeline" => Permission::DealsRead,
        "custom-field" | "saved-view" => Permission::CustomersRead,
        "partner" | "partner-user" => Permission::PartnersRead,
        _ => Permission::UsersRead,
    }
}
