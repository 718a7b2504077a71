//! Who acts, what they may do, and which rows are there for them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::ids::{InstallationId, PartnerId, PartnerUserId, SurveyId, TokenId, UserId};
use super::role::Sights;

/// Who does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "id")]
pub enum Principal {
    /// The host itself: reactors, timers.
    System,
    /// A person who signed in.
    User(UserId),
    /// A program with an API token.
    Token(TokenId),
    /// A plugin in use.
    Installation(InstallationId),
    /// A customer who answered a survey by its link.
    Respondent(SurveyId),
    /// A person who works at a partner's.
    PartnerUser(PartnerUserId),
}

impl Principal {
    /// The word and the id by which the event log and idempotency keys name the principal.
    pub fn parts(self) -> (&'static str, Option<Uuid>) {
        match self {
            Self::System => ("system", None),
            Self::User(id) => ("user", Some(id.0)),
            Self::Token(id) => ("token", Some(id.0)),
            Self::Installation(id) => ("installation", Some(id.0)),
            Self::Respondent(id) => ("respondent", Some(id.0)),
            Self::PartnerUser(id) => ("partner-user", Some(id.0)),
        }
    }

    /// The principal that is written so, as `kind:id`; none for what names none.
    pub fn read(text: &str) -> Option<Self> {
        let Some((kind, id)) = text.split_once(':') else {
            return (text == "system").then_some(Self::System);
        };
        let id = Uuid::try_parse(id).ok()?;
        Some(match kind {
            "user" => Self::User(id.into()),
            "token" => Self::Token(id.into()),
            "installation" => Self::Installation(id.into()),
            "respondent" => Self::Respondent(id.into()),
            "partner-user" => Self::PartnerUser(id.into()),
            _ => return None,
        })
    }
}

impl std::fmt::Display for Principal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.parts() {
            (kind, Some(id)) => write!(f, "{kind}:{id}"),
            (kind, None) => f.write_str(kind),
        }
    }
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)+) => {
        /// Something an actor may be allowed to do. Tokens list them as scopes by their words.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Permission {
            $($(#[$doc])* $name,)+
        }

        impl Permission {
            /// Every permission there is.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Its word, as a token's scope names it.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }
        }
    };
}

permissions! {
    /// See customers, their identities, scores and timeline.
    CustomersRead = "customers:read",
    /// Create and change customers.
    CustomersWrite = "customers:write",
    /// See conversations and their messages.
    ConversationsRead = "conversations:read",
    /// Reply to customers.
    ConversationsWrite = "conversations:write",
    /// See tickets.
    TicketsRead = "tickets:read",
    /// Create, assign, resolve and reopen tickets.
    TicketsWrite = "tickets:write",
    /// See tasks and boards.
    TasksRead = "tasks:read",
    /// Make, change, move and complete tasks, and make boards.
    TasksWrite = "tasks:write",
    /// See comments on records that one may see.
    CommentsRead = "comments:read",
    /// Comment on records that one may see.
    CommentsWrite = "comments:write",
    /// See what one was told, and note that it is read.
    NotificationsRead = "notifications:read",
    /// See what teams and other people were told.
    NotificationsReadAll = "notifications:read-all",
    /// See surveys and their answers.
    SurveysRead = "surveys:read",
    /// Enter answers that customers gave otherwise.
    SurveysWrite = "surveys:write",
    /// See the event log.
    EventsRead = "events:read",
    /// Erase what events say.
    EventsErase = "events:erase",
    /// Add fields to kinds of records, change and remove them.
    FieldsWrite = "fields:write",
    /// See teams and users.
    UsersRead = "users:read",
    /// Create and change teams and users.
    UsersWrite = "users:write",
    /// Make and revoke API tokens.
    TokensWrite = "tokens:write",
    /// See plugins and installations.
    PluginsRead = "plugins:read",
    /// Upload, install, configure and grant plugins.
    PluginsWrite = "plugins:write",
    /// Call the tools that plugins offer: a plugin does then what it is granted, whoever has called it.
    ToolsCall = "tools:call",
    /// See the work that was given up after its last try.
    DeadLettersRead = "dead-letters:read",
    /// Replay and discard it.
    DeadLettersWrite = "dead-letters:write",
    /// See the host's metrics.
    MetricsRead = "metrics:read",
    /// Enter orders.
    OrdersWrite = "orders:write",
    /// Make and change SLA policies.
    PoliciesWrite = "policies:write",
    /// See deals and pipelines.
    DealsRead = "deals:read",
    /// Create, change, win and lose deals; make pipelines.
    DealsWrite = "deals:write",
    /// See partners, their users, and what is shared with them.
    PartnersRead = "partners:read",
    /// Make partners and their users, share records with them and take them back.
    PartnersWrite = "partners:write",
    /// See what is shared, and ask a partner's system.
    SharesRead = "shares:read",
    /// Answer for a partner: accept, refuse, report, register leads.
    SharesWrite = "shares:write",
    /// See what plugins were called with and told, and what they answered: what customers wrote is in it.
    CallsRead = "calls:read",
    /// See what channels took in that became no message, as it came.
    DeliveriesRead = "deliveries:read",
    /// Make it messages.
    DeliveriesWrite = "deliveries:write",
    /// Make and change roles.
    RolesWrite = "roles:write",
    /// Have what is masked shown in full, for a purpose that is said.
    RecordsUnmask = "records:unmask",
    /// Take lists of records away as files.
    RecordsExport = "records:export",
    /// Declare kinds of records, change and remove them.
    KindsWrite = "kinds:write",
    /// See records of declared kinds.
    RecordsRead = "records:read",
    /// Create, change and remove records of declared kinds.
    RecordsWrite = "records:write",
}

