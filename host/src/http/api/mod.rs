//! The API: an operation a file, in a folder for each resource.
//!
//! A handler extracts, calls `ops` and shapes the answer. Whether the caller may is decided in `ops`, by the
//! [`Caller`](super::extract::Caller) that every handler here takes.

#![allow(
    unused_qualifications,
    reason = "`utoipa::path` writes out the names of what its attributes refer to"
)]

pub mod attachments;
pub mod boards;
pub mod calendars;
pub mod comments;
pub mod conversations;
pub mod customers;
pub mod dead_letters;
pub mod deals;
pub mod events;
pub mod exports;
pub mod hand_offs;
pub mod hosts;
pub mod inbox;
pub mod installations;
pub mod interactions;
pub mod kinds;
pub mod notification_settings;
mod notifications;
pub mod orders;
pub mod partner_users;
pub mod partners;
pub mod pipelines;
pub mod plugins;
pub mod records;
pub mod roles;
pub mod saved_views;
pub mod search;
pub mod shares;
pub mod sla_policies;
pub mod surveys;
pub mod tasks;
pub mod teams;
pub mod tickets;
pub mod tokens;
pub mod users;

use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;

use super::openapi::Description;
use crate::ops::App;

/// Every operation but the uploads of plugins and files, which may be larger and take longer.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Description::openapi())
        .merge(customers::router())
        .merge(kinds::router())
        .merge(records::router())
        .merge(roles::router())
        .merge(saved_views::router())
        .merge(conversations::router())
        .merge(interactions::router())
        .merge(attachments::router())
        .merge(tickets::router())
        .merge(sla_policies::router())
        .merge(hand_offs::router())
        .merge(deals::router())
        .merge(orders::router())
        .merge(pipelines::router())
        .merge(partners::router())
        .merge(partner_users::router())
        .merge(shares::router())
        .merge(search::router())
        .merge(tasks::router())
        .merge(boards::router())
        .merge(calendars::router())
        .merge(comments::router())
        .merge(surveys::router())
        .merge(notifications::router())
        .merge(inbox::router())
        .merge(notification_settings::router())
        .merge(teams::router())
        .merge(users::router())
        .merge(tokens::router())
        .merge(installations::router())
        .merge(hosts::router())
        .merge(events::router())
        .merge(exports::router())
        .merge(dead_letters::router())
}
