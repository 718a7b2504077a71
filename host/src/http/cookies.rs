//! Cookies: read from a request, written for a browser.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};

/// The cookie that says who signed in.
pub const SESSION: &str = "hospes_session";
/// The cookie that keeps the language of who hasn't signed in.
pub const LANGUAGE: &str = "hospes_language";
/// The cookie that keeps whether pages are light or dark.
pub const THEME: &str = "hospes_theme";

/// The cookie of a browser that is at the identity provider's.
pub const SIGN_IN: &str = "hospes_sign_in";

/// How long somebody may take there, in seconds.
const SIGN_IN_SECONDS: i64 = 600;
/// How long a choice of language or theme is kept, in seconds.
const CHOICE_SECONDS: i64 = 365 * 24 * 3_600;

/// The value of a cookie.
pub fn read<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let pairs = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    pairs.flat_map(|pairs| pairs.split(';')).find_map(|pair| {
        let (given, value) = pair.trim().split_once('=')?;
        (given == name).then_some(value)
    })
}

/// The header that gives a browser its session, until it is closed or signed out: no script sees it, and no other
/// site's form or picture sends it along.
pub fn session(token: &str, secure: bool) -> Option<HeaderValue> {
    written(&format!("{SESSION}={token}; HttpOnly"), secure)
}

/// The header that takes the session away.
pub fn no_session(secure: bool) -> Option<HeaderValue> {
    written(&format!("{SESSION}=; Max-Age=0; HttpOnly"), secure)
}

/// The header that lets a browser end the sign-in which it began.
pub fn sign_in(state: &str, secure: bool) -> Option<HeaderValue> {
    written(&format!("{SIGN_IN}={state}; Max-Age={SIGN_IN_SECONDS}; HttpOnly"), secure)
}

/// The header that keeps a choice.
pub fn choice(name: &str, value: &str, secure: bool) -> Option<HeaderValue> {
    written(&format!("{name}={value}; Max-Age={CHOICE_SECONDS}; HttpOnly"), secure)
}

fn written(cookie: &str, secure: bool) -> Option<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    HeaderValue::try_from(format!("{cookie}; Path=/; SameSite=Lax{secure}")).ok()
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
        assert_eq!(header, "hospes_session=t; HttpOnly; Path=/; SameSite=Lax; Secure");
        assert!(!session("t", false).unwrap().to_str().unwrap().contains("Secure"));
    }
}
