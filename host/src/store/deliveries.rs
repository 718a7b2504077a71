//! Deliveries of channels that became no message, with their requests as they came.

use serde_json::Value;

use super::db::{DbError, Json, Tx, args, row};
use super::page::{Page, PagePosition, PageRequest};
use crate::domain::clock::Timestamp;
use crate::domain::delivery::{DeliveryState, KeptHeader};
use crate::domain::ids::{DeliveryId, DeliveryRequestId, InstallationId, InteractionId};

row! {
    /// A part of a request that became no message.
    #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
    pub struct KeptDelivery {
        /// Its id.
        pub id: DeliveryId,
        /// The channel.
        pub installation_id: InstallationId,
        /// The request that it came by.
        pub request_id: DeliveryRequestId,
        /// Which part of the request it is.
        pub part: i64,
        /// When it came.
        pub received_at: Timestamp,
        /// What has become of it.
        pub state: DeliveryState,
        /// Why it is no message: a word that programs compare.
        pub reason: String,
        /// The same for people.
        pub detail: String,
        /// The provider's id; empty when it has none.
        pub external_id: String,
        /// The beginning of what it says.
        pub preview: String,
        /// Bytes of the request's body.
        pub size: i64,
        /// The interaction that it became.
        pub interaction_id: Option<InteractionId>,
        /// When somebody accepted it.
        pub accepted_at: Option<Timestamp>,
    }

    /// A request as it came.
    #[derive(Debug, Clone, PartialEq)]
    pub struct KeptRequest {
        /// Its method.
        pub method: String,
        /// Its path after `/in/{installation}/`.
        pub path: String,
        /// What stood after `?`.
        pub query: String,
        /// Its headers.
        pub headers: Json<Vec<KeptHeader>>,
        /// Its body.
        pub body: Vec<u8>,
    }

    /// How many deliveries of an installation wait.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Waiting {
        /// The installation.
        pub installation_id: InstallationId,
        /// How many.
        pub count: i64,
    }
}

/// A request about to be kept.
#[derive(Debug, Clone)]
pub struct NewRequest {
    /// By it a repeat is known.
    pub digest: Vec<u8>,
    /// The request.
    pub request: KeptRequest,
}

/// A part of it.
#[derive(Debug, Clone)]
pub struct NewDelivery {
    /// Which part of the request it is.
    pub part: i64,
    /// Why it is no message.
    pub reason: String,
    /// The same for people.
    pub detail: String,
    /// The provider's id.
    pub external_id: String,
    /// The beginning of what it says.
    pub preview: String,
    /// The message that it becomes.
    pub message: Option<Value>,
}

/// What a row costs beside its texts, in bytes.
const ROW: usize = 512;

/// Bytes that a request and its parts take.
fn kept_bytes(request: &KeptRequest, parts: &[NewDelivery]) -> i64 {
    let headers: usize = request.headers.0.iter().map(KeptHeader::size).sum();
    let message = |part: &NewDelivery| part.message.as_ref().map_or(0, |message| message.to_string().len());
    let parts: usize = parts.iter().map(|part| ROW + part.detail.len() + message(part)).sum();
    let all = ROW + request.body.len() + request.path.len() + request.query.len() + headers + parts;
    i64::try_from(all).unwrap_or(i64::MAX)
}

/// Keeps parts of a request; those that are kept already stay as they are. The new ones, by id and place in `parts`.
pub async fn keep(
    tx: &mut Tx,
    installation: InstallationId,
    NewRequest { digest, request }: &NewRequest,
    parts: &[NewDelivery],
) -> Result<Vec<(DeliveryId, usize)>, DbError> {
    let (now, size) = (tx.now(), i64::try_from(request.body.len()).unwrap_or(i64::MAX));
    let fresh: DeliveryRequestId = tx.id();
    let request_id: DeliveryRequestId = tx
        .scalar(
            "insert into delivery_requests (id, installation_id, digest, received_at, size, method, path, query, \
             headers, body) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
             on conflict (installation_id, digest) do update set digest = excluded.digest returning id",
            args![
                fresh,
                installation,
                digest.as_slice(),
                now,
                kept_bytes(request, parts),
                &request.method,
                &request.path,
                &request.query,
                Json(&request.headers.0),
                request.body.as_slice()
            ],
        )
        .await?;
    let mut kept = Vec::new();
    for (place, part) in parts.iter().enumerate() {
        let id: DeliveryId = tx.id();
        let added = tx
            .execute(
                "insert into deliveries (id, installation_id, request_id, part, received_at, state, reason, detail, \
                 external_id, preview, size, message) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
                 on conflict (request_id, part) do nothing",
                args![
                    id,
                    installation,
                    request_id,
                    part.part,
                    now,
                    DeliveryState::Kept,
                    &part.reason,
                    &part.detail,
                    &part.external_id,
                    &part.preview,
                    size,
                    part.message.clone()
                ],
            )
            .await?;
        if added == 1 {
            kept.push((id, place));
        }
    }
    Ok(kept)
}

