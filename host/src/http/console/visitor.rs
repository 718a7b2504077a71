//! Who opens a page, and what a form sent.

use askama::Template;
use axum::Form;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use subtle::ConstantTimeEq as _;

use super::frame::Frame;
use crate::http::cookies;
use crate::http::extract::PROOF;
use crate::http::page::Page;
use crate::http::problem::Problem;
use crate::ops::accounts::{self, SignedIn};
use crate::ops::catalogue::kinds;
use crate::ops::desk::inbox;
use crate::ops::host::setup;
use crate::ops::{App, RequestContext};

/// Anybody, signed in or not.
#[derive(Debug, Clone)]
pub struct Visitor(pub Frame);

/// Somebody who signed in. Others are sent to the page where that is done.
#[derive(Debug, Clone)]
pub struct Person {
    /// The page's frame.
    pub frame: Frame,
    /// What they want.
    pub ctx: RequestContext,
}

/// What a form of the console's own pages sent, by somebody who signed in.
#[derive(Debug, Clone)]
pub struct Sent {
    /// By whom.
    pub person: Person,
    /// Its fields.
    pub fields: Fields,
}

/// What a form sent, by whomever, from the host's own pages.
#[derive(Debug, Clone, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// A field's text; empty when it isn't there.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(given, _)| given == name).map_or("", |(_, value)| value)
    }

    /// The texts of all fields of a name, in their order.
    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.0.iter().filter(move |(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// The fields whose names begin so, by the rest of their names.
    pub fn named<'f>(&'f self, beginning: &'f str) -> impl Iterator<Item = (&'f str, &'f str)> {
        self.0.iter().filter_map(move |(name, value)| Some((name.strip_prefix(beginning)?, value.as_str())))
    }

    /// Of these names and values.
    pub fn of(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// Whether the form has a field.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(given, _)| given == name)
    }

    /// The fields that have another value than the form was drawn with, which it sent along as `was-NAME`.
    pub fn changed(&self) -> impl Iterator<Item = &str> {
        let before = |name: &str| self.0.iter().find(|(was, _)| was.strip_prefix("was-") == Some(name));
        let changed = move |(name, value): &(String, String)| {
            before(name).is_some_and(|(_, was)| was.trim() != value.trim())
        };
        self.0.iter().filter(move |field| changed(field)).map(|(name, _)| name.as_str())
    }

    /// A field that is a word or id; none when it is neither.
    pub fn read<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.text(name).parse().ok()
    }

    /// Whether the form, or the header beside it, proves that it comes from a page of the visitor's session.
    pub fn prove(&self, header: Option<&str>, frame: &Frame) -> bool {
        let given = header.unwrap_or_else(|| self.text("csrf"));
        given.as_bytes().ct_eq(frame.proof().as_bytes()).into()
    }

    /// Where the visitor wants to go on: a path of this host's, or its beginning.
    pub fn next(&self) -> &str {
        local(self.text("next"))
    }
}

/// A path of this host's; what leads elsewhere is brought to its beginning.
pub fn local(path: &str) -> &str {
    let plain = path.starts_with('/') && !path[1..].starts_with(['/', '\\']);
    let visible = path.bytes().all(|byte| byte.is_ascii_graphic());
    if plain && visible && path.len() <= 2_000 { path } else { "/inbox" }
}

/// Whether a page's script asks, which shows the answer in a part of the page.
pub(super) fn is_partial(headers: &HeaderMap) -> bool {
    headers.contains_key("hx-request")
}

/// What brings an answer's element to the note above the page, which stays as it is with all that was typed.
pub(super) fn as_note(element: &'static str) -> [(&'static str, &'static str); 4] {
    [
        ("hx-retarget", "#notice"),
        ("hx-reswap", "innerHTML"),
        ("hx-reselect", element),
        ("hx-push-url", "false"),
    ]
}

fn here(uri: &Uri) -> String {
    uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)
}

async fn signed_in(headers: &HeaderMap, app: &App) -> Result<Option<SignedIn>, Problem> {
    let Some(token) = cookies::read(headers, cookies::SESSION).filter(|token| !token.is_empty()) else {
        return Ok(None);
    };
    Ok(accounts::authenticate(&mut app.db.read().await?, token).await?)
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let signed_in = signed_in(&parts.headers, app).await?;
        let mut frame = Frame::new(&parts.headers, signed_in, here(&parts.uri), &app.db);
        if let Some(signed_in) = frame.signed_in.as_ref().filter(|signed_in| !signed_in.lacks_factor()) {
            let ctx = RequestContext::by(signed_in.actor());
            let mut tx = app.db.read().await?;
            frame.unread = inbox::count(&mut tx, &ctx).await?;
            frame.kinds = kinds::declared(&mut tx, &ctx).await?;
        }
        Ok(Self(frame))
    }
}

