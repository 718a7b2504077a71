//! `/tickets/{id}`: a ticket with its conversation, beside it the customer; and what can be done there.
//!
//! Each action is a form. When it is done the browser is sent back to the page; when it isn't, the page is shown again
//! with the reason beside the form and all that was typed.

mod accept;
mod assign;
mod change;
mod comment;
mod customer;
mod edit_customer;
mod hand_off;
mod head;
mod merge;
mod messages;
mod page;
mod refuse;
mod reopen;
mod reply;
mod reply_by;
mod resolve;
mod retry;
mod show;
mod stream;
mod timeline;
mod unmerge;
mod withdraw;

use axum::response::{IntoResponse, Redirect, Response};

pub use self::accept::accept;
pub use self::assign::assign;
pub use self::change::change;
pub use self::comment::comment;
pub use self::edit_customer::edit_customer;
pub use self::hand_off::hand_off;
pub use self::merge::merge;
pub use self::refuse::refuse;
pub use self::reopen::reopen;
pub use self::reply::reply;
pub use self::reply_by::reply_by;
pub use self::resolve::resolve;
pub use self::retry::retry;
pub use self::show::show;
pub use self::stream::stream;
pub use self::unmerge::unmerge;
pub use self::withdraw::withdraw;

use self::page::Trouble;
use super::tags;
use super::visitor::Sent;
use crate::domain::ids::TicketId;
use crate::http::problem::Problem;
use crate::ops::desk::MESSAGES;
use crate::ops::{App, Refusal};

/// Ends an action: back to the page, or the page with what was wrong with one of its forms.
async fn end<T>(
    app: &App,
    sent: &Sent,
    id: TicketId,
    form: &'static str,
    done: Result<T, Refusal>,
) -> Result<Response, Problem> {
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/tickets/{id}")).into_response()),
        Err(refusal) => {
            let trouble = Trouble::new(form, refusal, &sent.fields)?;
            page::draw(app, &sent.person, id, *MESSAGES.start(), Some(trouble)).await
        }
    }
}
