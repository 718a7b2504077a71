//! `GET /plugins/{id}/deliveries/{delivery}` and `POST .../accept`

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain::actor::Permission;
use crate::domain::customer::TypedIdentity;
use crate::domain::delivery::DeliveryState;
use crate::domain::ids::{DeliveryId, InstallationId, TicketId};
use crate::http::console::frame::Frame;
use crate::http::console::visitor::{Person, Sent};
use crate::http::extract::{Id, Part};
use crate::http::page::Page;
use crate::http::problem::{Problem, ProblemKind};
use crate::ops::customers::interactions;
use crate::ops::intake::deliveries::{self, Whose};
use crate::ops::{App, Refusal, installations};
use crate::store::deliveries::{KeptDelivery, KeptRequest};

/// The most characters of a body that the page shows.
const SHOWN: usize = 200_000;

/// The page.
#[derive(Template)]
#[template(path = "console/delivery.html")]
struct Delivery<'a> {
    frame: &'a Frame,
    name: String,
    delivery: KeptDelivery,
    request: KeptRequest,
    body: String,
    is_cut: bool,
    ticket: Option<TicketId>,
    may_write: bool,
    contact: String,
    fault: Option<String>,
}

impl Delivery<'_> {
    fn is_kept(&self) -> bool {
        self.delivery.state == DeliveryState::Kept
    }
}

/// Shows a delivery as it came.
pub async fn show(
    State(app): State<App>,
    Id(id): Id<InstallationId>,
    Part(delivery): Part<DeliveryId>,
    person: Person,
) -> Result<Response, Problem> {
    draw(&app, &person, (id, delivery), StatusCode::OK, String::new(), None).await
}

async fn draw(
    app: &App,
    person: &Person,
    (id, delivery): (InstallationId, DeliveryId),
    status: StatusCode,
    contact: String,
    fault: Option<String>,
) -> Result<Response, Problem> {
    let mut tx = app.db.read().await?;
    let (delivery, request) = deliveries::get(&mut tx, &person.ctx, id, delivery).await?;
    let name = installations::get(&mut tx, &person.ctx, id).await?.name;
    let ticket = match delivery.interaction_id {
        Some(message) => match interactions::get(&mut tx, &person.ctx, message).await {
            Ok(message) => message.ticket_id,
            Err(Refusal::Denied(_) | Refusal::NotFound { .. }) => None,
            Err(other) => return Err(other.into()),
        },
        None => None,
    };
    // What isn't UTF-8 is mostly text in another encoding; a person still sees what it is.
    let text = String::from_utf8_lossy(&request.body);
    let body: String = text.chars().take(SHOWN).map(|c| if c == '\0' { '\u{fffd}' } else { c }).collect();
    let page = Delivery {
        frame: &person.frame,
        name,
        is_cut: body.len() < text.len(),
        body,
        ticket,
        may_write: person.ctx.require(Permission::DeliveriesWrite).is_ok(),
        delivery,
        request,
        contact,
        fault,
    };
    Ok(Page::console(status, page).into_response())
}

/// Makes a delivery a message.
pub async fn accept(
    State(app): State<App>,
    Id(id): Id<InstallationId>,
    Part(delivery): Part<DeliveryId>,
    sent: Sent,
) -> Result<Response, Problem> {
    let contact = sent.fields.text("contact").trim().to_owned();
    let identity = (!contact.is_empty()).then(|| TypedIdentity {
        scheme: if contact.contains('@') { "email" } else { "phone" }.to_owned(),
        issuer: String::new(),
        value: contact.clone(),
    });
    let whose = Whose { customer: None, identity };
    match deliveries::accept(&app, &sent.person.ctx, id, delivery, whose).await {
        Ok(_) => Ok(Redirect::to(&format!("/plugins/{id}/deliveries/{delivery}")).into_response()),
        Err(refusal) => {
            let problem = Problem::from(refusal);
            let what = match problem.kind() {
                ProblemKind::Denied => "denied",
                ProblemKind::Invalid => "delivery-contact",
                ProblemKind::Unavailable | ProblemKind::Conflict => "later",
                _ => return Err(problem),
            };
            let fault = Some(sent.person.frame.word("fault", what));
            draw(&app, &sent.person, (id, delivery), problem.kind().status(), contact, fault).await
        }
    }
}
