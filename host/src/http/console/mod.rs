//! The console, where people work: an operation a file.
//!
//! Every page works without scripts: a form is sent, the change is made, and the browser is sent back to the page
//! (303). htmx does the same without loading the page anew, and server-sent events bring what others change. Whoever
//! takes a [`Person`](visitor::Person) or [`Sent`](visitor::Sent) is there for people who signed in only, and a form
//! counts only with its session's proof. Whether they may is decided in `ops`, as for the API.

mod account;
mod channels;
mod fields;
mod files;
mod find;
mod frame;
mod inbox;
mod kinds;
mod live;
mod mentions;
mod navigation;
mod notification_settings;
mod notifications;
mod panels;
mod password;
mod password_link;
mod permissions;
mod plugins;
mod preferences;
mod problem;
mod provider;
mod records;
mod roles;
mod scripts;
mod setup;
mod sign_in;
mod sign_out;
mod tags;
mod ticket;
mod visitor;

pub use self::problem::no_path;

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use tower_http::csrf::CsrfLayer;

use super::layers;
use crate::domain::attachment::LARGEST;
use crate::ops::App;

/// The largest form, in bytes: the longest reply, as browsers escape it.
const FORM_LIMIT: usize = 512 << 10;

/// Everything, each page within the longest that it may take: where a file comes, or a script is compiled, `longer`.
pub fn router(app: &App, usual: Duration, longer: Duration) -> Router<App> {
    let reply = Router::new().route("/tickets/{id}/reply", post(ticket::reply));
    let scripts = Router::new()
        .route("/scripts/new", get(scripts::draft).post(scripts::create))
        .route("/scripts/{name}", get(scripts::show).post(scripts::change));
    guarded(app, pages(), FORM_LIMIT, usual)
        .merge(guarded(app, scripts, FORM_LIMIT, longer))
        .merge(guarded(app, reply, LARGEST + FORM_LIMIT, longer).layer(from_fn(layers::drain)))
}

/// A router that takes forms up to so many bytes, from the host's own pages alone, and answers within a time.
fn guarded(app: &App, router: Router<App>, limit: usize, longest: Duration) -> Router<App> {
    // Browsers say from which site a form comes; from another one none is taken. A proxy may have changed the host's
    // name, so the one that people use counts too.
    let own_site = CsrfLayer::new();
    let own_site = own_site.clone().add_trusted_origin(&app.public_url).unwrap_or(own_site);
    router
        .layer(DefaultBodyLimit::max(limit))
        .layer(own_site)
        .layer(from_fn_with_state(longest, layers::deadline))
        .layer(from_fn_with_state(app.clone(), problem::as_page))
}

