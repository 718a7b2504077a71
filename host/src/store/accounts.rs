//! Passwords, sessions, and how often somebody tried to sign in.

use super::db::{DbError, Tx, args, row};
use crate::domain::clock::Timestamp;
use crate::domain::ids::{SessionId, UserId};

row! {
    /// A session that goes on.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Session {
        /// Its id.
        pub id: SessionId,
        /// Who signed in.
        pub user_id: UserId,
        /// When.
        pub created_at: Timestamp,
        /// When it ends.
        pub expires_at: Timestamp,
        /// From where somebody signed in.
        pub address: String,
        /// By what, as the browser said.
        pub agent: String,
        /// Whether they have no second factor though a role of theirs must have one; who signed in by an identity provider has
        /// what the provider asks for.
        pub lacks_factor: bool,
    }

    /// What a password is checked against.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Account {
        /// Whose it is.
        pub user_id: UserId,
        /// Argon2id in the PHC form.
        pub hash: String,
    }
}

/// The account of an address, if its owner still works here and has a password.
pub async fn by_email(tx: &mut Tx, email: &str) -> Result<Option<Account>, DbError> {
    tx.optional(
        "select p.user_id, p.hash from passwords p join users u on u.id = p.user_id \
         where u.email = $1 and u.active",
        args![email],
    )
    .await
}

/// What a user's password is checked against, if there is one.
pub async fn hash(tx: &mut Tx, user: UserId) -> Result<Option<String>, DbError> {
    tx.optional_scalar("select hash from passwords where user_id = $1", args![user]).await
}

/// Whether anybody can sign in.
pub async fn any(tx: &mut Tx) -> Result<bool, DbError> {
    let sql = "select exists (select 1 from passwords p join users u on u.id = p.user_id where u.active)";
    tx.scalar(sql, &[]).await
}

/// The active administrators besides this user: whether each has a password.
pub async fn other_administrators(tx: &mut Tx, user: UserId) -> Result<Vec<bool>, DbError> {
    tx.scalars(
        "select exists (select 1 from passwords p where p.user_id = u.id) from users u \
         join user_rights r on r.user_id = u.id where u.active and r.administrator and u.id <> $1",
        args![user],
    )
    .await
}

/// Sets a user's password.
pub async fn put_hash(tx: &mut Tx, user: UserId, hash: &str) -> Result<(), DbError> {
    tx.execute(
        "insert into passwords (user_id, hash, changed_at) values ($1, $2, $3) \
         on conflict (user_id) do update set hash = excluded.hash, changed_at = excluded.changed_at",
        args![user, hash, tx.now()],
    )
    .await?;
    Ok(())
}

/// Begins a session.
pub async fn begin(tx: &mut Tx, session: &Session, digest: &[u8]) -> Result<(), DbError> {
    tx.execute(
        "insert into sessions (id, digest, user_id, created_at, expires_at, address, agent) \
         values ($1, $2, $3, $4, $5, $6, $7)",
        args![
            session.id,
            digest,
            session.user_id,
            session.created_at,
            session.expires_at,
            &session.address,
            &session.agent
        ],
    )
    .await?;
    Ok(())
}

/// The session of this digest, if it isn't at its end and its owner still works here.
pub async fn session(tx: &mut Tx, digest: &[u8]) -> Result<Option<Session>, DbError> {
    tx.optional(
        "select s.id, s.user_id, s.created_at, s.expires_at, s.address, s.agent, \
         r.needs_factor and s.issuer is null and not exists (select 1 \
         from second_factors f where f.user_id = u.id and f.confirmed_at is not null) as lacks_factor \
         from sessions s join users u on u.id = s.user_id join user_rights r on r.user_id = u.id where s.digest = $1 and s.expires_at > $2 and u.active",
        args![digest, tx.now()],
    )
    .await
}

/// A user's sessions that go on, the last begun first.
pub async fn sessions_of(tx: &mut Tx, user: UserId) -> Result<Vec<Session>, DbError> {
    tx.all(
        "select id, user_id, created_at, expires_at, address, agent, false as lacks_factor from sessions \
         where user_id = $1 and expires_at > $2 order by created_at desc, id desc",
        args![user, tx.now()],
    )
    .await
}

