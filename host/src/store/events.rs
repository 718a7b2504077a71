//! The event log: appended with the change it tells of, then sealed into one gapless, hash-chained order.
//!
//! SQLite's one writer knows the log's end and gives each event its place and link as it is written. On PostgreSQL
//! several transactions commit side by side, so one process at a time seals afterwards.

use rand::Rng as _;
use uuid::Uuid;

use super::db::{AddedTo, Chain, DbError, Dialect, Tx, args, row, values};
use super::filter::{CustomerRows, of_customer};
use super::page::{Page, PagePosition, PageRequest};
use crate::domain::actor::Principal;
use crate::domain::clock::Timestamp;
use crate::domain::event::{CHAIN_START, CHAIN_VERSION, Cause, ChainHash, Envelope, NewEvent, data_digest};
use crate::domain::ids::{CustomerId, EventId, InstallationId};

row! {
    /// A sealed event.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Event {
        /// Its id.
        pub id: EventId,
        /// Its place in the log.
        pub seq: i64,
        /// `record.what-happened`.
        pub kind: String,
        /// The kind of record that it happened to.
        pub subject_kind: String,
        /// The record.
        pub subject_id: Uuid,
        /// The customer whose timeline it belongs to.
        pub customer_id: Option<CustomerId>,
        /// The installation whose rows it belongs to.
        pub source_id: Option<InstallationId>,
        /// Who did it: the principal's kind.
        pub actor_kind: String,
        /// Who did it: the principal's id.
        pub actor_id: Option<Uuid>,
        /// When.
        pub at: Timestamp,
        /// The event that caused it.
        pub cause_id: Option<EventId>,
        /// How many events lie before it in the chain of causes.
        pub depth: i64,
        /// What changed, as the text that was written; none after erasure.
        pub data: Option<String>,
    }

    /// What the chain binds of an event.
    pub(super) struct Bound {
        id: EventId,
        pub kind: String,
        subject_kind: String,
        subject_id: Uuid,
        customer_id: Option<CustomerId>,
        source_id: Option<InstallationId>,
        actor_kind: String,
        actor_id: Option<Uuid>,
        at: Timestamp,
        cause_id: Option<EventId>,
        depth: i64,
        pub data_digest: Vec<u8>,
    }

    struct Unsealed {
        ordinal: i64,
    }

    struct Head {
        seq: i64,
        hash: Vec<u8>,
    }
}

/// Appends an event in the transaction of the change it tells of.
pub async fn append(
    tx: &mut Tx,
    actor: Principal,
    cause: Cause,
    event: NewEvent,
) -> Result<EventId, DbError> {
    let id: EventId = tx.id();
    let mut salt = [0; 16];
    #[expect(clippy::disallowed_methods, reason = "erased data must not be guessed, in tests either")]
    rand::rng().fill_bytes(&mut salt);
    let data = event.data.to_string();
    let digest = data_digest(&salt, &data);
    let (actor_kind, actor_id) = actor.parts();
    let link = match chain(tx).await? {
        None => None,
        Some(chain) => {
            let envelope = Envelope {
                version: CHAIN_VERSION,
                sequence: chain.sequence + 1,
                id,
                kind: event.kind,
                subject_kind: event.subject.kind,
                subject: event.subject.id,
                customer: event.subject.customer,
                source: event.subject.source,
                actor: (actor_kind, actor_id),
                at: tx.now(),
                cause: cause.event,
                depth: cause.depth,
                data_digest: &digest,
            };
            let next = Chain { sequence: envelope.sequence, hash: envelope.chained(&chain.hash) };
            tx.chain = Some(next);
            Some(next)
        }
    };
    let row = values![
        id,
        event.kind,
        event.subject.kind,
        event.subject.id,
        event.subject.customer,
        event.subject.source,
        actor_kind,
        actor_id,
        tx.now(),
        cause.event,
        cause.depth,
        data,
        salt.as_slice(),
        digest.as_slice(),
        link.map(|link| link.sequence),
        link.map(|link| link.hash.to_vec()),
        // What is sealed later gets its rule by who seals it.
        link.map_or(1, |_| CHAIN_VERSION)
    ];
    tx.add(AddedTo::Events, row);
    Ok(id)
}

