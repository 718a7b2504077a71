//! Cookies: read from a request, written for a browser.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use cookie::time::Duration;
use cookie::{Cookie, CookieBuilder, SameSite};

/// The cookie that says who signed in.
pub const SESSION: &str = "hospes_session";
/// The cookie that keeps the language of who hasn't signed in.
pub const LANGUAGE: &str = "hospes_language";
/// The cookie that keeps whether pages are light or dark.
pub const THEME: &str = "hospes_theme";

/// The cookie of a browser that is at the identity provider's.
pub const SIGN_IN: &str = "hospes_sign_in";

/// How long somebody may take there.
const SIGN_IN_TIME: Duration = Duration::minutes(10);
/// How long a choice of language or theme is kept.
const CHOICE_TIME: Duration = Duration::days(365);

/// The value of a cookie.
pub fn read<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let pairs = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut cookies = pairs.flat_map(Cookie::split_parse).flatten();
    cookies.find(|cookie| cookie.name() == name)?.value_raw()
}

/// The header that gives a browser its session, until it is closed or signed out: no script sees it, and no other
/// site's form or picture sends it along.
pub fn session(token: &str, secure: bool) -> Option<HeaderValue> {
    written(Cookie::build((SESSION, token)), secure)
}

/// The header that takes the session away.
pub fn no_session(secure: bool) -> Option<HeaderValue> {
    written(Cookie::build((SESSION, "")).max_age(Duration::ZERO), secure)
}

/// The header that lets a browser end the sign-in which it began.
pub fn sign_in(state: &str, secure: bool) -> Option<HeaderValue> {
    written(Cookie::build((SIGN_IN, state)).max_age(SIGN_IN_TIME), secure)
}

/// The header that keeps a choice.
pub fn choice(name: &str, value: &str, secure: bool) -> Option<HeaderValue> {
    written(Cookie::build((name, value)).max_age(CHOICE_TIME), secure)
}

fn written(cookie: CookieBuilder<'_>, secure: bool) -> Option<HeaderValue> {
    let cookie = cookie.path("/").http_only(true).same_site(SameSite::Lax).secure(secure);
    HeaderValue::try_from(cookie.to_string()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("a=1; hospes_session=x=y;b=2"));
        headers.append(COOKIE, HeaderValue::from_static("xhospes_theme=light; hospes_theme=dark"));
        assert_eq!(read(&headers, SESSION), Some("x=y"));
        assert_eq!(read(&headers, THEME), Some("dark"));
        assert_eq!(read(&headers, LANGUAGE), None);
    }

    #[test]
    fn a_session_is_kept_from_scripts_and_other_sites() {
        let header = session("t", true).unwrap();
        assert_eq!(header, "hospes_session=t; HttpOnly; SameSite=Lax; Secure; Path=/");
        assert!(!session("t", false).unwrap().to_str().unwrap().contains("Secure"));
    }
}