/// Ends one session of a user; false when it had ended before.
pub async fn end_one(tx: &mut Tx, user: UserId, id: SessionId) -> Result<bool, DbError> {
    let sql = "delete from sessions where user_id = $1 and id = $2";
    Ok(tx.execute(sql, args![user, id]).await? == 1)
}

/// Ends all sessions of a user but one.
pub async fn end_others(tx: &mut Tx, user: UserId, but: SessionId) -> Result<u64, DbError> {
    tx.execute("delete from sessions where user_id = $1 and id <> $2", args![user, but]).await
}

/// Lets a session end at another time.
pub async fn prolong(tx: &mut Tx, id: SessionId, until: Timestamp) -> Result<(), DbError> {
    tx.execute("update sessions set expires_at = $2 where id = $1", args![id, until]).await?;
    Ok(())
}

/// Ends a session; whose it was, if there was one.
pub async fn end(tx: &mut Tx, digest: &[u8]) -> Result<Option<UserId>, DbError> {
    tx.optional_scalar("delete from sessions where digest = $1 returning user_id", args![digest]).await
}

/// Ends all sessions of a user.
pub async fn end_all(tx: &mut Tx, user: UserId) -> Result<u64, DbError> {
    tx.execute("delete from sessions where user_id = $1", args![user]).await
}

/// Takes a try out of a bucket that holds `burst` of them and gets one back every `pause_millis`. When it is empty
/// nothing is taken, and the answer is the time of the next try.
pub async fn take_try(
    tx: &mut Tx,
    bucket: &[u8],
    burst: i64,
    pause_millis: i64,
) -> Result<Option<Timestamp>, DbError> {
    let now = tx.now();
    let full = now.plus_millis((burst - 1) * pause_millis);
    let taken = tx
        .execute(
            "insert into sign_in_tries (bucket, empty_at) values ($1, $2) on conflict (bucket) do update \
             set empty_at = (case when sign_in_tries.empty_at > $3 then sign_in_tries.empty_at else $3 end) + $4 \
             where sign_in_tries.empty_at <= $5",
            args![bucket, now.plus_millis(pause_millis), now, pause_millis * 1_000, full],
        )
        .await?;
    if taken == 1 {
        return Ok(None);
    }
    let empty_at: Timestamp =
        tx.scalar("select empty_at from sign_in_tries where bucket = $1", args![bucket]).await?;
    Ok(Some(empty_at.plus_millis(-(burst - 1) * pause_millis)))
}

/// Puts a try back that was taken out of a bucket.
pub async fn give_back_try(tx: &mut Tx, bucket: &[u8], pause_millis: i64) -> Result<(), DbError> {
    let sql = "update sign_in_tries set empty_at = empty_at - $2 where bucket = $1";
    tx.execute(sql, args![bucket, pause_millis * 1_000]).await?;
    Ok(())
}

/// Keeps a link by which a user sets a password.
pub async fn add_link(tx: &mut Tx, digest: &[u8], user: UserId, until: Timestamp) -> Result<(), DbError> {
    let sql = "insert into password_links (digest, user_id, expires_at) values ($1, $2, $3)";
    tx.execute(sql, args![digest, user, until]).await?;
    Ok(())
}

/// Whose link it is, if it isn't at its end and its owner still works here.
pub async fn link_of(tx: &mut Tx, digest: &[u8]) -> Result<Option<UserId>, DbError> {
    tx.optional_scalar(
        "select l.user_id from password_links l join users u on u.id = l.user_id \
         where l.digest = $1 and l.expires_at > $2 and u.active",
        args![digest, tx.now()],
    )
    .await
}

/// Ends all links of a user.
pub async fn end_links(tx: &mut Tx, user: UserId) -> Result<(), DbError> {
    tx.execute("delete from password_links where user_id = $1", args![user]).await?;
    Ok(())
}

/// Forgets sessions and links at their end and buckets that are empty.
pub async fn forget(tx: &mut Tx) -> Result<(), DbError> {
    let now = tx.now();
    tx.execute("delete from sessions where expires_at <= $1", args![now]).await?;
    tx.execute("delete from sign_in_tries where empty_at <= $1", args![now]).await?;
    tx.execute("delete from password_links where expires_at <= $1", args![now]).await?;
    Ok(())
}
