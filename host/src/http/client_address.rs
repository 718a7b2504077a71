//! Where a request comes from: the machine that asked, not the proxies in between.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use ipnet::IpNet;

use super::problem::Problem;

/// Proxies that are believed when they say for whom they ask, in `X-Forwarded-For`.
pub type TrustedProxies = Arc<[IpNet]>;

/// Where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress {
    /// The address.
    pub ip: IpAddr,
    /// Whether a proxy handed the request on.
    pub forwarded: bool,
}

impl ClientAddress {
    /// Whether a program of this machine asks for itself.
    pub fn is_local(&self) -> bool {
        self.ip.is_loopback() && !self.forwarded
    }

    /// Each proxy adds the address that it saw at the end of the list, so it is read from there for as long as those who
    /// wrote it are trusted. Anything before that may be made up by whoever asked.
    fn of(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> Self {
        let trusted = |ip: IpAddr| proxies.iter().any(|net| net.contains(&ip));
        let mut ip = peer.to_canonical();
        let mut lists: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .map(|value| value.to_str().unwrap_or_default())
            .collect();
        let forwarded =
            ["x-forwarded-for", "forwarded", "x-real-ip"].iter().any(|name| headers.contains_key(*name));
        'lists: while let Some(list) = lists.pop() {
            for hop in list.rsplit(',') {
                let Some(before) = trusted(ip).then(|| address(hop)).flatten() else { break 'lists };
                ip = before;
            }
        }
        Self { ip, forwarded }
    }
}

/// An address as proxies write it, some with a port.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let ip = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|both| both.ip()));
    ip.map(|ip: IpAddr| ip.to_canonical())
}

/// Notes on each request where it comes from.
pub async fn note(State(proxies): State<TrustedProxies>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    if let Some(peer) = peer {
        let from = ClientAddress::of(peer, request.headers(), &proxies);
        request.extensions_mut().insert(from);
    }
    next.run(request).await
}

impl<S: Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let noted = parts.extensions.get::<Self>().copied();
        noted.ok_or_else(|| Problem::internal("a request whose address nobody noted".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    fn seen(peer: &str, forwarded: &[&str], proxies: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for list in forwarded {
            headers.append(HeaderName::from_static("x-forwarded-for"), list.parse().unwrap());
        }
        let proxies: Vec<IpNet> = proxies.iter().map(|net| net.parse().unwrap()).collect();
        ClientAddress::of(peer.parse().unwrap(), &headers, &proxies).ip.to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed_and_only_what_they_saw_themselves() {
        let local = &["127.0.0.0/8", "::1/128"];
        assert_eq!(seen("127.0.0.1", &["1.1.1.1, 203.0.113.9"], local), "203.0.113.9");
        assert_eq!(seen("::1", &["1.1.1.1", "203.0.113.9"], local), "203.0.113.9");
        assert_eq!(seen("198.51.100.7", &["203.0.113.9"], local), "198.51.100.7");
        assert_eq!(seen("127.0.0.1", &[], local), "127.0.0.1");
        assert_eq!(seen("127.0.0.1", &["garbage"], local), "127.0.0.1");
        assert_eq!(seen("127.0.0.1", &["203.0.113.9"], &[]), "127.0.0.1");
    }

    #[test]
    fn a_chain_of_proxies_is_followed_as_far_as_it_is_trusted() {
        let proxies = &["127.0.0.1/32", "10.0.0.0/8"];
        assert_eq!(seen("127.0.0.1", &["6.6.6.6, 203.0.113.9, 10.1.2.3"], proxies), "203.0.113.9");
        assert_eq!(seen("10.9.9.9", &["203.0.113.9:4711"], proxies), "203.0.113.9");
        assert_eq!(seen("10.9.9.9", &["[2001:db8::1]"], proxies), "2001:db8::1");
        assert_eq!(seen("::ffff:10.9.9.9", &["203.0.113.9"], proxies), "203.0.113.9");
    }
}
