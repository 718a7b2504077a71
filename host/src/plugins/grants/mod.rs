//! What an installation may do: what its manifest wants, as far as its operator granted it.
//!
//! This is the one place that says yes or no. Every no is a sentence that says how to make it a yes.

pub mod ability;
pub mod grant;
pub mod secret_use;

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Url;

use self::grant::{Grant, Host, covers_sender};
use self::secret_use::SecretUse;

/// What a manifest wants, in the form in which it is checked.
#[derive(Debug, Clone, Default)]
pub struct Wants {
    /// Hosts.
    pub http: Vec<HttpWant>,
    /// Secrets by name, and what they are used for.
    pub secrets: BTreeMap<String, BTreeSet<SecretUse>>,
    /// Kinds of records.
    pub records: BTreeMap<String, RecordWant>,
    /// Schemes of identities.
    pub identities: BTreeSet<String>,
    /// Addresses to send mail from, in the form of grants.
    pub mail: BTreeSet<String>,
    /// Bytes in a store of its own.
    pub kv: Option<u64>,
    /// Whether it asks for limits above the default.
    pub limits: bool,
}

/// Requests that a manifest wants.
#[derive(Debug, Clone)]
pub struct HttpWant {
    /// To this host; none when it comes from a setting that isn't set.
    pub host: Option<Host>,
    /// With these methods.
    pub methods: Vec<String>,
    /// To paths of these forms, in which `*` stands for any characters.
    pub paths: Vec<String>,
}

/// Access to a kind of records that a manifest wants.
#[derive(Debug, Clone, Default)]
pub struct RecordWant {
    /// Fields to read.
    pub read: BTreeSet<String>,
    /// Fields to write.
    pub write: BTreeSet<String>,
    /// Only rows that the installation brought in.
    pub own: bool,
}

/// What an installation may do.
#[derive(Debug, Clone, Default)]
pub struct Grants {
    installation: String,
    wants: Wants,
    given: BTreeSet<Grant>,
}

/// A no, with what to do about it. Its text is meant for the guest, the log and the operator alike.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Denied(String);

impl Grants {
    /// The grants of the installation of this name.
    pub fn new(
        installation: impl Into<String>,
        wants: Wants,
        given: impl IntoIterator<Item = Grant>,
    ) -> Self {
        Self { installation: installation.into(), wants, given: given.into_iter().collect() }
    }

    /// The name by which the operator knows the installation.
    pub fn installation(&self) -> &str {
        &self.installation
    }

    /// What the operator granted.
    pub fn given(&self) -> impl Iterator<Item = &Grant> {
        self.given.iter()
    }

    /// What the manifest wants and the operator hasn't granted: what `hospes plugin grant` would take. A host that
    /// waits for a setting is left out.
    pub fn missing(&self) -> Vec<Grant> {
        let mut wanted: Vec<Grant> = Vec::new();
        wanted.extend(self.wants.http.iter().filter_map(|want| want.host.clone()).map(Grant::Http));
        for (name, uses) in &self.wants.secrets {
            wanted.extend(uses.iter().map(|usage| Grant::Secret { name: name.clone(), usage: *usage }));
        }
        for (kind, want) in &self.wants.records {
            let both = [(false, !want.read.is_empty()), (true, !want.write.is_empty())];
            let kinds = both.into_iter().filter(|(_, wanted)| *wanted);
            wanted.extend(kinds.map(|(write, _)| Grant::Records { kind: kind.clone(), write }));
        }
        wanted.extend(self.wants.identities.iter().cloned().map(Grant::Identity));
        wanted.extend(self.wants.mail.iter().cloned().map(Grant::Mail));
        wanted.extend(self.wants.kv.map(|_| Grant::Kv));
        wanted.extend(self.wants.limits.then_some(Grant::Limits));
        wanted.retain(|grant| !self.has(grant));
        wanted
    }

    fn has(&self, grant: &Grant) -> bool {
        self.given.iter().any(|given| given.covers(grant))
    }

    /// Whether the manifest wants records of a kind.
    pub fn wants_records(&self, kind: &str) -> bool {
        self.wants.records.contains_key(kind)
    }

    fn not_granted(&self, what: &str, grant: &Grant) -> Denied {
        let name = &self.installation;
        Denied(format!("{what} is not granted; grant it with: hospes plugin grant {name} {grant}"))
    }

    fn not_wanted(&self, what: &str, table: &str) -> Denied {
        Denied(format!(
            "{what} is not in the plugin's manifest; its author has to add it to {table} in plugin.toml"
        ))
    }

