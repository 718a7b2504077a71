//! Who wrote a mail: not always whoever stands in `From`. Groups and lists put their own address there, and forms of
//! web sites that of a machine; the person stands elsewhere.

use crate::mime::{Mail, Mailbox, address};

/// Who wrote a mail, and whom an answer goes to.
#[derive(Debug, PartialEq, Eq)]
pub struct Author {
    /// Who wrote it.
    pub mailbox: Mailbox,
    /// Whom an answer goes to.
    pub answers_to: String,
    /// Whether it is `From` itself, for which the sender's domain may stand.
    pub is_from: bool,
    /// A sender that writes for others, and isn't among those whose `Reply-To` is believed.
    pub writes_for_others: Option<String>,
}

/// Senders that no person reads the mail of: their local parts.
const MACHINES: [&str; 24] = [
    "noreply",
    "no-reply",
    "no_reply",
    "no.reply",
    "donotreply",
    "do-not-reply",
    "do_not_reply",
    "wordpress",
    "www-data",
    "www",
    "apache",
    "nginx",
    "httpd",
    "nobody",
    "root",
    "web",
    "website",
    "form",
    "forms",
    "contactform",
    "contact-form",
    "notifications",
    "notification",
    "mailer",
];

/// Headers in which groups and lists keep whom they took out of `From`.
const ORIGINALS: [&str; 5] =
    ["x-original-from", "reply-to", "x-original-sender", "x-google-original-from", "x-mailfrom"];

/// Finds out who wrote a mail; none when it names no address. `own` is the channel's address, `believed` those senders
/// whose `Reply-To` says who wrote.
pub fn of(mail: &Mail<'_>, own: &str, believed: &[String]) -> Option<Author> {
    let own = own.to_lowercase();
    let from = mail.from()?;
    let reply_to = mail.mailboxes("reply-to").into_iter().find(|other| other.address != own);
    if let Some(visitor) = reply_to.clone().filter(|_| is_among(&from.address, believed)) {
        return Some(Author {
            answers_to: visitor.address.clone(),
            mailbox: visitor,
            is_from: false,
            writes_for_others: None,
        });
    }
    if let Some(person) = behind_list(mail, &from, &own) {
        return Some(Author {
            answers_to: person.address.clone(),
            mailbox: person,
            is_from: false,
            writes_for_others: None,
        });
    }
    let foreign = reply_to.as_ref().filter(|other| domain(&other.address) != domain(&from.address));
    let is_form = is_form(mail);
    let is_machine = is_machine(&from.address) || is_form && is_role(&from.address);
    let writes_for_others = foreign.filter(|_| is_machine || is_form).map(|_| from.address.clone());
    // Whoever forges a customer's address in `From` must not get the answers by a `Reply-To` of their own.
    let answers_to = match (&reply_to, foreign) {
        (Some(other), None) => other.address.clone(),
        (Some(other), Some(_)) if is_machine => other.address.clone(),
        _ => from.address.clone(),
    };
    Some(Author { mailbox: from, answers_to, is_from: true, writes_for_others })
}

/// Whether a mail came through a list or group. To those nothing is answered automatically (RFC 3834).
pub fn is_from_list(mail: &Mail<'_>) -> bool {
    let named =
        ["list-id", "list-post", "list-unsubscribe", "mailing-list", "x-beenthere", "x-google-group-id"];
    let precedence = mail.header("precedence").unwrap_or_default().to_ascii_lowercase();
    named.iter().any(|name| mail.header(name).is_some())
        || ["list", "bulk", "junk"].iter().any(|word| precedence.contains(word))
}

/// The person whom a group or list took out of `From`.
fn behind_list(mail: &Mail<'_>, from: &Mailbox, own: &str) -> Option<Mailbox> {
    let lists = list_addresses(mail);
    let is_list = lists.contains(&from.address);
    let named_via = before_via(&from.name);
    let is_marked = is_from_list(mail)
        || mail.header("x-original-from").is_some()
        || mail.header("x-original-sender").is_some();
    let rewritten =
        from.address == own || is_list || named_via.is_some() && (is_marked || from.address.contains('='));
    if !rewritten {
        return None;
    }
    let is_other =
        |one: &Mailbox| one.address != own && one.address != from.address && !lists.contains(&one.address);
    let named = ORIGINALS.iter().flat_map(|name| mail.mailboxes(name)).find(is_other);
    // Mailman keeps the author among the recipients where answers go to the list.
    let copied = || {
        let name = named_via.clone()?;
        mail.mailboxes("cc").into_iter().find(|one| is_other(one) && one.name == name)
    };
    let person = named.or_else(copied).or_else(|| hidden(&from.address).filter(is_other))?;
    let name = if person.name.is_empty() { named_via.unwrap_or_default() } else { person.name };
    Some(Mailbox { name, ..person })
}

