//! Ids: one type for each kind of record, all UUIDv7.

use std::sync::Mutex;

use uuid::Uuid;
use uuid::timestamp::context::ContextV7;

use super::clock::Timestamp;

/// An id of one kind of record; a newtype over [`Uuid`], so that a ticket's id can't stand for a customer's.
pub trait Id: From<Uuid> + Into<Uuid> + Copy + Send + Sync + 'static {
    /// What the API calls the type: `CustomerId`.
    const NAME: &'static str;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl Id for $name {
            const NAME: &'static str = stringify!($name);
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// A file on a record.
    AttachmentId,
    /// A file kept in the database.
    BlobId,
    /// A board of tasks.
    BoardId,
    /// A business calendar.
    CalendarId,
    /// A comment on any record.
    CommentId,
    /// A thread of interactions on one channel with one customer.
    ConversationId,
    /// A field that a company has added.
    CustomFieldId,
    /// A person or organisation.
    CustomerId,
    /// A kind of records that was declared.
    DeclaredKindId,
    /// A chance to sell something.
    DealId,
    /// Something that came by a channel and became no message.
    DeliveryId,
    /// The request of a channel that it came by.
    DeliveryRequestId,
    /// An entry of the event log.
    EventId,
    /// A ticket on its way to another team.
    HandOffId,
    /// A process that serves the database.
    HostId,
    /// One way in which a customer is known.
    IdentityId,
    /// A plugin in use.
    InstallationId,
    /// One message or touch.
    InteractionId,
    /// A piece of work in the queue.
    JobId,
    /// A line of a plugin's log.
    LogLineId,
    /// A mail on its way to the relay.
    MailId,
    /// A merge of two customers.
    MergeId,
    /// Something that a person or team was told.
    NotificationId,
    /// A notification on its way to one person, by one way.
    OutgoingNotificationId,
    /// An order of a customer's.
    OrderId,
    /// A partner organisation.
    PartnerId,
    /// A person who works at a partner's.
    PartnerUserId,
    /// A row of stages that deals go through.
    PipelineId,
    /// A call of a plugin that was kept.
    PluginCallId,
    /// A plugin.
    PluginId,
    /// A version of a plugin.
    PluginVersionId,
    /// A record of a declared kind.
    RecordId,
    /// A role.
    RoleId,
    /// A list as somebody has set it up.
    SavedViewId,
    /// A record that is shared with a partner.
    ShareId,
    /// A time for which somebody is signed in.
    SessionId,
    /// An SLA policy.
    SlaPolicyId,
    /// A stage of a pipeline.
    StageId,
    /// A survey that was sent.
    SurveyId,
    /// A task.
    TaskId,
    /// A team.
    TeamId,
    /// A ticket.
    TicketId,
    /// An API token.
    TokenId,
    /// A person who works here.
    UserId,
}

/// Draws ids that grow within a process even within one microsecond, so that records sort by id in the order
/// they were made.
pub struct IdSource(Mutex<ContextV7>);

impl IdSource {
    /// A fresh source; one a process is enough.
    pub fn new() -> Self {
        Self(Mutex::new(ContextV7::new().with_additional_precision()))
    }

    /// The next id at this time.
    pub fn next(&self, now: Timestamp) -> Uuid {
        let context = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let micros = now.as_micros().max(0).unsigned_abs();
        let nanos = u32::try_from(micros % 1_000_000 * 1_000).unwrap_or(0);
        Uuid::new_v7(uuid::Timestamp::from_unix(&*context, micros / 1_000_000, nanos))
    }
}

impl Default for IdSource {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_while_the_clock_stands_still() {
        let source = IdSource::new();
        let now = Timestamp::from_micros(1_767_600_000_000_000);
        let ids: Vec<Uuid> = (0..5_000).map(|_| source.next(now)).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