impl Permission {
    fn bit(self) -> u64 {
        1 << self as u32
    }
}

/// A set of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rights(u64);

/// A scope that doesn't exist.
#[derive(Debug, thiserror::Error)]
#[error("there is no scope {0:?}; use \"*\" for all, or of: {list}", list = Permission::ALL.iter().map(|p| p.word()).collect::<Vec<_>>().join(", "))]
pub struct UnknownScope(pub String);

impl Rights {
    /// No permission.
    pub const NONE: Self = Self(0);

    /// Every permission.
    pub fn all() -> Self {
        Permission::ALL.iter().copied().collect()
    }

    /// What the people of a partner may do, and no more than this whatever else there is: in their own rows.
    pub fn of_partner() -> Self {
        [Permission::SharesRead, Permission::SharesWrite].into_iter().collect()
    }

    /// From the scopes of a token; `*` means all.
    pub fn from_scopes<'a>(scopes: impl IntoIterator<Item = &'a str>) -> Result<Self, UnknownScope> {
        let mut rights = Self::default();
        for scope in scopes {
            if scope == "*" {
                return Ok(Self::all());
            }
            let permission = Permission::ALL.iter().find(|permission| permission.word() == scope);
            rights.0 |= permission.ok_or_else(|| UnknownScope(scope.to_owned()))?.bit();
        }
        Ok(rights)
    }

    /// From words of permissions, without those that aren't known; `*` means all.
    pub fn known<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let one = |word| Self::from_scopes([word]).unwrap_or_default();
        words.into_iter().fold(Self::default(), |rights, word| rights.or(one(word)))
    }

    /// Whether the permission is among them.
    pub fn contain(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// Whether all of the other's permissions are among them.
    pub fn cover(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The set as bits, which mean something in this process only.
    pub fn bits(self) -> u64 {
        self.0
    }

    /// The set of these bits.
    pub fn from_bits(bits: u64) -> Self {
        Self(bits & Self::all().0)
    }

    /// What either has.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What both have.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The permissions, in their usual order.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.contain(*permission))
    }

    /// The permissions that the other lacks.
    pub fn without(self, other: Self) -> impl Iterator<Item = Permission> {
        Self(self.0 & !other.0).iter()
    }
}

impl FromIterator<Permission> for Rights {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Self(permissions.into_iter().fold(0, |bits, permission| bits | permission.bit()))
    }
}

/// Which rows are there for an actor; the others are not there at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Every row.
    All,
    /// Rows that this installation brought in, or that are shared with the partner whose installation it is.
    Installation(InstallationId),
    /// Rows that are shared with this partner.
    Partner(PartnerId),
    /// Rows that the roles of this person reach, who doesn't reach all.
    Person(UserId),
}

impl Scope {
    /// Whom rows must be visible to, to be bound in a query as the viewer of `visible_records`; none for all rows.
    pub fn viewer(self) -> Option<Uuid> {
        match self {
            Self::All => None,
            Self::Installation(id) => Some(id.0),
            Self::Partner(id) => Some(id.0),
            Self::Person(id) => Some(id.0),
        }
    }

    /// The partner whose people act; none for everybody else.
    pub fn partner(self) -> Option<PartnerId> {
        match self {
            Self::Partner(id) => Some(id),
            _ => None,
        }
    }

    /// Whether it is that of somebody who works here.
    pub fn is_of_house(self) -> bool {
        matches!(self, Self::All | Self::Person(_))
    }
}

/// Somebody who acts, with what they may do and which rows are there for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub principal: Principal,
    /// The token that they act by; none for who signed in, and for what is the host's own.
    pub token: Option<TokenId>,
    /// What they may do.
    pub rights: Rights,
    /// Which rows are there for them.
    pub scope: Scope,
    /// How they see what tells of people.
    pub sights: Sights,
}

impl Actor {
    /// The host itself.
    pub fn system() -> Self {
        Self::of(Principal::System, Rights::all())
    }

    /// Somebody for whom every row is there, all of it, and who acts by no token.
    pub fn of(principal: Principal, rights: Rights) -> Self {
        Self { principal, token: None, rights, scope: Scope::All, sights: Sights::FULL }
    }

    /// Whether there is something that they don't see, or not in full.
    pub fn is_limited(&self) -> bool {
        self.scope != Scope::All || self.sights != Sights::FULL
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_everything_and_a_typo_is_refused_by_name() {
        assert_eq!(Rights::from_scopes(["tickets:read", "*"]).unwrap(), Rights::all());
        let error = Rights::from_scopes(["ticket:read"]).unwrap_err().to_string();
        assert!(error.contains("\"ticket:read\"") && error.contains("tickets:read"));
    }

    #[test]
    fn rights_hold_what_was_given_and_no_more() {
        let rights = Rights::from_scopes(["tickets:read", "customers:write"]).unwrap();
        let held: Vec<_> = Permission::ALL.iter().filter(|p| rights.contain(**p)).map(|p| p.word()).collect();
        assert_eq!(held, ["customers:write", "tickets:read"]);
        assert!(Rights::all().cover(rights) && !rights.cover(Rights::all()));
        let other = Rights::from_scopes(["tickets:read", "tasks:read"]).unwrap();
        assert_eq!(rights.and(other), Rights::from_scopes(["tickets:read"]).unwrap());
        assert_eq!(rights.without(other).collect::<Vec<_>>(), [Permission::CustomersWrite]);
    }
}
