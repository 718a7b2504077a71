//! `/records/{kind}`: the pages that every kind of records has: a list, a record, a form for a new one. They are drawn
//! from the catalogue; what only one kind has is drawn beside its record.

mod block;
mod bulk;
mod cell;
mod change;
mod columns;
mod comments;
mod create;
mod deal;
mod field;
mod input;
mod list;
mod list_request;
mod names;
mod remove;
mod show;
mod team;
mod token;
mod unmask;
mod user;
mod views;

pub use self::bulk::change_many;
pub use self::change::change;
pub(super) use self::change::trouble;
pub use self::comments::comment;
pub use self::create::{create, draft};
pub use self::deal::{lose_deal, move_deal, win_deal};
pub use self::list::list;
pub use self::remove::remove;
pub use self::show::show;
pub use self::team::{join_team, leave_team};
pub use self::token::{create_token, draft_token, revoke_token};
pub use self::unmask::unmask;
pub use self::user::invite_user;
pub use self::views::{change_view, forget_view, save_view};

use uuid::Uuid;

use self::field::PageField;
use super::frame::Frame;
use crate::domain::catalogue::{Kind, Record as _};
use crate::domain::token::Token;
use crate::http::extract::Name;
use crate::http::problem::Problem;
use crate::ops::{App, Refusal, RequestContext, records};
use crate::store::db::Tx;
use crate::store::search::Searched;

/// The kind that a path names.
async fn kind(app: &App, ctx: &RequestContext, Name(name): &Name) -> Result<&'static Kind, Problem> {
    Ok(records::kind(&mut app.db.read().await?, ctx, name).await?)
}

/// The fields of a kind that people see, in their order.
async fn fields(
    tx: &mut Tx,
    frame: &Frame,
    ctx: &RequestContext,
    kind: &'static Kind,
) -> Result<Vec<PageField>, Refusal> {
    let added = records::added(tx, ctx, kind).await?;
    Ok(PageField::all(frame, kind, &added))
}

/// Whether records of a kind are found by words.
pub(super) fn is_searched(kind: &Kind) -> bool {
    Searched::of(kind).is_some()
}

/// A kind's title in the page's language.
pub(super) fn one(frame: &Frame, kind: &Kind) -> &'static str {
    if frame.is_chinese() { kind.zh } else { kind.en }
}

/// What several records of a kind are called in the page's language.
pub(super) fn plural(frame: &Frame, kind: &Kind) -> String {
    if frame.is_chinese() { kind.zh.to_owned() } else { kind.plural() }
}

/// Whether there is a form by which the caller makes records of a kind.
pub(super) fn may_draft(ctx: &RequestContext, kind: &Kind) -> bool {
    let on_its_own_page = kind.name == Token::KIND.name && records::may_write(ctx, kind);
    on_its_own_page || records::may_create(ctx, kind)
}

/// The page of a record: a ticket's is the desk's.
pub(super) fn path_of(kind: &Kind, id: Uuid) -> String {
    match kind.name {
        "ticket" => format!("/tickets/{id}"),
        name => format!("/records/{name}/{id}"),
    }
}
