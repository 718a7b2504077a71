//! What only one kind has beside its fields: a customer's identities, a deal's stages and end, a team's
//! members, a user's invitation, a calendar's next days.

use uuid::Uuid;

use crate::domain::calendar::{Day, DayRule};
use crate::domain::catalogue::FieldClass;
use crate::domain::deal::DealStatus;
use crate::domain::ids::PipelineId;
use crate::domain::masking;
use crate::http::console::frame::Frame;
use crate::ops::accounts::{membership, own_password, teams};
use crate::ops::records::AnyRecord;
use crate::ops::sales::pipelines;
use crate::ops::tickets::calendars;
use crate::ops::{Refusal, RequestContext, customers};
use crate::store::db::Tx;

/// A stage that a deal can be in.
#[derive(Debug)]
pub struct StageChoice {
    /// Its id.
    pub id: Uuid,
    /// Its name, with its pipeline's.
    pub name: String,
    /// Whether the deal is in it.
    pub chosen: bool,
}

/// Somebody in a team, or who could be.
#[derive(Debug)]
pub struct Member {
    /// Their id.
    pub id: Uuid,
    /// Their name.
    pub name: String,
}

/// A day of a business calendar.
#[derive(Debug)]
pub struct DayLine {
    /// Its date.
    pub date: String,
    /// Its weekday.
    pub weekday: String,
    /// Its hours by the clocks there; none when nobody works.
    pub hours: Vec<String>,
    /// Why they are otherwise than in other weeks; may be empty.
    pub why: String,
}

/// What a kind has of its own.
#[derive(Debug)]
pub enum Block {
    /// Nothing.
    None,
    /// How a customer is known: the kind of identity, and the identity.
    Identities(Vec<(String, String)>),
    /// Where an open deal stands.
    Stages(Vec<StageChoice>),
    /// Somebody who works here and has no password yet.
    Uninvited,
    /// An API token that counts.
    Revocable,
    /// A record of a declared kind, which can be removed.
    Removable,
    /// The next days of a business calendar.
    Days(Vec<DayLine>),
    /// Who is in a team, and who else could be.
    Members {
        /// Who is in it.
        members: Vec<Member>,
        /// Who works here and isn't.
        others: Vec<Member>,
    },
}

impl Block {
    /// Of a record.
    pub async fn of(
        tx: &mut Tx,
        frame: &Frame,
        ctx: &RequestContext,
        record: &AnyRecord,
    ) -> Result<Self, Refusal> {
        match record.kind.name {
            "customer" => {
                let contact =
                    |value: &str| masking::text_or_empty(FieldClass::Contact, value, ctx.actor.sights);
                let known = customers::identities(tx, ctx, record.id.into()).await?.into_iter();
                let known: Vec<_> =
                    known.map(|known| (frame.word("scheme", &known.scheme), contact(&known.value))).collect();
                Ok(if known.is_empty() { Self::None } else { Self::Identities(known) })
            }
            "deal" if record.value("status") == DealStatus::Open.as_str() => stages(tx, ctx, record).await,
            "user" if own_password::is_new(tx, ctx, record.id.into()).await? => Ok(Self::Uninvited),
            "token" if record.value("revoked_at").is_null() => Ok(Self::Revocable),
            "team" => members(tx, ctx, record).await,
            "calendar" => days(tx, frame, ctx, record).await,
            _ if record.kind.is_declared() => Ok(Self::Removable),
            _ => Ok(Self::None),
        }
    }
}

async fn stages(tx: &mut Tx, ctx: &RequestContext, record: &AnyRecord) -> Result<Block, Refusal> {
    let own: Option<PipelineId> = record.value("pipeline_id").as_str().and_then(|id| id.parse().ok());
    let mut found = pipelines::list(tx, ctx).await?;
    // The deal's own pipeline comes first.
    found.sort_by_key(|pipeline| Some(pipeline.id) != own);
    let choice = |pipeline: &crate::domain::deal::Pipeline| {
        let name = pipeline.name.clone();
        let stages: Vec<_> = pipeline.stages.iter().map(|stage| (stage.id.0, stage.name.clone())).collect();
        stages.into_iter().map(move |(id, stage)| StageChoice {
            chosen: record.value("stage_id") == id.to_string().as_str(),
            name: format!("{name} · {stage}"),
            id,
        })
    };
    Ok(Block::Stages(found.iter().flat_map(choice).collect()))
}

async fn members(tx: &mut Tx, ctx: &RequestContext, record: &AnyRecord) -> Result<Block, Refusal> {
    let (_, members) = membership::get(tx, ctx, record.id.into()).await?;
    let member = |user: &crate::domain::team::User| Member { id: user.id.0, name: user.name.clone() };
    let others = teams::users(tx, ctx).await?;
    let others = others.iter().filter(|user| user.active && !members.iter().any(|known| known.id == user.id));
    Ok(Block::Members { others: others.map(member).collect(), members: members.iter().map(member).collect() })
}

/// The next two weeks.
async fn days(
    tx: &mut Tx,
    frame: &Frame,
    ctx: &RequestContext,
    record: &AnyRecord,
) -> Result<Block, Refusal> {
    let line = |day: Day| DayLine {
        date: day.date.to_string(),
        weekday: frame.word("weekday", &day.date.weekday().to_monday_one_offset().to_string()),
        hours: day.written,
        why: match day.rule {
            DayRule::Week => String::new(),
            DayRule::Exception(name) if name.is_empty() => frame.t("calendar-exception"),
            DayRule::Exception(name) => name,
            DayRule::Holiday(holiday) => {
                let name = if frame.is_chinese() { holiday.zh } else { holiday.en };
                if holiday.worked { frame.named("calendar-worked", name) } else { name.to_owned() }
            }
        },
    };
    let days = calendars::days(tx, ctx, record.id.into(), (None, 14)).await?;
    Ok(Block::Days(days.into_iter().map(line).collect()))
}
