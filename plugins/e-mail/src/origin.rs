//! Who sends a mail: a person, a machine, a mail server with a report, or we ourselves.

use crate::bounce;
use crate::mime::Mail;

/// Who sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Somebody who may want something.
    Person,
    /// An absence note, a newsletter, a list: nothing to be answered.
    Machine,
    /// A mail server that tells what became of a mail.
    Report,
    /// This channel itself.
    Own,
    /// No address to know or answer anybody by.
    Nobody,
}

/// Judges by what the mail says of itself. `envelope` is the sender that the mail server was given, if it tells.
pub fn judge(mail: &Mail<'_>, envelope: Option<&str>, own: &str) -> Kind {
    let envelope = envelope.map(|address| address.trim().trim_matches(['<', '>']).to_lowercase());
    let returned = mail.header("return-path").map(|path| path.trim_matches(['<', '>', ' ']).to_lowercase());
    let unsigned =
        envelope.or(returned).is_some_and(|address| address.is_empty() || address == "mailer-daemon");
    if bounce::is_report(mail) {
        return Kind::Report;
    }
    let Some(sender) = mail.sender() else { return Kind::Nobody };
    if sender == own.to_lowercase() {
        return Kind::Own;
    }
    let says = |name: &str, words: &[&str]| {
        mail.header(name).is_some_and(|value| {
            let value = value.to_ascii_lowercase();
            words.iter().any(|word| value.contains(word))
        })
    };
    let submitted =
        mail.header("auto-submitted").is_some_and(|value| !value.to_ascii_lowercase().starts_with("no"));
    let automatic = unsigned
        || submitted
        || says("precedence", &["bulk", "junk", "list", "auto_reply"])
        || says("x-auto-response-suppress", &["all", "oof", "autoreply"])
        || ["x-autoreply", "x-autorespond", "list-id", "list-unsubscribe", "feedback-id"]
            .iter()
            .any(|name| mail.header(name).is_some());
    let daemon = ["mailer-daemon@", "postmaster@", "no-reply@", "noreply@", "do-not-reply@", "donotreply@"];
    if automatic || daemon.iter().any(|start| sender.starts_with(start)) {
        Kind::Machine
    } else {
        Kind::Person
    }
}

/// Whether the company's mail server has verified that the sender's domain sent this: a passed DMARC, or a passed DKIM
/// signature of the sender's own domain. Only headers signed with the server's name count; it takes away those that
/// come in under its name from outside, as RFC 8601 wants it.
pub fn is_verified(mail: &Mail<'_>, trusted: &str, address: &str) -> bool {
    let (false, Some((_, domain))) = (trusted.is_empty(), address.rsplit_once('@')) else { return false };
    mail.headers("authentication-results").iter().any(|header| {
        let mut results = header.split(';').map(|part| part.trim().to_ascii_lowercase());
        // The name may be followed by a version.
        let by = results.next().unwrap_or_default();
        if by.split_whitespace().next() != Some(trusted.to_ascii_lowercase().as_str()) {
            return false;
        }
        results.any(|result| {
            let mut words = result.split_whitespace();
            let verdict = words.next().unwrap_or_default();
            let of = |property: &str| {
                result
                    .split_whitespace()
                    .find_map(|word| word.strip_prefix(property))
                    .map(|value| value.rsplit('@').next().unwrap_or_default().to_owned())
            };
            match verdict {
                "dmarc=pass" => of("header.from=").is_some_and(|from| from == domain),
                "dkim=pass" => {
                    of("header.d=").or_else(|| of("header.i=")).is_some_and(|signed| signed == domain)
                }
                _ => false,
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mime::parse;

    fn with<T>(headers: &str, look: impl FnOnce(&Mail<'_>) -> T) -> T {
        let raw = format!("{headers}\r\n\r\nx");
        let parsed = parse(raw.as_bytes()).unwrap();
        look(&Mail::new(&parsed, raw.as_bytes()))
    }

    #[test]
    fn machines_are_told_from_people() {
        let kind = |headers: &str, envelope: Option<&str>| {
            with(&format!("From: ann@example.com\r\n{headers}"), |mail| {
                judge(mail, envelope, "service@shop.example")
            })
        };
        assert_eq!(kind("Subject: x", None), Kind::Person);
        assert_eq!(kind("Auto-Submitted: no", Some("ann@example.com")), Kind::Person);
        for headers in [
            "Auto-Submitted: auto-replied",
            "Precedence: bulk",
            "X-Auto-Response-Suppress: OOF, AutoReply",
            "List-Id: <news.example.com>",
            "Return-Path: <>",
        ] {
            assert_eq!(kind(headers, None), Kind::Machine, "{headers}");
        }
        assert_eq!(kind("Subject: x", Some("<>")), Kind::Machine);
        let own =
            |from: &str| with(&format!("From: {from}"), |mail| judge(mail, None, "Service@shop.example"));
        assert_eq!(own("service@SHOP.example"), Kind::Own);
        assert_eq!(own("undisclosed"), Kind::Nobody);
        assert_eq!(own("noreply@example.com"), Kind::Machine);
    }

    #[test]
    fn only_our_own_servers_word_on_the_senders_own_domain_counts() {
        let ok = |results: &str| {
            with(&format!("From: ann@example.com\r\nAuthentication-Results: {results}"), |mail| {
                is_verified(mail, "mx.shop.example", "ann@example.com")
            })
        };
        assert!(ok(
            "mx.shop.example; spf=pass smtp.mailfrom=example.com;\r\n dmarc=pass (p=none) header.from=example.com"
        ));
        assert!(ok("mx.shop.example 1; dkim=pass header.d=example.com header.s=k1"));
        assert!(ok("mx.shop.example; dkim=pass header.i=@example.com"));
        for results in [
            "mx.evil.example; dmarc=pass header.from=example.com",
            "mx.shop.example; dmarc=fail header.from=example.com",
            "mx.shop.example; dmarc=pass header.from=evil.example",
            "mx.shop.example; dkim=pass header.d=evil.example",
            "mx.shop.example; spf=pass smtp.mailfrom=ann@example.com",
            "mx.shop.example.evil.example; dmarc=pass header.from=example.com",
        ] {
            assert!(!ok(results), "{results}");
        }
        assert!(!with("From: ann@example.com", |mail| is_verified(mail, "", "ann@example.com")));
    }
}
