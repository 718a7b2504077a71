//! Messages of a delivery that somebody accepted.

use super::arrival::{Arrival, arrival};
use super::content::{Content, During};
use super::{bounded, cleaned, files, store_message};
use crate::domain::clock::Timestamp;
use crate::domain::ids::{CustomerId, InteractionId};
use crate::ops::calls::effects::StagedEffects;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::plugins::Installation;
use crate::plugins::types::Message;
use crate::store::db::Tx;

/// Messages about to be stored because somebody wants them to be.
#[derive(Debug)]
pub(in crate::ops) struct Accepted {
    messages: Vec<(Message, Content)>,
    staged: StagedEffects,
    customer: Option<CustomerId>,
}

impl Accepted {
    /// Messages with the files that their call wrote; all of them a customer's, where that is said.
    pub(in crate::ops) async fn new(
        messages: Vec<Message>,
        staged: StagedEffects,
        customer: Option<CustomerId>,
    ) -> Self {
        // Each has the time that it had when it was kept.
        let never = During { from: Timestamp::MAX, to: Timestamp::MAX };
        let contents: Vec<Content> =
            messages.iter().map(|message| Content::of(message, &staged, never)).collect();
        let messages = cleaned(messages).await.into_iter().zip(contents).collect();
        Self { messages, staged, customer }
    }

    /// Stores them and says which the first is; one that has come again since then counts as it is stored.
    pub(in crate::ops) async fn store(
        &self,
        tx: &mut Tx,
        ctx: &RequestContext,
        installation: &Installation,
    ) -> Result<Option<InteractionId>, Refusal> {
        let mut first = None;
        for (message, content) in &self.messages {
            let parts = (message, content);
            let stored = store_message(tx, ctx, installation, parts, self.customer, &self.staged).await?;
            if let Some(id) = stored {
                files::attach(tx, ctx, installation, (message, id), &self.staged).await?;
            }
            let id = match stored {
                Some(id) => Some(id),
                None => stored_before(tx, installation, message, content).await?,
            };
            first = first.or(id);
        }
        Ok(first)
    }
}

async fn stored_before(
    tx: &mut Tx,
    installation: &Installation,
    message: &Message,
    content: &Content,
) -> Result<Option<InteractionId>, Refusal> {
    let arrival = arrival(tx, installation.id, &bounded(&message.external_id), content).await?;
    Ok(match arrival {
        Arrival::New => None,
        Arrival::Duplicate(stored) | Arrival::OtherContent(stored) => Some(stored.id),
    })
}
