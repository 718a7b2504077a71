//! `/s/{token}`: a survey that a customer opens by its link.
//!
//! Opening records nothing, because mail programs and chat apps open links by themselves; only sending the form does.

use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::note::{self, Note};
use crate::domain::survey::Survey;
use crate::http::extract::LinkToken;
use crate::http::page::Page;
use crate::http::problem::Problem;
use crate::http::texts::Texts;
use crate::ops::app::company::Company;
use crate::ops::surveys::{self, Given};
use crate::ops::{App, Refusal};

/// The question with its answers.
#[derive(Template)]
#[template(path = "public/survey.html")]
struct Question<'a> {
    texts: Texts,
    company: &'a Company,
    survey: &'a Survey,
    chosen: Option<i64>,
    comment: &'a str,
    fault: Option<String>,
}

impl Question<'_> {
    fn is_chosen(&self, rating: &i64) -> bool {
        self.chosen == Some(*rating)
    }
}

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    rating: Option<i64>,
    comment: String,
}

/// Shows the question; `?r=5` chooses an answer beforehand.
pub async fn show(
    State(app): State<App>,
    LinkToken(token): LinkToken,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let survey = match find(&app, &token).await {
        Ok(survey) => survey,
        Err(refusal) => return refused(&app, refusal, Texts::of_browser(&headers)),
    };
    let texts = Texts::of(&survey.questionnaire.language);
    // Whoever changes an answer finds it as it was, so that what they leave alone stays.
    let chosen = query.as_deref().and_then(rating).or(survey.rating);
    let comment = survey.comment.as_deref().unwrap_or_default();
    let company = &app.company;
    Page::ok(Question { texts, company, survey: &survey, chosen, comment, fault: None }).into_response()
}

/// Keeps the answer and says thanks.
pub async fn answer(
    State(app): State<App>,
    LinkToken(token): LinkToken,
    headers: HeaderMap,
    sent: Result<Form<Sent>, FormRejection>,
) -> Response {
    let survey = match find(&app, &token).await {
        Ok(survey) => survey,
        Err(refusal) => return refused(&app, refusal, Texts::of_browser(&headers)),
    };
    let texts = Texts::of(&survey.questionnaire.language);
    let again = format!("/s/{token}");
    let sent = match sent {
        // Whoever answers can't mend a character that nobody sees.
        Ok(Form(sent)) => Sent { comment: sent.comment.replace('\0', "\u{fffd}"), ..sent },
        Err(rejection) => return unreadable(&app, texts, rejection.status(), &again),
    };
    let given = Given { rating: sent.rating, text: sent.comment };
    match surveys::answer(&app, &survey, &given).await {
        Ok(_) => {
            let note = Note::of(texts, &app.company, ["survey-thanks", "survey-change-hint"], Some(&again));
            Page::ok(note).into_response()
        }
        Err(Refusal::Invalid(_)) => {
            let fault = Some(texts.t("survey-choose-one"));
            let (company, chosen) = (&app.company, given.rating);
            let question = Question { texts, company, survey: &survey, chosen, comment: &given.text, fault };
            Page::with(StatusCode::UNPROCESSABLE_ENTITY, question).into_response()
        }
        Err(refusal) => refused(&app, refusal, texts),
    }
}

async fn find(app: &App, token: &str) -> Result<Survey, Refusal> {
    let mut tx = app.db.read().await?;
    surveys::by_token(&mut tx, token).await
}

/// The answer that a link has chosen: `r=5`.
fn rating(query: &str) -> Option<i64> {
    query.split('&').find_map(|pair| pair.strip_prefix("r="))?.parse().ok()
}

fn unreadable(app: &App, texts: Texts, status: StatusCode, again: &str) -> Response {
    let note = Note::of(texts, &app.company, ["survey-unreadable", "survey-unreadable-hint"], Some(again));
    Page::with(status, note).into_response()
}

fn refused(app: &App, refusal: Refusal, texts: Texts) -> Response {
    let unknown = ["survey-unknown", "survey-unknown-hint"];
    let later = ["survey-later", "survey-later-hint"];
    note::refused(&Problem::from(refusal), texts, &app.company, unknown, later)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_may_choose_an_answer() {
        assert_eq!(rating("r=5"), Some(5));
        assert_eq!(rating("utm=x&r=-1"), Some(-1));
        assert_eq!(rating("r=five"), None);
        assert_eq!(rating("rr=5"), None);
    }

    #[test]
    fn what_a_plugin_says_is_text_on_the_page() {
        let questionnaire = crate::domain::survey::Questionnaire {
            kind: "csat".into(),
            language: "zh-CN".into(),
            question: "<script>alert(1)</script>".into(),
            options: vec![crate::domain::survey::AnswerOption { rating: 5, label: "\"><b>好".into() }],
            comment_question: String::new(),
        };
        let id = uuid::Uuid::nil();
        let survey = Survey {
            id: id.into(),
            ticket_id: id.into(),
            customer_id: id.into(),
            conversation_id: None,
            installation_id: id.into(),
            questionnaire,
            rating: None,
            normalized: None,
            comment: None,
            tags: Vec::new(),
            sent_at: crate::domain::clock::Timestamp::from_micros(0),
            answered_at: None,
            version: 1,
        };
        let texts = Texts::of("zh-CN");
        let company = &Company::default();
        let question =
            Question { texts, company, survey: &survey, chosen: Some(5), comment: "", fault: None };
        let html = question.render().unwrap();
        assert!(
            html.contains("<html lang=\"zh-CN\"") && !html.contains("<script") && !html.contains("<b>"),
            "{html}"
        );
        assert!(html.contains("value=\"5\" required checked"), "{html}");
        assert!(!html.contains("<textarea"), "no comment was asked for: {html}");
    }
}
