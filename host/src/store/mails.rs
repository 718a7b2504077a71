//! Mail on its way to the relay.

use serde_json::Value;

use super::db::{DbError, Json, Tx, args, row};
use crate::domain::clock::Timestamp;
use crate::domain::ids::{InstallationId, InteractionId, MailId};

row! {
    /// A mail that the relay hasn't taken yet.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Mail {
        /// Its id.
        pub id: MailId,
        /// Whose it is.
        pub installation_id: InstallationId,
        /// The outgoing message that it carries, if it carries one.
        pub interaction_id: Option<InteractionId>,
        /// Its Message-ID without the angle brackets; the same over all attempts.
        pub message_id: String,
        /// `Name <address>` or an address.
        pub sender: String,
        /// Addresses, as a JSON list.
        pub recipients: Json<Vec<String>>,
        /// Its subject.
        pub subject: String,
        /// Plain text.
        pub text: String,
        /// Cleaned; empty for none.
        pub html: String,
        /// Further headers, as a JSON list of pairs.
        pub headers: Json<Value>,
        /// Ids of attachments, as a JSON list.
        pub attachments: Json<Value>,
        /// When it was queued.
        pub created_at: Timestamp,
    }
}

/// Queues a mail.
pub async fn insert(tx: &mut Tx, mail: &Mail) -> Result<(), DbError> {
    tx.execute(
        "insert into mails (id, installation_id, interaction_id, message_id, sender, recipients, subject, text, html, \
         headers, attachments, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        args![
            mail.id,
            mail.installation_id,
            mail.interaction_id,
            &mail.message_id,
            &mail.sender,
            Json(&mail.recipients.0),
            &mail.subject,
            &mail.text,
            &mail.html,
            Json(&mail.headers.0),
            Json(&mail.attachments.0),
            mail.created_at
        ],
    )
    .await?;
    Ok(())
}

/// One mail; none when the relay has taken or refused it.
pub async fn get(tx: &mut Tx, id: MailId) -> Result<Option<Mail>, DbError> {
    tx.optional("select * from mails where id = $1", args![id]).await
}

/// The mail that carries a message and that the relay hasn't taken.
pub async fn of_message(tx: &mut Tx, id: InteractionId) -> Result<Option<MailId>, DbError> {
    tx.optional_scalar("select id from mails where interaction_id = $1 order by id desc limit 1", args![id])
        .await
}

/// Forgets a mail that the relay has taken or refused.
pub async fn delete(tx: &mut Tx, id: MailId) -> Result<(), DbError> {
    tx.execute("delete from mails where id = $1", args![id]).await.map(|_| ())
}
