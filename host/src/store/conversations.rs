//! Conversations and the interactions in them.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::db::{DbError, Json, Tx, args, row};
use super::filter::{self, CustomerRows, ListError, ListQuery, Narrow, of_customer};
use super::page::{Page, PagePosition, PageRequest};
use super::records;
use super::search::Searched;
use super::visible::seen;
use crate::domain::actor::Scope;
use crate::domain::catalogue::Record as _;
use crate::domain::clock::Timestamp;
use crate::domain::conversation::{Conversation, Delivery, Interaction};
use crate::domain::ids::{ConversationId, CustomerId, InstallationId, InteractionId, TicketId};

row! {
    /// What a provider said of a message before the message was known by the provider's id.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct EarlyReceipt {
        /// How far it has got; none while only its place is taken.
        pub status: Option<Delivery>,
        /// Why it failed.
        pub failure: Option<String>,
    }
}

row! {
    /// A message that is stored with an external id.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Stored {
        /// The message.
        pub id: InteractionId,
        /// Its thread.
        pub conversation_id: Option<ConversationId>,
        /// Whether its content is the one that was asked for.
        pub same: bool,
    }
}

/// Finds the thread or begins it, and locks it either way. A race between two first messages leaves one thread. A thread
/// of a record that was merged into the customer goes on; most customers have none, and nothing is looked for then.
pub async fn open(tx: &mut Tx, conversation: &Conversation) -> Result<(Conversation, bool), DbError> {
    let opened: Conversation = tx
        .one(
            "insert into conversations (id, customer_id, installation_id, channel, external_id, subject, last_at, \
             created_at, ticket_id, version) values ($1, coalesce(case when exists \
             (select 1 from customers m where m.canonical_id = $2) then (select v.customer_id from conversations v \
             where v.installation_id = $3 and v.external_id = $5 and v.customer_id in \
             (select id from customers where id = $2 or canonical_id = $2) order by v.last_at desc limit 1) end, $2), \
             $3, $4, $5, $6, $7, $8, $9, 1) on conflict (installation_id, external_id, customer_id) do update \
             set version = conversations.version + 1, last_at = excluded.last_at returning *",
            args![
                conversation.id,
                conversation.customer_id,
                conversation.installation_id,
                &conversation.channel,
                &conversation.external_id,
                &conversation.subject,
                conversation.last_at,
                conversation.created_at,
                conversation.ticket_id
            ],
        )
        .await?;
    let begun = opened.id == conversation.id;
    Ok((opened, begun))
}

/// Locks a conversation for a change by raising its version.
pub async fn lock(tx: &mut Tx, id: ConversationId, scope: Scope) -> Result<Option<Conversation>, DbError> {
    tx.optional(
        seen!(
            scope,
            "update conversations set version = version + 1, last_at = $3 where id = $1 and ",
            ("conversation", "conversations.id", "$2", "change"),
            " returning *"
        ),
        args![id, scope.viewer(), tx.now()],
    )
    .await
}

/// One conversation.
pub async fn get(tx: &mut Tx, id: ConversationId, scope: Scope) -> Result<Option<Conversation>, DbError> {
    tx.optional(
        seen!(
            scope,
            "select * from conversations where id = $1 and ",
            ("conversation", "conversations.id", "$2"),
            ""
        ),
        args![id, scope.viewer()],
    )
    .await
}

/// The conversations that were begun to answer a ticket, the newest first.
pub async fn begun_for(tx: &mut Tx, ticket: TicketId, scope: Scope) -> Result<Vec<Conversation>, DbError> {
    tx.all(
        seen!(
            scope,
            "select * from conversations where ticket_id = $1 and ",
            ("conversation", "conversations.id", "$2"),
            " order by id desc"
        ),
        args![ticket, scope.viewer()],
    )
    .await
}

/// Whose thread this is on a channel, the one last written in first; following merges.
pub async fn owners(
    tx: &mut Tx,
    installation: InstallationId,
    external: &str,
    limit: i64,
) -> Result<Vec<CustomerId>, DbError> {
    tx.scalars(
        "select coalesce(c.canonical_id, c.id) from conversations v join customers c on c.id = v.customer_id \
         where v.installation_id = $1 and v.external_id = $2 order by v.last_at desc, v.id limit $3",
        args![installation, external, limit],
    )
    .await
}

/// Conversations; of one customer or of all.
pub async fn list(
    tx: &mut Tx,
    query: &ListQuery,
    customer: Option<CustomerRows>,
    scope: Scope,
) -> Result<Page<Conversation, String>, ListError> {
    let narrow = Narrow { customer, ..Narrow::default() };
    filter::page(tx, query, narrow, scope).await
}