/// The log's end, where the one writer knows it: on SQLite. What an earlier version left without a place is sealed
/// before it is read for the first time.
async fn chain(tx: &mut Tx) -> Result<Option<Chain>, DbError> {
    if tx.chain.is_none() && tx.dialect() == Dialect::Sqlite {
        seal(tx, i64::MAX).await?;
        tx.chain = Some(end(tx).await?);
    }
    Ok(tx.chain)
}

/// The end of the sealed log.
pub(super) async fn end(tx: &mut Tx) -> Result<Chain, DbError> {
    let sql = "select seq, hash from events where seq is not null order by seq desc limit 1";
    match tx.optional::<Head>(sql, &[]).await? {
        Some(head) => Ok(Chain { sequence: head.seq, hash: chain_hash(&head.hash)? }),
        None => Ok(Chain { sequence: 0, hash: CHAIN_START }),
    }
}

/// Whether this transaction is the one that may seal, until it ends. PostgreSQL only; SQLite's one writer always may.
pub async fn try_sealing_lock(tx: &mut Tx) -> Result<bool, DbError> {
    let sql = "select name from locks where name = 'sealing' for update skip locked";
    Ok(tx.optional_scalar::<String>(sql, &[]).await?.is_some())
}

/// Whether anything has ever happened.
pub async fn has_any(tx: &mut Tx) -> Result<bool, DbError> {
    tx.scalar("select exists (select 1 from events)", &[]).await
}

/// Whether an event waits for its place.
pub async fn has_unsealed(tx: &mut Tx) -> Result<bool, DbError> {
    tx.scalar("select exists (select 1 from events where seq is null)", &[]).await
}

/// Gives the events that have no place yet their places and links; returns how many there were.
pub async fn seal(tx: &mut Tx, limit: i64) -> Result<usize, DbError> {
    let waiting: Vec<(Unsealed, Bound)> = tx
        .all(
            "select ordinal, id, kind, subject_kind, subject_id, customer_id, source_id, actor_kind, actor_id, at, \
             cause_id, depth, data_digest from events where seq is null order by ordinal limit $1",
            args![limit],
        )
        .await?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let Chain { mut sequence, mut hash } = end(tx).await?;
    let mut places = Vec::with_capacity(waiting.len());
    for (Unsealed { ordinal }, event) in &waiting {
        sequence += 1;
        hash = event.envelope(CHAIN_VERSION, sequence).chained(&hash);
        places.push(values![sequence, hash.as_slice(), *ordinal, CHAIN_VERSION]);
    }
    tx.bulk(
        "update events set seq = v.column1, hash = v.column2, chain_version = v.column4 from (",
        places,
        ") as v where events.ordinal = v.column3",
    )
    .await?;
    tx.chain = Some(Chain { sequence, hash });
    tx.notify_hosts(sequence).await?;
    Ok(waiting.len())
}

impl Bound {
    /// The envelope that this rule makes of it at this place.
    pub(super) fn envelope(&self, version: i64, sequence: i64) -> Envelope<'_> {
        Envelope {
            version,
            sequence,
            id: self.id,
            kind: &self.kind,
            subject_kind: &self.subject_kind,
            subject: self.subject_id,
            customer: self.customer_id,
            source: self.source_id,
            actor: (&self.actor_kind, self.actor_id),
            at: self.at,
            cause: self.cause_id,
            depth: self.depth,
            data_digest: &self.data_digest,
        }
    }
}

fn chain_hash(bytes: &[u8]) -> Result<ChainHash, DbError> {
    bytes
        .try_into()
        .map_err(|_| DbError::Decode(format!("a chain hash has {} bytes instead of 32", bytes.len())))
}

/// Sealed events after a place, in order.
pub async fn after(tx: &mut Tx, sequence: i64, limit: i64) -> Result<Vec<Event>, DbError> {
    tx.all(
        "select id, seq, kind, subject_kind, subject_id, customer_id, source_id, actor_kind, actor_id, at, cause_id, \
         depth, data from events where seq > $1 order by seq limit $2",
        args![sequence, limit],
    )
    .await
}

