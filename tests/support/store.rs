//! A database for a test, on either engine.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use hospes::store::db::{Db, Location};
use tempfile::TempDir;

use crate::clock::FakeClock;
use crate::postgres::{self, TestDatabase};

/// Which engine a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file of its own.
    Sqlite,
    /// A database of its own in the tests' cluster.
    Postgres,
}

/// Where a test's data is, until it is dropped.
pub struct Place {
    /// For `--database`.
    pub location: Location,
    folder: TempDir,
    _database: Option<TestDatabase>,
}

impl Place {
    /// An empty place on this engine.
    pub async fn new(engine: Engine) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        match engine {
            Engine::Sqlite => {
                let location = Location::Sqlite(folder.path().join("hospes.db"));
                Self { location, folder, _database: None }
            }
            Engine::Postgres => Self::of(postgres::database().await, folder),
        }
    }

    /// A place for tests that don't look at how a schema is made: empty on SQLite, which makes one in no time, and on
    /// PostgreSQL with this version's schema, which it copies several times as fast as it makes it.
    pub async fn prepared(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self::new(engine).await,
            Engine::Postgres => {
                let name = schema_name();
                let database = postgres::copy_of(&name, async |url| {
                    let location = url.parse().expect("the address of a database");
                    let db = Db::open(&location, Arc::new(FakeClock::new())).await.expect("an open database");
                    db.migrate().await.expect("a migrated database");
                    db.close().await;
                });
                Self::of(database.await, TempDir::new().expect("a temporary folder"))
            }
        }
    }

    fn of(database: TestDatabase, folder: TempDir) -> Self {
        let location = database.url().parse().expect("the address of a database");
        Self { location, folder, _database: Some(database) }
    }

    /// A place that the test has made itself.
    pub fn at(location: Location) -> Self {
        Self { location, folder: TempDir::new().expect("a temporary folder"), _database: None }
    }

    /// For `--database` of a process.
    pub fn address(&self) -> String {
        match &self.location {
            Location::Sqlite(path) => format!("sqlite:{}", path.display()),
            Location::Postgres(url) => url.clone(),
        }
    }

    /// A folder that goes with it.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

/// The name of the database that is copied: another schema has another name, in a cluster that stays, too.
fn schema_name() -> String {
    let host = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../host");
    let mut files = vec![host.join("src/store/migrate.rs")];
    for folder in ["migrations", "migrations/postgres"] {
        let entries = std::fs::read_dir(host.join(folder)).expect("the folder of the migrations");
        files.extend(entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file()));
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    files.iter().for_each(|file| std::fs::read(file).expect("a migration").hash(&mut hasher));
    format!("schema_{:016x}", hasher.finish())
}

/// A migrated database with a clock that the test moves.
pub struct TestStore {
    /// The database.
    pub db: Db,
    /// Its clock.
    pub clock: Arc<FakeClock>,
    /// Where it is.
    pub place: Place,
}

impl TestStore {
    /// An empty one on this engine.
    pub async fn new(engine: Engine) -> Self {
        let place = Place::prepared(engine).await;
        let clock = Arc::new(FakeClock::new());
        let db = Db::open(&place.location, clock.clone()).await.expect("an open database");
        db.migrate().await.expect("a migrated database");
        Self { db, clock, place }
    }

    /// The same after a restart.
    pub async fn reopened(self) -> Self {
        let Self { db, clock, place } = self;
        db.close().await;
        // The file stays locked for as long as it is held.
        drop(db);
        let db = Db::open(&place.location, clock.clone()).await.expect("an open database");
        Self { db, clock, place }
    }
}

/// Makes a test of each function, on SQLite and on PostgreSQL. The function takes the [`Engine`].
#[macro_export]
macro_rules! on_both_engines {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$name($crate::store::Engine::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                super::$name($crate::store::Engine::Postgres).await;
            }
        }
    )+};
}
