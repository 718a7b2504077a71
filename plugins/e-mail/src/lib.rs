//! E-mail as a channel: the company's mail server posts each mail to the installation's address, and answers go out
//! through the host's relay.
//!
//! Here stands only what speaks to the host; what mails mean stands in the modules, which are tested without one.

mod answer;
mod bounce;
mod files;
mod flowed;
mod mime;
mod origin;
mod quote;
mod thread;

use hospes_sdk::{
    Attribute, ConversationRequest, Error, Header, HttpAnswer, HttpRequest, Identity, Inbound, Media,
    Message, OutboundMessage, Receipt, ReceiptStatus, Sent, Started, Value, attachments, clock, config, log,
    mail, random, records, secrets,
};
use mime::Mail;
use origin::Kind;

struct Email;

impl hospes_sdk::Channel for Email {
    fn receive(request: HttpRequest) -> Result<Inbound, Error> {
        authenticate(&request)?;
        if request.method != "POST" {
            let headers = vec![Header::new("allow", "POST")];
            return Ok(Inbound::answer(HttpAnswer { headers, ..HttpAnswer::status(405) }));
        }
        let parsed = mime::parse(&request.body)
            .ok_or_else(|| Error::invalid("The body isn't a mail; post it as the mail server has it."))?;
        let mail = Mail::new(&parsed, &request.body);
        let own = config::text("address").unwrap_or_default();
        let envelope = request.header("x-envelope-from");
        match origin::judge(&mail, envelope, &own) {
            Kind::Report => Ok(Inbound { receipts: reported(&mail), ..taken() }),
            Kind::Own => {
                log::info(
                    "Mail from our own address came back; it is dropped, so that nothing goes in circles.",
                );
                Ok(taken())
            }
            Kind::Nobody => {
                log::warn("A mail without a sender's address was dropped.");
                Ok(taken())
            }
            kind @ (Kind::Person | Kind::Machine) => {
                Ok(Inbound { messages: vec![message(&mail, kind, &own)], ..taken() })
            }
        }
    }
}

impl hospes_sdk::ChannelSend for Email {
    fn send(message: OutboundMessage) -> Result<Sent, Error> {
        let own = config::text("address").unwrap_or_default();
        let name = config::text("name").unwrap_or_default();
        let external_id = mail::send(&answer::compose(&message, &own, &name)?)?;
        Ok(Sent { external_id, attributes: Vec::new() })
    }

    fn start(request: ConversationRequest) -> Result<Started, Error> {
        let known = request.recipient.iter().find(|known| known.scheme == "email");
        let known = known.ok_or_else(|| {
            Error::new("unsupported", "This customer has no e-mail address that could be written to.")
        })?;
        let mark: String = random::bytes(8).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Started { conversation: thread::name(&known.value.to_lowercase(), &thread::fresh(&mark)) })
    }
}

hospes_sdk::export!(Email: channel, channel_send);

/// Lets only the company's mail server in.
fn authenticate(request: &HttpRequest) -> Result<(), Error> {
    let secret = secrets::get("ingress-secret").map_err(|error| {
        Error::denied(format!(
            "Nobody can be let in: {} Set the secret `ingress-secret` and have the mail server send it in the header \
             X-Ingress-Secret.",
            error.message
        ))
    })?;
    match request.header("x-ingress-secret") {
        Some(candidate) if secret.matches(candidate.as_bytes()) => Ok(()),
        Some(_) => Err(Error::denied("The header X-Ingress-Secret isn't the secret `ingress-secret`.")),
        None => Err(Error::denied("The header X-Ingress-Secret is missing.")),
    }
}

/// What a mail server is answered; it keeps the mail and comes again after anything else.
fn taken() -> Inbound {
    Inbound::answer(HttpAnswer::text("taken\n"))
}

/// What a server says of mail that went out from here.
fn reported(mail: &Mail<'_>) -> Vec<Receipt> {
    let Some(report) = bounce::read(mail) else {
        log::info("A mail server's report says nothing of a mail that could be found.");
        return Vec::new();
    };
    let status = match report.outcome {
        bounce::Outcome::Failed => ReceiptStatus::Failed,
        bounce::Outcome::Delivered => ReceiptStatus::Delivered,
        bounce::Outcome::Underway => {
            log::info(&format!("The mail {} is delayed: {}", report.message_id, report.words));
            return Vec::new();
        }
    };
    let error = (status == ReceiptStatus::Failed).then(|| Error::new("bounced", report.words));
    vec![Receipt { external_id: report.message_id, status, at: clock::now(), error }]
}