/// An installation's deliveries in this state or any, the newest first.
pub async fn list(
    tx: &mut Tx,
    of: InstallationId,
    state: Option<DeliveryState>,
    page: PageRequest,
) -> Result<Page<KeptDelivery>, DbError> {
    let after = page.after.unwrap_or(PagePosition::START);
    let rows = tx
        .all(
            "select id, installation_id, request_id, part, received_at, state, reason, detail, external_id, preview, \
             size, interaction_id, accepted_at from deliveries \
             where installation_id = $1 and ($2 = '' or state = $2) and (received_at, id) < ($3, $4) \
             order by received_at desc, id desc limit $5",
            args![of, state.map_or("", DeliveryState::as_str), after.at, after.id, page.limit + 1],
        )
        .await?;
    Ok(Page::cut(rows, page.limit, |row: &KeptDelivery| PagePosition { at: row.received_at, id: row.id.0 }))
}

/// One delivery of an installation.
pub async fn get(tx: &mut Tx, of: InstallationId, id: DeliveryId) -> Result<Option<KeptDelivery>, DbError> {
    tx.optional(
        "select id, installation_id, request_id, part, received_at, state, reason, detail, external_id, preview, \
         size, interaction_id, accepted_at from deliveries where installation_id = $1 and id = $2",
        args![of, id],
    )
    .await
}

/// The request that a delivery came by.
pub async fn request(tx: &mut Tx, id: DeliveryRequestId) -> Result<Option<KeptRequest>, DbError> {
    let sql = "select method, path, query, headers, body from delivery_requests where id = $1";
    tx.optional(sql, args![id]).await
}

/// The message that a delivery becomes, where its plugin has made one of it.
pub async fn message(tx: &mut Tx, id: DeliveryId) -> Result<Option<Value>, DbError> {
    let found: Option<Json<Value>> = tx
        .optional_scalar("select message from deliveries where id = $1 and message is not null", args![id])
        .await?;
    Ok(found.map(|message| message.0))
}

/// Takes a delivery for becoming a message. False when somebody else has, or it is gone.
pub async fn take(tx: &mut Tx, of: InstallationId, id: DeliveryId) -> Result<bool, DbError> {
    let taken = tx
        .execute(
            "update deliveries set state = $3, accepted_at = $4 where installation_id = $1 and id = $2 and state = $5",
            args![of, id, DeliveryState::Accepted, tx.now(), DeliveryState::Kept],
        )
        .await?;
    Ok(taken == 1)
}

/// Says which interaction it has become.
pub async fn became(tx: &mut Tx, id: DeliveryId, interaction: InteractionId) -> Result<(), DbError> {
    let sql = "update deliveries set interaction_id = $2 where id = $1";
    tx.execute(sql, args![id, interaction]).await.map(|_| ())
}

/// How many deliveries wait, by installation; those that have none are left out.
pub async fn waiting(tx: &mut Tx) -> Result<Vec<Waiting>, DbError> {
    tx.all(
        "select installation_id, count(*) as count from deliveries where state = 'kept' group by installation_id",
        &[],
    )
    .await
}

/// Counts that a plugin broke down at a request, and says how often it has by now.
pub async fn count_failure(tx: &mut Tx, of: InstallationId, digest: &[u8]) -> Result<i64, DbError> {
    tx.scalar(
        "insert into failed_requests (installation_id, digest, failures, last_at) values ($1, $2, 1, $3) \
         on conflict (installation_id, digest) do update \
         set failures = failed_requests.failures + 1, last_at = excluded.last_at returning failures",
        args![of, digest, tx.now()],
    )
    .await
}

/// Forgets requests from before a time with their deliveries, at most `limit` of them, and says how many.
pub async fn forget(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<u64, DbError> {
    tx.execute("delete from failed_requests where last_at < $1", args![before]).await?;
    tx.execute(
        "delete from deliveries where request_id in \
         (select id from delivery_requests where received_at < $1 order by received_at, id limit $2)",
        args![before, limit],
    )
    .await?;
    tx.execute(
        "delete from delivery_requests where id in \
         (select id from delivery_requests where received_at < $1 order by received_at, id limit $2)",
        args![before, limit],
    )
    .await
}

/// The installations that keep more bytes than this.
pub async fn over(tx: &mut Tx, most: i64) -> Result<Vec<InstallationId>, DbError> {
    let sql = "select installation_id from delivery_requests group by installation_id having sum(size) > $1";
    tx.scalars(sql, args![most]).await
}

/// Forgets an installation's oldest requests, with their deliveries, until it keeps no more bytes than this.
pub async fn forget_beyond(tx: &mut Tx, of: InstallationId, most: i64) -> Result<(), DbError> {
    let last: Option<KeptPlace> = tx
        .optional(
            "select received_at, id from (select received_at, id, sum(size) over (order by received_at desc, id desc) \
             as bytes from delivery_requests where installation_id = $1) as kept \
             where bytes > $2 order by received_at desc, id desc limit 1",
            args![of, most],
        )
        .await?;
    let Some(KeptPlace { received_at, id }) = last else { return Ok(()) };
    tx.execute(
        "delete from deliveries where request_id in (select id from delivery_requests \
         where installation_id = $1 and (received_at, id) <= ($2, $3))",
        args![of, received_at, id],
    )
    .await?;
    let sql = "delete from delivery_requests where installation_id = $1 and (received_at, id) <= ($2, $3)";
    tx.execute(sql, args![of, received_at, id]).await.map(|_| ())
}

row! {
    struct KeptPlace {
        received_at: Timestamp,
        id: DeliveryRequestId,
    }
}