    /// Whether any HTTP could ever go through.
    pub fn any_http(&self) -> bool {
        !self.wants.http.is_empty() && self.given.iter().any(|grant| matches!(grant, Grant::Http(_)))
    }

    /// Whether this request may go out. The address must be an absolute one with a host.
    pub fn http(&self, method: &str, url: &Url) -> Result<(), Denied> {
        let Some(host) = Host::of(url) else {
            return Err(Denied(format!("{} addresses can't be requested; use https://", url.scheme())));
        };
        let to_host: Vec<_> = self.wants.http.iter().filter(|want| covers(want, &host)).collect();
        if to_host.is_empty() {
            return Err(self.not_wanted(&format!("http to {host}"), "[[wants.http]]"));
        }
        if !self.has(&Grant::Http(host.clone())) {
            return Err(self.not_granted(&format!("http to {host}"), &Grant::Http(host)));
        }
        let path = url.path();
        let fits = |want: &&HttpWant| {
            want.methods.iter().any(|wanted| wanted.eq_ignore_ascii_case(method))
                && want.paths.iter().any(|pattern| glob(pattern, path))
        };
        if !to_host.iter().any(fits) {
            let what = format!("http {method} to this path of {host}");
            return Err(self.not_wanted(&what, "methods and paths of [[wants.http]]"));
        }
        Ok(())
    }

    /// Whether any secret may be used.
    pub fn any_secret(&self) -> bool {
        self.wants.secrets.keys().any(|name| self.secret(name).is_ok())
    }

    /// Whether the secret may be used for anything at all.
    pub fn secret(&self, name: &str) -> Result<(), Denied> {
        let what = format!("the secret {name}");
        let Some(uses) = self.wants.secrets.get(name) else {
            return Err(self.not_wanted(&what, "[[wants.secrets]]"));
        };
        let granted = |usage: &SecretUse| self.has(&Grant::Secret { name: name.to_owned(), usage: *usage });
        if uses.iter().any(granted) {
            return Ok(());
        }
        let of = &self.installation;
        // `secrets:NAME` stands for every use but to see the text, which is granted by name only.
        let usage = if uses.iter().all(|usage| *usage == SecretUse::Reveal) { ":reveal" } else { "" };
        Err(Denied(format!(
            "{what} is not granted; grant it with: hospes plugin grant {of} secrets:{name}{usage}"
        )))
    }

    /// Whether the secret may be used for this.
    pub fn secret_use(&self, name: &str, usage: SecretUse) -> Result<(), Denied> {
        let what = format!("the use {usage} of the secret {name}");
        if !self.wants.secrets.get(name).is_some_and(|uses| uses.contains(&usage)) {
            return Err(self.not_wanted(&what, "`uses` of [[wants.secrets]]"));
        }
        let grant = Grant::Secret { name: name.to_owned(), usage };
        if self.has(&grant) { Ok(()) } else { Err(self.not_granted(&what, &grant)) }
    }

    /// Whether any record may be read or written.
    pub fn any_records(&self) -> bool {
        let granted = |kind: &String, write| self.has(&Grant::Records { kind: kind.clone(), write });
        self.wants.records.keys().any(|kind| granted(kind, false) || granted(kind, true))
    }

    /// What may be read of a kind.
    pub fn read(&self, kind: &str) -> Result<&RecordWant, Denied> {
        self.records(kind, false)
    }

    /// What may be written of a kind.
    pub fn write(&self, kind: &str) -> Result<&RecordWant, Denied> {
        self.records(kind, true)
    }

    fn records(&self, kind: &str, write: bool) -> Result<&RecordWant, Denied> {
        let verb = if write { "writing" } else { "reading" };
        let what = format!("{verb} records of the kind {kind}");
        let want = self.wants.records.get(kind).ok_or_else(|| self.not_wanted(&what, "[[wants.records]]"))?;
        let grant = Grant::Records { kind: kind.to_owned(), write };
        if self.has(&grant) { Ok(want) } else { Err(self.not_granted(&what, &grant)) }
    }

    /// The no for a field that the manifest leaves out.
    pub fn field(&self, kind: &str, field: &str, write: bool) -> Denied {
        let (verb, list) = if write { ("writing", "write") } else { ("reading", "read") };
        self.not_wanted(
            &format!("{verb} the field {field} of {kind}"),
            &format!("`{list}` of [[wants.records]]"),
        )
    }

    /// Whether identities of the scheme that the plugin attests count as attested.
    pub fn attests(&self, scheme: &str) -> bool {
        self.wants.identities.contains(scheme) && self.has(&Grant::Identity(scheme.to_owned()))
    }

