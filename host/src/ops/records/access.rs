//! Which operations the kinds have that are worked with on generic pages.

use futures::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use super::super::refusal::Refusal;
use super::super::request_context::RequestContext;
use super::super::{customers, partners, tasks, tickets};
use super::AnyRecord;
use crate::domain::actor::Permission;
use crate::domain::calendar::Calendar;
use crate::domain::catalogue::{Kind, Record};
use crate::domain::customer::Customer;
use crate::domain::deal::Deal;
use crate::domain::order::Order;
use crate::domain::partner::{Partner, PartnerUser};
use crate::domain::sla_policy::SlaPolicy;
use crate::domain::task::Task;
use crate::domain::team::{Team, User};
use crate::domain::ticket::Ticket;
use crate::domain::token::Token;
use crate::ops::access::masking;
use crate::ops::accounts::{membership, teams};
use crate::ops::sales::{deals, orders};
use crate::ops::tickets::{calendars, policies};
use crate::store::db::Tx;
use crate::store::filter::{self, ListQuery, Narrow};
use crate::store::page::Page;

pub use super::declared_records::RequestFields;

/// A change of a record: which, the version that it is based on, and the fields.
pub type RecordChange = (Uuid, Option<i64>, RequestFields);

type Listed<'t> = BoxFuture<'t, Result<Page<AnyRecord, String>, Refusal>>;
type One<'t> = BoxFuture<'t, Result<AnyRecord, Refusal>>;

/// The operations on records of a kind.
pub struct Access {
    /// The kind.
    pub kind: &'static Kind,
    /// What whoever changes records of it may do.
    pub write: Permission,
    /// A page of its list.
    pub list: for<'t> fn(&'t mut Tx, &'t RequestContext, &'t ListQuery) -> Listed<'t>,
    /// One record.
    pub get: for<'t> fn(&'t mut Tx, &'t RequestContext, Uuid) -> One<'t>,
    /// Makes one, where people do.
    pub create: Option<for<'t> fn(&'t mut Tx, &'t RequestContext, &'t RequestFields) -> One<'t>>,
    /// Changes one that is at a version, where it can be changed.
    pub change: Option<for<'t> fn(&'t mut Tx, &'t RequestContext, &'t RecordChange) -> One<'t>>,
}

/// The operations on a kind; none for one that is seen within others only.
pub fn of(kind: &Kind) -> Option<&'static Access> {
    ACCESS.iter().find(|access| access.kind.name == kind.name)
}