fn message(mail: &Mail<'_>, kind: Kind, own: &str) -> Message {
    let trusted = config::text("trusted-server").unwrap_or_default();
    let address = mail.sender().unwrap_or_default();
    let identity = if origin::is_verified(mail, &trusted, &address) {
        Identity::attested("email", "", &address)
    } else {
        Identity::typed("email", "", &address)
    };
    let external_id = mail.message_id();
    let root = known_thread(mail).unwrap_or_else(|| thread::root(mail, &external_id));
    let body = mail.body();
    let parts = quote::cut(&body.text);
    let (media, kept, left_out) = keep(mail);
    let mut attributes = vec![Attribute::new("subject", mail.subject())];
    let mut add = |name: &str, text: String| {
        if !text.is_empty() {
            attributes.push(Attribute::new(name, text));
        }
    };
    add("name", mail.sender_name());
    add("quoted", parts.quoted);
    add("html", body.html.map(|html| files::point(&html, &kept)).unwrap_or_default());
    add("in_reply_to", mail.in_reply_to().unwrap_or_default());
    add("reply_to", mail.reply_to().filter(|other| *other != address).unwrap_or_default());
    add("cc", mail.others(own).join(", "));
    if left_out > 0 {
        attributes.push(Attribute::new("files_left_out", i64::try_from(left_out).unwrap_or(i64::MAX)));
    }
    // A machine's mail is kept, but asks for nothing: no ticket, and no answer that another machine answers.
    let kind = if kind == Kind::Machine {
        attributes.push(Attribute::new("automatic", true));
        "note"
    } else {
        "message"
    };
    Message {
        external_id,
        conversation: thread::name(&mail.answers_go_to(), &root),
        kind: kind.to_owned(),
        sender: vec![identity],
        sent_at: mail.sent_at().unwrap_or_else(clock::now),
        text: parts.text,
        attachments: media,
        attributes,
    }
}

/// The root of the thread that this mail answers, where the host knows the mail that it names.
fn known_thread(mail: &Mail<'_>) -> Option<String> {
    mail.ancestors().into_iter().take(thread::MOST_ANCESTORS).find_map(|id| {
        let condition = records::Condition {
            field: "external_id".into(),
            comparison: records::Comparison::Equal,
            value: Value::Text(id),
        };
        let query = records::Query {
            kind: "interaction".into(),
            conditions: vec![condition],
            limit: 1,
            cursor: None,
        };
        // Without the grant threads are told by the mail's headers alone.
        let found = records::find(&query).ok()?.items.into_iter().next()?;
        let conversation = records::get("conversation", found.text("conversation_id")?).ok()?;
        thread::root_of(conversation.text("external_id")?).map(str::to_owned)
    })
}

/// Puts a mail's files into the host's keeping. What can't be kept is named all the same, without a reference.
fn keep(mail: &Mail<'_>) -> (Vec<Media>, Vec<(String, String)>, usize) {
    let (files, left_out) = files::of(mail);
    let mut kept = Vec::new();
    let mut media = Vec::with_capacity(files.len());
    for file in files {
        let reference = store(&file).unwrap_or_else(|error| {
            log::warn(&format!("The file `{}` isn't kept: {}", file.name, error.message));
            String::new()
        });
        if let (Some(id), false) = (&file.content_id, reference.is_empty()) {
            kept.push((id.clone(), reference.clone()));
        }
        let size = Some(file.bytes.len() as u64);
        media.push(Media { name: file.name, media_type: file.media_type, reference, size });
    }
    (media, kept, left_out)
}

fn store(file: &files::File<'_>) -> Result<String, Error> {
    let upload = attachments::create("interaction", "", &file.name, &file.media_type)?;
    for chunk in file.bytes.chunks(1 << 20) {
        upload.append(chunk)?;
    }
    upload.finish()
}
