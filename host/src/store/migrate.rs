//! The schema's migrations: forward only, each in a transaction, each kept with its digest.

use std::time::Duration;

use sha2::{Digest, Sha256};

use super::db::{Db, DbError, Dialect, Tx, args};

/// One step of the schema.
struct Migration {
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! portable {
    ($name:literal) => {{
        const TEXT: &str = include_str!(concat!("../../migrations/", $name, ".sql"));
        Migration { name: $name, sqlite: TEXT, postgres: TEXT }
    }};
}

macro_rules! differing {
    ($name:literal) => {
        Migration {
            name: $name,
            sqlite: include_str!(concat!("../../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../../migrations/postgres/", $name, ".sql")),
        }
    };
}

/// A step that PostgreSQL has no use for.
macro_rules! sqlite_only {
    ($name:literal) => {
        Migration {
            name: $name,
            sqlite: include_str!(concat!("../../migrations/sqlite/", $name, ".sql")),
            postgres: "",
        }
    };
}

/// A step that SQLite has no use for.
macro_rules! postgres_only {
    ($name:literal) => {
        Migration {
            name: $name,
            sqlite: "",
            postgres: include_str!(concat!("../../migrations/postgres/", $name, ".sql")),
        }
    };
}

/// In order; a released one is never edited.
const MIGRATIONS: &[Migration] = &[
    portable!("0001_base"),
    differing!("0002_events"),
    portable!("0003_plugins"),
    portable!("0004_accounts"),
    portable!("0005_work"),
    differing!("0006_search"),
    portable!("0007_attachments"),
    portable!("0008_partners"),
    portable!("0009_delivery"),
    portable!("0010_hosts"),
    portable!("0011_transcripts"),
    portable!("0012_open_tickets"),
    portable!("0013_interactions_of_a_ticket"),
    portable!("0014_jobs_by_installation"),
    portable!("0015_message_content"),
    portable!("0016_deliveries"),
    differing!("0017_message_parts"),
    differing!("0018_secret_uses"),
    portable!("0019_rights"),
    portable!("0020_chain"),
    portable!("0021_customer_merges"),
    portable!("0023_replies_by_another_channel"),
    differing!("0024_ticket_numbers"),
    sqlite_only!("0025_inbox_by_its_key"),
    portable!("0026_open_surveys"),
    portable!("0027_custom_fields"),
    portable!("0028_saved_views"),
    portable!("0029_second_factors"),
    portable!("0030_password_links"),
    portable!("0031_roles"),
    differing!("0032_roles_of_users"),
    portable!("0033_single_sign_on"),
    differing!("0034_declared_kinds"),
    differing!("0035_search_of_deals_and_tasks"),
    portable!("0036_poll_cursor"),
    portable!("0037_waiting_tickets"),
    portable!("0038_sealing_lock"),
    postgres_only!("0039_claims"),
    differing!("0040_search_without_spaces"),
    portable!("0041_notification_settings"),
    portable!("0042_calendars"),
];

/// What comes before the first migration: the table that says which were applied, and the rows that hosts hold while one
/// of them alone may do something.
const BEFORE: &str = "create table if not exists migrations (name text primary key, digest text not null, applied_at bigint not null);
create table if not exists locks (name text primary key);
insert into locks (name) values ('migrations') on conflict (name) do nothing;";

/// How often a host tries to make the first tables when others make them at the same moment: PostgreSQL lets each but one of
/// them fail.
const TRIES: usize = 20;

/// Applies the migrations that are missing. Several processes may start at once: the first holds a row, the others then
/// find nothing left to do.
pub(super) async fn run(db: &Db) -> Result<(), DbError> {
    let mut tries = 0;
    loop {
        tries += 1;
        match db.write((), |tx, ()| Box::pin(apply_missing(tx))).await {
            Err(DbError::Unique(_)) if tries < TRIES => tokio::time::sleep(Duration::from_millis(50)).await,
            done => return done,
        }
    }
}

/// How a database's schema stands to this version's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// No version has ever started on it.
    Untouched,
    /// Some migrations are missing.
    Older,
    /// It is this version's.
    Current,
    /// A newer version has applied this migration.
    Newer(String),
}

/// How the database's schema stands to this version's.
pub async fn standing(tx: &mut Tx) -> Result<Standing, DbError> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => "select exists (select 1 from sqlite_schema where name = 'migrations')",
        Dialect::Postgres => "select to_regclass('migrations') is not null",
    };
    if !tx.scalar::<bool>(sql, &[]).await? {
        return Ok(Standing::Untouched);
    }
    let applied: Vec<String> = tx.scalars("select name from migrations order by name", &[]).await?;
    let is_known = |name: &String| MIGRATIONS.iter().any(|migration| migration.name == name);
    Ok(match applied.iter().find(|name| !is_known(name)) {
        Some(newer) => Standing::Newer(newer.clone()),
        None if applied.is_empty() => Standing::Untouched,
        None if applied.len() < MIGRATIONS.len() => Standing::Older,
        None => Standing::Current,
    })
}

async fn apply_missing(tx: &mut Tx) -> Result<(), DbError> {
    let dialect = tx.dialect();
    tx.script(BEFORE).await?;
    if dialect == Dialect::Postgres {
        tx.execute("select name from locks where name = 'migrations' for update", &[]).await?;
    }
    if let Standing::Newer(name) = standing(tx).await? {
        return Err(DbError::Other(format!(
            "a newer version of hospes has changed this database (migration {name}); start that version or a later one"
        )));
    }
    for migration in MIGRATIONS {
        let text = match dialect {
            Dialect::Sqlite => migration.sqlite,
            Dialect::Postgres => migration.postgres,
        };
        let digest: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
        let known: Option<String> = tx
            .optional_scalar("select digest from migrations where name = $1", args![migration.name])
            .await?;
        match known {
            Some(known) if known == digest => {}
            Some(_) => {
                let name = migration.name;
                return Err(DbError::Other(format!(
                    "migration {name} was applied with another text than this version of hospes has; \
                     start the version that made this database, or restore a backup"
                )));
            }
            None => {
                tx.script(text).await?;
                let insert = "insert into migrations (name, digest, applied_at) values ($1, $2, $3)";
                tx.execute(insert, args![migration.name, digest, tx.now()]).await?;
                tracing::info!(migration = migration.name, "applied a migration");
            }
        }
    }
    Ok(())
}
