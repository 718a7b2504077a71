//! Business calendars, by whose hours the clocks of tickets run.

use serde_json::json;

use super::sla::recalculate;
use crate::domain::actor::Permission;
use crate::domain::calendar::{Calendar, CalendarChange, Day, NewCalendar};
use crate::domain::catalogue::{self, Record as _};
use crate::domain::event::Subject;
use crate::domain::ids::CalendarId;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::{calendars, sla_policies};

/// Makes a calendar whose name no other has.
pub async fn create(tx: &mut Tx, ctx: &RequestContext, new: &NewCalendar) -> Result<Calendar, Refusal> {
    ctx.require(Permission::PoliciesWrite)?;
    let mut calendar = Calendar { id: tx.id(), created_at: tx.now(), version: 1, ..Calendar::blank() };
    new.apply(&mut calendar);
    check(tx, &calendar).await?;
    calendars::insert(tx, &calendar).await?;
    let data = catalogue::difference(&Calendar::blank(), &calendar);
    ctx.record(tx, "calendar.created", Subject::of("calendar", calendar.id), data).await?;
    Ok(calendar)
}

/// Changes a calendar, if it is still at the version that the change is based on. Open tickets whose clocks run by it get
/// new due times.
pub async fn change(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, expected, change): &(CalendarId, Option<i64>, CalendarChange),
) -> Result<Calendar, Refusal> {
    ctx.require(Permission::PoliciesWrite)?;
    let locked = calendars::lock(tx, *id).await?;
    let mut calendar = locked.ok_or_else(|| Refusal::not_found("calendar", id))?;
    crate::ops::expect_version(*expected, calendar.version - 1)?;
    let before = calendar.clone();
    change.apply(&mut calendar);
    check(tx, &calendar).await?;
    calendars::update(tx, &calendar).await?;
    let data = catalogue::difference(&before, &calendar);
    ctx.record(tx, "calendar.updated", Subject::of("calendar", calendar.id), data).await?;
    for policy in sla_policies::following(tx, calendar.id).await? {
        recalculate::begin(tx, ctx, policy.id, "calendar").await?;
    }
    Ok(calendar)
}

/// Removes a calendar that no policy follows.
pub async fn delete(tx: &mut Tx, ctx: &RequestContext, id: CalendarId) -> Result<(), Refusal> {
    ctx.require(Permission::PoliciesWrite)?;
    let names: Vec<String> =
        sla_policies::following(tx, id).await?.into_iter().map(|policy| policy.name).collect();
    if !names.is_empty() {
        let detail =
            format!("SLA policies follow it: {}; give them another calendar before", names.join(", "));
        return Err(Refusal::Conflict(detail));
    }
    if !calendars::delete(tx, id).await? {
        return Err(Refusal::not_found("calendar", id));
    }
    ctx.record(tx, "calendar.deleted", Subject::of("calendar", id), json!({})).await.map(|_| ())
}

/// One calendar.
pub async fn get(tx: &mut Tx, ctx: &RequestContext, id: CalendarId) -> Result<Calendar, Refusal> {
    ctx.require(Permission::TicketsRead)?;
    calendars::get(tx, id).await?.ok_or_else(|| Refusal::not_found("calendar", id))
}

/// Every calendar.
pub async fn list(tx: &mut Tx, ctx: &RequestContext) -> Result<Vec<Calendar>, Refusal> {
    ctx.require(Permission::TicketsRead)?;
    Ok(calendars::list(tx).await?)
}

/// So many days of a calendar from a date on, or from today: what decides about each, and when work is done.
pub async fn days(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: CalendarId,
    (first, count): (Option<jiff::civil::Date>, usize),
) -> Result<Vec<Day>, Refusal> {
    let calendar = get(tx, ctx, id).await?;
    let hours = calendar.working_time().map_err(|error| Refusal::invalid("", error))?;
    let first = first.unwrap_or_else(|| hours.date(tx.now()));
    Ok(hours.days(first, count))
}

/// Refuses what can't be understood, and a name that another calendar has.
async fn check(tx: &mut Tx, calendar: &Calendar) -> Result<(), Refusal> {
    let mut faults = catalogue::faults(calendar);
    let misshapen: Vec<String> = faults.iter().map(|fault| fault.pointer.clone()).collect();
    faults.extend(calendar.faults().into_iter().filter(|fault| !misshapen.contains(&fault.pointer)));
    Refusal::unless_valid(faults)?;
    let taken = |other: &Calendar| other.name == calendar.name && other.id != calendar.id;
    match calendars::list(tx).await?.iter().any(taken) {
        true => Err(Refusal::Conflict(format!("there is a calendar {:?} already", calendar.name))),
        false => Ok(()),
    }
}
