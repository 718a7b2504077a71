//! Which plugins know a kind of identity, remembered: most companies have none, and every message would ask.

use std::sync::Arc;

use crate::plugins::{Ability, Installation, Plugins};
use crate::store::db::{Db, DbError, Remembered};

/// The enabled installations that export `identity`, the oldest first.
type Knowing = Arc<[Arc<Installation>]>;

/// What was read of them.
#[derive(Default)]
pub struct KnownSchemes(Remembered<(), Knowing>);

impl KnownSchemes {
    /// The installations that know kinds of identities.
    pub(in crate::ops) async fn installations(&self, db: &Db, plugins: &Plugins) -> Result<Knowing, DbError> {
        let rights = db.rights_version();
        if let Some(knowing) = self.0.get(rights, &()) {
            return Ok(knowing);
        }
        let knowing: Knowing = plugins.with_ability(&mut db.read().await?, Ability::Identity).await?.into();
        self.0.put(rights, (), Arc::clone(&knowing));
        Ok(knowing)
    }
}
