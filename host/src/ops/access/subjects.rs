//! Records of any kind, as tasks and comments point at them.

use uuid::Uuid;

use crate::domain::entity::{Entity, RecordKind};
use crate::domain::event::Subject;
use crate::domain::ids::{CustomerId, InstallationId};
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::entities;

/// A record that is there for the caller and that they may see, as events name it.
pub(in crate::ops) async fn find(
    tx: &mut Tx,
    ctx: &RequestContext,
    kind: RecordKind,
    id: Uuid,
) -> Result<Subject, Refusal> {
    ctx.require(kind.kind().right)?;
    let entity = entities::get(tx, kind.as_str(), id, ctx.scope()).await?;
    let entity = entity.ok_or_else(|| Refusal::not_found(kind.as_str(), id))?;
    let source: Option<InstallationId> = ctx.source();
    Ok(Subject { kind: kind.as_str(), id, customer: customer(&entity), source })
}

/// The customer on whose timeline a record stands.
fn customer(entity: &Entity) -> Option<CustomerId> {
    if entity.kind == RecordKind::Customer.as_str() {
        return Some(entity.id.into());
    }
    let field = entity.attributes.iter().find(|field| field.name == "customer_id");
    field.and_then(|field| field.value.as_text()?.parse().ok())
}
