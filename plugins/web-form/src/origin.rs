//! Which sites' scripts may post here (CORS).

use hospes_sdk::Header;

/// What the request's origin means.
#[derive(Debug, PartialEq, Eq)]
pub enum Origin<'a> {
    /// No origin was sent, or the operator named no sites: scripts of other sites get no CORS headers, plain
    /// forms and servers may post.
    Unstated,
    /// One of the operator's sites; the value to answer with.
    Allowed(&'a str),
    /// None of them.
    Refused,
}

/// Judges an `Origin` header against the operator's list; `*` in the list allows every site.
pub fn judge<'a>(origin: Option<&'a str>, allowed: &[String]) -> Origin<'a> {
    let Some(origin) = origin.filter(|_| !allowed.is_empty()) else {
        return Origin::Unstated;
    };
    let listed = |site: &String| site == "*" || site.trim_end_matches('/').eq_ignore_ascii_case(origin);
    if allowed.iter().any(listed) { Origin::Allowed(origin) } else { Origin::Refused }
}

/// The headers that let the site's script read the answer.
pub fn headers(origin: &Origin<'_>) -> Vec<Header> {
    match origin {
        Origin::Allowed(site) => {
            vec![Header::new("access-control-allow-origin", *site), Header::new("vary", "Origin")]
        }
        Origin::Unstated | Origin::Refused => Vec::new(),
    }
}

/// What a preflight (`OPTIONS`) is answered besides.
pub fn preflight() -> [Header; 3] {
    [
        Header::new("access-control-allow-methods", "POST"),
        Header::new("access-control-allow-headers", "content-type, idempotency-key"),
        Header::new("access-control-max-age", "86400"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_sites_are_allowed() {
        let listed = ["https://www.example.com/".to_owned()];
        assert_eq!(
            judge(Some("https://www.example.com"), &listed),
            Origin::Allowed("https://www.example.com")
        );
        for other in
            ["https://example.com", "http://www.example.com", "https://www.example.com.evil.test", "null"]
        {
            assert_eq!(judge(Some(other), &listed), Origin::Refused, "{other}");
        }
        assert_eq!(judge(None, &listed), Origin::Unstated);
        assert_eq!(judge(Some("https://a.test"), &[]), Origin::Unstated);
        assert_eq!(judge(Some("https://a.test"), &["*".to_owned()]), Origin::Allowed("https://a.test"));
    }
}
