//! The sample company: what it is (`company.toml`), what its customers write (`conversations.toml`), and how the
//! first is put into an empty database, by the same operations as anybody's data.

mod data;

use std::collections::BTreeMap;

use serde_json::json;
use uuid::Uuid;

use crate::domain::customer::{NewCustomer, TypedIdentity};
use crate::domain::event::Subject;
use crate::domain::ids::{CalendarId, CustomerId, TeamId, UserId};
use crate::domain::money::Money;
use crate::domain::order::NewOrder;
use crate::domain::sla_policy::NewSlaPolicy;
use crate::domain::team::{NewTeam, NewUser};
use crate::ops::accounts::teams;
use crate::ops::customers;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::ops::sales::orders;
use crate::ops::tickets::{self, calendars, policies};
use crate::store::db::{DbError, Tx};
use crate::store::events;
use crate::store::filter::ListQuery;

pub use self::data::{Chat, Company, Conversations, Form, SampleAnswer, SampleCustomer, Turn};

/// The event that says that the company was loaded, and the one that says that its conversations were held. They
/// are about the sample itself, which has no id.
const LOADED: &str = "sample.loaded";
const SHOWN: &str = "sample.shown";

/// What a database holds, as far as the sample is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nothing yet.
    Empty,
    /// Data of somebody's own.
    Foreign,
    /// The company, without all of its conversations.
    Loaded,
    /// The company and its conversations.
    Shown,
}

/// What this database holds.
pub async fn state(tx: &mut Tx, ctx: &RequestContext) -> Result<State, Refusal> {
    let events_before = events::of_subject(tx, "sample", Uuid::nil(), 10).await?;
    let has = |kind: &str| events_before.iter().any(|event| event.kind == kind);
    if has(SHOWN) {
        return Ok(State::Shown);
    }
    if has(LOADED) {
        return Ok(State::Loaded);
    }
    let one = ListQuery { limit: 1, ..ListQuery::default() };
    let used = !teams::list(tx, ctx).await?.is_empty()
        || !teams::users(tx, ctx).await?.is_empty()
        || !tickets::list(tx, ctx, &one, crate::store::tickets::TicketFilter::default())
            .await?
            .items
            .is_empty()
        || !customers::list(tx, ctx, &one).await?.items.is_empty();
    Ok(if used { State::Foreign } else { State::Empty })
}

/// Puts the company into an empty database, all of it or nothing. False when it is there.
pub async fn load(tx: &mut Tx, ctx: &RequestContext, company: &Company) -> Result<bool, Refusal> {
    match state(tx, ctx).await? {
        State::Empty => {}
        State::Foreign => {
            let detail =
                "the sample company goes into an empty database only, and this one has data of its own";
            return Err(Refusal::Conflict(detail.to_owned()));
        }
        State::Loaded | State::Shown => return Ok(false),
    }
    let users = people(tx, ctx, company).await?;
    let mut calendar_of: BTreeMap<&str, CalendarId> = BTreeMap::new();
    for sample in &company.calendars {
        let calendar = calendars::create(tx, ctx, &sample.calendar).await?;
        calendar_of.extend(sample.policies.iter().map(|name| (name.as_str(), calendar.id)));
    }
    for policy in &company.policies {
        let calendar_id = calendar_of.get(policy.name.as_str()).copied();
        policies::put(tx, ctx, &NewSlaPolicy { calendar_id: Some(calendar_id), ..policy.clone() }).await?;
    }
    let mut known: BTreeMap<&str, CustomerId> = BTreeMap::new();
    let mut number = 0;
    for sample in &company.customers {
        let organisation = sample.organisation.as_deref().map(|name| found(&known, name)).transpose()?;
        let owner = sample.owner.as_deref().map(|email| found(&users, email)).transpose()?;
        let customer = customers::create(tx, ctx, &new_customer(sample, organisation, owner)).await?;
        known.insert(&sample.name, customer.id);
        for bought in &sample.orders {
            number += 1;
            let order = NewOrder {
                customer_id: customer.id,
                number: format!("SO-{number:05}"),
                total: Money::new(bought.cents, &sample.currency),
                items: Some(json!([{"name": bought.item, "quantity": bought.quantity}])),
                placed_at: tx.now().plus_minutes(-bought.days_ago * 24 * 60),
            };
            orders::create(tx, ctx, &order).await?;
        }
    }
    let data = json!({"company": company.name, "customers": known.len(), "orders": number});
    tell(tx, ctx, LOADED, data).await?;
    Ok(true)
}

/// Notes that the company's conversations were held.
pub async fn shown(tx: &mut Tx, ctx: &RequestContext) -> Result<(), Refusal> {
    tell(tx, ctx, SHOWN, json!({})).await
}

async fn tell(
    tx: &mut Tx,
    ctx: &RequestContext,
    kind: &'static str,
    data: serde_json::Value,
) -> Result<(), Refusal> {
    ctx.record(tx, kind, Subject::of("sample", Uuid::nil()), data).await.map(|_| ())
}

/// Makes the teams and enters the users; their ids by e-mail address.
async fn people<'c>(
    tx: &mut Tx,
    ctx: &RequestContext,
    company: &'c Company,
) -> Result<BTreeMap<&'c str, UserId>, Refusal> {
    let mut made: BTreeMap<&str, TeamId> = BTreeMap::new();
    for team in &company.teams {
        let new = NewTeam {
            name: team.name.clone(),
            classes: Some(team.classes.clone()),
            watches: Some(team.watches.clone()),
            parent_id: None,
        };
        made.insert(&team.key, teams::create(tx, ctx, &new).await?.id);
    }
    let mut users = BTreeMap::new();
    for user in &company.users {
        let new = NewUser {
            name: user.name.clone(),
            email: user.email.clone(),
            language: Some(user.language.clone()),
            roles: Some(vec![user.role.clone()]),
            capacity: Some(user.capacity),
            skills: Some(user.skills.clone()),
            languages: Some(user.languages.clone()),
            region: Some(user.region.clone()),
            teams: user.teams.iter().map(|key| found(&made, key)).collect::<Result<_, _>>()?,
        };
        users.insert(user.email.as_str(), teams::create_user(tx, ctx, &new).await?.id);
    }
    Ok(users)
}

fn new_customer(
    sample: &SampleCustomer,
    organisation_id: Option<CustomerId>,
    owner_id: Option<UserId>,
) -> NewCustomer {
    let typed = |scheme: &str, value: &String| TypedIdentity {
        scheme: scheme.to_owned(),
        issuer: String::new(),
        value: value.clone(),
    };
    let phones = sample.phone.iter().map(|value| typed("phone", value));
    let emails = sample.email.iter().map(|value| typed("email", value));
    NewCustomer {
        kind: Some(sample.kind),
        name: sample.name.clone(),
        stage: Some(sample.stage),
        grade: Some(sample.grade.clone()),
        language: Some(Some(sample.language.clone())),
        region: Some(sample.region.clone()),
        birthday: Some(sample.birthday.clone()),
        organisation_id: Some(organisation_id),
        owner_id: Some(owner_id),
        tags: Some(sample.tags.clone()),
        identities: phones.chain(emails).collect(),
        ..NewCustomer::default()
    }
}

/// What an entry of the data names; the data is part of the program, so a wrong name is a defect.
fn found<T: Copy>(known: &BTreeMap<&str, T>, name: &str) -> Result<T, Refusal> {
    let wrong =
        || Refusal::Store(DbError::Other(format!("the sample names {name:?}, which it doesn't have")));
    known.get(name).copied().ok_or_else(wrong)
}
