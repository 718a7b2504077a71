//! An API token, as the API shows it: never its text.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::clock::Timestamp;
use crate::domain::ids::{PartnerUserId, TokenId, UserId};
use crate::store::tokens;

/// An API token, without its text.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "019b8a3e-0000-7000-8000-00000000000b", "name": "web shop", "scopes": ["customers:read", "tickets:write"],
    "user_id": null, "partner_user_id": null, "created_at": "2026-01-05T08:00:00Z", "expires_at": null, "revoked_at": null,
    "last_used_at": "2026-01-05T09:12:00Z",
}))]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// The person it acts for.
    pub user_id: Option<UserId>,
    /// The person of a partner's it acts for.
    pub partner_user_id: Option<PartnerUserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, to within some seconds; null when it hasn't been.
    pub last_used_at: Option<Timestamp>,
}

impl From<tokens::Token> for Token {
    fn from(token: tokens::Token) -> Self {
        Self {
            id: token.id,
            name: token.name,
            scopes: token.scopes.0,
            user_id: token.user_id,
            partner_user_id: token.partner_user_id,
            created_at: token.created_at,
            expires_at: token.expires_at,
            revoked_at: token.revoked_at,
            last_used_at: token.last_used_at,
        }
    }
}
