//! Partners and their people: made, changed, given access.

pub mod shares;

use serde_json::json;

use super::accounts::authority::{self, Target};
use super::accounts::tokens;
use super::app::App;
use super::refusal::{InvalidField, Refusal};
use super::request_context::RequestContext;
use crate::domain::actor::Permission;
use crate::domain::catalogue::{self, Record as _};
use crate::domain::event::Subject;
use crate::domain::identity::normalize;
use crate::domain::ids::{InstallationId, PartnerId, PartnerUserId};
use crate::domain::partner::{
    NewPartner, NewPartnerUser, Partner, PartnerChange, PartnerUser, PartnerUserChange,
};
use crate::domain::token::Token;
use crate::plugins::Ability;
use crate::store::db::Tx;
use crate::store::page::{Page, PageRequest};
use crate::store::{installations, partners};

/// Makes a partner.
pub async fn create(tx: &mut Tx, ctx: &RequestContext, new: &NewPartner) -> Result<Partner, Refusal> {
    ctx.require(Permission::PartnersWrite)?;
    let now = tx.now();
    let mut partner =
        Partner { id: tx.id(), created_at: now, updated_at: now, version: 1, ..Partner::blank() };
    new.apply(&mut partner);
    check(tx, &partner).await?;
    partners::insert(tx, &partner).await?;
    let fields = json!({
        "name": partner.name, "installation_id": partner.installation_id, "active": partner.active,
        "answer_minutes": partner.answer_minutes, "protection_days": partner.protection_days,
    });
    ctx.record(tx, "partner.created", Subject::of("partner", partner.id), fields).await?;
    Ok(partner)
}

/// Changes a partner, if it is still at the version that the change is based on.
pub async fn change(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, expected, change): &(PartnerId, Option<i64>, PartnerChange),
) -> Result<Partner, Refusal> {
    authority::require_over(ctx, Permission::PartnersWrite, Target::PartnerUser)?;
    let locked = partners::lock(tx, *id).await?;
    let mut partner = locked.ok_or_else(|| Refusal::not_found("partner", id))?;
    super::expect_version(*expected, partner.version - 1)?;
    let before = partner.clone();
    change.apply(&mut partner);
    check(tx, &partner).await?;
    partners::update(tx, &partner).await?;
    let changed = catalogue::difference(&before, &partner);
    ctx.record(tx, "partner.updated", Subject::of("partner", partner.id), changed).await?;
    Ok(partner)
}

/// Refuses what is wrong with a partner.
async fn check(tx: &mut Tx, partner: &Partner) -> Result<(), Refusal> {
    let mut faults = catalogue::faults(partner);
    let mut fault = |pointer: &str, detail: String| {
        faults.push(InvalidField { pointer: pointer.to_owned(), detail });
    };
    if let Some(id) = partner.installation_id {
        if installations::get(tx, id).await?.is_none() {
            fault("/installation_id", format!("there is no installation {id}"));
        }
        // One installation speaks for one partner, or it would see what is shared with another.
        let other = partners::of_installation(tx, id).await?.filter(|other| other.id != partner.id);
        if let Some(other) = other {
            fault("/installation_id", format!("the installation is the partner {:?}'s already", other.name));
        }
    }
    Refusal::unless_valid(faults)?;
    let namesake = partners::named(tx, &partner.name).await?.filter(|other| other.id != partner.id);
    match namesake {
        Some(_) => Err(Refusal::Conflict(format!("there is a partner {:?} already", partner.name))),
        None => Ok(()),
    }
}

/// Refuses an installation whose plugin can't join a partner's system, before anything is written. Whether it is there at
/// all is seen by the write.
pub async fn check_joins(app: &App, ctx: &RequestContext, id: Option<InstallationId>) -> Result<(), Refusal> {
    ctx.require(Permission::PartnersWrite)?;
    let Some(id) = id else { return Ok(()) };
    let found = app.plugins.installation(&mut app.db.read().await?, &id.to_string()).await?;
    match found.filter(|found| !found.has(Ability::Partner)) {
        Some(found) => {
            let detail =
                format!("the plugin of {} joins no partner's system: it exports no `partner`", found.name);
            Err(Refusal::invalid("/installation_id", detail))
        }
        None => Ok(()),
    }
}

