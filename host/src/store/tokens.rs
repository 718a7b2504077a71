//! API tokens and idempotency keys.

use super::db::{DbError, Json, Tx, args, row};
use crate::domain::clock::Timestamp;
use crate::domain::ids::{PartnerUserId, TokenId, UserId};
use crate::domain::token::Token;

row! {
    /// What an idempotency key stands for.
    #[derive(Debug, Clone, PartialEq)]
    pub struct KeptAnswer {
        /// SHA-256 of the request.
        pub digest: Vec<u8>,
        /// What it was answered.
        pub answer: Json<serde_json::Value>,
        /// The rights that it took, by their words; none when that wasn't noted.
        pub needs: Option<String>,
    }
}

/// Adds a token.
pub async fn insert(tx: &mut Tx, token: &Token, digest: &[u8]) -> Result<(), DbError> {
    tx.execute(
        "insert into tokens (id, name, digest, scopes, user_id, created_at, expires_at, revoked_at, partner_user_id) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        args![
            token.id,
            &token.name,
            digest,
            Json(&token.scopes),
            token.user_id,
            token.created_at,
            token.expires_at,
            token.revoked_at,
            token.partner_user_id
        ],
    )
    .await?;
    Ok(())
}

/// The token of this digest, if it is neither revoked nor at its end, and the person it acts for still works here.
pub async fn valid(tx: &mut Tx, digest: &[u8]) -> Result<Option<Token>, DbError> {
    tx.optional(
            "select t.id, t.name, t.scopes, t.user_id, t.partner_user_id, t.created_at, t.expires_at, t.revoked_at, \
             t.last_used_at from tokens t left join users u on u.id = t.user_id \
             where t.digest = $1 and t.revoked_at is null and (t.expires_at is null or t.expires_at > $2) \
             and (t.user_id is null or u.active)",
            args![digest, tx.now()],
    )
    .await
}

/// Every token, newest first.
pub async fn list(tx: &mut Tx) -> Result<Vec<Token>, DbError> {
    let sql = "select id, name, scopes, user_id, partner_user_id, created_at, expires_at, revoked_at, last_used_at from tokens order by id desc";
    tx.all(sql, &[]).await
}

/// Revokes a token; false when there is none to revoke.
pub async fn revoke(tx: &mut Tx, id: TokenId) -> Result<bool, DbError> {
    let sql = "update tokens set revoked_at = $2 where id = $1 and revoked_at is null";
    Ok(tx.execute(sql, args![id, tx.now()]).await? == 1)
}

/// Revokes every token that acts for a user.
pub async fn revoke_of(tx: &mut Tx, user: UserId) -> Result<u64, DbError> {
    let sql = "update tokens set revoked_at = $2 where user_id = $1 and revoked_at is null";
    tx.execute(sql, args![user, tx.now()]).await
}

/// Revokes every token of a person of a partner's.
pub async fn revoke_of_partner_user(tx: &mut Tx, user: PartnerUserId) -> Result<u64, DbError> {
    let sql = "update tokens set revoked_at = $2 where partner_user_id = $1 and revoked_at is null";
    tx.execute(sql, args![user, tx.now()]).await
}

/// Takes an idempotency key for this request; the answer is put in by [`keep`]. False when the key is taken: of two
/// at once, the second waits here until the first is done.
pub async fn take_key(tx: &mut Tx, principal: &str, key: &str, digest: &[u8]) -> Result<bool, DbError> {
    let taken = tx
        .execute(
            "insert into idempotency_keys (principal, key, digest, answer, created_at) \
             values ($1, $2, $3, $4, $5) on conflict (principal, key) do nothing",
            args![principal, key, digest, serde_json::Value::Null, tx.now()],
        )
        .await?;
    Ok(taken == 1)
}

/// Keeps the answer of a taken key, and the rights that it took.
pub async fn keep(
    tx: &mut Tx,
    principal: &str,
    key: &str,
    answer: serde_json::Value,
    needs: &str,
) -> Result<(), DbError> {
    let sql = "update idempotency_keys set answer = $3, needs = $4 where principal = $1 and key = $2";
    tx.execute(sql, args![principal, key, answer, needs]).await?;
    Ok(())
}

/// What a taken key was answered.
pub async fn kept(tx: &mut Tx, principal: &str, key: &str) -> Result<Option<KeptAnswer>, DbError> {
    let sql = "select digest, answer, needs from idempotency_keys where principal = $1 and key = $2";
    tx.optional(sql, args![principal, key]).await
}

/// Forgets keys taken before a time.
pub async fn forget_keys(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    tx.execute("delete from idempotency_keys where created_at < $1", args![before]).await
}

/// One token.
pub async fn get(tx: &mut Tx, id: TokenId) -> Result<Option<Token>, DbError> {
    tx.optional(
        "select id, name, scopes, user_id, partner_user_id, created_at, expires_at, revoked_at, last_used_at from tokens where id = $1",
        args![id],
    )
    .await
}

/// Notes when a token was last used; an earlier use than the one that is known changes nothing.
pub async fn used(tx: &mut Tx, id: TokenId, at: Timestamp) -> Result<(), DbError> {
    tx.execute(
        "update tokens set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at < $2)",
        args![id, at],
    )
    .await?;
    Ok(())
}
