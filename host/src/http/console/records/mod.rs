//! `/records/{kind}`: the pages that every kind of records has: a list, a record, a form for a new one. They are drawn
//! from the catalogue; what only one kind has is drawn beside its record.

mod block;
mod bulk;
mod cell;
mod change;
mod columns;
mod create;
mod deal;
mod field;
mod input;
mod list;
mod list_request;
mod names;
mod show;
mod team;
mod unmask;
mod user;
mod views;

pub use self::bulk::change_many;
pub use self::change::change;
pub(super) use self::change::trouble;
pub use self::create::{create, draft};
pub use self::deal::{lose_deal, move_deal, win_deal};
pub use self::list::list;
pub use self::show::show;
pub use self::team::{join_team, leave_team};
pub use self::unmask::unmask;
pub use self::user::invite_user;
pub use self::views::{forget_view, save_view};

use uuid::Uuid;

use super::frame::Frame;
use crate::domain::catalogue::Kind;
use crate::http::extract::Name;
use crate::http::problem::Problem;
use crate::ops::{RequestContext, records};

/// The kind that a path names.
fn kind(ctx: &RequestContext, Name(name): &Name) -> Result<&'static Kind, Problem> {
    Ok(records::kind(ctx, name)?)
}

/// A kind's title in the page's language.
pub(super) fn one(frame: &Frame, kind: &Kind) -> &'static str {
    if frame.is_chinese() { kind.zh } else { kind.en }
}

/// What several records of a kind are called in the page's language.
pub(super) fn plural(frame: &Frame, kind: &Kind) -> String {
    if frame.is_chinese() { kind.zh.to_owned() } else { kind.plural() }
}

/// The page of a record: a ticket's is the desk's.
pub(super) fn path_of(kind: &Kind, id: Uuid) -> String {
    match kind.name {
        "ticket" => format!("/tickets/{id}"),
        name => format!("/records/{name}/{id}"),
    }
}
