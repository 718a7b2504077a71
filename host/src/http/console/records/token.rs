//! API tokens: made on a page that tells their text once, and revoked.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::change::{ended, trouble};
use super::{one, plural};
use crate::domain::actor::{Permission, Rights};
use crate::domain::catalogue::{Kind, Record as _};
use crate::domain::clock::Timestamp;
use crate::domain::ids::TokenId;
use crate::domain::token::Token;
use crate::http::console::frame::Frame;
use crate::http::console::permissions::{self, PermissionBox};
use crate::http::console::visitor::{Fields, Person, Sent};
use crate::http::extract::Id;
use crate::http::page::Page;
use crate::http::problem::Problem;
use crate::ops::accounts::tokens::{self, NewToken};
use crate::ops::{App, Refusal};

/// The page.
#[derive(Template)]
#[template(path = "console/token_new.html")]
struct TokenPage<'a> {
    frame: &'a Frame,
    plural: String,
    one: &'static str,
    sent: &'a Fields,
    groups: Vec<(String, Vec<PermissionBox>)>,
    notes: Vec<String>,
    /// The token that was made, with its text.
    made: Option<(Token, String)>,
}

impl TokenPage<'_> {
    fn kind(&self) -> &'static Kind {
        Token::KIND
    }

    /// Whether it acts for who signed in, as it does unless they say otherwise.
    fn is_own(&self) -> bool {
        !self.sent.has("csrf") || self.sent.has("own")
    }
}

/// `GET /records/token/new`
pub async fn draft_token(person: Person) -> Result<Response, Problem> {
    draw(&person, &Fields::default(), Vec::new(), None, StatusCode::OK)
}

/// `POST /records/token/new`: makes a token, and tells its text this once.
pub async fn create_token(State(app): State<App>, sent: Sent) -> Result<Response, Problem> {
    let fields = &sent.fields;
    let ends_on = fields.text("ends_on").trim();
    // To the end of that day.
    let expires_at = match ends_on.is_empty() {
        true => Ok(None),
        false => format!("{ends_on}T23:59:59Z").parse::<Timestamp>().map(Some),
    };
    let new = expires_at.map(|expires_at| NewToken {
        name: fields.text("name").trim().to_owned(),
        scopes: fields.all("permission").map(str::to_owned).collect(),
        user_id: sent.person.frame.user().map(|user| user.id).filter(|_| fields.has("own")),
        expires_at,
    });
    let done = match new {
        Ok(new) if new.scopes.is_empty() => {
            Err(Refusal::invalid("/scopes", sent.person.frame.t("token-nothing")))
        }
        Ok(new) => {
            let request = (new, tokens::generate());
            let text = request.1.clone();
            let made = app
                .commit(&sent.person.ctx, request, |tx, ctx, request| {
                    Box::pin(tokens::create(tx, ctx, request))
                })
                .await;
            made.map(|token| (token, text))
        }
        Err(_) => Err(Refusal::invalid("/expires_at", sent.person.frame.t("token-no-day"))),
    };
    match done {
        Ok(made) => draw(&sent.person, fields, Vec::new(), Some(made), StatusCode::CREATED),
        Err(refusal) => {
            let trouble = trouble(&sent, refusal)?;
            let faults = trouble.faults.into_iter().map(|fault| fault.detail);
            draw(&sent.person, fields, faults.chain(trouble.note).collect(), None, trouble.status)
        }
    }
}

/// `POST /records/token/{id}/revoke`: it is refused from then on.
pub async fn revoke_token(
    State(app): State<App>,
    Id(id): Id<TokenId>,
    sent: Sent,
) -> Result<Response, Problem> {
    let done = app.commit(&sent.person.ctx, id, |tx, ctx, id| Box::pin(tokens::revoke(tx, ctx, *id))).await;
    ended(&app, &sent, Token::KIND, id.0, done).await
}

fn draw(
    person: &Person,
    sent: &Fields,
    notes: Vec<String>,
    made: Option<(Token, String)>,
    status: StatusCode,
) -> Result<Response, Problem> {
    person.ctx.require(Permission::TokensWrite)?;
    let frame = &person.frame;
    let chosen: Rights = Permission::ALL
        .iter()
        .copied()
        .filter(|permission| sent.all("permission").any(|word| word == permission.word()))
        .collect();
    // Nobody gives more than they have.
    let mut groups = permissions::groups(frame, chosen);
    for (_, boxes) in &mut groups {
        boxes.retain(|one| Permission::ALL.iter().any(|held| held.word() == one.word && frame.may(*held)));
    }
    groups.retain(|(_, boxes)| !boxes.is_empty());
    let (plural, one) = (plural(frame, Token::KIND), one(frame, Token::KIND));
    let page = TokenPage { frame, plural, one, sent, groups, notes, made };
    Ok(Page::console(status, page).into_response())
}
