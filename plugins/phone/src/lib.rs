//! A telephone system as a channel: the events of a call become one entry of its customer's timeline, and a missed call a
//! customer's request.
//!
//! Here stands only what speaks to the host; what events mean stands in the modules, which are tested without one.

mod ami;
mod call;
mod entry;
mod generic;
mod memory;
mod number;
mod part;
mod signature;
mod time;
mod twilio;
mod words;

use call::{Call, Phase};
use entry::{Company, Entry};
use hospes_sdk::http::{Piece, Request};
use hospes_sdk::serde_json::{self, Value as Json, json};
use hospes_sdk::{
    Error, Header, HttpAnswer, HttpRequest, Inbound, Kept, Media, Source, clock, config, lenient, secrets,
};
use number::Numbering;
use part::{Around, Part};
use words::Language;

struct Telephone;

impl hospes_sdk::Channel for Telephone {
    fn receive(request: HttpRequest) -> Result<Inbound, Error> {
        if request.method != "POST" {
            let headers = vec![Header::new("allow", "POST")];
            return Ok(Inbound::answer(HttpAnswer { headers, ..HttpAnswer::status(405) }));
        }
        let around = around();
        match request.path.trim_end_matches('/') {
            "" | "events" => {
                signature::of_system(&request)?;
                let parts =
                    generic::read(&event(&request)?, &around).map_err(|problem| unreadable(&problem))?;
                take(parts, around.now).into_answer()
            }
            "asterisk" => {
                signature::of_system(&request)?;
                let parts = ami::read(&lenient::json(&request.body), &around)
                    .map_err(|problem| unreadable(&problem))?;
                take(parts, around.now).into_answer()
            }
            "twilio" => twilio(&request, &around),
            path => Err(Error::not_found(format!(
                "There is no `{path}` here: telephone systems post to this installation's address, Asterisk's events to \
                 `asterisk`, Twilio to `twilio`."
            ))),
        }
    }
}

impl hospes_sdk::ChannelMedia for Telephone {
    /// A recording lies where its event said, and is fetched from nowhere but where the operator said.
    fn fetch(media: Media) -> Result<Source, Error> {
        if !entry::is_below(&media.reference, &recordings()) {
            return Err(Error::denied(format!(
                "The recording {} isn't below the setting `recordings-url`.",
                media.reference
            )));
        }
        let request = Request::get(media.reference);
        match secrets::get("recordings-authorization") {
            Ok(_) => request.header("authorization", [Piece::secret("recordings-authorization")]).source(),
            Err(_) => request.source(),
        }
    }
}

hospes_sdk::export!(Telephone: channel, channel_media);

/// Takes a callback of Twilio's, which wants no more than 200.
fn twilio(request: &HttpRequest, around: &Around) -> Result<Inbound, Error> {
    let parameters = fields(request);
    signature::of_twilio(request, &config::text("twilio-url").unwrap_or_default(), &parameters)?;
    let callback =
        twilio::read(&parameters, around, memory::parent).map_err(|problem| unreadable(&problem))?;
    if let (Some(leg), Part::Event(parent, _)) = (&callback.leg, &callback.part) {
        memory::keep_leg(leg, parent);
    }
    let taken = take(vec![callback.part], around.now);
    Ok(Inbound { messages: taken.messages, kept: taken.kept, ..Inbound::answer(HttpAnswer::text("")) })
}

/// What became of a request.
#[derive(Default)]
struct Taken {
    messages: Vec<hospes_sdk::Message>,
    kept: Vec<Kept>,
    calls: Vec<Json>,
}

/// Puts the events of each call together with what is known of it.
fn take(parts: Vec<Part>, now: i64) -> Taken {
    let company = company();
    let mut taken = Taken::default();
    let mut calls: Vec<(String, Call)> = Vec::new();
    for part in parts {
        match part {
            Part::Event(id, event) => match calls.iter_mut().find(|(known, _)| *known == id) {
                Some((_, call)) => call.add(*event),
                None => {
                    let mut call = memory::call(&id).unwrap_or_default();
                    call.add(*event);
                    calls.push((id, call));
                }
            },
            Part::Kept(external_id, reason, detail) => {
                taken.kept.push(Kept { external_id, reason: reason.into(), detail, message: None });
            }
        }
    }
    for (id, mut call) in calls {
        match entry::of(&id, &mut call, &company, now) {
            Entry::Messages(messages) => {
                taken.calls.push(pop(&id, &call));
                taken.messages.extend(messages);
            }
            Entry::Kept(kept) => taken.kept.push(*kept),
        }
        memory::keep_call(&id, call);
    }
    taken
}

/// What a program on an agent's screen needs: the call's state, and where the customer is found.
fn pop(id: &str, call: &Call) -> Json {
    let state = match call.phase() {
        Phase::Ringing => "ringing",
        Phase::Talking => "talking",
        Phase::Answered => "answered",
        Phase::Missed => "missed",
    };
    let console = config::text("console-url").filter(|url| !url.is_empty());
    let open = console.map(|url| {
        let query: String = form_urlencoded::byte_serialize(call.customer.as_bytes()).collect();
        format!("{}/find?q={query}", url.trim_end_matches('/'))
    });
    json!({ "call": id, "state": state, "number": call.customer, "extension": call.rang_at, "open": open })
}

impl Taken {
    /// The answer names each call and what was kept.
    fn into_answer(self) -> Result<Inbound, Error> {
        let part =
            |part: &Kept| json!({ "call": part.external_id, "reason": part.reason, "detail": part.detail });
        let kept: Vec<Json> = self.kept.iter().map(part).collect();
        let answer = HttpAnswer::json(&json!({ "calls": self.calls, "kept": kept }))?;
        Ok(Inbound { messages: self.messages, kept: self.kept, ..Inbound::answer(answer) })
    }
}

/// The event of a body: JSON, or a form.
fn event(request: &HttpRequest) -> Result<Json, Error> {
    let kind = request.header("content-type").unwrap_or_default().to_ascii_lowercase();
    if kind.starts_with("application/x-www-form-urlencoded") {
        return Ok(generic::form(&fields(request)));
    }
    serde_json::from_slice(&lenient::json(&request.body))
        .map_err(|error| Error::invalid(format!("The body is neither JSON nor a form: {error}.")))
}

fn fields(request: &HttpRequest) -> Vec<(String, String)> {
    form_urlencoded::parse(&request.body).into_owned().collect()
}

fn unreadable(problem: &str) -> Error {
    Error::invalid(format!("The event can't be read: {problem}."))
}

fn around() -> Around {
    let digits = config::integer("extension-digits").and_then(|digits| usize::try_from(digits).ok());
    let offset = config::text("utc-offset").as_deref().and_then(time::offset);
    Around {
        numbering: Numbering {
            extension_digits: digits.unwrap_or(4),
            outside_prefix: config::text("outside-prefix").unwrap_or_default(),
        },
        offset: offset.unwrap_or(jiff::tz::Offset::UTC),
        now: clock::now(),
    }
}

fn company() -> Company {
    Company {
        region: config::text("region").unwrap_or_default(),
        vouched: config::boolean("vouched-numbers").unwrap_or(false),
        language: match config::text("language").as_deref() {
            Some("en") => Language::English,
            _ => Language::Chinese,
        },
        recordings: recordings(),
    }
}

/// Where recordings are fetched from.
fn recordings() -> String {
    config::text("recordings-url").unwrap_or_else(|| "https://api.twilio.com".into())
}