static ACCESS: &[Access] = &[
    Access {
        kind: Customer::KIND,
        write: Permission::CustomersWrite,
        list: |tx, ctx, query| Box::pin(list::<Customer>(tx, ctx, query)),
        get: |tx, ctx, id| Box::pin(async move { any(ctx, &customers::get(tx, ctx, id.into()).await?) }),
        create: Some(|tx, ctx, new| {
            Box::pin(async move { any(ctx, &customers::create(tx, ctx, &read(new)?).await?) })
        }),
        change: Some(|tx, ctx, (id, version, change)| {
            let id = (*id).into();
            Box::pin(
                async move { any(ctx, &customers::change(tx, ctx, &(id, *version, read(change)?)).await?) },
            )
        }),
    },
    Access {
        kind: Ticket::KIND,
        write: Permission::TicketsWrite,
        list: |tx, ctx, query| Box::pin(list::<Ticket>(tx, ctx, query)),
        get: |tx, ctx, id| Box::pin(async move { any(ctx, &tickets::get(tx, ctx, id.into()).await?) }),
        create: Some(|tx, ctx, new| {
            Box::pin(async move { any(ctx, &tickets::create(tx, ctx, None, &read(new)?).await?) })
        }),
        change: Some(|tx, ctx, (id, version, change)| {
            let id = (*id).into();
            Box::pin(
                async move { any(ctx, &tickets::change(tx, ctx, &(id, *version, read(change)?)).await?) },
            )
        }),
    },
    Access {
        kind: Task::KIND,
        write: Permission::TasksWrite,
        list: |tx, ctx, query| Box::pin(list::<Task>(tx, ctx, query)),
        get: |tx, ctx, id| Box::pin(async move { any(ctx, &tasks::get(tx, ctx, id.into()).await?) }),
        create: Some(|tx, ctx, new| {
            Box::pin(async move { any(ctx, &tasks::create(tx, ctx, &read(new)?).await?) })
        }),
        change: Some(|tx, ctx, (id, version, change)| {
            let id = (*id).into();
            Box::pin(async move { any(ctx, &tasks::change(tx, ctx, &(id, *version, read(change)?)).await?) })
        }),
    },
    Access {
        kind: Deal::KIND,
        write: Permission::DealsWrite,
        list: |tx, ctx, query| Box::pin(list::<Deal>(tx, ctx, query)),
        get: |tx, ctx, id| Box::pin(async move { any(ctx, &deals::see(tx, ctx, id.into()).await?) }),
        create: Some(|tx, ctx, new| {
            Box::pin(async move { any(ctx, &deals::create(tx, ctx, None, &read(new)?).await?) })
        }),
        change: Some(|tx, ctx, (id, version, change)| {
            let id = (*id).into();
            Box::pin(async move { any(ctx, &deals::change(tx, ctx, &(id, *version, read(change)?)).await?) })
        }),
    },
    Access {
        kind: Order::KIND,
        write: Permission::OrdersWrite,
        list: |tx, ctx, query| Box::pin(list::<Order>(tx, ctx, query)),
        get: |tx, ctx, id| Box::pin(async move { any(ctx, &orders::get(tx, ctx, id.into()).await?) }),
        create: Some(|tx, ctx, new| {
            Box::pin(async move { any(ctx, &orders::create(tx, ctx, &read(new)?).await?) })
        }),
        change: Some(|tx, ctx, (id, version, change)| {
            let id = (*id).into();
            Box::pin(async move { any(ctx, &orders::change(tx, ctx, &(id, *version, read(change)?)).await?) })
        }),
    },
    Access {
        kind: Partner::KIND,
        write: Permission::PartnersWrite,
        list: |tx, ctx, query| Box::pin(list::<Partner>(tx, ctx, query)),
        get: |tx, ctx, id| Box::pin(async move { any(ctx, &partners::get(tx, ctx, id.into()).await?) }),
        create: Some(|tx, ctx, new| {
            Box::pin(async move { any(ctx, &partners::create(tx, ctx, &read(new)?).await?) })
        }),
        change: Some(|tx, ctx, (id, version, change)| {
            let id = (*id).into();
            Box::pin(
                async move { any(ctx, &partners::change(tx, ctx, &(id, *version, read(change)?)).await?) },
            )
        }),
    },
    Access {
        kind: PartnerUser::KIND,
        write: Permission::PartnersWrite,
        list: |tx, ctx, query| Box::pin(list::<PartnerUser>(tx, ctx, query)),
        get: |tx, ctx, id| Box::pin(async move { any(ctx, &partners::user(tx, ctx, id.into()).await?) }),
        create: None,
        change: Some(|tx, ctx, (id, version, change)| {
            let id = (*id).into();
            Box::pin(async move {
                any(ctx, &partners::change_user(tx, ctx, &(id, *version, read(change)?)).await?)
            })
        }),
    },
    Access {
        kind: Team::KIND,
        write: Permission::UsersWrite,
        list: |tx, ctx, query| Box::pin(list::<Team>(tx, ctx, query)),
        get: |tx, ctx, id| Box::pin(by_id::<Team>(tx, ctx, id)),
        create: Some(|tx, ctx, new| {
            Box::pin(async move { any(ctx, &teams::create(tx, ctx, &read(new)?).await?) })
        }),
        change: Some(|tx, ctx, (id, version, change)| {
            let id = (*id).into();
            Box::pin(async move {
                any(ctx, &membership::change(tx, ctx, &(id, *version, read(change)?)).await?.0)
            })
        }),
    },
    Access {
        kind: User::KIND,
        write: Permission::UsersWrite,
        list: |tx, ctx, query| Box::pin(list::<User>(tx, ctx, query)),
        get: |tx, ctx, id| Box::pin(async move { any(ctx, &teams::user(tx, ctx, id.into()).await?) }),
        create: Some(|tx, ctx, new| {
            Box::pin(async move { any(ctx, &teams::create_user(tx, ctx, &read(new)?).await?) })
        }),
        change: Some(|tx, ctx, (id, version, change)| {
            let id = (*id).into();
            Box::pin(
                async move { any(ctx, &teams::change_user(tx, ctx, &(id, *version, read(change)?)).await?) },
            )
        }),
    },
    // One is made on a page of its own, which tells its text once.
    Access {
        kind: Token::KIND,
        write: Permission::TokensWrite,
        list: |tx, ctx, query| Box::pin(list::<Token>(tx, ctx, query)),
        get: |tx, ctx, id| Box::pin(by_id::<Token>(tx, ctx, id)),
        create: None,
        change: None,
    },
    Access {
        kind: SlaPolicy::KIND,
        write: Permission::PoliciesWrite,
        list: |tx, ctx, query| Box::pin(list::<SlaPolicy>(tx, ctx, query)),
        get: |tx, ctx, id| Box::pin(by_id::<SlaPolicy>(tx, ctx, id)),
        create: Some(|tx, ctx, new| {
            Box::pin(async move { any(ctx, &policies::create(tx, ctx, &read(new)?).await?) })
        }),
        change: Some(|tx, ctx, (id, version, change)| {
            let id = (*id).into();
            Box::pin(
                async move { any(ctx, &policies::change(tx, ctx, &(id, *version, read(change)?)).await?) },
            )
        }),
    },
    Access {
        kind: Calendar::KIND,
        write: Permission::PoliciesWrite,
        list: |tx, ctx, query| Box::pin(list::<Calendar>(tx, ctx, query)),
        get: |tx, ctx, id| Box::pin(by_id::<Calendar>(tx, ctx, id)),
        create: Some(|tx, ctx, new| {
            Box::pin(async move { any(ctx, &calendars::create(tx, ctx, &read(new)?).await?) })
        }),
        change: Some(|tx, ctx, (id, version, change)| {
            let id = (*id).into();
            Box::pin(
                async move { any(ctx, &calendars::change(tx, ctx, &(id, *version, read(change)?)).await?) },
            )
        }),
    },
];

