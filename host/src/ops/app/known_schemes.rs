//! Which plugins know a kind of identity, remembered: most companies have none, and every message would ask.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::plugins::{Ability, Installation, Plugins};
use crate::store::db::{Db, DbError};

/// Where other processes write too, what is remembered counts for so long.
const AMONG_OTHERS: Duration = Duration::from_secs(1);

/// The enabled installations that export `identity`, the oldest first.
type Knowing = Arc<[Arc<Installation>]>;

/// What was read of them. It holds until something is committed that may change who may do what.
#[derive(Default)]
pub struct KnownSchemes(Mutex<Option<(u64, Instant, Knowing)>>);

impl KnownSchemes {
    /// The installations that know kinds of identities.
    pub(in crate::ops) async fn installations(&self, db: &Db, plugins: &Plugins) -> Result<Knowing, DbError> {
        let version = db.rights_version();
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((of, since, knowing)) = known
            && of == version
            && !(db.is_shared() && since.elapsed() > AMONG_OTHERS)
        {
            return Ok(knowing);
        }
        let knowing: Knowing = plugins.with_ability(&mut db.read().await?, Ability::Identity).await?.into();
        let read = (version, Instant::now(), Arc::clone(&knowing));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(read);
        Ok(knowing)
    }
}
