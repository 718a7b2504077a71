//! One grant, as the command line, errors and the database write it: `http:api.example.com`, `kv`, ...

use std::fmt;
use std::str::FromStr;

use super::secret_use::SecretUse;

/// Something that an operator allows an installation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grant {
    /// Requests to a host, as far as the manifest wants them.
    Http(Host),
    /// One use of a secret.
    Secret {
        /// The secret's name.
        name: String,
        /// What it may be used for.
        usage: SecretUse,
    },
    /// Reading or writing records of a kind: the fields and rows that the manifest wants.
    Records {
        /// The kind.
        kind: String,
        /// Writing; else reading.
        write: bool,
    },
    /// That identities of this scheme which the plugin attests count as attested.
    Identity(String),
    /// Mail from this address, in lower case; `*@example.com` is any of the domain.
    Mail(String),
    /// A store of its own.
    Kv,
    /// The limits above the default that the manifest asks for.
    Limits,
}

/// A text that is no grant.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no grant; write one of http:HOST, secrets:NAME:USE, records:KIND:read, records:KIND:write, \
     identity:SCHEME, mail:ADDRESS, kv, limits"
)]
pub struct NotAGrant(String);

impl FromStr for Grant {
    type Err = NotAGrant;

    fn from_str(text: &str) -> Result<Self, NotAGrant> {
        let wrong = || NotAGrant(text.to_owned());
        let (family, rest) = text.split_once(':').unwrap_or((text, ""));
        let word = |word: &str| {
            let plain =
                !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
            if plain { Ok(word.to_owned()) } else { Err(wrong()) }
        };
        match family {
            "http" => rest.parse().map(Self::Http).map_err(|_| wrong()),
            "secrets" => match rest.split_once(':') {
                Some((name, usage)) => {
                    let usage = usage.parse().map_err(|()| wrong())?;
                    Ok(Self::Secret { name: word(name)?, usage })
                }
                None => Err(wrong()),
            },
            "records" => match rest.split_once(':') {
                Some((kind, "read")) => Ok(Self::Records { kind: word(kind)?, write: false }),
                Some((kind, "write")) => Ok(Self::Records { kind: word(kind)?, write: true }),
                _ => Err(wrong()),
            },
            "identity" => word(rest).map(Self::Identity),
            "mail" => sender(rest).map(Self::Mail).ok_or_else(wrong),
            "kv" if text == family => Ok(Self::Kv),
            "limits" if text == family => Ok(Self::Limits),
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(host) => write!(f, "http:{host}"),
            Self::Secret { name, usage } => write!(f, "secrets:{name}:{usage}"),
            Self::Records { kind, write: false } => write!(f, "records:{kind}:read"),
            Self::Records { kind, write: true } => write!(f, "records:{kind}:write"),
            Self::Identity(scheme) => write!(f, "identity:{scheme}"),
            Self::Mail(address) => write!(f, "mail:{address}"),
            Self::Kv => f.write_str("kv"),
            Self::Limits => f.write_str("limits"),
        }
    }
}

impl serde::Serialize for Grant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Grant {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Grant {
    /// Whether whoever has this one has the other, too: `http:*.example.com` covers `http:api.example.com`, and who may
    /// see a secret may use it.
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Http(granted), Self::Http(host)) => granted.covers_all_of(host),
            (Self::Mail(granted), Self::Mail(address)) => {
                granted == address || covers_sender(granted, address)
            }
            (Self::Secret { name, usage: SecretUse::Reveal }, Self::Secret { name: other, .. }) => {
                name == other
            }
            _ => self == other,
        }
    }
}

/// An address to send from, or `*@` and a domain, in the one form in which it is granted.
pub fn sender(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let (local, domain) = text.rsplit_once('@')?;
    let plain = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>()[]\\,;:\"@".contains(&byte))
    };
    let known =
        plain(domain) && !domain.contains('*') && (local == "*" || plain(local) && !local.contains('*'));
    known.then_some(text)
}

/// Whether an address, in lower case, is one that the other, perhaps with `*`, stands for.
pub fn covers_sender(granted: &str, address: &str) -> bool {
    match granted.strip_prefix('*') {
        Some(domain) => {
            address.strip_suffix(domain).is_some_and(|local| !local.is_empty() && !local.contains('@'))
        }
        None => granted == address,
    }
}

/// A host, or all hosts below one: `api.example.com`, `*.example.com`, `example.com:8443`,
/// `http://intranet.example:8080` (only this last form allows plain HTTP).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Host {
    plain: bool,
    /// All hosts below `name`, not itself.
    below: bool,
    name: String,
    port: Option<u16>,
}

/// A text that is no host.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no host; write api.example.com, *.example.com, example.com:8443 or http://example.com")]
pub struct NotAHost(String);

impl FromStr for Host {
    type Err = NotAHost;

