//! Customers and the ways in which they are known.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::clock::Timestamp;
use super::ids::{CustomerId, IdentityId, InstallationId, OrderId, UserId};
use super::money::Money;
use super::text;
use super::words::words;

words! {
    /// What a customer is.
    pub enum CustomerKind {
        /// A human being.
        Person = "person",
        /// A company, a school, an authority.
        Organisation = "organisation",
    }

    /// How far a customer has come.
    pub enum Stage {
        /// Somebody who got in touch.
        Lead = "lead",
        /// Somebody with a known interest.
        Prospect = "prospect",
        /// Has bought.
        Customer = "customer",
        /// Has bought again.
        Repeat = "repeat",
        /// Hasn't bought for long.
        Lapsed = "lapsed",
    }
}

/// A person or organisation.
#[derive(Debug, Clone, PartialEq)]
pub struct Customer {
    /// Its id.
    pub id: CustomerId,
    /// Person or organisation.
    pub kind: CustomerKind,
    /// The name that people read.
    pub name: String,
    /// How far it has come.
    pub stage: Stage,
    /// Value grade: A, B, ...
    pub grade: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// Where it is, as the company divides its market.
    pub region: Option<String>,
    /// `YYYY-MM-DD`.
    pub birthday: Option<String>,
    /// The organisation that a contact belongs to.
    pub organisation_id: Option<CustomerId>,
    /// Who looks after it.
    pub owner_id: Option<UserId>,
    /// Tags, in the order they were set.
    pub tags: Vec<String>,
    /// Custom fields.
    pub attributes: Map<String, Value>,
    /// The record that it was merged into.
    pub canonical_id: Option<CustomerId>,
    /// The installation that brought it in.
    pub source_id: Option<InstallationId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Grows by one with every change.
    pub version: i64,
}

impl Customer {
    /// What to call the customer: the name, or something of the id where the name shows nothing.
    pub fn label(&self) -> Cow<'_, str> {
        text::name_or(&self.name, self.id.0)
    }
}

/// One way in which a customer is known, in its canonical form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Its id.
    pub id: IdentityId,
    /// Whose it is.
    pub customer_id: CustomerId,
    /// `phone`, `email`, `member`, or a channel's own.
    pub scheme: String,
    /// The app or account that it is unique in; empty where it is unique in the world.
    pub issuer: String,
    /// For example `+8613800138000`.
    pub value: String,
    /// Whether a channel vouches for it.
    pub attested: bool,
    /// The installation that brought it in.
    pub source_id: Option<InstallationId>,
    /// When it was first seen.
    pub created_at: Timestamp,
}

impl Order {
    /// What it came to.
    pub fn total(&self) -> Money {
        Money::new(self.total_cents, &self.currency)
    }
}

/// An order, as transaction history.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// Who ordered.
    pub customer_id: CustomerId,
    /// The shop's number.
    pub number: String,
    /// In hundredths of the currency's unit.
    pub total_cents: i64,
    /// ISO 4217.
    pub currency: String,
    /// What was ordered, as JSON.
    pub items: Value,
    /// When.
    pub placed_at: Timestamp,
}

/// A score that a plugin gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// Whose.
    pub customer_id: CustomerId,
    /// Which score: `lead`, `churn`, ...
    pub name: String,
    /// The installation that gave it.
    pub installation_id: InstallationId,
    /// On the plugin's scale.
    pub value: f64,
    /// For people: `hot`, `A`.
    pub grade: String,
    /// Why, the weightiest first.
    pub reasons: Vec<String>,
    /// When.
    pub computed_at: Timestamp,
}
