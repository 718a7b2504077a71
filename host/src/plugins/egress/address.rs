//! Which network addresses the host's own requests may reach: public ones, and those an operator allowed.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use ipnet::IpNet;

/// Something private that an operator lets requests reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Allowed {
    /// A host by name or address, on one port: `erp.intranet:8443`.
    Endpoint {
        /// Lower case, an IPv6 address without brackets.
        host: String,
        /// The port.
        port: u16,
    },
    /// A network: `10.1.0.0/16`.
    Network(IpNet),
}

/// A text that is neither.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither a host with its port (erp.intranet:8443) nor a network (10.1.0.0/16)")]
pub struct NotAllowed(String);

impl FromStr for Allowed {
    type Err = NotAllowed;

    fn from_str(text: &str) -> Result<Self, NotAllowed> {
        if let Ok(network) = text.parse() {
            return Ok(Self::Network(network));
        }
        let wrong = || NotAllowed(text.to_owned());
        let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        let port = port.parse().map_err(|_| wrong())?;
        if host.is_empty() || host.contains('/') {
            return Err(wrong());
        }
        Ok(Self::Endpoint { host, port })
    }
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Endpoint { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Endpoint { host, port } => write!(f, "{host}:{port}"),
            Self::Network(network) => network.fmt(f),
        }
    }
}

impl<'de> serde::Deserialize<'de> for Allowed {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// What the operator allowed beyond the public network.
#[derive(Debug, Clone, Default)]
pub struct AddressPolicy(Vec<Allowed>);

impl AddressPolicy {
    /// A policy with these exceptions.
    pub fn new(allowed: Vec<Allowed>) -> Self {
        Self(allowed)
    }

    /// Whether the operator allowed this host on this port, whatever address it has.
    pub fn allows_endpoint(&self, host: &str, port: u16) -> bool {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        self.0.iter().any(|allowed| {
            matches!(allowed, Allowed::Endpoint { host: allowed, port: on }
                if allowed.eq_ignore_ascii_case(host) && *on == port)
        })
    }

    /// Whether a connection to this address may be made.
    pub fn allows(&self, address: IpAddr) -> bool {
        let named =
            |allowed: &Allowed| matches!(allowed, Allowed::Network(network) if network.contains(&address));
        is_public(address) || self.0.iter().any(named)
    }
}

/// Whether the address belongs to the public network.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = match (a, b, c) {
        // "This" network, private, loopback; multicast, reserved and broadcast.
        (0 | 10 | 127 | 224..=255, ..) => true,
        // Carrier-grade NAT (Alibaba's metadata lives there), link-local (the others' metadata), private.
        (100, 64..=127, _) | (169, 254, _) | (172, 16..=31, _) | (192, 168, _) => true,
        // Protocol assignments, documentation, 6to4 relays, benchmarks.
        (192, 0, 0 | 2) | (192, 88, 99) | (198, 18..=19, _) | (198, 51, 100) | (203, 0, 113) => true,
        _ => false,
    };
    !special
}

/// Only global unicast, `2000::/3`, and of that neither tunnels, which carry an IPv4 address through, nor
/// documentation. This leaves out loopback, unspecified, link-local, unique-local, multicast, the forms that embed an
/// IPv4 address (mapped, compatible, translated) and both NAT64 prefixes.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let global_unicast = segments[0] & 0xe000 == 0x2000;
    let special = match (segments[0], segments[1]) {
        // Protocol assignments with Teredo and ORCHID; documentation; 6to4.
        (0x2001, 0..=0x01ff | 0x0db8) | (0x2002, _) => true,
        // Documentation, 3fff::/20.
        (0x3fff, second) => second < 0x1000,
        _ => false,
    };
    // ISATAP hides an IPv4 address behind any prefix.
    let isatap = matches!(segments[4], 0x0000 | 0x0200) && segments[5] == 0x5efe;
    global_unicast && !special && !isatap
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_not_the_public_network_is_refused() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.100.100.200",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:0:127.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:0:7f00:1::",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a9fe:a9fe::1",
            "3fff::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2606:4700::5efe:7f00:1",
            "2606:4700::200:5efe:a00:1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn the_public_network_is_allowed() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.0.1",
            "223.255.255.255",
            "2606:4700:4700::1111",
            "2001:4860:4860::8888",
            "2400:3200::1",
        ] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn an_operator_can_allow_one_endpoint_or_a_network() {
        let allowed = ["erp.intranet:8443", "[fd00::5]:443", "10.1.0.0/16"].map(|text| text.parse().unwrap());
        let policy = AddressPolicy::new(allowed.to_vec());
        assert!(policy.allows_endpoint("ERP.intranet", 8443) && policy.allows_endpoint("[fd00::5]", 443));
        assert!(
            !policy.allows_endpoint("erp.intranet", 443) && !policy.allows_endpoint("x.erp.intranet", 8443)
        );
        assert!(policy.allows("10.1.2.3".parse().unwrap()) && !policy.allows("10.2.0.1".parse().unwrap()));
    }

    #[test]
    fn what_is_neither_is_refused_and_the_rest_survives_its_text() {
        for text in ["intranet", "10.0.0.0/40", ":80", "a:http", "http://a:80"] {
            assert!(text.parse::<Allowed>().is_err(), "{text}");
        }
        for text in ["erp.intranet:8443", "[fd00::5]:443", "10.1.0.0/16", "fd00::/8"] {
            assert_eq!(text.parse::<Allowed>().unwrap().to_string(), text);
        }
    }
}
