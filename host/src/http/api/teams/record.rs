//! A team, as the API shows it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::clock::Timestamp;
use crate::domain::ids::TeamId;
use crate::domain::team;
use crate::domain::triage::Class;
use crate::http::api::users::User;
use crate::http::response::versioned;

/// A department or group.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "019b8a3e-0000-7000-8000-000000000006", "name": "Complaints", "classes": ["complaint"], "watches": [],
    "members": [], "created_at": "2026-01-05T08:00:00Z", "version": 1,
}))]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// Its name.
    pub name: String,
    /// The classes of tickets that it takes.
    pub classes: Vec<Class>,
    /// The classes whose urgent tickets it is told of besides.
    pub watches: Vec<Class>,
    /// Who is in it.
    pub members: Vec<User>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Grows by one with every change.
    pub version: i64,
}

versioned!(Team);

impl From<(team::Team, Vec<team::User>)> for Team {
    fn from((team, members): (team::Team, Vec<team::User>)) -> Self {
        Self {
            id: team.id,
            name: team.name,
            classes: team.classes,
            watches: team.watches,
            members: members.into_iter().map(User::from).collect(),
            created_at: team.created_at,
            version: team.version,
        }
    }
}
