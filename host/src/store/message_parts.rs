//! Messages that come in several deliveries: each picture of an album, with the words that came with it. What they make
//! together stands in the interaction.

use serde_json::Value;

use super::db::{DbError, Json, Tx, args, row};
use crate::domain::clock::Timestamp;
use crate::domain::ids::{ConversationId, InstallationId, InteractionId};

row! {
    /// One delivery of a message that has several.
    #[derive(Debug, Clone, PartialEq)]
    pub struct MessagePart {
        /// The channel.
        pub installation_id: InstallationId,
        /// The provider's id of this part.
        pub external_id: String,
        /// In which thread.
        pub conversation_id: ConversationId,
        /// The provider's name of what the parts make together.
        pub album: String,
        /// The message.
        pub interaction_id: InteractionId,
        /// The words of this part.
        pub text: String,
        /// Its files, as the interaction describes them.
        pub attachments: Json<Vec<Value>>,
        /// When it was last edited.
        pub edited_at: Option<Timestamp>,
        /// The provider's number of that edit.
        pub revision: Option<i64>,
        /// When it came.
        pub created_at: Timestamp,
    }
}

/// The part that the provider knows by this id.
pub async fn get(
    tx: &mut Tx,
    installation: InstallationId,
    external: &str,
) -> Result<Option<MessagePart>, DbError> {
    tx.optional(
        "select * from message_parts where installation_id = $1 and external_id = $2",
        args![installation, external],
    )
    .await
}

/// The message of which an album's parts came since a time. The conversation has to be locked, so that two parts at once
/// don't both find none.
pub async fn message_of(
    tx: &mut Tx,
    conversation: ConversationId,
    album: &str,
    since: Timestamp,
) -> Result<Option<InteractionId>, DbError> {
    tx.optional_scalar(
        "select interaction_id from message_parts where conversation_id = $1 and album = $2 and created_at >= $3 \
         order by created_at desc, external_id limit 1",
        args![conversation, album, since],
    )
    .await
}

/// The parts of a message, in the provider's order: ids are numbers, or as long as each other.
pub async fn of(tx: &mut Tx, message: InteractionId) -> Result<Vec<MessagePart>, DbError> {
    tx.all(
        "select * from message_parts where interaction_id = $1 order by length(external_id), external_id",
        args![message],
    )
    .await
}

/// Adds a part. False when it is there already: a repeated delivery.
pub async fn add(tx: &mut Tx, part: &MessagePart) -> Result<bool, DbError> {
    let added = tx
        .execute(
            "insert into message_parts (installation_id, external_id, conversation_id, album, interaction_id, text, \
             attachments, edited_at, revision, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
             on conflict (installation_id, external_id) do nothing",
            args![
                part.installation_id,
                &part.external_id,
                part.conversation_id,
                &part.album,
                part.interaction_id,
                &part.text,
                Json(&part.attachments.0),
                part.edited_at,
                part.revision,
                part.created_at
            ],
        )
        .await?;
    Ok(added == 1)
}

/// Writes back an edited part.
pub async fn update(tx: &mut Tx, part: &MessagePart) -> Result<(), DbError> {
    tx.execute(
        "update message_parts set text = $3, attachments = $4, edited_at = $5, revision = $6 \
         where installation_id = $1 and external_id = $2",
        args![
            part.installation_id,
            &part.external_id,
            &part.text,
            Json(&part.attachments.0),
            part.edited_at,
            part.revision
        ],
    )
    .await
    .map(|_| ())
}