/// Adds an interaction. False when one with its external id and content is there already: a repeated delivery.
pub async fn add_interaction(
    tx: &mut Tx,
    interaction: &Interaction,
    content: Option<&[u8]>,
) -> Result<bool, DbError> {
    static SQL: LazyLock<String> = LazyLock::new(|| {
        let tail = "on conflict (installation_id, external_id, content) \
                    where inbound and external_id is not null do nothing";
        records::insert_sql(Interaction::KIND, &[("content", records::NEXT)], tail)
    });
    let mut args = records::insert_args(interaction, &[]);
    args.push(content.into());
    let is_new = tx.execute(&SQL, &args).await? == 1;
    if is_new {
        tx.interaction_added(interaction);
    }
    Ok(is_new)
}

/// The message from a customer that is stored with this external id: the one that has the same content if there is one,
/// else the first. One from before contents were kept counts as the same.
pub async fn stored(
    tx: &mut Tx,
    installation: InstallationId,
    external: &str,
    content: [&[u8]; 2],
) -> Result<Option<Stored>, DbError> {
    tx.optional(
        "select id, conversation_id, (content is null or content in ($3, $4)) as same from interactions \
         where installation_id = $1 and external_id = $2 and inbound \
         order by (content is null or content in ($3, $4)) desc, id limit 1",
        args![installation, external, content[0], content[1]],
    )
    .await
}

/// The message from a customer that the provider knows by this id; of several the first.
pub async fn first_received(
    tx: &mut Tx,
    installation: InstallationId,
    external: &str,
) -> Result<Option<Interaction>, DbError> {
    tx.optional(
        "select * from interactions where installation_id = $1 and external_id = $2 and inbound order by id limit 1",
        args![installation, external],
    )
    .await
}

/// Locks an interaction for a change by raising its version.
pub async fn lock_interaction(tx: &mut Tx, id: InteractionId) -> Result<Option<Interaction>, DbError> {
    tx.optional("update interactions set version = version + 1 where id = $1 returning *", args![id]).await
}

/// Writes back what a locked interaction says.
pub async fn rewrite(tx: &mut Tx, interaction: &Interaction) -> Result<(), DbError> {
    tx.texts_changed(Searched::Interaction, interaction.id);
    records::update(tx, interaction).await
}

/// Sets by which content an interaction is known again when it is delivered once more.
pub async fn set_content(tx: &mut Tx, id: InteractionId, content: &[u8]) -> Result<(), DbError> {
    tx.execute("update interactions set content = $2 where id = $1", args![id, content]).await.map(|_| ())
}

/// The message of a customer that a ticket was opened with.
pub async fn first_of_ticket(tx: &mut Tx, ticket: TicketId) -> Result<Option<InteractionId>, DbError> {
    let sql = "select id from interactions where ticket_id = $1 and inbound order by id limit 1";
    tx.optional_scalar(sql, args![ticket]).await
}

/// One interaction.
pub async fn interaction(
    tx: &mut Tx,
    id: InteractionId,
    scope: Scope,
) -> Result<Option<Interaction>, DbError> {
    tx.optional(
        seen!(
            scope,
            "select * from interactions where id = $1 and ",
            ("interaction", "interactions.id", "$2"),
            ""
        ),
        args![id, scope.viewer()],
    )
    .await
}

/// Locks the outgoing message that a channel knows by this external id.
pub async fn lock_sent(
    tx: &mut Tx,
    installation: InstallationId,
    external: &str,
) -> Result<Option<Interaction>, DbError> {
    tx.optional(
        "update interactions set version = version + 1 \
         where installation_id = $1 and external_id = $2 and not inbound returning *",
        args![installation, external],
    )
    .await
}

/// Takes the place of a provider's id, waiting for whoever holds it: a message's sender and its receipts meet here, so
/// that neither misses the other. What a receipt has said before, if one has.
pub async fn meet_receipt(
    tx: &mut Tx,
    installation: InstallationId,
    external: &str,
) -> Result<Option<EarlyReceipt>, DbError> {
    let met: EarlyReceipt = tx
        .one(
            "insert into early_receipts (installation_id, external_id, created_at) values ($1, $2, $3) \
             on conflict (installation_id, external_id) do update set created_at = early_receipts.created_at \
             returning status, failure",
            args![installation, external, tx.now()],
        )
        .await?;
    Ok(met.status.is_some().then_some(met))
}

