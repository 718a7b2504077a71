//! Sign-ins by an identity provider: those under way, whose accounts are whose, and the sessions that came of it.

use super::db::{DbError, Tx, args, row};
use crate::domain::clock::Timestamp;
use crate::domain::ids::{SessionId, UserId};

row! {
    /// A sign-in that is under way.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Pending {
        /// What the provider's token has to name.
        pub nonce: String,
        /// What proves that who comes back is who went.
        pub verifier: String,
        /// Where the visitor wants to go on.
        pub next: String,
    }
}

/// Notes a sign-in that begins.
pub async fn begin(tx: &mut Tx, digest: &[u8], pending: &Pending, until: Timestamp) -> Result<(), DbError> {
    let sql = "insert into sign_ins_pending (digest, nonce, verifier, next, expires_at) values ($1, $2, $3, $4, $5)";
    tx.execute(sql, args![digest, &pending.nonce, &pending.verifier, &pending.next, until]).await?;
    Ok(())
}

/// Takes one that was begun: it can be ended once.
pub async fn take(tx: &mut Tx, digest: &[u8]) -> Result<Option<Pending>, DbError> {
    let sql =
        "delete from sign_ins_pending where digest = $1 and expires_at > $2 returning nonce, verifier, next";
    tx.optional(sql, args![digest, tx.now()]).await
}

/// Forgets those that nobody came back from.
pub async fn forget(tx: &mut Tx) -> Result<(), DbError> {
    tx.execute("delete from sign_ins_pending where expires_at <= $1", args![tx.now()]).await?;
    Ok(())
}

/// Whose a provider's account is.
pub async fn user_of(tx: &mut Tx, issuer: &str, subject: &str) -> Result<Option<UserId>, DbError> {
    let sql = "select user_id from provider_accounts where issuer = $1 and subject = $2";
    tx.optional_scalar(sql, args![issuer, subject]).await
}

/// Says whose a provider's account is.
pub async fn link(tx: &mut Tx, issuer: &str, subject: &str, user: UserId) -> Result<(), DbError> {
    let sql = "insert into provider_accounts (issuer, subject, user_id, created_at) values ($1, $2, $3, $4)";
    tx.execute(sql, args![issuer, subject, user, tx.now()]).await?;
    Ok(())
}

/// Notes by which account, and in which session of the provider's, a session began.
pub async fn note(
    tx: &mut Tx,
    session: SessionId,
    issuer: &str,
    subject: &str,
    provider_session: Option<&str>,
) -> Result<(), DbError> {
    let sql = "update sessions set issuer = $2, subject = $3, provider_session = $4 where id = $1";
    let provider_session = provider_session.map(str::to_owned);
    tx.execute(sql, args![session, issuer, subject, provider_session]).await?;
    Ok(())
}

/// Ends the sessions of a provider's session, or of an account where none is named; whose they were.
pub async fn end(
    tx: &mut Tx,
    issuer: &str,
    subject: Option<&str>,
    provider_session: Option<&str>,
) -> Result<Vec<UserId>, DbError> {
    tx.scalars(
        "delete from sessions where issuer = $1 and ($2 is null or subject = $2) \
         and ($3 is null or provider_session = $3) returning user_id",
        args![issuer, subject.map(str::to_owned), provider_session.map(str::to_owned)],
    )
    .await
}