    /// Whether any mail could ever be sent.
    pub fn any_mail(&self) -> bool {
        !self.wants.mail.is_empty() && self.given.iter().any(|grant| matches!(grant, Grant::Mail(_)))
    }

    /// Whether mail from this address may be sent.
    pub fn mail(&self, address: &str) -> Result<(), Denied> {
        let address = address.to_lowercase();
        let what = format!("mail from {address}");
        if !self.wants.mail.iter().any(|wanted| covers_sender(wanted, &address)) {
            return Err(self.not_wanted(&what, "[wants.mail]"));
        }
        let grant = Grant::Mail(address);
        if self.has(&grant) { Ok(()) } else { Err(self.not_granted(&what, &grant)) }
    }

    /// Whether files on any record may be read or written.
    pub fn any_attachments(&self) -> bool {
        let granted = |kind: &String, write| self.has(&Grant::Records { kind: kind.clone(), write });
        let field = super::imports::attachments::FIELD;
        self.wants.records.iter().any(|(kind, want)| {
            (want.read.contains(field) && granted(kind, false))
                || (want.write.contains(field) && granted(kind, true))
        })
    }

    /// How many bytes its own store may hold.
    pub fn kv(&self) -> Result<u64, Denied> {
        let what = "a store of its own";
        let bytes = self.wants.kv.ok_or_else(|| self.not_wanted(what, "[wants.kv]"))?;
        if self.has(&Grant::Kv) { Ok(bytes) } else { Err(self.not_granted(what, &Grant::Kv)) }
    }

    /// Whether requests above the default limits count.
    pub fn limits(&self) -> bool {
        self.wants.limits && self.has(&Grant::Limits)
    }
}

fn covers(want: &HttpWant, host: &Host) -> bool {
    want.host.as_ref().is_some_and(|wanted| wanted.covers(host))
}