    fn from_str(text: &str) -> Result<Self, NotAHost> {
        let wrong = || NotAHost(text.to_owned());
        let (plain, rest) = match text.strip_prefix("http://") {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix("https://").unwrap_or(text)),
        };
        let (below, rest) = match rest.strip_prefix("*.") {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        // The parser of addresses brings the name into its one form: lower case, punycode, no odd IPv4.
        let url = reqwest::Url::parse(&format!("https://{rest}/")).map_err(|_| wrong())?;
        let authority_only = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let anonymous = url.username().is_empty() && url.password().is_none();
        let name = url.host_str().filter(|name| !name.contains('*')).ok_or_else(wrong)?;
        if !authority_only || !anonymous || rest.contains(['/', '?', '#', '@']) {
            return Err(wrong());
        }
        // `https://x:443` parses to no port at all; with plain HTTP, 443 must stay.
        let port = url.port().or_else(|| rest.ends_with(":443").then_some(443));
        let usual = if plain { 80 } else { 443 };
        Ok(Self { plain, below, name: name.to_owned(), port: port.filter(|port| *port != usual) })
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, star) = (if self.plain { "http://" } else { "" }, if self.below { "*." } else { "" });
        write!(f, "{scheme}{star}{}", self.name)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

impl Host {
    /// The host of an address, in the form in which it can be granted. None for an address without one.
    pub fn of(url: &reqwest::Url) -> Option<Self> {
        let plain = match url.scheme() {
            "https" => false,
            "http" => true,
            _ => return None,
        };
        Some(Self { plain, below: false, name: url.host_str()?.to_owned(), port: url.port() })
    }

    /// Whether the other, an exact host, is meant by this one.
    pub fn covers(&self, other: &Self) -> bool {
        let name = if self.below {
            other.name.strip_suffix(&self.name).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
        } else {
            other.name == self.name
        };
        name && self.plain == other.plain && self.port == other.port
    }
}

impl Host {
    /// Whether every host that the other stands for is meant by this one.
    fn covers_all_of(&self, other: &Self) -> bool {
        if !other.below {
            return self.covers(other);
        }
        let inside = other.name == self.name || other.name.ends_with(&format!(".{}", self.name));
        self.below && inside && self.plain == other.plain && self.port == other.port
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> Host {
        text.parse().unwrap()
    }

    fn of(url: &str) -> Host {
        Host::of(&url.parse().unwrap()).unwrap()
    }

    #[test]
    fn grants_survive_their_text() {
        for text in [
            "http:api.example.com",
            "http:*.example.com:8443",
            "http:http://intranet.example:8080",
            "secrets:bot-token:url",
            "secrets:bot-token:reveal",
            "records:customer:read",
            "records:customer:write",
            "identity:telegram",
            "mail:service@example.com",
            "mail:*@example.com",
            "kv",
            "limits",
        ] {
            assert_eq!(text.parse::<Grant>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_grant_is_refused_with_the_list_of_forms() {
        for text in [
            "",
            "http",
            "http:",
            "http:a b",
            "http:example.com/path",
            "http:user@example.com",
            "secrets:",
            "secrets:bot-token",
            "secrets::url",
            "kv:1",
            "secrets:a:show",
            "records:customer",
            "records:customer:delete",
            "identity:",
            "mail:",
            "mail:example.com",
            "mail:*",
            "mail:a*@example.com",
            "mail:a <b@example.com>",
            "disk",
            "http:*",
            "http:a.*.b",
        ] {
            let error = text.parse::<Grant>().unwrap_err().to_string();
            assert!(error.contains("secrets:NAME:USE"), "{text}: {error}");
        }
    }

    #[test]
    fn a_host_covers_itself_on_its_port_and_scheme_only() {
        assert!(host("api.example.com").covers(&of("https://API.example.com/x")));
        assert!(host("api.example.com:443").covers(&of("https://api.example.com/")));
        assert!(host("example.com:8443").covers(&of("https://example.com:8443/")));
        assert!(host("http://example.com:443").covers(&of("http://example.com:443/")));
        for other in ["https://example.com:8443/", "http://example.com/", "https://example.com.evil.net/"] {
            assert!(!host("example.com").covers(&of(other)), "{other}");
        }
    }

    #[test]
    fn a_star_covers_what_is_below_but_not_the_name_itself_nor_a_lookalike() {
        let star = host("*.example.com");
        assert!(star.covers(&of("https://a.b.example.com/")));
        assert!(!star.covers(&of("https://example.com/")));
        assert!(!star.covers(&of("https://evilexample.com/")));
        assert!(!star.covers(&of("https://a.example.com:8443/")));
    }

    #[test]
    fn a_wider_grant_covers_a_narrower_one() {
        let covers = |wide: &str, narrow: &str| {
            wide.parse::<Grant>().unwrap().covers(&narrow.parse::<Grant>().unwrap())
        };
        for (wide, narrow) in [
            ("http:*.example.com", "http:api.example.com"),
            ("http:*.example.com", "http:*.a.example.com"),
            ("http:api.example.com", "http:API.example.com"),
            ("mail:*@example.com", "mail:service@example.com"),
            ("secrets:token:reveal", "secrets:token:url"),
            ("kv", "kv"),
        ] {
            assert!(covers(wide, narrow), "{wide} {narrow}");
        }
        for (narrow, wide) in [
            ("http:api.example.com", "http:*.api.example.com"),
            ("http:*.a.example.com", "http:*.example.com"),
            ("http:*.example.com", "http:example.com"),
            ("http:*.example.com", "http:http://api.example.com"),
            ("mail:service@example.com", "mail:*@example.com"),
            ("secrets:token:url", "secrets:token:reveal"),
            ("secrets:token:url", "secrets:token:header"),
            ("records:customer:read", "records:customer:write"),
        ] {
            assert!(!covers(narrow, wide), "{narrow} {wide}");
        }
    }

    #[test]
    fn odd_spellings_of_an_address_come_into_one_form() {
        assert_eq!(of("https://0x7f.1/").to_string(), "127.0.0.1");
        assert_eq!(host("BÜCHER.example").to_string(), "xn--bcher-kva.example");
        assert_eq!(host("[::1]:8443").to_string(), "[::1]:8443");
    }
}