/// A record's events, oldest first.
pub async fn of_subject(tx: &mut Tx, kind: &str, id: Uuid, limit: i64) -> Result<Vec<Event>, DbError> {
    tx.all(
        "select id, coalesce(seq, 0) as seq, kind, subject_kind, subject_id, customer_id, source_id, actor_kind, \
         actor_id, at, cause_id, depth, data from events \
         where subject_kind = $1 and subject_id = $2 order by ordinal limit $3",
        args![kind, id, limit],
    )
    .await
}

/// What a record's events of a type say, oldest first.
pub async fn data_of(
    tx: &mut Tx,
    subject_kind: &str,
    id: Uuid,
    kind: &str,
) -> Result<Vec<serde_json::Value>, DbError> {
    let sql =
        "select data from events where subject_kind = $1 and subject_id = $2 and kind = $3 order by ordinal";
    let found: Vec<Option<String>> = tx.scalars(sql, args![subject_kind, id, kind]).await?;
    Ok(found.into_iter().flatten().filter_map(|data| serde_json::from_str(&data).ok()).collect())
}

/// A record's events, newest first.
pub async fn latest_of_subject(tx: &mut Tx, kind: &str, id: Uuid, limit: i64) -> Result<Vec<Event>, DbError> {
    tx.all(
        "select id, coalesce(seq, 0) as seq, kind, subject_kind, subject_id, customer_id, source_id, actor_kind, \
         actor_id, at, cause_id, depth, data from events \
         where subject_kind = $1 and subject_id = $2 order by ordinal desc limit $3",
        args![kind, id, limit],
    )
    .await
}

/// A page of a record's events, oldest first: those after a place.
pub async fn history(tx: &mut Tx, kind: &str, id: Uuid, page: PageRequest) -> Result<Page<Event>, DbError> {
    let after = page.after.unwrap_or(PagePosition { at: Timestamp::from_micros(i64::MIN), id: Uuid::nil() });
    let rows = tx
        .all(
            "select id, coalesce(seq, 0) as seq, kind, subject_kind, subject_id, customer_id, source_id, actor_kind, \
             actor_id, at, cause_id, depth, data from events \
             where subject_kind = $1 and subject_id = $2 and (at, id) > ($3, $4) order by at, id limit $5",
            args![kind, id, after.at, after.id, page.limit + 1],
        )
        .await?;
    Ok(Page::cut(rows, page.limit, |event: &Event| PagePosition { at: event.at, id: event.id.0 }))
}

/// A customer's newest events that aren't interactions, which the timeline takes from their own table.
pub async fn of_customer(tx: &mut Tx, of: CustomerRows, limit: i64) -> Result<Vec<Event>, DbError> {
    let forms = of_customer!(
        "select id, coalesce(seq, 0) as seq, kind, subject_kind, subject_id, customer_id, source_id, actor_kind, \
         actor_id, at, cause_id, depth, data from events where ",
        "$1",
        " and subject_kind <> 'interaction' order by ordinal desc limit $2"
    );
    let sql = of.choose(tx, forms).await?;
    tx.all(sql, args![of.customer(), limit]).await
}

/// The place of the newest sealed event; 0 when there is none.
pub async fn head(tx: &mut Tx) -> Result<i64, DbError> {
    tx.scalar("select coalesce(max(seq), 0) from events", &[]).await
}

/// Where a reader of the log has got to.
pub async fn cursor(tx: &mut Tx, name: &str) -> Result<i64, DbError> {
    let found = tx.optional_scalar("select sequence from cursors where name = $1", args![name]).await?;
    Ok(found.unwrap_or(0))
}

/// Moves a reader on, if it is still where it was read; false when another process has moved it.
pub async fn advance(tx: &mut Tx, name: &str, from: i64, to: i64) -> Result<bool, DbError> {
    let touched = if from == 0 {
        let sql = "insert into cursors (name, sequence) values ($1, $2) on conflict (name) do update \
                   set sequence = excluded.sequence where cursors.sequence = 0";
        tx.execute(sql, args![name, to]).await?
    } else {
        let sql = "update cursors set sequence = $3 where name = $1 and sequence = $2";
        tx.execute(sql, args![name, from, to]).await?
    };
    Ok(touched == 1)
}

/// The event's data as JSON; null after erasure.
pub fn data(event: &Event) -> serde_json::Value {
    event.data.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}
