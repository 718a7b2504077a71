//! What somebody sees, for who gives them their roles.

use crate::domain::actor::Permission;
use crate::domain::catalogue::{KINDS, Kind};
use crate::domain::ids::UserId;
use crate::domain::team::User;
use crate::ops::accounts::{authority, roles, teams};
use crate::ops::catalogue::kinds;
use crate::ops::records;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::filter::ListQuery;

/// How many records of a kind are named.
const NAMED: i64 = 5;

/// What somebody sees of a kind.
#[derive(Debug, Clone)]
pub struct SeenKind {
    /// The kind.
    pub kind: &'static Kind,
    /// How many records, at most [`records::MOST_COUNTED`] and one; none where they may not see the kind.
    pub count: Option<i64>,
    /// What the first of them are called, as they see it.
    pub titles: Vec<String>,
}

/// What somebody sees of each kind of records, for a caller who may do and see all that they may.
pub async fn preview(
    tx: &mut Tx,
    ctx: &RequestContext,
    of: UserId,
) -> Result<(User, Vec<SeenKind>), Refusal> {
    let user = teams::user(tx, ctx, of).await?;
    ctx.require(Permission::UsersWrite)?;
    authority::require_over_user(tx, ctx, of).await?;
    let as_them = RequestContext::by(roles::held_by(tx, of).await?.actor(of));
    let mut seen = Vec::new();
    let declared = kinds::declared(tx, ctx).await?;
    for kind in KINDS.iter().copied().filter(|kind| records::has_pages(kind)).chain(declared) {
        if records::kind(tx, &as_them, kind.name).await.is_err() {
            seen.push(SeenKind { kind, count: None, titles: Vec::new() });
            continue;
        }
        let query = ListQuery { limit: NAMED, ..ListQuery::default() };
        let page = records::list(tx, &as_them, kind, &query).await?;
        let count = records::count(tx, &as_them, kind, &ListQuery::default()).await?;
        let titles = page.items.iter().map(records::AnyRecord::title).collect();
        seen.push(SeenKind { kind, count: Some(count), titles });
    }
    Ok((user, seen))
}
