//! A partner and its people, as the API shows them.

use crate::domain::clock::Timestamp;
use crate::domain::ids::{InstallationId, PartnerId, PartnerUserId};
use crate::http::response::{mirror, versioned};

mirror! {
    /// An organisation that takes care of customers together with this one.
    #[schema(example = json!({
        "id": "019b8a3e-0000-7000-8000-000000000031", "name": "华南经销商", "installation_id": null, "active": true,
        "answer_minutes": 480, "protection_days": 90, "created_at": "2026-01-05T08:00:00Z",
        "updated_at": "2026-01-05T08:00:00Z", "version": 1,
    }))]
    pub struct Partner from crate::domain::partner::Partner {
        /// Its id.
        pub id: PartnerId,
        /// What people call it.
        pub name: String,
        /// The installation of a plugin that joins its system.
        pub installation_id: Option<InstallationId>,
        /// Whether anything is shared with it at all; its people see nothing while it isn't.
        pub active: bool,
        /// How many minutes it has to accept or refuse what is handed over.
        pub answer_minutes: i64,
        /// For how many days a lead that it registered is its own.
        pub protection_days: i64,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it was last changed.
        pub updated_at: Timestamp,
        /// Grows by one with every change; the record's ETag.
        pub version: i64,
    }

    /// A person who works at a partner's.
    #[schema(example = json!({
        "id": "019b8a3e-0000-7000-8000-000000000032", "partner_id": "019b8a3e-0000-7000-8000-000000000031",
        "name": "陈伟", "email": "chen.wei@dealer.example.com", "language": "zh-CN", "active": true,
        "created_at": "2026-01-05T08:00:00Z", "version": 1,
    }))]
    pub struct PartnerUser from crate::domain::partner::PartnerUser {
        /// Their id.
        pub id: PartnerUserId,
        /// Where they work.
        pub partner_id: PartnerId,
        /// Their name.
        pub name: String,
        /// Their e-mail address.
        pub email: String,
        /// BCP 47.
        pub language: String,
        /// Whether their tokens are taken.
        pub active: bool,
        /// When they were entered.
        pub created_at: Timestamp,
        /// Grows by one with every change; the record's ETag.
        pub version: i64,
    }
}

versioned!(Partner, PartnerUser);
