//! What is shared with partners: offered, accepted, refused, reported on, withdrawn. A partner sees the fields that the
//! share names and nothing else of the record.

mod clock;
mod delivery;
mod history;
mod offer;
mod partner_response;
mod sight;

use crate::domain::actor::Permission;
use crate::domain::ids::ShareId;
use crate::domain::partner::Share;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::page::{Page, PageRequest};
use crate::store::shares::{self, ShareFilter};

pub use self::clock::{CLOCK, Timer, fire};
pub use self::delivery::{PUSH, Receipt, delivered, undelivered};
pub use self::offer::{NewShare, Shared, share, withdraw};
pub use self::partner_response::{PartnerResponse, ResponseTo, SystemResponse, accept, refuse, report};
pub use self::sight::{subject, subject_for};

pub(in crate::ops) use self::offer::{NewOffer, share_lead};
pub(in crate::ops) use self::partner_response::received;
pub(in crate::ops) use self::sight::{cut_deal, cut_ticket};

/// The most characters of a note, a message and a reason.
const LONGEST: usize = 4_000;

/// One share. A partner sees its own, as long as they are open.
pub async fn get(tx: &mut Tx, ctx: &RequestContext, id: ShareId) -> Result<Share, Refusal> {
    ctx.require_sight(Permission::PartnersRead)?;
    shares::get(tx, id, ctx.scope()).await?.ok_or_else(|| Refusal::not_found("share", id))
}

/// Shares, the last changed first.
pub async fn list(
    tx: &mut Tx,
    ctx: &RequestContext,
    page: PageRequest,
    filter: ShareFilter,
) -> Result<Page<Share>, Refusal> {
    ctx.require_sight(Permission::PartnersRead)?;
    Ok(shares::list(tx, page, filter, ctx.scope()).await?)
}

/// A share, locked for a change by whoever has the right to it.
async fn lock(
    tx: &mut Tx,
    ctx: &RequestContext,
    right: Permission,
    id: ShareId,
    expected: Option<i64>,
) -> Result<Share, Refusal> {
    ctx.require(right)?;
    let share = shares::lock(tx, id, ctx.scope()).await?.ok_or_else(|| Refusal::not_found("share", id))?;
    crate::ops::expect_version(expected, share.version - 1)?;
    Ok(share)
}

fn closed(share: &Share) -> Refusal {
    Refusal::Conflict(format!("the share is {} already", share.state))
}

fn text(pointer: &str, text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.chars().count() > LONGEST {
        return Err(Refusal::invalid(pointer, format!("at most {LONGEST} characters")));
    }
    Ok(text.to_owned())
}
