//! Customers and their identities.

use std::sync::LazyLock;

use uuid::Uuid;

use super::db::{AddedTo, DbError, FromRow, Row, Tx, args, row};
use super::filter::{self, CustomerRows, ListError, ListQuery, Narrow, of_customer};
use super::page::Page;
use super::records;
use super::search::Searched;
use super::visible::{seen, visible};
use crate::domain::actor::Scope;
use crate::domain::catalogue::Record as _;
use crate::domain::clock::Timestamp;
use crate::domain::customer::{Customer, Identity, Stage};
use crate::domain::ids::{CustomerId, IdentityId, InstallationId};

/// Adds a customer.
pub fn insert(tx: &mut Tx, customer: &Customer) {
    tx.customer_added(customer);
    tx.add(AddedTo::Customers, records::insert_args(customer, &[]));
}

/// Adds an identity of a customer that was just added; one that it was given twice counts once.
pub fn insert_identity(tx: &mut Tx, identity: &Identity) {
    tx.identity_added(identity);
    tx.add(AddedTo::Identities, records::insert_args(identity, &[]));
}

/// Locks a customer for a change by raising its version; none when it isn't there for this scope.
pub async fn lock(tx: &mut Tx, id: CustomerId, scope: Scope) -> Result<Option<Customer>, DbError> {
    tx.optional(
        seen!(
            scope,
            "update customers set version = version + 1, updated_at = $3 where id = $1 and ",
            ("customer", "customers.id", "$2", "change"),
            " returning *"
        ),
        args![id, scope.viewer(), tx.now()],
    )
    .await
}

/// Writes back the fields of a locked customer.
pub async fn update(tx: &mut Tx, customer: &Customer) -> Result<(), DbError> {
    tx.texts_changed(Searched::Customer, customer.id);
    records::update(tx, customer).await
}

/// One customer.
pub async fn get(tx: &mut Tx, id: CustomerId, scope: Scope) -> Result<Option<Customer>, DbError> {
    tx.optional(
        seen!(scope, "select * from customers where id = $1 and ", ("customer", "customers.id", "$2"), ""),
        args![id, scope.viewer()],
    )
    .await
}

/// Who comes from outside and sees single records: a person who works here sees a customer with all that was merged into
/// it.
fn outside(scope: Scope) -> Option<Uuid> {
    scope.viewer().filter(|_| !scope.is_of_house())
}

/// The record that stands for a customer, and whether others were merged into it.
#[derive(Debug, Clone, PartialEq)]
pub struct Canonical {
    /// The record.
    pub customer: Customer,
    /// Whether its rows are those of merged records, too.
    pub has_merged: bool,
}

impl Canonical {
    /// Its rows.
    pub fn rows(&self) -> CustomerRows {
        CustomerRows::known(self.customer.id, self.has_merged)
    }
}

impl FromRow for Canonical {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self { customer: Customer::from_row(row)?, has_merged: row.get("has_merged")? })
    }
}

/// The record that stands for a customer: itself, or the one that it was merged into. A scope to which not all of the
/// records belong doesn't see that they were merged.
pub async fn canonical(tx: &mut Tx, id: CustomerId, scope: Scope) -> Result<Option<Canonical>, DbError> {
    let found = tx
        .optional(
            seen!(
                scope,
                "select c.*, exists (select 1 from customers m where m.canonical_id = c.id) and not exists \
                 (select 1 from customers m where m.canonical_id = c.id and $3 is not null \
                 and m.source_id is distinct from $3) as has_merged \
                 from customers n join customers c on c.id = coalesce(n.canonical_id, n.id) \
                 where n.id = $1 and ($3 is null or n.source_id = $3) and ",
                ("customer", "c.id", "$2"),
                ""
            ),
            args![id, scope.viewer(), outside(scope)],
        )
        .await?;
    if found.is_some() || scope.is_of_house() {
        return Ok(found);
    }
    let alone = get(tx, id, scope).await?;
    Ok(alone.map(|customer| Canonical { customer, has_merged: false }))
}

row! {
    /// Which record stands for a customer, and whose rows it belongs to.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct StandsFor {
        /// The record.
        pub id: CustomerId,
        /// The installation that it came from.
        pub source_id: Option<InstallationId>,
    }
}

/// Which record stands for a customer: itself, or the one that it was merged into.
pub async fn stands_for(tx: &mut Tx, id: CustomerId) -> Result<Option<StandsFor>, DbError> {
    tx.optional(
        "select c.id, c.source_id from customers n join customers c on c.id = coalesce(n.canonical_id, n.id) \
         where n.id = $1",
        args![id],
    )
    .await
}

/// Customers that were not merged into others.
pub async fn list(tx: &mut Tx, query: &ListQuery, scope: Scope) -> Result<Page<Customer, String>, ListError> {
    filter::page(tx, query, Narrow::default(), scope).await
}

/// Adds an identity. False when the customer has it already.
pub async fn add_identity(tx: &mut Tx, identity: &Identity) -> Result<bool, DbError> {
    tx.texts_changed(Searched::Customer, identity.customer_id);
    static SQL: LazyLock<String> = LazyLock::new(|| {
        let tail = "on conflict (customer_id, scheme, issuer, value) do nothing";
        records::insert_sql(Identity::KIND, &[], tail)
    });
    Ok(tx.execute(&SQL, &records::insert_args(identity, &[])).await? == 1)
}