/// Keeps what a provider said of a message that isn't known yet, in the place taken by [`meet_receipt`].
pub async fn keep_receipt(
    tx: &mut Tx,
    installation: InstallationId,
    external: &str,
    status: Delivery,
    failure: Option<&str>,
) -> Result<(), DbError> {
    let sql =
        "update early_receipts set status = $3, failure = $4 where installation_id = $1 and external_id = $2";
    tx.execute(sql, args![installation, external, status, failure]).await.map(|_| ())
}

/// Gives the place of a provider's id up again.
pub async fn drop_receipt(tx: &mut Tx, installation: InstallationId, external: &str) -> Result<(), DbError> {
    let sql = "delete from early_receipts where installation_id = $1 and external_id = $2";
    tx.execute(sql, args![installation, external]).await.map(|_| ())
}

/// Forgets receipts from before a time whose messages never came: something else sent them through the same account.
pub async fn forget_receipts(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    tx.execute("delete from early_receipts where created_at < $1", args![before]).await
}

/// Sets how far an outgoing message has got.
pub async fn set_delivery(
    tx: &mut Tx,
    id: InteractionId,
    status: Delivery,
    external: Option<&str>,
    failure: Option<&str>,
) -> Result<(), DbError> {
    tx.execute(
        "update interactions set status = $2, external_id = coalesce($3, external_id), failure = $4, \
         version = version + 1 where id = $1",
        args![id, status, external, failure],
    )
    .await?;
    Ok(())
}

/// The provider's id of the customer's latest message in a conversation.
pub async fn last_received(tx: &mut Tx, id: ConversationId) -> Result<Option<String>, DbError> {
    let sql = "select external_id from interactions where conversation_id = $1 and inbound and external_id is not null \
               order by id desc limit 1";
    tx.optional_scalar(sql, args![id]).await
}

/// Whether the customer's latest message in a conversation came with `no_automatic_answers`: through a mailing list, for
/// example.
pub async fn forbids_automatic_answers(tx: &mut Tx, id: ConversationId) -> Result<bool, DbError> {
    let sql =
        "select attributes from interactions where conversation_id = $1 and inbound order by id desc limit 1";
    let found: Option<Json<Map<String, Value>>> = tx.optional_scalar(sql, args![id]).await?;
    Ok(found
        .is_some_and(|Json(attributes)| attributes.get("no_automatic_answers") == Some(&Value::Bool(true))))
}

/// Puts an interaction on a ticket.
pub async fn set_ticket(tx: &mut Tx, id: InteractionId, ticket: TicketId) -> Result<(), DbError> {
    tx.execute("update interactions set ticket_id = $2 where id = $1", args![id, ticket]).await?;
    Ok(())
}

/// When the first reply on a ticket was written that wasn't refused.
pub async fn earliest_reply(tx: &mut Tx, ticket: TicketId) -> Result<Option<Timestamp>, DbError> {
    let sql = "select created_at from interactions where ticket_id = $1 and not inbound and status <> 'failed' \
               order by created_at limit 1";
    tx.optional_scalar(sql, args![ticket]).await
}

/// Since when the customer of a ticket waits for an answer: the first message after the last reply that wasn't refused.
pub async fn unanswered_since(tx: &mut Tx, ticket: TicketId) -> Result<Option<Timestamp>, DbError> {
    let sql = "select created_at from interactions where ticket_id = $1 and inbound and created_at > \
               coalesce((select max(o.created_at) from interactions o where o.ticket_id = $1 and not o.inbound \
               and o.status <> 'failed'), 0) order by created_at limit 1";
    tx.optional_scalar(sql, args![ticket]).await
}

/// A conversation's messages, newest first.
pub async fn messages(
    tx: &mut Tx,
    id: ConversationId,
    page: PageRequest,
) -> Result<Page<Interaction>, DbError> {
    let after = page.after.unwrap_or(PagePosition::START);
    let rows = tx
        .all(
            "select * from interactions where conversation_id = $1 and id < $2 order by id desc limit $3",
            args![id, after.id, page.limit + 1],
        )
        .await?;
    Ok(Page::cut(rows, page.limit, |row: &Interaction| PagePosition { at: row.created_at, id: row.id.0 }))
}

/// A customer's interactions before a place, newest first.
pub async fn of_customer(
    tx: &mut Tx,
    of: CustomerRows,
    before: PagePosition,
    limit: i64,
) -> Result<Vec<Interaction>, DbError> {
    let forms = of_customer!(
        "select * from interactions where ",
        "$1",
        " and (occurred_at, id) < ($2, $3) order by occurred_at desc, id desc limit $4"
    );
    let sql = of.choose(tx, forms).await?;
    tx.all(sql, args![of.customer(), before.at, before.id, limit]).await
}
