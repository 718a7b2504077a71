//! Who may act upon whom. Nobody makes, changes, deactivates, signs out or takes away somebody or something that may do
//! more than they may themselves: whoever could would soon have those rights.
//!
//! Every operation on a principal asks here, beside its permission. What a target may do is what it may do now, or
//! will when the operation is done: an operation that changes that asks for both.
//!
//! | target | may do |
//! |---|---|
//! | a person | what their roles may, all together |
//! | a token | what its scopes say, and if it acts for a person no more than they may |
//! | somebody at a partner's | what partners may |
//! | an installation | what its grants let it read and write |
//!
//! Who sees a part of the records only, or not all of them in full, acts upon nobody: others may see more.
//!
//! Credentials are a matter of their own, [`require_reset`]: a token changes none, whoever it acts for, or whoever
//! holds one could keep what it gave them after it is revoked. The one exception makes the first people of a new
//! host: a program's own token (as the administrator's of the first start) gives a first password to somebody who has
//! none.

use std::fmt;

use super::roles::{self, Held};
use crate::domain::actor::{Permission, Principal, Rights};
use crate::domain::entity::RecordKind;
use crate::domain::ids::UserId;
use crate::domain::token::Token;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::plugins::Grant;
use crate::store::db::Tx;
use crate::store::installations::InstallationRow;

/// Somebody or something that is acted upon.
#[derive(Debug, Clone, Copy)]
pub enum Target<'a> {
    /// Somebody who works here and may do this, or will, or a role that lets one.
    Person(Held),
    /// A token with these scopes, and what the person may whom it acts for.
    Token(&'a [String], Option<Held>),
    /// Somebody who works at a partner's.
    PartnerUser,
    /// A plugin in use, with these grants.
    Installation(&'a [String]),
}

impl fmt::Display for Target<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(_) => f.write_str("whoever has these roles"),
            Self::Token(..) => f.write_str("this token"),
            Self::PartnerUser => f.write_str("a partner's user"),
            Self::Installation(_) => f.write_str("this installation"),
        }
    }
}

impl Target<'_> {
    /// What it may do.
    pub fn rights(self) -> Rights {
        match self {
            Self::Person(held) => held.rights,
            Self::Token(scopes, held) => {
                // A scope that this version of the host doesn't know gives nothing.
                let scopes = Rights::from_scopes(scopes.iter().map(String::as_str)).unwrap_or_default();
                held.map_or(scopes, |held| scopes.and(held.rights))
            }
            Self::PartnerUser => Rights::of_partner(),
            Self::Installation(grants) => grants
                .iter()
                .filter_map(|grant| grant.parse().ok())
                .flat_map(|grant| needed(&grant))
                .collect(),
        }
    }
}

/// What somebody has to be allowed who lets a plugin do this. Requests, mail, secrets and limits are the operator's to
/// give: no right of a person's is in them.
fn needed(grant: &Grant) -> Vec<Permission> {
    use Permission as P;
    match grant {
        Grant::Records { kind, write } => {
            let (read, change) = match kind.parse() {
                Ok(RecordKind::Customer) => (P::CustomersRead, P::CustomersWrite),
                Ok(RecordKind::Conversation | RecordKind::Interaction) => {
                    (P::ConversationsRead, P::ConversationsWrite)
                }
                Ok(RecordKind::Ticket) => (P::TicketsRead, P::TicketsWrite),
                Ok(RecordKind::Task) => (P::TasksRead, P::TasksWrite),
                Ok(RecordKind::Order) => (P::CustomersRead, P::OrdersWrite),
                Ok(RecordKind::Deal) => (P::DealsRead, P::DealsWrite),
                Ok(RecordKind::Share) => (P::SharesRead, P::SharesWrite),
                Err(_) => (P::RecordsRead, P::RecordsWrite),
            };
            vec![if *write { change } else { read }]
        }
        // Whom an attested identity names is believed to be that customer.
        Grant::Identity(_) => vec![P::CustomersWrite],
        Grant::Http(_) | Grant::Secret { .. } | Grant::Mail(_) | Grant::Kv | Grant::Limits => Vec::new(),
    }
}

