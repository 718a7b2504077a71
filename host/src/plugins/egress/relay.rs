//! The relay that mail goes out by. That the operator named it is what allows it, whatever its address. A folder takes
//! its place where mail is to be looked at and not sent.

use std::path::PathBuf;
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MessageBuilder, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use crate::domain::clock::Timestamp;
use crate::domain::identity::address_in_ascii;
use crate::plugins::keyring::Secret;

/// What a plugin and the operator are told where there is no relay.
pub const NOT_CONFIGURED: &str =
    "this host has no mail relay; its operator names one by smtp_relay in hospes.toml or HOSPES_SMTP_RELAY";

/// How long one command of the relay may take.
const COMMAND: Duration = Duration::from_secs(30);
/// How long handing one mail over may take; less than a job's lease.
const HAND_OVER: Duration = Duration::from_secs(100);

/// How the connection to the relay is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelayTls {
    /// From the first byte, usually on port 465.
    Tls,
    /// After STARTTLS, usually on port 587; without it nothing is sent.
    StartTls,
    /// Not at all: for a relay on this machine or a network of one's own.
    None,
}

impl RelayTls {
    /// The port where nothing else is said.
    pub fn port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::StartTls => 587,
            Self::None => 25,
        }
    }
}

/// Where mail goes.
#[derive(Debug, Clone)]
pub enum RelaySettings {
    /// To a mail server, which sends it on.
    Server(RelayServer),
    /// Into a folder, a file a mail, and no further.
    Folder(PathBuf),
}

/// Which relay, and how it is spoken to.
#[derive(Debug, Clone)]
pub struct RelayServer {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: RelayTls,
    /// User and password, if it wants them.
    pub credentials: Option<(String, Secret)>,
}

/// The relay. Cheap to clone.
#[derive(Clone)]
pub struct Relay(Arc<Way>);

enum Way {
    Server(AsyncSmtpTransport<Tokio1Executor>),
    Folder(AsyncFileTransport<Tokio1Executor>),
}

/// The relay can't be prepared.
#[derive(Debug, thiserror::Error)]
pub enum RelayFault {
    /// Its name is none that a certificate could be for.
    #[error(transparent)]
    Server(#[from] lettre::transport::smtp::Error),
    /// The folder can't be made.
    #[error("the folder for mails can't be made: {0}")]
    Folder(#[from] std::io::Error),
}

/// A mail as it is handed over.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Without the angle brackets.
    pub message_id: String,
    /// `Name <address>` or an address.
    pub sender: String,
    /// Addresses.
    pub recipients: Vec<String>,
    /// Its subject.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// Empty for none.
    pub html: String,
    /// Names and values of further headers.
    pub headers: Vec<(String, String)>,
    /// Files.
    pub files: Vec<Enclosure>,
    /// When it was written.
    pub date: Timestamp,
}

/// A file in a mail.
#[derive(Debug, Clone)]
pub struct Enclosure {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Why a mail wasn't taken.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The relay refuses it for good, or it can't be put together.
    #[error("{0}")]
    Refused(String),
    /// It may be taken later: the relay is away, busy, or doesn't let this host in.
    #[error("{0}")]
    Later(String),
}

/// A person's or machine's address, with a name or without.
pub fn mailbox(text: &str) -> Result<Mailbox, String> {
    let wrong = || format!("{text:?} is no address; write name@example.com or Name <name@example.com>");
    if text.len() > 1_000 || text.chars().any(char::is_control) {
        return Err(wrong());
    }
    let (name, address) = match text.trim().strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
        Some((name, address)) => (name.trim().trim_matches('"').trim(), address),
        None => ("", text.trim()),
    };
    let address = address_in_ascii(address);
    if name.contains(['<', '>']) {
        return Err(wrong());
    }
    let address = Address::from_str(&address)
        .or_else(|_| quoted(&address).ok_or_else(wrong)?.parse().map_err(|_| wrong()))?;
    Ok(Mailbox::new((!name.is_empty()).then(|| name.to_owned()), address))
}

/// An address whose name has dots where the standard wants it in quotes, as Japanese providers give them out.
fn quoted(address: &str) -> Option<String> {
    let (local, domain) = address.rsplit_once('@')?;
    let plain = local.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c));
    (plain && !local.is_empty()).then(|| format!("\"{local}\"@{domain}"))
}

impl Relay {
    /// Prepares the way; the relay is spoken to with the first mail. `name` is what this host calls itself.
    pub fn new(settings: &RelaySettings, name: &str) -> Result<Self, RelayFault> {
        let way = match settings {
            RelaySettings::Server(server) => Way::Server(connector(server, name)?),
            RelaySettings::Folder(folder) => {
                std::fs::create_dir_all(folder)?;
                Way::Folder(AsyncFileTransport::new(folder))
            }
        };
        Ok(Self(Arc::new(way)))
    }

    /// Hands a mail over and returns what the relay said.
    pub async fn send(&self, letter: Letter) -> Result<String, RelayError> {
        let message = compose(letter).map_err(RelayError::Refused)?;
        let server = match &*self.0 {
            Way::Server(server) => server,
            Way::Folder(folder) => {
                let file = folder.send(message).await;
                let away =
                    |error| RelayError::Later(format!("the mail can't be put down: {}", chain(&error)));
                return file.map(|file| format!("put down as {file}.eml")).map_err(away);
            }
        };
        match tokio::time::timeout(HAND_OVER, server.send(message)).await {
            Ok(Ok(answer)) => Ok(answer.message().collect::<Vec<_>>().join(" ")),
            Ok(Err(error)) => Err(judge(&error)),
            Err(_) => {
                let seconds = HAND_OVER.as_secs();
                Err(RelayError::Later(format!("the mail relay took longer than {seconds} s")))
            }
        }
    }
}