/// One partner.
pub async fn get(tx: &mut Tx, ctx: &RequestContext, id: PartnerId) -> Result<Partner, Refusal> {
    ctx.require(Permission::PartnersRead)?;
    partners::get(tx, id).await?.ok_or_else(|| Refusal::not_found("partner", id))
}

/// Partners, the newest first.
pub async fn list(tx: &mut Tx, ctx: &RequestContext, page: PageRequest) -> Result<Page<Partner>, Refusal> {
    ctx.require(Permission::PartnersRead)?;
    Ok(partners::list(tx, page).await?)
}

/// The partner that somebody acts for: their own, or whichever when they work here. Another's isn't there.
pub(super) async fn acting_for(tx: &mut Tx, ctx: &RequestContext, id: PartnerId) -> Result<Partner, Refusal> {
    let own = ctx.scope().partner().is_none_or(|own| own == id);
    let found = if own { partners::get(tx, id).await? } else { None };
    found.ok_or_else(|| Refusal::not_found("partner", id))
}

/// Enters a person of a partner's.
pub async fn create_user(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, new): &(PartnerId, NewPartnerUser),
) -> Result<PartnerUser, Refusal> {
    authority::require_over(ctx, Permission::PartnersWrite, Target::PartnerUser)?;
    let partner = partners::get(tx, *id).await?.ok_or_else(|| Refusal::not_found("partner", id))?;
    let mut user = PartnerUser {
        id: tx.id(),
        partner_id: partner.id,
        created_at: tx.now(),
        version: 1,
        ..PartnerUser::blank()
    };
    new.apply(&mut user);
    Refusal::unless_valid(catalogue::faults(&user))?;
    user.email = normalize("email", &user.email, None)
        .map_err(|fault| Refusal::invalid("/email", fault.to_string()))?;
    if !partners::insert_user(tx, &user).await? {
        return Err(Refusal::Conflict(format!("somebody has the address {:?} already", user.email)));
    }
    let data = json!({"name": user.name, "partner_id": partner.id, "partner": partner.name});
    ctx.record(tx, "partner-user.created", Subject::of("partner-user", user.id), data).await?;
    Ok(user)
}

/// Changes a person of a partner's, if they are still at the version that the change is based on. Who is deactivated
/// loses their tokens.
pub async fn change_user(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, expected, change): &(PartnerUserId, Option<i64>, PartnerUserChange),
) -> Result<PartnerUser, Refusal> {
    authority::require_over(ctx, Permission::PartnersWrite, Target::PartnerUser)?;
    let locked = partners::lock_user(tx, *id).await?;
    let mut user = locked.ok_or_else(|| Refusal::not_found("partner user", id))?;
    super::expect_version(*expected, user.version - 1)?;
    let before = user.clone();
    change.apply(&mut user);
    Refusal::unless_valid(catalogue::faults(&user))?;
    partners::update_user(tx, &user).await?;
    if !user.active {
        crate::store::tokens::revoke_of_partner_user(tx, user.id).await?;
    }
    let changed = catalogue::difference(&before, &user);
    ctx.record(tx, "partner-user.updated", Subject::of("partner-user", user.id), changed).await?;
    Ok(user)
}

/// A partner's people, in the order they were entered.
pub async fn users(tx: &mut Tx, ctx: &RequestContext, id: PartnerId) -> Result<Vec<PartnerUser>, Refusal> {
    ctx.require(Permission::PartnersRead)?;
    partners::get(tx, id).await?.ok_or_else(|| Refusal::not_found("partner", id))?;
    Ok(partners::users(tx, id).await?)
}

/// One person of a partner's.
pub async fn user(tx: &mut Tx, ctx: &RequestContext, id: PartnerUserId) -> Result<PartnerUser, Refusal> {
    ctx.require(Permission::PartnersRead)?;
    partners::user(tx, id).await?.ok_or_else(|| Refusal::not_found("partner user", id))
}

/// Makes a token of this text for a person of a partner's. It is listed and revoked like any other.
pub async fn create_token(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, name, text): &(PartnerUserId, String, String),
) -> Result<Token, Refusal> {
    authority::require_over(ctx, Permission::PartnersWrite, Target::PartnerUser)?;
    let user = partners::user(tx, *id).await?.filter(|user| user.active);
    let user = user.ok_or_else(|| Refusal::not_found("active partner user", id))?;
    tokens::create_for_partner(tx, ctx, user.id, name, text).await
}