/// Refuses unless the actor has the permission and every right that the target has.
pub fn require_over(ctx: &RequestContext, permission: Permission, target: Target<'_>) -> Result<(), Refusal> {
    ctx.require(permission)?;
    require_all(ctx)?;
    let rights = target.rights();
    if ctx.covers(rights) {
        return Ok(());
    }
    let lacking: Vec<&str> = rights.without(ctx.actor.rights).map(Permission::word).collect();
    Err(Refusal::Forbidden(format!(
        "{target} may do what you may not ({}); only who may do all of that may do this",
        lacking.join(", ")
    )))
}

/// Refuses who sees a part of the records only.
pub(super) fn require_all(ctx: &RequestContext) -> Result<(), Refusal> {
    if !ctx.actor.is_limited() {
        return Ok(());
    }
    Err(Refusal::Forbidden(
        "you see a part of the records only; only who sees all of them may do this".to_owned(),
    ))
}

/// As [`require_over`], for a user that the operation takes or puts somewhere.
pub(in crate::ops) async fn require_over_user(
    tx: &mut Tx,
    ctx: &RequestContext,
    user: UserId,
) -> Result<(), Refusal> {
    let held = roles::held_by(tx, user).await?;
    require_over(ctx, Permission::UsersWrite, Target::Person(held))
}

/// As [`require_over`], for a token and the person it acts for as they are now.
pub(super) async fn require_over_token(
    tx: &mut Tx,
    ctx: &RequestContext,
    token: &Token,
) -> Result<(), Refusal> {
    if token.partner_user_id.is_some() {
        return require_over(ctx, Permission::TokensWrite, Target::PartnerUser);
    }
    let held = match token.user_id {
        Some(user) => Some(roles::held_by(tx, user).await?),
        None => None,
    };
    require_over(ctx, Permission::TokensWrite, Target::Token(&token.scopes, held))
}

/// As [`require_over`], for an installation with what it is granted now.
pub(in crate::ops) fn require_over_installation(
    ctx: &RequestContext,
    row: &InstallationRow,
) -> Result<(), Refusal> {
    require_over(ctx, Permission::PluginsWrite, Target::Installation(&row.grants.0))
}