/// The pages that take no longer than others.
fn pages() -> Router<App> {
    Router::new()
        .route("/", get(setup::home))
        .route("/setup", get(setup::show))
        .route("/sign-in", get(sign_in::show).post(sign_in::sign_in))
        .route("/sign-in/code", post(sign_in::code))
        .route("/sign-out", post(sign_out::sign_out))
        .route("/account", get(account::show))
        .route("/account/second-factor", post(account::enrol))
        .route("/account/second-factor/confirm", post(account::confirm))
        .route("/account/second-factor/remove", post(account::give_up))
        .route("/account/sessions/end", post(account::end_others))
        .route("/account/sessions/{id}/end", post(account::end_session))
        .route("/account/notifications", get(notification_settings::show).post(notification_settings::set))
        .route("/account/notifications/stop", post(notification_settings::stop))
        .route("/account/notifications/test", post(notification_settings::test))
        .route("/account/policy", post(account::set_policy))
        .route("/preferences", post(preferences::prefer))
        .route("/password", get(password::show).post(password::set))
        .route("/password/forgotten", get(password_link::forgotten).post(password_link::ask))
        .route("/password/new", get(password_link::follow).post(password_link::set))
        .route("/records/user/{id}/invite", post(records::invite_user))
        .route("/inbox", get(inbox::show))
        .route("/inbox/stream", get(inbox::stream))
        .route("/tickets/{id}", get(ticket::show))
        .route("/tickets/{id}/stream", get(ticket::stream))
        .route("/tickets/{id}/reply-by", post(ticket::reply_by))
        .route("/tickets/{id}/retry", post(ticket::retry))
        .route("/tickets/{id}/comment", post(ticket::comment))
        .route("/tickets/{id}/assign", post(ticket::assign))
        .route("/tickets/{id}/hand-off", post(ticket::hand_off))
        .route("/tickets/{id}/accept", post(ticket::accept))
        .route("/tickets/{id}/refuse", post(ticket::refuse))
        .route("/tickets/{id}/withdraw", post(ticket::withdraw))
        .route("/tickets/{id}/change", post(ticket::change))
        .route("/tickets/{id}/customer", post(ticket::edit_customer))
        .route("/tickets/{id}/merge", post(ticket::merge))
        .route("/tickets/{id}/unmerge", post(ticket::unmerge))
        .route("/tickets/{id}/resolve", post(ticket::resolve))
        .route("/tickets/{id}/reopen", post(ticket::reopen))
        .route("/notifications", get(notifications::show))
        .route("/notifications/{id}", get(notifications::open))
        .route("/notifications/read-all", post(notifications::read_all))
        .route("/notifications/{id}/read", post(notifications::read))
        .route("/find", get(find::find))
        .route("/suggest/{name}", get(find::suggest))
        .route("/records/{name}", get(records::list))
        .route("/records/{name}/new", get(records::draft).post(records::create))
        .route("/records/{name}/change", post(records::change_many))
        .route("/records/{name}/views", post(records::save_view))
        .route("/records/{name}/views/{view}", post(records::change_view))
        .route("/records/{name}/views/{view}/remove", post(records::forget_view))
        .route("/records/token/new", get(records::draft_token).post(records::create_token))
        .route("/records/token/{id}/revoke", post(records::revoke_token))
        .route("/records/deal/{id}/stage", post(records::move_deal))
        .route("/records/deal/{id}/win", post(records::win_deal))
        .route("/records/deal/{id}/lose", post(records::lose_deal))
        .route("/records/team/{id}/join", post(records::join_team))
        .route("/records/team/{id}/leave", post(records::leave_team))
        .route("/records/{name}/{id}/remove", post(records::remove))
        .route("/records/{name}/{id}/unmask", post(records::unmask))
        .route("/records/{name}/{id}/comment", post(records::comment))
        .route("/records/{name}/{id}", get(records::show).post(records::change))
        .route("/panels/{id}/{place}/{record}", get(panels::show).post(panels::act))
        .route("/sign-in/provider", get(provider::leave))
        .route("/sign-in/provider/return", get(provider::come_back))
        .route("/sign-in/provider/logout", post(provider::log_out))
        .route("/roles", get(roles::list).post(roles::create))
        .route("/roles/{id}", get(roles::show).post(roles::change))
        .route("/roles/{id}/delete", post(roles::delete))
        .route("/preview/{id}", get(roles::preview))
        .route("/kinds", get(kinds::list))
        .route("/kinds/new", get(kinds::draft).post(kinds::declare))
        .route("/kinds/{name}", get(kinds::show).post(kinds::change))
        .route("/kinds/{name}/remove", post(kinds::remove))
        .route("/fields/{name}", get(fields::fields).post(fields::add_field))
        .route("/fields/{name}/{field}", post(fields::change_field))
        .route("/fields/{name}/{field}/remove", post(fields::remove_field))
        .route("/plugins", get(plugins::show))
        .route("/plugins/{id}/deliveries", get(plugins::deliveries))
        .route("/plugins/{id}/deliveries/{delivery}", get(plugins::delivery))
        .route("/plugins/{id}/deliveries/{delivery}/accept", post(plugins::accept_delivery))
        .route("/plugins/{id}/enable", post(plugins::enable))
        .route("/plugins/{id}/disable", post(plugins::disable))
        .route("/plugins/{id}/grant", post(plugins::grant))
}
