//! The stores of installations: keys and values that only their own plugin sees.

use super::db::{DbError, Tx, args, row};
use crate::domain::ids::InstallationId;

row! {
    /// A key's value.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Entry {
        /// The value.
        pub value: Vec<u8>,
        /// Grows with every change, also over deletion and return of the key.
        pub version: i64,
    }

    struct Sum {
        bytes: i64,
        keys: i64,
    }
}

/// How much an installation keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Bytes of keys and values.
    pub bytes: u64,
    /// Keys.
    pub keys: u64,
}

/// What a change depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Nothing.
    Anything,
    /// That the key isn't there.
    Absent,
    /// That the key has this version.
    Version(i64),
}

/// Whether a change could be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// It was.
    Yes,
    /// Somebody else changed the key since it was read: nothing was done, and the whole call has to run again.
    LostRace,
}

/// One key.
pub async fn get(tx: &mut Tx, of: InstallationId, key: &str) -> Result<Option<Entry>, DbError> {
    tx.optional(
        "select value, version from kv where installation_id = $1 and key = $2",
        args![of, key.as_bytes()],
    )
    .await
}

/// How much there is.
pub async fn usage(tx: &mut Tx, of: InstallationId) -> Result<Usage, DbError> {
    let sum: Sum = tx
        .one(
            "select cast(coalesce(sum(length(key) + length(value)), 0) as bigint) as bytes, count(*) as keys \
             from kv where installation_id = $1",
            args![of],
        )
        .await?;
    let whole = |number: i64| u64::try_from(number).unwrap_or(0);
    Ok(Usage { bytes: whole(sum.bytes), keys: whole(sum.keys) })
}

/// Holds up every other transaction that changes the same installation's keys until this one ends: what is checked of
/// the sum of them stays true.
pub async fn lock(tx: &mut Tx, of: InstallationId) -> Result<(), DbError> {
    tx.execute("update installations set failures = failures where id = $1", args![of]).await.map(|_| ())
}

/// Keys that begin with `prefix` and come after `after`, in byte order, at most `limit`.
pub async fn keys(
    tx: &mut Tx,
    of: InstallationId,
    prefix: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<String>, DbError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    // UTF-8 has no byte 0xff, so a prefix followed by it comes after every key with the prefix.
    let end = [prefix.as_bytes(), &[0xff]].concat();
    let keys: Vec<Vec<u8>> = tx
        .scalars(
            "select key from kv where installation_id = $1 and key >= $2 and key < $3 and key > $4 order by key limit $5",
            args![of, prefix.as_bytes(), end, after.unwrap_or_default().as_bytes(), limit],
        )
        .await?;
    let text =
        |key| String::from_utf8(key).map_err(|_| DbError::Decode("a key in kv is not UTF-8".to_owned()));
    keys.into_iter().map(text).collect()
}

/// Sets a key, or deletes it when there is no value, if what the change depends on still holds.
///
/// One statement does both, so that two transactions which race for a key can't both win.
pub async fn apply(
    tx: &mut Tx,
    of: InstallationId,
    key: &str,
    value: Option<&[u8]>,
    expected: Expected,
) -> Result<Applied, DbError> {
    let key = key.as_bytes();
    let rows = match (value, expected) {
        (Some(value), Expected::Anything) => {
            tx.execute(
                "insert into kv (installation_id, key, value, version) values ($1, $2, $3, $4) \
                 on conflict (installation_id, key) do update set value = excluded.value, \
                 version = case when kv.version >= excluded.version then kv.version + 1 else excluded.version end",
                args![of, key, value, first_version(tx)],
            )
            .await?
        }
        (Some(value), Expected::Absent) => {
            tx.execute(
                "insert into kv (installation_id, key, value, version) values ($1, $2, $3, $4) \
                 on conflict (installation_id, key) do nothing",
                args![of, key, value, first_version(tx)],
            )
            .await?
        }
        (Some(value), Expected::Version(version)) => {
            tx.execute(
                "update kv set value = $3, version = version + 1 \
                 where installation_id = $1 and key = $2 and version = $4",
                args![of, key, value, version],
            )
            .await?
        }
        (None, Expected::Anything) => {
            tx.execute("delete from kv where installation_id = $1 and key = $2", args![of, key]).await?;
            1
        }
        (None, Expected::Absent) => u64::from(get(tx, of, std::str::from_utf8(key).unwrap_or_default()).await?.is_none()),
        (None, Expected::Version(version)) => {
            tx.execute(
                "delete from kv where installation_id = $1 and key = $2 and version = $3",
                args![of, key, version],
            )
            .await?
        }
    };
    Ok(if rows == 0 { Applied::LostRace } else { Applied::Yes })
}

/// A new key's version begins with the time, so that a key which was deleted and came back never has a version
/// that it had before.
fn first_version(tx: &Tx) -> i64 {
    tx.now().as_micros()
}