/// Refuses unless the actor may give this user, who has a password or none yet, another one.
pub(super) fn require_reset(
    ctx: &RequestContext,
    user: UserId,
    held: Held,
    has_password: bool,
) -> Result<(), Refusal> {
    let only = |what: &str| {
        Err(Refusal::Forbidden(format!(
            "{what}; sign in to the console, or have an administrator who signed in set the password"
        )))
    };
    match ctx.actor.principal {
        Principal::User(_) if ctx.actor.token.is_some() => {
            only("a token changes no password, whoever it acts for")
        }
        Principal::User(me) if me == user => Ok(()),
        Principal::Token(_) if has_password => {
            require_over(ctx, Permission::UsersWrite, Target::Person(held))?;
            only("a token may give somebody the first password and change none")
        }
        _ => require_over(ctx, Permission::UsersWrite, Target::Person(held)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::actor::{Actor, Scope};
    use crate::domain::ids::TokenId;
    use crate::domain::role::{Access, shipped};

    fn id<T: From<uuid::Uuid>>(number: u128) -> T {
        uuid::Uuid::from_u128(number).into()
    }

    fn ctx(principal: Principal, token: Option<TokenId>, rights: Rights) -> RequestContext {
        RequestContext::by(Actor { token, ..Actor::of(principal, rights) })
    }

    fn role(name: &str) -> Held {
        let role = shipped().find(|role| role.name == name).unwrap();
        let access = Access::of(&[&role]);
        Held { rights: access.rights, sights: access.sights, limited: access.is_limited() }
    }

    fn scopes(scopes: &[&str]) -> Vec<String> {
        scopes.iter().map(|scope| (*scope).to_owned()).collect()
    }

    #[test]
    fn nobody_acts_upon_more_than_they_are() {
        let narrow = Rights::from_scopes(["users:write", "tokens:write", "plugins:write", "partners:write"]);
        let signed_in = |held: Held| ctx(Principal::User(id(1)), None, held.rights);
        let actors = [
            ("agent", signed_in(role("agent"))),
            ("supervisor", signed_in(role("supervisor"))),
            ("administrator", signed_in(role("administrator"))),
            ("narrow token", ctx(Principal::Token(id(2)), Some(id(2)), narrow.unwrap())),
        ];
        let (all, few) = (scopes(&["*"]), scopes(&["users:write"]));
        let (reads, plain) = (scopes(&["records:customer:read", "kv"]), scopes(&["http:example.com", "kv"]));
        use Permission as P;
        // Who may, of: agent, supervisor, administrator, narrow token.
        let table = [
            (P::UsersWrite, Target::Person(role("agent")), [false, false, true, false]),
            (P::UsersWrite, Target::Person(role("supervisor")), [false, false, true, false]),
            (P::UsersWrite, Target::Person(role("administrator")), [false, false, true, false]),
            (P::TokensWrite, Target::Token(&all, None), [false, false, true, false]),
            (P::TokensWrite, Target::Token(&few, None), [false, false, true, true]),
            (P::TokensWrite, Target::Token(&all, Some(role("agent"))), [false, false, true, false]),
            (P::TokensWrite, Target::Token(&few, Some(role("agent"))), [false, false, true, true]),
            (P::PartnersWrite, Target::PartnerUser, [false, true, true, false]),
            (P::PluginsWrite, Target::Installation(&reads), [false, false, true, false]),
            (P::PluginsWrite, Target::Installation(&plain), [false, false, true, true]),
        ];
        for (permission, target, expected) in table {
            let may = actors.each_ref().map(|(_, ctx)| require_over(ctx, permission, target).is_ok());
            assert_eq!(may, expected, "{permission:?} {target:?}");
        }
    }

    #[test]
    fn who_sees_a_part_of_the_records_acts_upon_nobody() {
        let all = Actor::of(Principal::User(id(1)), Rights::all());
        let limited = RequestContext::by(Actor { scope: Scope::Person(id(1)), ..all });
        let masked = RequestContext::by(Actor { sights: role("marketing").sights, ..all });
        for ctx in [limited, masked] {
            assert!(require_over(&ctx, Permission::UsersWrite, Target::Person(role("agent"))).is_err());
            assert!(require_over(&ctx, Permission::TokensWrite, Target::Token(&[], None)).is_err());
        }
    }

    #[test]
    fn a_token_changes_no_password() {
        let (all, administrator) = (Rights::all(), role("administrator"));
        let may =
            |ctx: &RequestContext, user, known| require_reset(ctx, id(user), administrator, known).is_ok();
        let session = ctx(Principal::User(id(1)), None, all);
        assert!(may(&session, 1, true) && may(&session, 2, true) && may(&session, 2, false));
        let bound = ctx(Principal::User(id(1)), Some(id(9)), all);
        assert!(
            !may(&bound, 1, true)
                && !may(&bound, 1, false)
                && !may(&bound, 2, true)
                && !may(&bound, 2, false)
        );
        let program = ctx(Principal::Token(id(9)), Some(id(9)), all);
        assert!(may(&program, 2, false) && !may(&program, 2, true));
        let hr = Rights::from_scopes(["users:write"]).unwrap();
        assert!(!may(&ctx(Principal::Token(id(9)), Some(id(9)), hr), 2, false), "not an administrator's");
        assert!(may(&RequestContext::system(crate::domain::event::Cause::default()), 2, true));
    }
}
