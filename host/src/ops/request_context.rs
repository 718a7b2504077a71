//! Who makes a request, and what it follows from.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;

use super::refusal::Refusal;
use crate::domain::actor::{Actor, Permission, Principal, Rights, Scope};
use crate::domain::event::{Cause, NewEvent, Subject};
use crate::domain::ids::{EventId, InstallationId};
use crate::domain::role::Sights;
use crate::plugins::Installation;
use crate::store::db::Tx;
use crate::store::events;

/// Who makes a request and what it follows from. Every operation takes one.
#[derive(Debug, Clone)]
pub struct RequestContext {
    /// Who.
    pub actor: Actor,
    /// The event that it follows from.
    pub cause: Cause,
    /// The caller's own key for this request, under which it is done once.
    pub key: Option<String>,
    /// What the actor was asked for and had: whoever gets the same answer again needs it then.
    used: Used,
}

/// The rights that were asked for by name while a request was done. Clones are of the same request.
#[derive(Debug, Clone, Default)]
struct Used(Arc<AtomicU64>);

impl RequestContext {
    /// A request that follows from nothing before it.
    pub fn by(actor: Actor) -> Self {
        Self { actor, cause: Cause::default(), key: None, used: Used::default() }
    }

    /// The host's own request, following from an event.
    pub fn system(cause: Cause) -> Self {
        Self { cause, ..Self::by(Actor::system()) }
    }

    /// The same request, to be done once under this key.
    #[must_use]
    pub fn keyed(self, key: Option<String>) -> Self {
        Self { key, ..self }
    }

    /// The same request, following from this.
    #[must_use]
    pub(super) fn caused(self, cause: Cause) -> Self {
        Self { cause, ..self }
    }

    /// The same request in the name of an installation: what its guest staged is its own doing.
    pub fn of(&self, installation: &Installation) -> Self {
        // What a guest may write is checked against its grants, kind by kind, where it is applied.
        self.as_actor(Actor::of(Principal::Installation(installation.id), Rights::all()))
    }

    /// The same request, made by another for the one whose it is.
    pub(super) fn as_actor(&self, actor: Actor) -> Self {
        // What the other may isn't what the one whose request it is needs.
        Self { actor, used: Used::default(), ..self.clone() }
    }

    /// Refuses unless the actor has the permission.
    pub fn require(&self, permission: Permission) -> Result<(), Refusal> {
        let one = [permission].into_iter().collect();
        if self.covers(one) { Ok(()) } else { Err(Refusal::Denied(permission)) }
    }

    /// Whether the actor may do all of this.
    pub fn covers(&self, rights: Rights) -> bool {
        let covers = self.actor.rights.cover(rights);
        if covers {
            self.used.0.fetch_or(rights.bits(), Ordering::Relaxed);
        }
        covers
    }

    /// What was asked for so far and had.
    pub(super) fn used(&self) -> Rights {
        Rights::from_bits(self.used.0.load(Ordering::Relaxed))
    }

    /// The installation that rows come from which the actor makes.
    pub fn source(&self) -> Option<InstallationId> {
        match self.actor.principal {
            Principal::Installation(id) => Some(id),
            _ => match self.scope() {
                Scope::Installation(id) => Some(id),
                Scope::All | Scope::Partner(_) | Scope::Person(_) => None,
            },
        }
    }

    /// As [`require`](Self::require), for records that can be shared: a partner's people need no more than the
    /// permission to see what is shared, because nothing else is there for them.
    pub fn require_sight(&self, permission: Permission) -> Result<(), Refusal> {
        match self.scope() {
            Scope::Partner(_) => self.require(Permission::SharesRead),
            Scope::All | Scope::Installation(_) | Scope::Person(_) => self.require(permission),
        }
    }

    /// The same request, for fewer rows.
    pub fn within(&self, scope: Scope) -> Self {
        Self { actor: Actor { scope, ..self.actor }, ..self.clone() }
    }

    /// The same request, with nothing masked.
    pub(super) fn in_full(&self) -> Self {
        Self { actor: Actor { sights: Sights::FULL, ..self.actor }, ..self.clone() }
    }

    /// Which rows are there for the actor.
    pub fn scope(&self) -> Scope {
        self.actor.scope
    }

    /// Appends an event in the transaction of the change that it tells of.
    pub async fn record(
        &self,
        tx: &mut Tx,
        kind: &'static str,
        subject: impl Into<Subject>,
        data: Value,
    ) -> Result<EventId, Refusal> {
        let event = NewEvent { kind, subject: subject.into(), data };
        Ok(events::append(tx, self.actor.principal, self.cause, event).await?)
    }
}
