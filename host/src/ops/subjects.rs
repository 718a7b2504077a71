//! Records of any kind, as tasks and comments point at them.

use uuid::Uuid;

use super::call::Call;
use super::refusal::Refusal;
use crate::domain::actor::Permission;
use crate::domain::entity::{Entity, Kind};
use crate::domain::event::Subject;
use crate::domain::ids::{CustomerId, InstallationId};
use crate::store::db::Tx;
use crate::store::entities;

/// What somebody must be allowed to see of a kind before they may see or add what hangs on it.
pub(super) fn reading(kind: Kind) -> Permission {
    match kind {
        Kind::Customer | Kind::Order => Permission::CustomersRead,
        Kind::Conversation | Kind::Interaction => Permission::ConversationsRead,
        Kind::Ticket => Permission::TicketsRead,
        Kind::Task => Permission::TasksRead,
        Kind::Deal => Permission::DealsRead,
        Kind::Share => Permission::SharesRead,
    }
}

/// A record that is there for the caller and that they may see, as events name it.
pub(super) async fn find(tx: &mut Tx, call: &Call, kind: Kind, id: Uuid) -> Result<Subject, Refusal> {
    call.require(reading(kind))?;
    let entity = entities::get(tx, kind, id, call.scope()).await?;
    let entity = entity.ok_or_else(|| Refusal::not_found(kind.as_str(), id))?;
    let source: Option<InstallationId> = call.source();
    Ok(Subject { kind: kind.as_str(), id, customer: customer(&entity), source })
}

/// The customer on whose timeline a record stands.
fn customer(entity: &Entity) -> Option<CustomerId> {
    if entity.kind == Kind::Customer {
        return Some(entity.id.into());
    }
    let field = entity.attributes.iter().find(|field| field.name == "customer_id");
    field.and_then(|field| field.value.as_text()?.parse().ok())
}