impl FromRequestParts<App> for Person {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let visitor = Visitor::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
        let mut frame = visitor.0;
        let Some(signed_in) = &frame.signed_in else { return Err(refused(parts, &frame)) };
        if signed_in.lacks_factor() && !OWN.iter().any(|path| parts.uri.path().starts_with(path)) {
            return Err(Redirect::to("/account").into_response());
        }
        accounts::prolong(app, signed_in).await.map_err(|error| Problem::from(error).into_response())?;
        let ctx = RequestContext::by(signed_in.actor());
        let left = setup::left(app, &ctx).await.map_err(|error| Problem::from(error).into_response())?;
        frame.setup_left = i64::try_from(left).unwrap_or_default();
        Ok(Self { frame, ctx })
    }
}

/// What somebody reaches who must set up a second factor first: what is needed for that, and the way out.
const OWN: [&str; 4] = ["/account", "/password", "/preferences", "/sign-out"];

/// What who hasn't signed in gets in place of a page.
fn refused(parts: &Parts, frame: &Frame) -> Response {
    if is_partial(&parts.headers) {
        return ended(frame);
    }
    let next = percent_encoding::utf8_percent_encode(&frame.here, percent_encoding::NON_ALPHANUMERIC);
    let next = if parts.method.is_safe() { format!("/sign-in?next={next}") } else { "/sign-in".to_owned() };
    Redirect::to(&next).into_response()
}

/// The note that a session has ended, for the page that is open; what was typed into it stays.
#[derive(Template)]
#[template(path = "console/ended.html")]
struct Ended<'a> {
    frame: &'a Frame,
}

pub(super) fn ended(frame: &Frame) -> Response {
    (as_note("#ended"), Page::console(StatusCode::UNAUTHORIZED, Ended { frame })).into_response()
}

/// The page in place of one that was older than the session, with all that was typed.
#[derive(Template)]
#[template(path = "console/again.html")]
struct Again<'a> {
    frame: &'a Frame,
    fields: &'a [(String, String)],
}

impl Again<'_> {
    /// Whether a field is the form's own, which nobody typed.
    fn is_hidden(&self, name: &str) -> bool {
        name == "key" || name == "was" || name.starts_with("was-")
    }
}

impl FromRequest<App> for Fields {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let form = Form::<Vec<(String, String)>>::from_request(request, app).await;
        let Form(fields) = form.map_err(IntoResponse::into_response)?;
        if fields.iter().any(|(_, value)| value.contains('\0')) {
            return Err(StatusCode::BAD_REQUEST.into_response());
        }
        // Browsers send line ends as the network has them.
        let line_ends = |(name, value): (String, String)| (name, value.replace("\r\n", "\n"));
        Ok(Self(fields.into_iter().map(line_ends).collect()))
    }
}

impl FromRequest<App> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let header = parts.headers.get(PROOF).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let visitor =
            Visitor::from_request_parts(&mut parts, app).await.map_err(IntoResponse::into_response)?;
        if visitor.0.signed_in.is_none() && is_partial(&parts.headers) {
            return Err(ended(&visitor.0));
        }
        let fields = Fields::from_request(Request::from_parts(parts.clone(), body), app).await;
        if visitor.0.signed_in.is_none() {
            return Err(again(&visitor.0, &fields.unwrap_or_default(), StatusCode::UNAUTHORIZED));
        }
        let fields = fields?;
        if !fields.prove(header.as_deref(), &visitor.0) {
            return Err(again(&visitor.0, &fields, StatusCode::FORBIDDEN));
        }
        let person = Person::from_request_parts(&mut parts, app).await?;
        Ok(Self { person, fields })
    }
}

/// The page that brings back what was typed into a form that doesn't count.
pub(super) fn again(frame: &Frame, fields: &Fields, status: StatusCode) -> Response {
    let kept = |(name, value): &&(String, String)| {
        name != "csrf" && name != "password" && name != "current" && !value.is_empty()
    };
    let fields: Vec<_> = fields.0.iter().filter(kept).cloned().collect();
    Page::console(status, Again { frame, fields: &fields }).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_elsewhere() {
        for good in ["/", "/tickets/1?a=b#c"] {
            assert_eq!(local(good), good);
        }
        for bad in
            ["", "https://evil.example", "//evil.example", "/\\evil.example", "/a\nb", "evil", "/\u{9}/x"]
        {
            assert_eq!(local(bad), "/inbox", "{bad}");
        }
    }
}
