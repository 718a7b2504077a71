//! E-mail as a channel: the company's mail server posts each mail to the installation's address, and answers go out
//! through the host's relay.
//!
//! Here stands only what speaks to the host; what mails mean stands in the modules, which are tested without one.

mod answer;
mod author;
mod body;
mod bounce;
mod charset;
mod content;
mod ends;
mod files;
mod flowed;
mod headers;
mod html;
mod ids;
mod mime;
mod origin;
mod parameters;
mod quote;
mod repair;
mod thread;

use author::Author;
use charset::Charsets;
use hospes_sdk::{
    Attribute, ConversationRequest, Entity, Error, Header, HttpAnswer, HttpRequest, Identity, Inbound, Kept,
    Media, Message, OutboundMessage, Receipt, ReceiptStatus, Sent, Started, Value, attachments, clock,
    config, log, mail, random, records, secrets,
};
use mime::{Mail, Mailbox};

struct Email;

impl hospes_sdk::Channel for Email {
    fn receive(request: HttpRequest) -> Result<Inbound, Error> {
        authenticate(&request)?;
        if request.method != "POST" {
            let headers = vec![Header::new("allow", "POST")];
            return Ok(Inbound::answer(HttpAnswer { headers, ..HttpAnswer::status(405) }));
        }
        if request.body.is_empty() {
            return Err(Error::invalid("The body is empty; post the mail as the mail server has it."));
        }
        let region = config::text("region").unwrap_or_default().to_ascii_lowercase();
        let charsets = Charsets::of(&request.body, &region);
        let bytes = repair::repaired(&request.body, &charsets);
        let Some(parsed) = mime::parse(&bytes) else {
            let detail = "It has no header, so that it isn't a mail.";
            return Ok(Inbound { kept: vec![kept("", "unreadable", detail, None)], ..taken() });
        };
        Ok(read(&Mail::new(&parsed, &bytes, &charsets, &request.body), request.header("x-envelope-from")))
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
        Some(candidate) if secret.equals(candidate.as_bytes())? => Ok(()),
        Some(_) => Err(Error::denied("The header X-Ingress-Secret isn't the secret `ingress-secret`.")),
        None => Err(Error::denied("The header X-Ingress-Secret is missing.")),
    }
}

/// What a mail server is answered; it keeps the mail and comes again after anything else.
fn taken() -> Inbound {
    Inbound::answer(HttpAnswer::text("taken\n"))
}

/// What a mail means.
fn read(mail: &Mail<'_>, envelope: Option<&str>) -> Inbound {
    let own = config::text("address").unwrap_or_default();
    if bounce::is_report(mail) {
        return reported(mail, &own);
    }
    let believed = config::json::<Vec<String>>("reply-to-senders").ok().flatten().unwrap_or_default();
    let Some(author) = author::of(mail, &own, &believed) else {
        // Mail servers leave out the address where an answer would go in circles.
        let sender = mail.sender_text().to_lowercase();
        if let Some(detail) = origin::automatic(mail, envelope, &sender, false) {
            return left(mail, "automatic", &detail, nobody(mail).as_ref(), &own);
        }
        let detail = "Its From names no address that could be answered.";
        return left(mail, "no-sender", detail, nobody(mail).as_ref(), &own);
    };
    if author.mailbox.address == own.to_lowercase() {
        let detail = "It comes from our own address, and names nobody else: mail that goes in circles.";
        return left(mail, "own", detail, Some(&author), &own);
    }
    if let Some(sender) = &author.writes_for_others {
        log::info(&format!(
            "{sender} writes for others: its Reply-To is {}. If that is a form of your web site, let each visitor be a \
             customer: set reply-to-senders to [\"{sender}\"].",
            author.answers_to
        ));
    }
    let is_believed_form = !author.is_from;
    if let Some(detail) = origin::automatic(mail, envelope, &author.mailbox.address, is_believed_form) {
        return left(mail, "automatic", &detail, Some(&author), &own);
    }
    Inbound { messages: vec![message(mail, Some(&author), &own)], ..taken() }
}

/// A mail that becomes no message by itself.
fn left(mail: &Mail<'_>, reason: &str, detail: &str, author: Option<&Author>, own: &str) -> Inbound {
    let mut message = message(mail, author, own);
    message.attributes.push(Attribute::new("automatic", reason == "automatic"));
    Inbound { kept: vec![kept(&message.external_id.clone(), reason, detail, Some(message))], ..taken() }
}

fn kept(external_id: &str, reason: &str, detail: &str, message: Option<Message>) -> Kept {
    Kept {
        external_id: external_id.to_owned(),
        reason: reason.to_owned(),
        detail: detail.to_owned(),
        message,
    }
}

/// Whoever may have sent a mail whose `From` can't be read.
fn nobody(mail: &Mail<'_>) -> Option<Author> {
    let mailbox = ["reply-to", "sender"].iter().flat_map(|name| mail.mailboxes(name)).next()?;
    let answers_to = mailbox.address.clone();
    Some(Author { mailbox, answers_to, is_from: false, writes_for_others: None })
}

