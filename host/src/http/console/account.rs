//! `/account`: how somebody signs in, and where they are signed in.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use qrcode::QrCode;
use qrcode::render::svg;

use super::frame::Frame;
use super::visitor::{Person, Sent};
use crate::domain::actor::Permission;
use crate::domain::ids::SessionId;
use crate::domain::role::Role;
use crate::http::extract::Id;
use crate::http::page::Page;
use crate::http::problem::Problem;
use crate::ops::accounts::roles;
use crate::ops::accounts::second_factor::{self, Enrolment, Status};
use crate::ops::accounts::{self, OwnSession, SignedIn};
use crate::ops::{App, Refusal};

/// The page.
#[derive(Template)]
#[template(path = "console/account.html")]
struct Account<'a> {
    frame: &'a Frame,
    status: Status,
    enrolment: Option<Enrolment>,
    /// The enrolment's address as a picture.
    picture: String,
    codes: Vec<String>,
    sessions: Vec<OwnSession>,
    /// The roles that must have a second factor, for who may say so.
    required: Option<Vec<String>>,
    roles: Vec<Role>,
    notes: Vec<String>,
}

impl Account<'_> {
    /// Whether a session is the one that the page is seen in.
    fn is_this(&self, session: &OwnSession) -> bool {
        self.frame.signed_in.as_ref().is_some_and(|signed_in| signed_in.session_id() == session.id)
    }

    /// Whether who signed in may do nothing else before they have a second factor.
    fn must_enrol(&self) -> bool {
        self.status.required && !self.status.on
    }

    /// Whether a role is among those.
    fn is_required(&self, required: &[String], role: &Role) -> bool {
        required.contains(&role.name)
    }
}

/// Shows the page.
pub async fn show(State(app): State<App>, person: Person) -> Result<Response, Problem> {
    draw(&app, &person, Vec::new(), Vec::new(), StatusCode::OK).await
}

async fn draw(
    app: &App,
    person: &Person,
    codes: Vec<String>,
    notes: Vec<String>,
    status: StatusCode,
) -> Result<Response, Problem> {
    let signed_in = signed_in(&person.frame)?;
    let enrolment = second_factor::enrolment(app, &person.ctx).await?;
    let mut tx = app.db.read().await?;
    let picture = enrolment.as_ref().map(|enrolment| picture(&enrolment.address)).unwrap_or_default();
    let (required, roles) = match person.frame.may(Permission::UsersWrite) {
        true => {
            let required = second_factor::required_roles(&mut tx, &person.ctx).await?;
            (Some(required), roles::list(&mut tx, &person.ctx).await?)
        }
        false => (None, Vec::new()),
    };
    let page = Account {
        frame: &person.frame,
        status: second_factor::status(&mut tx, &person.ctx).await?,
        sessions: accounts::sessions(&mut tx, signed_in).await?,
        enrolment,
        picture,
        codes,
        required,
        roles,
        notes,
    };
    Ok(Page::console(status, page).into_response())
}

fn signed_in(frame: &Frame) -> Result<&SignedIn, Problem> {
    frame.signed_in.as_ref().ok_or_else(Problem::no_path)
}

/// An address as a picture that a device reads.
fn picture(address: &str) -> String {
    let Ok(code) = QrCode::new(address) else { return String::new() };
    let picture = code.render::<svg::Color<'_>>().min_dimensions(200, 200).build();
    // Within a page a picture has no head of its own.
    picture.find("<svg").map(|start| picture[start..].to_owned()).unwrap_or_default()
}

/// Ends an action: back to the page, or the page with what was wrong.
async fn end(app: &App, sent: &Sent, done: Result<(), Refusal>) -> Result<Response, Problem> {
    let frame = &sent.person.frame;
    let (note, status) = match done {
        Ok(()) => return Ok(Redirect::to("/account").into_response()),
        Err(Refusal::Invalid(_)) => (frame.t("sign-in-code-wrong"), StatusCode::UNPROCESSABLE_ENTITY),
        Err(Refusal::Conflict(_)) => (frame.t("account-conflict"), StatusCode::CONFLICT),
        Err(Refusal::Forbidden(_) | Refusal::Denied(_)) => (frame.t("fault-denied"), StatusCode::FORBIDDEN),
        Err(other) => return Err(other.into()),
    };
    draw(app, &sent.person, Vec::new(), vec![note], status).await
}

/// Begins to set up a second factor.
pub async fn enrol(State(app): State<App>, sent: Sent) -> Result<Response, Problem> {
    let done = second_factor::enrol(&app, &sent.person.ctx).await.map(|_| ());
    end(&app, &sent, done).await
}

/// Has it count by a first code, and shows the codes for when the device is lost.
pub async fn confirm(State(app): State<App>, sent: Sent) -> Result<Response, Problem> {
    match second_factor::confirm(&app, &sent.person.ctx, sent.fields.text("code")).await {
        Ok(codes) => draw(&app, &sent.person, codes, Vec::new(), StatusCode::OK).await,
        Err(refusal) => end(&app, &sent, Err(refusal)).await,
    }
}

/// Takes it away.
pub async fn give_up(State(app): State<App>, sent: Sent) -> Result<Response, Problem> {
    let done = second_factor::give_up(&app, &sent.person.ctx, sent.fields.text("code")).await;
    end(&app, &sent, done).await
}

/// Ends another session.
pub async fn end_session(
    State(app): State<App>,
    Id(id): Id<SessionId>,
    sent: Sent,
) -> Result<Response, Problem> {
    let done = accounts::end_session(&app, signed_in(&sent.person.frame)?, Some(id)).await;
    end(&app, &sent, done).await
}

/// Ends all other sessions.
pub async fn end_others(State(app): State<App>, sent: Sent) -> Result<Response, Problem> {
    let done = accounts::end_session(&app, signed_in(&sent.person.frame)?, None).await;
    end(&app, &sent, done).await
}

/// Says which roles must have a second factor.
pub async fn set_policy(State(app): State<App>, sent: Sent) -> Result<Response, Problem> {
    let roles: Vec<String> = sent.fields.all("role").map(str::to_owned).collect();
    let done = app
        .commit(&sent.person.ctx, roles, |tx, ctx, roles| {
            Box::pin(second_factor::require_for(tx, ctx, roles))
        })
        .await;
    end(&app, &sent, done).await
}