/// A record as the caller sees it.
fn any<R: Record>(ctx: &RequestContext, record: &R) -> Result<AnyRecord, Refusal> {
    Ok(AnyRecord::of(record, ctx.actor.sights))
}

/// A request from its fields.
fn read<T: DeserializeOwned>(fields: &RequestFields) -> Result<T, Refusal> {
    serde_json::from_value(Value::Object(fields.clone()))
        .map_err(|error| Refusal::invalid("", error.to_string()))
}

async fn list<R: Record>(
    tx: &mut Tx,
    ctx: &RequestContext,
    query: &ListQuery,
) -> Result<Page<AnyRecord, String>, Refusal> {
    ctx.require(R::KIND.right)?;
    masking::require_shown(ctx, R::KIND, query)?;
    let page = filter::page::<R>(tx, query, Narrow::default(), ctx.scope()).await?;
    let seen = |record| AnyRecord::of(record, ctx.actor.sights);
    Ok(Page { items: page.items.iter().map(seen).collect(), next: page.next })
}

/// A record of a kind without rules of its own about who sees which.
async fn by_id<R: Record>(tx: &mut Tx, ctx: &RequestContext, id: Uuid) -> Result<AnyRecord, Refusal> {
    let query = ListQuery { filter: Some(format!("id == \"{id}\"")), limit: 1, ..ListQuery::default() };
    let found = list::<R>(tx, ctx, &query).await?.items.pop();
    found.ok_or_else(|| Refusal::not_found(R::KIND.name, id))
}
