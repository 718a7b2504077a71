//! The first steps on a fresh server: somebody who can sign in, teams that take every ticket, a channel. Administrators are
//! shown what is left to do until all of it is done.

use std::sync::atomic::Ordering;

use crate::domain::actor::Permission;
use crate::domain::triage::Class;
use crate::ops::app::App;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::plugins::Ability;
use crate::store::db::Tx;
use crate::store::{accounts, teams};

/// The classes of which tickets are opened.
const CLASSES: [Class; 4] = [Class::Inquiry, Class::Complaint, Class::Purchase, Class::AfterSales];

/// How far the first steps have got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// Whether somebody can sign in.
    pub people: bool,
    /// The classes whose tickets no team with a member takes.
    pub untaken: Vec<Class>,
    /// The channels in use, by name.
    pub channels: Vec<String>,
}

impl Setup {
    /// How many of the steps are left to do.
    pub fn left(&self) -> usize {
        [self.people, self.untaken.is_empty(), !self.channels.is_empty()]
            .iter()
            .filter(|done| !**done)
            .count()
    }
}

/// How far the first steps have got.
pub async fn setup(app: &App, ctx: &RequestContext) -> Result<Setup, Refusal> {
    ctx.require(Permission::UsersWrite)?;
    ctx.require(Permission::PluginsWrite)?;
    let mut tx = app.db.read().await?;
    let setup = Setup {
        people: accounts::any(&mut tx).await?,
        untaken: untaken(&mut tx).await?,
        channels: channels(app, &mut tx).await?,
    };
    if setup.left() == 0 {
        app.setup_finished.store(true, Ordering::Relaxed);
    }
    Ok(setup)
}

/// How many steps are left to do for who may do them; none for everybody else.
pub async fn left(app: &App, ctx: &RequestContext) -> Result<usize, Refusal> {
    let may = ctx.require(Permission::UsersWrite).is_ok() && ctx.require(Permission::PluginsWrite).is_ok();
    if !may || app.setup_finished.load(Ordering::Relaxed) {
        return Ok(0);
    }
    Ok(setup(app, ctx).await?.left())
}

async fn untaken(tx: &mut Tx) -> Result<Vec<Class>, Refusal> {
    let mut untaken = CLASSES.to_vec();
    for team in teams::list(tx).await? {
        if teams::members(tx, team.id).await?.iter().any(|member| member.active) {
            untaken.retain(|class| !team.classes.contains(class));
        }
    }
    Ok(untaken)
}

async fn channels(app: &App, tx: &mut Tx) -> Result<Vec<String>, Refusal> {
    let channels = app.plugins.with_ability(tx, Ability::Channel).await?;
    Ok(channels.iter().map(|channel| channel.name.clone()).collect())
}
