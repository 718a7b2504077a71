//! Second factors: what codes are checked against, the codes for who has lost the device, and who must have one.

use super::db::{DbError, Tx, args, row};
use crate::domain::clock::Timestamp;
use crate::domain::ids::UserId;

row! {
    /// What a user's codes are checked against.
    #[derive(Debug, Clone, PartialEq)]
    pub struct SecondFactor {
        /// Whose it is.
        pub user_id: UserId,
        /// The id of the key that the secret was sealed with.
        pub key_id: String,
        /// The sealed secret.
        pub sealed: Vec<u8>,
        /// When a code was first entered; none while it counts for nothing.
        pub confirmed_at: Option<Timestamp>,
        /// The time step of the last code that was taken.
        pub last_step: i64,
    }

    /// Somebody whose password was right and whose code is still to come.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Challenge {
        /// Who.
        pub user_id: UserId,
        /// What the password was checked against.
        pub hash: String,
    }
}

/// A user's second factor, confirmed or not.
pub async fn get(tx: &mut Tx, user: UserId) -> Result<Option<SecondFactor>, DbError> {
    tx.optional(
        "select user_id, key_id, sealed, confirmed_at, last_step from second_factors where user_id = $1",
        args![user],
    )
    .await
}

/// Puts a new one, not confirmed yet, in place of another that isn't; false when one is confirmed.
pub async fn put(tx: &mut Tx, user: UserId, key_id: &str, sealed: &[u8]) -> Result<bool, DbError> {
    let put = tx
        .execute(
            "insert into second_factors (user_id, key_id, sealed, created_at, last_step) values ($1, $2, $3, $4, 0) \
             on conflict (user_id) do update set key_id = excluded.key_id, sealed = excluded.sealed, \
             created_at = excluded.created_at, last_step = 0 where second_factors.confirmed_at is null",
            args![user, key_id, sealed, tx.now()],
        )
        .await?;
    Ok(put == 1)
}

/// Takes the code of a time step, unless that one or a later one was taken before.
pub async fn take_step(tx: &mut Tx, user: UserId, step: i64) -> Result<bool, DbError> {
    let sql = "update second_factors set last_step = $2 where user_id = $1 and last_step < $2";
    Ok(tx.execute(sql, args![user, step]).await? == 1)
}

/// Notes that a code was entered: from now on it counts.
pub async fn confirm(tx: &mut Tx, user: UserId) -> Result<(), DbError> {
    tx.execute("update second_factors set confirmed_at = $2 where user_id = $1", args![user, tx.now()])
        .await?;
    Ok(())
}

/// Takes a user's second factor away, and the codes with it; false when there was none.
pub async fn remove(tx: &mut Tx, user: UserId) -> Result<bool, DbError> {
    tx.execute("delete from recovery_codes where user_id = $1", args![user]).await?;
    Ok(tx.execute("delete from second_factors where user_id = $1", args![user]).await? == 1)
}

/// Adds a code for who has lost the device.
pub async fn add_recovery_code(tx: &mut Tx, user: UserId, digest: &[u8]) -> Result<(), DbError> {
    tx.execute("insert into recovery_codes (digest, user_id) values ($1, $2)", args![digest, user]).await?;
    Ok(())
}

/// Takes such a code, once.
pub async fn take_recovery_code(tx: &mut Tx, user: UserId, digest: &[u8]) -> Result<bool, DbError> {
    let sql = "update recovery_codes set used_at = $3 where user_id = $1 and digest = $2 and used_at is null";
    Ok(tx.execute(sql, args![user, digest, tx.now()]).await? == 1)
}

/// How many such codes are left.
pub async fn recovery_codes_left(tx: &mut Tx, user: UserId) -> Result<i64, DbError> {
    let sql = "select count(*) from recovery_codes where user_id = $1 and used_at is null";
    tx.scalar(sql, args![user]).await
}

/// Notes that somebody's password was right.
pub async fn challenge(
    tx: &mut Tx,
    digest: &[u8],
    user: UserId,
    hash: &str,
    until: Timestamp,
) -> Result<(), DbError> {
    let sql = "insert into sign_in_challenges (digest, user_id, hash, expires_at) values ($1, $2, $3, $4)";
    tx.execute(sql, args![digest, user, hash, until]).await?;
    Ok(())
}

/// Who it was, if not too long ago.
pub async fn challenged(tx: &mut Tx, digest: &[u8]) -> Result<Option<Challenge>, DbError> {
    let sql = "select user_id, hash from sign_in_challenges where digest = $1 and expires_at > $2";
    tx.optional(sql, args![digest, tx.now()]).await
}

/// Ends a challenge; false when it had ended before.
pub async fn answered(tx: &mut Tx, digest: &[u8]) -> Result<bool, DbError> {
    Ok(tx.execute("delete from sign_in_challenges where digest = $1", args![digest]).await? == 1)
}

/// Forgets challenges at their end.
pub async fn forget(tx: &mut Tx) -> Result<(), DbError> {
    tx.execute("delete from sign_in_challenges where expires_at <= $1", args![tx.now()]).await?;
    Ok(())
}

/// The ids of the keys that secrets were sealed with.
pub async fn key_ids(tx: &mut Tx) -> Result<Vec<String>, DbError> {
    tx.scalars("select distinct key_id from second_factors", &[]).await
}

/// The roles that must have a second factor.
pub async fn roles(tx: &mut Tx) -> Result<Vec<String>, DbError> {
    tx.scalars("select role from second_factor_roles order by role", &[]).await
}

/// Sets which roles must have one.
pub async fn set_roles(tx: &mut Tx, roles: &[String]) -> Result<(), DbError> {
    tx.execute("delete from second_factor_roles", &[]).await?;
    for role in roles {
        tx.execute("insert into second_factor_roles (role) values ($1)", args![role]).await?;
    }
    Ok(())
}
