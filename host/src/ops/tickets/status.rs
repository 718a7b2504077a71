//! A ticket's page for its customer: how far it has come, behind a link that nobody can guess.
//!
//! The link holds the ticket's id and a seal that only this host's key makes, so nothing about it has to be stored.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use uuid::Uuid;

use crate::domain::actor::Scope;
use crate::domain::clock::Timestamp;
use crate::domain::ids::TicketId;
use crate::domain::ticket::Ticket;
use crate::domain::words::words;
use crate::ops::app::App;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::{DbError, Tx};
use crate::store::page::MAX_LIMIT;
use crate::store::{customers, events, tickets};

/// How many bytes of the seal stand in the link: 128 bits.
const SEAL: usize = 16;

words! {
    /// A step of a ticket, as its customer may know it: nothing of who did it, nor of what was said about it inside.
    pub enum Step {
        /// It has arrived.
        Received = "received",
        /// Somebody takes care of it.
        Assigned = "assigned",
        /// It was answered for the first time.
        Answered = "answered",
        /// Another team takes care of it.
        HandedOn = "handed-on",
        /// It is done.
        Resolved = "resolved",
        /// It is worked on again.
        Reopened = "reopened",
    }
}

/// What a customer may know of a ticket.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// The ticket.
    pub ticket: Ticket,
    /// BCP 47: the ticket's language, or else the customer's; empty when neither is known.
    pub language: String,
    /// What happened and when, oldest first.
    pub steps: Vec<(Step, Timestamp)>,
}

/// The address of a ticket's page, for who may see the ticket.
pub async fn link(app: &App, ctx: &RequestContext, id: TicketId) -> Result<String, Refusal> {
    super::get(&mut app.db.read().await?, ctx, id).await?;
    let seal = seal(app, id)?;
    let token = URL_SAFE_NO_PAD.encode([id.0.as_bytes().as_slice(), &seal].concat());
    Ok(format!("{}/t/{token}", app.public_url))
}

/// The progress behind a link; whoever has the link may see it.
pub async fn progress(app: &App, token: &str) -> Result<Progress, Refusal> {
    let unknown = || Refusal::not_found("ticket", token);
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| unknown())?;
    let (id, given) = bytes.split_at_checked(16).ok_or_else(unknown)?;
    let id = TicketId(Uuid::from_slice(id).map_err(|_| unknown())?);
    if !bool::from(subtle::ConstantTimeEq::ct_eq(given, seal(app, id)?.as_slice())) {
        return Err(unknown());
    }
    let mut tx = app.db.read().await?;
    let ticket = tickets::get(&mut tx, id, Scope::All).await?.ok_or_else(unknown)?;
    let steps = steps(&mut tx, &ticket).await?;
    let language = match ticket.language.as_str() {
        "" => {
            let customer = customers::get(&mut tx, ticket.customer_id, Scope::All).await?;
            customer.and_then(|customer| customer.language).unwrap_or_default()
        }
        known => known.to_owned(),
    };
    Ok(Progress { ticket, language, steps })
}

fn seal(app: &App, id: TicketId) -> Result<Vec<u8>, Refusal> {
    let key = app.keyring.derive("the link to a ticket's page");
    let mac = Hmac::<Sha256>::new_from_slice(&key);
    let mut mac = mac.map_err(|error| Refusal::Store(DbError::Other(error.to_string())))?;
    mac.update(id.0.as_bytes());
    Ok(mac.finalize().into_bytes()[..SEAL].to_vec())
}

async fn steps(tx: &mut Tx, ticket: &Ticket) -> Result<Vec<(Step, Timestamp)>, Refusal> {
    let mut steps: Vec<(Step, Timestamp)> = Vec::new();
    for event in events::of_subject(tx, "ticket", ticket.id.0, MAX_LIMIT).await? {
        let step = match event.kind.as_str() {
            "ticket.created" => Step::Received,
            "ticket.assigned" => Step::Assigned,
            "ticket.first-responded" => Step::Answered,
            "ticket.hand-off-accepted" => Step::HandedOn,
            "ticket.resolved" => Step::Resolved,
            "ticket.reopened" => Step::Reopened,
            _ => continue,
        };
        // Who has it, and that it went to another, is nothing that happens to the customer.
        let again = step == Step::Assigned && steps.iter().any(|(known, _)| *known == step);
        if !again {
            steps.push((step, event.at));
        }
    }
    Ok(steps)
}