/// A customer's identities, in the order they were seen.
pub async fn identities(tx: &mut Tx, of: CustomerRows) -> Result<Vec<Identity>, DbError> {
    let forms = of_customer!("select * from identities where ", "$1", " order by id");
    let sql = of.choose(tx, forms).await?;
    tx.all(sql, args![of.customer()]).await
}

row! {
    /// Whether another record has a phone number or an address as well.
    pub struct SharedValue {
        /// Whether it does.
        pub is_shared: bool,
    }
}

/// The same, each with whether it may be another's: what [`duplicates`] need only be asked for then.
pub async fn identities_shared(
    tx: &mut Tx,
    of: CustomerRows,
) -> Result<Vec<(Identity, SharedValue)>, DbError> {
    let forms = of_customer!(
        "select own.*, own.scheme in ('phone', 'email') and exists (select 1 from identities other where \
         other.scheme = own.scheme and other.value = own.value and other.issuer = own.issuer \
         and other.customer_id <> own.customer_id) as is_shared from identities own where own.",
        "$1",
        " order by own.id"
    );
    let sql = of.choose(tx, forms).await?;
    tx.all(sql, args![of.customer()]).await
}

/// Who has this identity, following merges: attested holders first, at most `limit`.
pub async fn holders(
    tx: &mut Tx,
    scheme: &str,
    issuer: &str,
    value: &str,
    limit: i64,
) -> Result<Vec<Holder>, DbError> {
    tx.all(
        "select coalesce(c.canonical_id, c.id) as customer_id, i.attested from identities i \
         join customers c on c.id = i.customer_id where i.scheme = $1 and i.issuer = $2 and i.value = $3 \
         order by i.attested desc, i.id limit $4",
        args![scheme, issuer, value, limit],
    )
    .await
}

/// The oldest organisation of a name that wasn't merged into another.
pub async fn organisation_named(tx: &mut Tx, name: &str, scope: Scope) -> Result<Option<Customer>, DbError> {
    tx.optional(
        seen!(
            scope,
            "select * from customers where name = $1 and kind = 'organisation' and canonical_id is null and ",
            ("customer", "customers.id", "$2"),
            " order by id limit 1"
        ),
        args![name, scope.viewer()],
    )
    .await
}

row! {
    /// Somebody who has an identity.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Holder {
        /// Who.
        pub customer_id: CustomerId,
        /// Whether a channel vouches for it.
        pub attested: bool,
    }
}

/// When a customer was last in touch.
pub async fn last_touch(tx: &mut Tx, of: CustomerRows) -> Result<Option<Timestamp>, DbError> {
    let forms = of_customer!(
        "select occurred_at from interactions where ",
        "$1",
        " order by occurred_at desc, id desc limit 1"
    );
    let sql = of.choose(tx, forms).await?;
    tx.optional_scalar(sql, args![of.customer()]).await
}

row! {
    /// A customer that shares a phone number or an address with another: perhaps the same person.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Duplicate {
        /// Who.
        pub customer_id: CustomerId,
        /// Their name.
        pub name: String,
        /// How far they have come.
        pub stage: Stage,
        /// What they share: `phone` or `email`.
        pub scheme: String,
        /// The number or the address.
        pub value: String,
    }
}

/// Customers that share a phone number or an e-mail address with this one, following merges, at most `limit`.
pub async fn duplicates(
    tx: &mut Tx,
    of: CustomerRows,
    scope: Scope,
    limit: i64,
) -> Result<Vec<Duplicate>, DbError> {
    // In this order on SQLite, too, which would otherwise look at every number that there is.
    let forms = of_customer!(
        "select distinct c.id as customer_id, c.name, c.stage, other.scheme, other.value from identities own \
         cross join identities other cross join customers holder cross join customers c where own.",
        "$1",
        concat!(
            " and own.scheme in ('phone', 'email') and other.scheme = own.scheme and other.value = own.value \
         and other.issuer = own.issuer and other.customer_id <> own.customer_id and holder.id = other.customer_id \
         and c.id = coalesce(holder.canonical_id, holder.id) and c.id <> $1 and ",
            visible!("customer", "c.id", "$2"),
            " order by c.id, other.scheme, other.value limit $3"
        )
    );
    let sql = of.choose(tx, forms).await?;
    tx.all(sql, args![of.customer(), scope.viewer(), limit]).await
}

/// Notes that a channel vouches for an identity which the customer had typed before.
pub async fn attest(
    tx: &mut Tx,
    customer: CustomerId,
    scheme: &str,
    issuer: &str,
    value: &str,
) -> Result<(), DbError> {
    tx.execute(
        "update identities set attested = true \
         where customer_id = $1 and scheme = $2 and issuer = $3 and value = $4 and not attested",
        args![customer, scheme, issuer, value],
    )
    .await?;
    Ok(())
}

/// Takes an identity away.
pub async fn remove_identity(tx: &mut Tx, id: IdentityId) -> Result<(), DbError> {
    tx.execute("delete from identities where id = $1", args![id]).await?;
    Ok(())
}

/// The customers that were merged into one.
pub async fn merged_into(tx: &mut Tx, id: CustomerId, limit: i64) -> Result<Vec<CustomerId>, DbError> {
    tx.scalars("select id from customers where canonical_id = $1 order by id limit $2", args![id, limit])
        .await
}
