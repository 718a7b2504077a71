//! What sends a mail: a person, or a program that answers by itself.

use crate::mime::Mail;

/// Why a mail is an automatic answer, in words; none when a person may have written it. `envelope` is the sender that
/// the mail server was given, if it tells, `sender` whoever wrote in lower case, `is_believed_form` whether a form wrote for a visitor.
pub fn automatic(
    mail: &Mail<'_>,
    envelope: Option<&str>,
    sender: &str,
    is_believed_form: bool,
) -> Option<String> {
    let lower = |name: &str| mail.header(name).unwrap_or_default().to_ascii_lowercase();
    let submitted = lower("auto-submitted");
    if submitted.starts_with("auto-") && !(is_believed_form && submitted.starts_with("auto-generated")) {
        return Some(format!("It calls itself automatic (Auto-Submitted: {submitted})."));
    }
    let named = [
        "x-autoreply",
        "x-auto-reply",
        "x-autorespond",
        "x-autoresponder",
        "x-autoreply-from",
        "x-mail-autoreply",
        "x-fc-machinegenerated",
        "x-vacation",
    ];
    // Some programs write `X-Autoreply: no` into what people send.
    let says_so = |name: &&str| !matches!(lower(name).as_str(), "" | "no" | "false" | "0");
    if let Some(name) = named.iter().find(|name| says_so(name)) {
        return Some(format!("It calls itself an automatic answer ({name})."));
    }
    let precedence = [lower("precedence"), lower("x-precedence")];
    if precedence.iter().any(|value| value.contains("auto_reply") || value.contains("auto-reply")) {
        return Some("It calls itself an automatic answer (Precedence).".to_owned());
    }
    if lower("x-post-messageclass").contains("autoresponder")
        || lower("delivered-to").contains("autoresponder")
    {
        return Some("It comes from a program that answers by itself.".to_owned());
    }
    let path = envelope.map(str::to_owned).or_else(|| mail.header("return-path"));
    let path = path.map(|path| path.trim_matches(['<', '>', ' ']).to_ascii_lowercase());
    if path.is_some_and(|path| path.is_empty() || path == "mailer-daemon") {
        return Some(
            "Its envelope names no sender, so that nobody answers it: a program sent it.".to_owned(),
        );
    }
    let local = sender.split(['@', ' ', '<']).next().unwrap_or_default();
    if local == "postmaster" || sender.contains("mailer-daemon") {
        return Some("A mail server sent it.".to_owned());
    }
    let subject = mail.subject().to_lowercase();
    let begins = [
        "automatic reply:",
        "auto reply:",
        "autoreply:",
        "auto-reply:",
        "out of office:",
        "out of office autoreply:",
        "自动回复:",
        "自动回复：",
        "自动答复:",
        "自动答复：",
        "自動回覆:",
        "自動回覆：",
        "外出自动回复",
        "automatische antwort:",
        "abwesenheitsnotiz:",
        "réponse automatique",
        "respuesta automática:",
    ];
    begins
        .iter()
        .any(|start| subject.starts_with(start))
        .then(|| "Its subject is that of an absence note.".to_owned())
}

/// Whether nothing may be answered automatically: such an answer would go to many, or to a program (RFC 3834).
pub fn forbids_automatic_answers(mail: &Mail<'_>) -> bool {
    let suppressed = mail.header("x-auto-response-suppress").unwrap_or_default().to_ascii_lowercase();
    crate::author::is_from_list(mail)
        || ["all", "oof", "autoreply"].iter().any(|word| suppressed.contains(word))
        || mail.header("feedback-id").is_some()
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
    use crate::charset::Charsets;
    use crate::mime::parse;

    fn with<T>(headers: &str, look: impl FnOnce(&Mail<'_>) -> T) -> T {
        let raw = format!("{headers}\r\n\r\nx");
        let charsets = Charsets::of(raw.as_bytes(), "cn");
        let parsed = parse(raw.as_bytes()).unwrap();
        look(&Mail::new(&parsed, raw.as_bytes(), &charsets, raw.as_bytes()))
    }

    #[test]
    fn programs_are_told_from_people() {
        let is_automatic = |headers: &str, envelope: Option<&str>| {
            with(&format!("From: ann@example.com\r\n{headers}"), |mail| {
                automatic(mail, envelope, "ann@example.com", false).is_some()
            })
        };
        for (headers, envelope) in [
            ("Subject: x", None),
            ("Subject: 自动回复怎么设置？", None),
            ("Subject: Re: Automatic reply: kettle", None),
            ("Auto-Submitted: no", Some("ann@example.com")),
            ("X-Autoreply: no", None),
            ("X-Auto-Response-Suppress: All", None),
            ("List-Id: <team.example.com>\r\nPrecedence: list", None),
            ("Precedence: bulk\r\nList-Unsubscribe: <mailto:x@y.example>", None),
        ] {
            assert!(!is_automatic(headers, envelope), "{headers}");
        }
        for (headers, envelope) in [
            ("Auto-Submitted: auto-replied", None),
            ("Auto-Submitted: auto-generated (vacation)", None),
            ("X-Autoreply: yes", None),
            ("Precedence: auto_reply", None),
            ("Return-Path: <>", None),
            ("Subject: x", Some("<>")),
            ("Subject: 自动回复：您的来信", None),
            ("Subject: Automatic reply: kettle", None),
        ] {
            assert!(is_automatic(headers, envelope), "{headers}");
        }
        let form = "From: noreply@site.example\r\nAuto-Submitted: auto-generated";
        assert!(with(form, |mail| automatic(mail, None, "mei@mail.example", true)).is_none());
        for server in
            ["mailer-daemon@b.example", "mailer-daemon <>", "mail system <mailer-daemon>", "postmaster"]
        {
            assert!(
                with("From: a@b.example", |mail| automatic(mail, None, server, false)).is_some(),
                "{server}"
            );
        }
    }

    #[test]
    fn lists_and_senders_forbid_automatic_answers() {
        let forbids =
            |headers: &str| with(&format!("From: a@b.example\r\n{headers}"), forbids_automatic_answers);
        for headers in [
            "List-Id: <x.example>",
            "Precedence: bulk",
            "X-Auto-Response-Suppress: OOF, AutoReply",
            "Feedback-ID: 1",
        ] {
            assert!(forbids(headers), "{headers}");
        }
        assert!(!forbids("Subject: x"));
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
