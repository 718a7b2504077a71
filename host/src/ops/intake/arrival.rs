//! What the arrival of a message means: the one place where it is told whether it was here before.

use super::content::Content;
use crate::domain::ids::InstallationId;
use crate::ops::refusal::Refusal;
use crate::store::conversations::{self, Stored};
use crate::store::db::Tx;

/// What a message is to what is stored already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Arrival {
    /// Nothing with its id is here.
    New,
    /// The same id with the same content: nothing of it is done again.
    Duplicate(Stored),
    /// The same id with other content: senders reuse ids. It is a message of its own.
    OtherContent(Stored),
}

/// Decides what becomes of a message.
pub(super) async fn arrival(
    tx: &mut Tx,
    installation: InstallationId,
    external_id: &str,
    content: &Content,
) -> Result<Arrival, Refusal> {
    let stored = conversations::stored(tx, installation, external_id, content.forms()).await?;
    Ok(match stored {
        None => Arrival::New,
        Some(stored) if stored.same => Arrival::Duplicate(stored),
        Some(stored) => Arrival::OtherContent(stored),
    })
}
