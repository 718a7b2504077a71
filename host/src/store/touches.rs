//! Interactions that came by the API, in the name of a channel that is no plugin; and interactions of every origin as
//! lists show them.

use super::db::{Arg, DbError, Json, Tx, args};
use super::filter::{self, CustomerRows, ListError, ListQuery, Narrow};
use super::page::Page;
use crate::domain::actor::Scope;
use crate::domain::conversation::{Conversation, Interaction};
use crate::domain::ids::{ConversationId, TicketId};

/// Finds the thread on a channel that is no plugin, or begins it, and locks it either way. A thread of a record that was
/// merged into the customer goes on.
pub async fn open(tx: &mut Tx, conversation: &Conversation) -> Result<Conversation, DbError> {
    tx.one(
        "insert into conversations (id, customer_id, channel, external_id, subject, last_at, created_at, version) \
         values ($1, coalesce(case when exists (select 1 from customers m where m.canonical_id = $2) then \
         (select v.customer_id from conversations v \
         where v.installation_id is null and v.channel = $3 and v.external_id = $4 and v.customer_id in \
         (select id from customers where id = $2 or canonical_id = $2) order by v.last_at desc limit 1) end, $2), \
         $3, $4, $5, $6, $7, 1) on conflict (channel, external_id, customer_id) where installation_id is null do update \
         set version = conversations.version + 1, last_at = excluded.last_at returning *",
        args![
            conversation.id,
            conversation.customer_id,
            &conversation.channel,
            &conversation.external_id,
            &conversation.subject,
            conversation.last_at,
            conversation.created_at
        ],
    )
    .await
}

/// What a channel that is no plugin has told of under this id.
pub async fn stored(tx: &mut Tx, channel: &str, external: &str) -> Result<Option<Interaction>, DbError> {
    tx.optional(
        "select * from interactions where channel = $1 and external_id = $2 and installation_id is null and inbound",
        args![channel, external],
    )
    .await
}

/// Adds an interaction of a channel that is no plugin. False when it has told of it before.
pub async fn insert(tx: &mut Tx, interaction: &Interaction, channel: &str) -> Result<bool, DbError> {
    let added = tx
        .execute(
            "insert into interactions (id, customer_id, conversation_id, kind, inbound, external_id, author_id, text, \
             attributes, attachments, occurred_at, created_at, version, channel) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
             on conflict (channel, external_id) where installation_id is null and inbound and external_id is not null \
             do nothing",
            args![
                interaction.id,
                interaction.customer_id,
                interaction.conversation_id,
                &interaction.kind,
                interaction.inbound,
                interaction.external_id.clone(),
                interaction.author_id,
                &interaction.text,
                Json(&interaction.attributes),
                Json(&interaction.attachments),
                interaction.occurred_at,
                interaction.created_at,
                interaction.version,
                channel
            ],
        )
        .await?;
    if added == 1 {
        tx.interaction_added(interaction);
    }
    Ok(added == 1)
}

/// What a list of interactions is narrowed by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TouchFilter {
    /// Those of this customer.
    pub customer: Option<CustomerRows>,
    /// Those in this thread.
    pub conversation: Option<ConversationId>,
    /// Those on this ticket.
    pub ticket: Option<TicketId>,
    /// Those of this kind.
    pub kind: Option<String>,
}

/// Interactions.
pub async fn list(
    tx: &mut Tx,
    query: &ListQuery,
    by: &TouchFilter,
    scope: Scope,
) -> Result<Page<Interaction, String>, ListError> {
    let values = [
        ("conversation_id =", by.conversation.map(Arg::from)),
        ("ticket_id =", by.ticket.map(Arg::from)),
        ("kind =", by.kind.clone().map(Arg::from)),
    ];
    let narrow = Narrow { customer: by.customer, values: &values };
    filter::page(tx, query, narrow, scope).await
}