/// Whether a text has the pattern's form; `*` stands for any characters, also none.
fn glob(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grants(given: &[&str]) -> Grants {
        let http = HttpWant {
            host: Some("api.example.com".parse().unwrap()),
            methods: vec!["POST".to_owned()],
            paths: vec!["/bot*/send".to_owned()],
        };
        let customer =
            RecordWant { read: ["name".to_owned()].into(), write: ["stage".to_owned()].into(), own: false };
        let wants = Wants {
            http: vec![http],
            secrets: [
                ("token".to_owned(), [SecretUse::Header, SecretUse::HmacSha256].into()),
                ("seen".to_owned(), [SecretUse::Equals, SecretUse::Reveal].into()),
            ]
            .into(),
            records: [("customer".to_owned(), customer)].into(),
            identities: ["telegram".to_owned()].into(),
            mail: ["service@example.com".to_owned()].into(),
            kv: Some(100),
            limits: false,
        };
        Grants::new("mybot", wants, given.iter().map(|text| text.parse().unwrap()))
    }

    fn http(grants: &Grants, method: &str, url: &str) -> Result<(), String> {
        grants.http(method, &url.parse().unwrap()).map_err(|denied| denied.to_string())
    }

    #[test]
    fn what_the_manifest_wants_still_needs_the_operator() {
        let no = http(&grants(&[]), "POST", "https://api.example.com/bot1/send").unwrap_err();
        assert_eq!(
            no,
            "http to api.example.com is not granted; grant it with: hospes plugin grant mybot http:api.example.com"
        );
        assert_eq!(
            http(&grants(&["http:api.example.com"]), "POST", "https://api.example.com/bot1/send"),
            Ok(())
        );
        assert_eq!(
            http(&grants(&["http:*.example.com"]), "POST", "https://api.example.com/bot1/send"),
            Ok(())
        );
    }

    #[test]
    fn what_the_operator_grants_still_needs_the_manifest() {
        let grants = grants(&[
            "http:other.example.com",
            "http:api.example.com",
            "secrets:other:header",
            "secrets:token:url",
            "records:ticket:read",
        ]);
        assert!(
            http(&grants, "POST", "https://other.example.com/bot1/send").unwrap_err().contains("manifest")
        );
        assert!(
            http(&grants, "DELETE", "https://api.example.com/bot1/send")
                .unwrap_err()
                .contains("methods and paths")
        );
        assert!(
            http(&grants, "POST", "https://api.example.com/bot1/send/x")
                .unwrap_err()
                .contains("methods and paths")
        );
        assert!(
            http(&grants, "POST", "http://api.example.com/bot1/send").is_err(),
            "plain http needs its own grant"
        );
        assert!(http(&grants, "POST", "ftp://api.example.com/").unwrap_err().contains("https://"));
        assert!(grants.secret("other").unwrap_err().to_string().contains("[[wants.secrets]]"));
        let no = grants.secret_use("token", SecretUse::Url).unwrap_err().to_string();
        assert!(no.contains("`uses` of [[wants.secrets]]"), "{no}");
        assert!(grants.read("ticket").is_err());
    }

    #[test]
    fn a_denied_path_is_not_repeated_because_a_secret_may_stand_in_it() {
        let no =
            http(&grants(&["http:api.example.com"]), "POST", "https://api.example.com/s3cret").unwrap_err();
        assert!(!no.contains("s3cret"), "{no}");
    }

    #[test]
    fn seeing_a_secret_is_a_grant_of_its_own_and_includes_its_use() {
        let used = grants(&["secrets:seen:equals"]);
        assert!(used.secret("seen").is_ok() && used.secret_use("seen", SecretUse::Equals).is_ok());
        let no = used.secret_use("seen", SecretUse::Reveal).unwrap_err().to_string();
        assert!(no.ends_with("hospes plugin grant mybot secrets:seen:reveal"), "{no}");
        let seen = grants(&["secrets:seen:reveal", "secrets:token:reveal"]);
        assert!(seen.secret_use("seen", SecretUse::Equals).is_ok());
        assert!(seen.secret_use("seen", SecretUse::Reveal).is_ok());
        let no = seen.secret_use("token", SecretUse::Reveal).unwrap_err().to_string();
        assert!(no.contains("`uses` of [[wants.secrets]]"), "{no}");
    }

    #[test]
    fn a_secret_is_granted_use_by_use() {
        let used = grants(&["secrets:token:header"]);
        assert!(used.secret_use("token", SecretUse::Header).is_ok());
        let no = used.secret_use("token", SecretUse::HmacSha256).unwrap_err().to_string();
        assert!(no.ends_with("hospes plugin grant mybot secrets:token:hmac-sha256"), "{no}");
        let no = grants(&[]).secret("token").unwrap_err().to_string();
        assert!(no.ends_with("hospes plugin grant mybot secrets:token"), "{no}");
    }

    #[test]
    fn a_secret_that_is_only_to_be_seen_is_granted_as_that() {
        let wants =
            Wants { secrets: [("seen".to_owned(), [SecretUse::Reveal].into())].into(), ..Wants::default() };
        let no = Grants::new("mybot", wants, []).secret("seen").unwrap_err().to_string();
        assert!(no.ends_with("hospes plugin grant mybot secrets:seen:reveal"), "{no}");
    }

    #[test]
    fn reading_and_writing_are_granted_apart() {
        let grants = grants(&["records:customer:read"]);
        assert!(grants.read("customer").unwrap().read.contains("name"));
        let no = grants.write("customer").unwrap_err().to_string();
        assert!(no.ends_with("grant it with: hospes plugin grant mybot records:customer:write"), "{no}");
        assert!(grants.any_records());
    }

    #[test]
    fn mail_goes_out_from_granted_addresses_only() {
        let no = grants(&[]).mail("Service@Example.com").unwrap_err().to_string();
        assert!(no.ends_with("hospes plugin grant mybot mail:service@example.com"), "{no}");
        assert!(grants(&["mail:service@example.com"]).mail("Service@example.com").is_ok());
        let wide = grants(&["mail:*@example.com"]);
        assert!(wide.mail("service@example.com").is_ok() && wide.any_mail());
        let no = wide.mail("ceo@example.com").unwrap_err().to_string();
        assert!(no.contains("[wants.mail]"), "{no}");
        assert!(grants(&["mail:*@evil.example.com"]).mail("service@example.com").is_err());
    }

    #[test]
    fn missing_lists_what_the_operator_could_still_grant() {
        let missing: Vec<_> = grants(&["kv", "secrets:seen:reveal", "http:*.example.com"])
            .missing()
            .iter()
            .map(ToString::to_string)
            .collect();
        let expected = [
            "secrets:token:hmac-sha256",
            "secrets:token:header",
            "records:customer:read",
            "records:customer:write",
            "identity:telegram",
            "mail:service@example.com",
        ];
        assert_eq!(missing, expected);
    }

    #[test]
    fn stars_in_paths_stand_for_anything() {
        for (pattern, text, fits) in [
            ("/a", "/a", true),
            ("/a", "/a/b", false),
            ("/a*", "/a", true),
            ("*", "/anything", true),
            ("/bot*/send", "/botX/send", true),
            ("/bot*/send", "/botX/sendMore", false),
            ("/a*b*c", "/aXbYc", true),
            ("/a*b*b", "/ab", false),
            ("/v1/*", "/v2/x", false),
        ] {
            assert_eq!(glob(pattern, text), fits, "{pattern} {text}");
        }
    }
}
