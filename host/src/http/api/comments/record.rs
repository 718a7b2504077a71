//! A comment, as the API shows it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::clock::Timestamp;
use crate::domain::comment;
use crate::domain::ids::{CommentId, CustomerId, InstallationId};
use crate::http::response::versioned;

/// Somebody mentioned in a comment.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"kind": "user", "id": "019b8a3e-0000-7000-8000-000000000007", "name": "李娜"}))]
pub struct Mention {
    /// `user` or `team`.
    pub kind: String,
    /// Which.
    pub id: Uuid,
    /// The name as it was written.
    pub name: String,
}

/// A comment on a record.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "019b8a3e-0000-7000-8000-000000000013", "subject_kind": "ticket",
    "subject_id": "019b8a3e-0000-7000-8000-000000000005", "customer_id": "019b8a3e-0000-7000-8000-000000000001",
    "author": "user:019b8a3e-0000-7000-8000-000000000009",
    "text": "请@[李娜](user:019b8a3e-0000-7000-8000-000000000007)确认保修期",
    "mentions": [{"kind": "user", "id": "019b8a3e-0000-7000-8000-000000000007", "name": "李娜"}],
    "source_id": null, "created_at": "2026-01-05T08:00:00Z", "edited_at": null, "deleted_at": null, "version": 1,
}))]
pub struct Comment {
    /// Its id.
    pub id: CommentId,
    /// The kind of record that it is on.
    pub subject_kind: String,
    /// The record.
    pub subject_id: Uuid,
    /// The customer on whose timeline it stands.
    pub customer_id: Option<CustomerId>,
    /// Who wrote it: `user:ID`, `token:ID` or `installation:ID`.
    pub author: String,
    /// What it says, mentions written `@[name](user:ID)` or `@[name](team:ID)`; empty once it is deleted.
    pub text: String,
    /// Who is mentioned in it.
    pub mentions: Vec<Mention>,
    /// The installation that brought it in.
    pub source_id: Option<InstallationId>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When its text was last changed.
    pub edited_at: Option<Timestamp>,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
    /// Grows by one with every change; the record's ETag.
    pub version: i64,
}

versioned!(Comment);

impl From<comment::Comment> for Comment {
    fn from(comment: comment::Comment) -> Self {
        let mention = |mention: comment::Mention| Mention {
            kind: mention.kind.as_str().to_owned(),
            id: mention.id,
            name: mention.name,
        };
        Self {
            id: comment.id,
            subject_kind: comment.subject_kind,
            subject_id: comment.subject_id,
            customer_id: comment.customer_id,
            author: comment.author,
            text: comment.text,
            mentions: comment.mentions.into_iter().map(mention).collect(),
            source_id: comment.source_id,
            created_at: comment.created_at,
            edited_at: comment.edited_at,
            deleted_at: comment.deleted_at,
            version: comment.version,
        }
    }
}