/// What a server or a recipient's program says of mail that went out from here.
fn reported(mail: &Mail<'_>, own: &str) -> Inbound {
    let author = author::of(mail, own, &[]);
    let left = |detail: &str| left(mail, "automatic", detail, author.as_ref(), own);
    let Some(report) = bounce::read(mail) else {
        return left("It is a program's report that says nothing of what became of a mail of ours.");
    };
    let status = match report.outcome {
        bounce::Outcome::Failed => ReceiptStatus::Failed,
        bounce::Outcome::Delivered => ReceiptStatus::Delivered,
        bounce::Outcome::Read => ReceiptStatus::Read,
        bounce::Outcome::Underway => {
            return left(&format!("The mail {} is delayed: {}", report.message_id, report.words));
        }
    };
    let about =
        format!("It is a report on the mail {}, which isn't known here: {}", report.message_id, report.words);
    let error = (status == ReceiptStatus::Failed).then(|| Error::new("bounced", report.words));
    let is_known = is_known(&report.message_id);
    let receipts = vec![Receipt { external_id: report.message_id, status, at: clock::now(), error }];
    // A server may report before the mail that it is about is noted as sent: the host keeps the receipt, too.
    if is_known { Inbound { receipts, ..taken() } } else { Inbound { receipts, ..left(&about) } }
}

fn message(mail: &Mail<'_>, author: Option<&Author>, own: &str) -> Message {
    let nobody = Mailbox { address: String::new(), name: String::new() };
    let mailbox = author.map_or(&nobody, |author| &author.mailbox);
    let answers_to = author.map_or("", |author| &author.answers_to);
    let external_id = mail.message_id();
    let root = known_thread(mail).unwrap_or_else(|| thread::root(mail, &external_id));
    let body = body::of(mail);
    let (mut media, kept, left_out) = keep(mail, body.taken);
    let is_lost = body::is_lost(mail, &body, media.iter().map(|file| file.media_type.as_str()));
    let mut attributes = vec![Attribute::new("subject", mail.subject())];
    let mut add = |name: &str, text: String| {
        if !text.is_empty() {
            attributes.push(Attribute::new(name, text));
        }
    };
    add("name", mailbox.name.clone());
    add("quoted", body.quoted);
    add("html", body.html.map(|html| files::point(&html, &kept)).unwrap_or_default());
    add("in_reply_to", mail.in_reply_to().unwrap_or_default());
    let reply_to = mail.mailboxes("reply-to").into_iter().next().map(|other| other.address);
    add("reply_to", reply_to.filter(|other| *other != mailbox.address).unwrap_or_default());
    add("cc", mail.others(own).join(", "));
    if left_out > 0 {
        attributes.push(Attribute::new("files_left_out", i64::try_from(left_out).unwrap_or(i64::MAX)));
    }
    if origin::forbids_automatic_answers(mail) {
        attributes.push(Attribute::new("no_automatic_answers", true));
    }
    if mail.charsets.is_doubtful() {
        attributes.push(Attribute::new("charset_doubtful", true));
    }
    if is_lost {
        attributes.push(Attribute::new("text_unreadable", true));
    }
    if is_lost || mail.charsets.is_doubtful() {
        media.extend(original(mail));
    }
    Message {
        external_id,
        conversation: if answers_to.is_empty() { String::new() } else { thread::name(answers_to, &root) },
        kind: "message".to_owned(),
        sender: author.map(|author| identity(mail, author)).into_iter().collect(),
        sent_at: mail.sent_at().unwrap_or_else(clock::now),
        text: body.text,
        attachments: media,
        attributes,
    }
}

/// Who wrote; proven only where it stands in `From` and the sender's domain was verified.
fn identity(mail: &Mail<'_>, author: &Author) -> Identity {
    let trusted = config::text("trusted-server").unwrap_or_default();
    let address = &author.mailbox.address;
    if author.is_from && origin::is_verified(mail, &trusted, address) {
        Identity::attested("email", "", address)
    } else {
        Identity::typed("email", "", address)
    }
}

/// The mail as it came, where its character set had to be guessed or its text can't be read.
fn original(mail: &Mail<'_>) -> Option<Media> {
    let bytes = mail.raw();
    let file = files::File {
        name: "original.eml".to_owned(),
        media_type: "message/rfc822".to_owned(),
        content_id: None,
        bytes: bytes.into(),
    };
    let reference = store(&file).ok()?;
    Some(Media { name: file.name, media_type: file.media_type, reference, size: Some(bytes.len() as u64) })
}

/// The root of the thread that this mail answers, where the host knows the mail that it names.
fn known_thread(mail: &Mail<'_>) -> Option<String> {
    mail.ancestors().into_iter().take(thread::MOST_ANCESTORS).find_map(|id| {
        let conversation = records::get("conversation", sent(&id)?.text("conversation_id")?).ok()?;
        thread::root_of(conversation.text("external_id")?).map(str::to_owned)
    })
}

/// The message that has this id here. Without the grant threads are told by the mail's headers alone.
fn sent(id: &str) -> Option<Entity> {
    found(id).ok()?.into_iter().next()
}

/// Whether a message has this id here; without the grant it may.
fn is_known(id: &str) -> bool {
    found(id).map_or(true, |found| !found.is_empty())
}

fn found(id: &str) -> Result<Vec<Entity>, Error> {
    let condition = records::Condition {
        field: "external_id".into(),
        comparison: records::Comparison::Equal,
        value: Value::Text(id.to_owned()),
    };
    let query =
        records::Query { kind: "interaction".into(), conditions: vec![condition], limit: 1, cursor: None };
    Ok(records::find(&query)?.items)
}

/// Puts a mail's files into the host's keeping, but for a part that the text was `taken` from. What can't be kept is named all the same, without a reference.
fn keep(mail: &Mail<'_>, taken: Option<u32>) -> (Vec<Media>, Vec<(String, String)>, usize) {
    let (files, left_out) = files::of(mail, taken);
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