/// The addresses by which lists call themselves.
fn list_addresses(mail: &Mail<'_>) -> Vec<String> {
    let of_lists =
        ["list-post", "x-beenthere", "mailing-list"].into_iter().flat_map(|name| mail.headers(name));
    let written: Vec<String> = of_lists.collect();
    let words =
        written.iter().flat_map(|value| value.split(|c: char| c.is_whitespace() || "<>;,\"".contains(c)));
    words.filter_map(|word| address(word.trim_start_matches("mailto:"))).take(20).collect()
}

/// `'Ann Buyer' via Service`: the name before.
fn before_via(name: &str) -> Option<String> {
    let (before, _) = name.split_once(" via ").or_else(|| name.split_once(" 通过 "))?;
    let before = before.trim().trim_matches(['\'', '"', '‘', '’']).trim();
    (!before.is_empty()).then(|| before.to_owned())
}

/// `ann=customer.example@groups.example`: an address that a group has put into its own.
fn hidden(from: &str) -> Option<Mailbox> {
    let (local, _) = from.rsplit_once('@')?;
    let (name, domain) = local.rsplit_once('=')?;
    let found = address(&format!("{name}@{domain}")).filter(|_| domain.contains('.'))?;
    Some(Mailbox { address: found, name: String::new() })
}

/// Whether nobody reads what is sent to this address.
pub fn is_machine(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default();
    let starts = ["noreply", "no-reply", "no_reply", "donotreply", "do-not-reply"];
    MACHINES.contains(&local) || starts.iter().any(|start| local.starts_with(start))
}

/// Whether an address is a company's rather than a person's: a form sends from it.
fn is_role(address: &str) -> bool {
    const ROLES: [&str; 14] = [
        "info",
        "contact",
        "kontakt",
        "hello",
        "mail",
        "admin",
        "webmaster",
        "support",
        "service",
        "sales",
        "office",
        "enquiries",
        "inquiry",
        "anfrage",
    ];
    ROLES.contains(&address.split('@').next().unwrap_or_default())
}

/// Whether a mail looks like one that the form of a web site has written.
fn is_form(mail: &Mail<'_>) -> bool {
    let mailer = mail.header("x-mailer").unwrap_or_default().to_ascii_lowercase();
    let by_program = [
        "phpmailer",
        "php/",
        "wordpress",
        "drupal",
        "joomla",
        "typo3",
        "swift",
        "symfony",
        "laravel",
        "codeigniter",
    ];
    by_program.iter().any(|program| mailer.contains(program))
        || ["x-php-originating-script", "x-php-script", "x-wpforms", "x-contact-form"]
            .iter()
            .any(|name| mail.header(name).is_some())
}

/// Whether an address is among patterns such as `*@example.com`.
fn is_among(address: &str, patterns: &[String]) -> bool {
    patterns.iter().any(|pattern| matches(address, &pattern.trim().to_lowercase()))
}

fn matches(text: &str, pattern: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return text == pattern };
    let Some(mut text) = text.strip_prefix(start) else { return false };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return text.ends_with(part);
        }
        let Some(at) = text.find(part) else { return false };
        text = &text[at + part.len()..];
    }
    true
}

