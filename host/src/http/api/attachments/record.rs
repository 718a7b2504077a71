//! A file on a record, as the API shows it.

use uuid::Uuid;

use crate::domain::clock::Timestamp;
use crate::domain::ids::{AttachmentId, CustomerId, InstallationId};
use crate::http::response::{mirror, versioned};

mirror! {
    /// A file on a record; its bytes are at `/v1/attachments/{id}/content`.
    #[schema(example = json!({
        "id": "019b8a3e-0000-7000-8000-000000000009", "subject_kind": "ticket",
        "subject_id": "019b8a3e-0000-7000-8000-000000000005", "customer_id": "019b8a3e-0000-7000-8000-000000000001",
        "source_id": null, "name": "报价单.pdf", "media_type": "application/pdf", "size": 48213,
        "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "author": "user:019b8a3e-0000-7000-8000-000000000006", "created_at": "2026-01-05T08:00:00Z", "version": 1,
    }))]
    pub struct Attachment from crate::domain::attachment::Attachment {
        /// Its id.
        pub id: AttachmentId,
        /// The kind of record that it is attached to: `customer`, `conversation`, `interaction`, `ticket`, `task`, `deal`, `order`.
        pub subject_kind: String,
        /// The record.
        pub subject_id: Uuid,
        /// The customer that the record belongs to.
        pub customer_id: Option<CustomerId>,
        /// The installation that brought it in.
        pub source_id: Option<InstallationId>,
        /// The file's name, without folders.
        pub name: String,
        /// What whoever brought it said that it is, for example `image/jpeg`.
        pub media_type: String,
        /// Bytes.
        pub size: i64,
        /// SHA-256 of the bytes, in hexadecimal.
        pub digest: String,
        /// Who brought it in: `user:`, `token:` or `installation:` and an id.
        pub author: String,
        /// When.
        pub created_at: Timestamp,
        /// Grows by one with every change; the record's ETag.
        pub version: i64,
    }
}

versioned!(Attachment);