fn connector(
    settings: &RelayServer,
    name: &str,
) -> Result<AsyncSmtpTransport<Tokio1Executor>, lettre::transport::smtp::Error> {
    let tls = match settings.tls {
        RelayTls::None => Tls::None,
        RelayTls::Tls => Tls::Wrapper(TlsParameters::new(settings.host.clone())?),
        RelayTls::StartTls => Tls::Required(TlsParameters::new(settings.host.clone())?),
    };
    let name = match name.parse() {
        Ok(std::net::IpAddr::V4(address)) => ClientId::Ipv4(address),
        Ok(std::net::IpAddr::V6(address)) => ClientId::Ipv6(address),
        Err(_) => ClientId::Domain(name.to_owned()),
    };
    let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
        .port(settings.port)
        .tls(tls)
        .hello_name(name)
        .timeout(Some(COMMAND));
    if let Some((user, password)) = &settings.credentials {
        transport = transport.credentials(Credentials::new(user.clone(), password.expose().to_owned()));
    }
    Ok(transport.build())
}

/// A 5xx is final, but where it speaks of this host's own credentials: an operator mends those, and the mail is as good
/// as before.
fn judge(error: &lettre::transport::smtp::Error) -> RelayError {
    let Some(status) = error.status() else {
        let said = chain(error);
        // The library's words for an address that the relay has said it can't read.
        if error.is_client() && said.contains("SMTPUTF8") {
            let why = "the mail relay takes no addresses with letters beyond ASCII before the @ (SMTPUTF8)";
            return RelayError::Refused(why.to_owned());
        }
        return RelayError::Later(format!("the mail relay can't be spoken to: {said}"));
    };
    let text = format!("the mail relay answered {}", chain(error));
    let code: u16 = status.into();
    if error.is_permanent() && !matches!(code, 530 | 534 | 535 | 538) {
        RelayError::Refused(text)
    } else {
        RelayError::Later(text)
    }
}

/// What went wrong, down to the cause. The library repeats some causes in the text above them.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let next_text = next.to_string();
        if !text.contains(&next_text) {
            text = format!("{text}: {next_text}");
        }
        cause = next.source();
    }
    text
}

fn compose(letter: Letter) -> Result<Message, String> {
    let micros = u64::try_from(letter.date.as_micros()).unwrap_or(0);
    let date = std::time::UNIX_EPOCH + Duration::from_micros(micros);
    let sender = mailbox(&letter.sender)?;
    let recipients = letter.recipients.iter().map(|one| mailbox(one)).collect::<Result<Vec<_>, _>>()?;
    // Said, because the library would read it out of the headers, and doesn't read every address that it writes there.
    let addresses = recipients.iter().map(|one| one.email.clone()).collect();
    let envelope = Envelope::new(Some(sender.email.clone()), addresses).map_err(|error| error.to_string())?;
    let mut message = Message::builder()
        .message_id(Some(format!("<{}>", letter.message_id)))
        .date(date)
        .from(sender)
        .subject(letter.subject)
        .envelope(envelope);
    message = recipients.into_iter().fold(message, MessageBuilder::to);
    for (name, value) in letter.headers {
        let name = HeaderName::new_from_ascii(name.clone()).map_err(|_| format!("{name:?} is no header"))?;
        message = message.raw_header(HeaderValue::new(name, value));
    }
    let text = SinglePart::plain(letter.text);
    let body = if letter.html.is_empty() {
        MultiPart::mixed().singlepart(text)
    } else if letter.files.is_empty() {
        MultiPart::alternative().singlepart(text).singlepart(SinglePart::html(letter.html))
    } else {
        let both = MultiPart::alternative().singlepart(text).singlepart(SinglePart::html(letter.html));
        MultiPart::mixed().multipart(both)
    };
    let body = letter.files.into_iter().fold(body, |body, file| {
        let unknown = ContentType::parse(crate::domain::attachment::UNKNOWN_TYPE);
        let media_type = ContentType::parse(&file.media_type).or(unknown);
        let media_type = media_type.unwrap_or(ContentType::TEXT_PLAIN);
        body.singlepart(Attachment::new(file.name).body(file.bytes, media_type))
    });
    message.multipart(body).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_come_with_names_or_without_and_nothing_is_smuggled_in() {
        let parsed = mailbox("王芳 客服 <Service@Example.com>").unwrap();
        assert_eq!(parsed.name.as_deref(), Some("王芳 客服"));
        assert_eq!(parsed.email.to_string(), "Service@Example.com");
        assert!(mailbox("a@example.com").unwrap().name.is_none());
        assert_eq!(mailbox("info@münchen.example").unwrap().email.to_string(), "info@xn--mnchen-3ya.example");
        // A relay that takes such names says so (RFC 6531).
        assert_eq!(mailbox("张三@例子.中国").unwrap().email.to_string(), "张三@xn--fsqu00a.xn--fiqs8s");
        assert_eq!(
            mailbox("foo..bar@docomo.example").unwrap().email.to_string(),
            "\"foo..bar\"@docomo.example"
        );
        assert_eq!(
            mailbox("\"foo..bar\"@docomo.example").unwrap().email.to_string(),
            "\"foo..bar\"@docomo.example"
        );
        assert!(mailbox("\"Li, Na\" <li@example.com>").unwrap().name.is_some_and(|name| name == "Li, Na"));
        for wrong in ["", "a", "a@", "a@b@c", "x <a@example.com>\r\nBcc: b", "a@example.com, b@example.com"] {
            assert!(mailbox(wrong).is_err(), "{wrong:?}");
        }
    }
}