fn domain(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charset::Charsets;
    use crate::mime::parse;

    const OWN: &str = "Service@shop.example";

    fn read(headers: &str, believed: &[&str]) -> Author {
        let raw = format!("{headers}\r\n\r\nx");
        let charsets = Charsets::of(raw.as_bytes(), "cn");
        let parsed = parse(raw.as_bytes()).unwrap();
        let believed: Vec<String> = believed.iter().map(|one| (*one).to_owned()).collect();
        of(&Mail::new(&parsed, raw.as_bytes(), &charsets, raw.as_bytes()), OWN, &believed).unwrap()
    }

    #[test]
    fn whoever_a_group_took_out_of_from_is_found() {
        for headers in [
            "From: \"'Ann Lee' via Service\" <service@shop.example>\r\nReply-To: Ann Lee <ann@mail.example>\r\nX-Original-From: Ann Lee <ann@mail.example>",
            "From: Service <service@shop.example>\r\nReply-To: Ann Lee <ann@mail.example>",
            "From: Ann Lee via Team <team@lists.example>\r\nList-Post: <mailto:team@lists.example>\r\nReply-To: Team <team@lists.example>, Ann Lee <Ann@mail.example>",
            "From: Ann Lee via Team <team@lists.example>\r\nList-Id: <team.lists.example>\r\nReply-To: team@lists.example\r\nList-Post: <mailto:team@lists.example>\r\nCc: Bo <bo@x.example>, Ann Lee <ann@mail.example>",
            "From: Ann Lee via groups.example <ann=mail.example@groups.example>\r\nReply-To: service@shop.example",
            "From: \"Ann Lee via Team\" <team@lists.example>\r\nX-BeenThere: team@lists.example\r\nX-MailFrom: ann@mail.example",
            "From: \"'Ann Lee' via Sales\" <sales@group.example>\r\nX-Original-Sender: ann@mail.example\r\nMailing-list: list sales@group.example; contact sales+owners@group.example",
        ] {
            let author = read(headers, &[]);
            assert_eq!(
                (author.mailbox.address.as_str(), author.answers_to.as_str()),
                ("ann@mail.example", "ann@mail.example"),
                "{headers}"
            );
            assert!(!author.is_from && author.writes_for_others.is_none(), "{headers}");
            let name = author.mailbox.name;
            assert_eq!(name, "Ann Lee", "{headers}");
        }
        let through =
            read("From: Ben <ben@mail.example>\r\nList-Id: <team.lists.example>\r\nPrecedence: list", &[]);
        assert!(through.is_from && through.mailbox.address == "ben@mail.example");
        assert_eq!(
            read("From: service@shop.example\r\nList-Id: <x.example>", &[]).mailbox.address,
            "service@shop.example"
        );
        let ann = read("From: Ann via Bo <ann@mail.example>\r\nReply-To: eve@evil.example", &[]);
        assert_eq!(ann.mailbox.address, "ann@mail.example", "a name alone shows no list");
    }

    #[test]
    fn a_forms_visitor_is_the_author_where_the_form_is_believed() {
        let form = "From: Shop <noreply@shop-site.example>\r\nReply-To: mei <Mei@mail.example>";
        for pattern in ["noreply@shop-site.example", "*@shop-site.example", "*", "no*@*.example"] {
            let author = read(form, &[pattern]);
            assert_eq!(
                (author.mailbox.address.as_str(), author.mailbox.name.as_str()),
                ("mei@mail.example", "mei"),
                "{pattern}"
            );
            assert!(!author.is_from && author.writes_for_others.is_none());
        }
        for pattern in ["*@site.example", "shop-site.example", "noreply@shop-site.example.evil.example", ""] {
            let author = read(form, &[pattern]);
            assert_eq!(author.mailbox.address, "noreply@shop-site.example", "{pattern}");
            assert_eq!(author.answers_to, "mei@mail.example");
            assert_eq!(author.writes_for_others.as_deref(), Some("noreply@shop-site.example"));
        }
        assert_eq!(read("From: noreply@shop-site.example", &["*"]).answers_to, "noreply@shop-site.example");
    }

    #[test]
    fn an_answer_leaves_a_persons_domain_for_nobody() {
        let to = |reply_to: &str| {
            read(&format!("From: Ann <Ann@Example.com>\r\nReply-To: {reply_to}"), &[]).answers_to
        };
        assert_eq!(to("Ann Private <private@example.com>"), "private@example.com");
        assert_eq!(to("ann@evil.example"), "ann@example.com");
        assert_eq!(to("nonsense"), "ann@example.com");
        let form = |from: &str| {
            read(&format!("From: {from}\r\nReply-To: mei@mail.example\r\nX-Mailer: PHPMailer 6.9"), &[])
        };
        assert_eq!(form("info@site.example").answers_to, "mei@mail.example");
        let person = form("bo@site.example");
        assert_eq!(
            (person.answers_to.as_str(), person.writes_for_others.as_deref()),
            ("bo@site.example", Some("bo@site.example"))
        );
    }
}
