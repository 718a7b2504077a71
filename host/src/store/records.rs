//! How the domain's records are read from rows and bound to statements.

use super::db::{Arg, At, Column, DbError, FromRow, Json, Row};
use crate::domain::attachment::Attachment;
use crate::domain::comment::Comment;
use crate::domain::conversation::{Conversation, Delivery, Interaction};
use crate::domain::customer::{Customer, CustomerKind, Identity, Order, Score, Stage};
use crate::domain::deal::{Deal, DealStatus, Pipeline, PipelineKind};
use crate::domain::delivery::DeliveryState;
use crate::domain::entity::RecordKind;
use crate::domain::hand_off::{HandOff, HandOffStatus};
use crate::domain::partner::{Partner, PartnerUser, Share, ShareDelivery, ShareState};
use crate::domain::reason::Reason;
use crate::domain::role::Role;
use crate::domain::survey::Survey;
use crate::domain::task::{Board, Task, TaskStatus};
use crate::domain::team::{Team, User};
use crate::domain::ticket::{SlaPolicy, Status, Ticket};
use crate::domain::triage::{Class, Priority};

/// Lets words of the domain stand in `text` columns.
macro_rules! word_columns {
    ($($word:ty),+ $(,)?) => {$(
        impl From<$word> for Arg {
            fn from(word: $word) -> Self {
                Self::from(word.as_str())
            }
        }

        impl From<Option<$word>> for Arg {
            fn from(word: Option<$word>) -> Self {
                Self::Text(word.map(|word| word.as_str().to_owned()))
            }
        }

        impl Column for Option<$word> {
            fn read(row: &Row<'_>, at: At) -> Result<Self, DbError> {
                let text: Option<String> = Column::read(row, at)?;
                let parse = |text: String| text.parse().map_err(|error| DbError::Decode(format!("{at:?}: {error}")));
                text.map(parse).transpose()
            }
        }

        impl Column for $word {
            fn read(row: &Row<'_>, at: At) -> Result<Self, DbError> {
                let missing = || DbError::Decode(format!("{at:?} is NULL where a word is required"));
                Option::<Self>::read(row, at)?.ok_or_else(missing)
            }
        }
    )+};
}

word_columns!(
    Class,
    CustomerKind,
    DealStatus,
    Delivery,
    DeliveryState,
    HandOffStatus,
    RecordKind,
    PipelineKind,
    Priority,
    Role,
    ShareDelivery,
    ShareState,
    Stage,
    Status,
    TaskStatus,
);

impl Column for Option<Reason> {
    fn read(row: &Row<'_>, at: At) -> Result<Self, DbError> {
        Ok(Option::<String>::read(row, at)?.map(Reason::kept))
    }
}

/// Lets rows be read as records, each field from the column of its name; `as Json` marks JSON columns. They stand in the
/// order of the table's columns, in which they are found soonest.
macro_rules! records {
    ($($record:ident { $($field:ident $(as $json:ident)?),* $(,)? })+) => {$(
        impl FromRow for $record {
            fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
                Ok(Self { $($field: records!(@ row $field $($json)?)),* })
            }
        }
    )+};
    (@ $row:ident $field:ident) => { $row.get(stringify!($field))? };
    (@ $row:ident $field:ident $json:ident) => { $row.get::<$json<_>>(stringify!($field))?.0 };
}

records! {
    Attachment {
        id, subject_kind, subject_id, customer_id, source_id, name, media_type, size, digest, blob_id, author,
        created_at, version
    }
    Customer {
        id, kind, name, stage, grade, language, region, birthday, organisation_id, owner_id, tags as Json,
        attributes as Json, canonical_id, source_id, created_at, updated_at, version
    }
    Identity { id, customer_id, scheme, issuer, value, attested, source_id, created_at }
    Order { id, customer_id, number, total_cents, currency, items as Json, placed_at }
    Score { customer_id, name, installation_id, value, grade, reasons as Json, computed_at }
    Conversation {
        id, customer_id, installation_id, channel, external_id, subject, last_at, created_at, version,
        ticket_id
    }
    Interaction {
        id, customer_id, conversation_id, ticket_id, installation_id, kind, inbound, external_id, author_id,
        text, attributes as Json, attachments as Json, status, failure, occurred_at, created_at, version
    }
    Ticket {
        id, customer_id, conversation_id, subject, class, priority, status, language, sentiment, tags as Json,
        reasons as Json, team_id, assignee_id, assignment_reason, previous_id, reopened, first_response_due_at,
        resolution_due_at, first_response_at, resolved_at, source_id, created_at, updated_at, version, number
    }
    Task {
        id, parent_id, depth, subject_kind, subject_id, customer_id, title, description, status, priority,
        tags as Json, team_id, assignee_id, due_at, remind_at, position, created_by, closed_at, source_id,
        created_at, updated_at, version
    }
    Board { id, name, team_id, owner_id, columns as Json, created_at, version }
    Comment {
        id, subject_kind, subject_id, author, text, created_at, customer_id, mentions as Json, edited_at,
        deleted_at, source_id, version
    }
    HandOff {
        id, ticket_id, from_team_id, from_user_id, to_team_id, to_user_id, note, status, reason, handed_by,
        answered_by, due_at, answered_at, created_at, version
    }
    SlaPolicy {
        id, name, class, priority, grade, first_response_minutes, resolution_minutes, version, hand_off_minutes
    }
    Pipeline { id, name, kind, stages as Json, created_at, version }
    Deal {
        id, customer_id, name, pipeline_id, stage_id, status, probability, amount_cents, currency, owner_id,
        ticket_id, partner_id, source, expected_close, lost_reason, stage_at, closed_at, source_id, created_at,
        updated_at, version
    }
    Partner {
        id, name, installation_id, active, answer_minutes, protection_days, created_at, updated_at, version
    }
    PartnerUser { id, partner_id, name, email, language, active, created_at, version }
    Share {
        id, partner_id, installation_id, subject_kind, subject_id, customer_id, note, fields as Json, hand_over,
        state, reference, message, delivery, failure, due_at, answered_at, created_at, updated_at, version
    }
    Team { id, name, classes as Json, watches as Json, created_at, version }
    User {
        id, name, email, language, active, present, capacity, skills as Json, languages as Json, region,
        created_at, version, role
    }
    Survey {
        id, ticket_id, customer_id, conversation_id, installation_id, questionnaire as Json, rating, normalized,
        comment, tags as Json, sent_at, answered_at, version
    }
}
