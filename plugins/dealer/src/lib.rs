//! Joins a dealer's system: hands it what is shared with the dealer, hears what it says later, asks it for stock and
//! orders.
//!
//! Here stands only what speaks to the host; what the dealer's JSON means stands in the modules, which are tested
//! without one.

mod answer;
mod decision;
mod outgoing;
mod signature;
mod tables;

use answer::Outcome;
use hospes_sdk::http::{self, Request, Response};
use hospes_sdk::partner::{QueryRequest, Receipt, Share};
use hospes_sdk::secrets::{self, Hash, Secret};
use hospes_sdk::serde_json::{self, json};
use hospes_sdk::{
    Attribute, Error, Header, HttpAnswer, HttpRequest, Inbound, Table, Value, clock, config, log, records,
};

/// How far the clock of the other side may be off, in seconds.
const DRIFT: i64 = 300;

struct Dealer;

impl hospes_sdk::Partner for Dealer {
    /// Hands all of them over side by side. When one can't go now, the host comes again with each alone; the dealer
    /// knows by the idempotency key what it has already.
    fn push(shares: Vec<Share>) -> Result<Vec<Receipt>, Error> {
        let key = signing_key()?;
        let mut requests = Vec::with_capacity(shares.len());
        for share in &shares {
            let body = outgoing::body(share, &code());
            let text = serde_json::to_vec(&body)?;
            let now = clock::now() / 1_000_000;
            let signed = signature::write(now, &key.hmac(Hash::Sha256, &signature::signed(now, &text))?);
            let request = Request::post(address(outgoing::path(share))?)
                .bearer("token")
                .header("content-type", "application/json")
                .header("idempotency-key", &share.id)
                .header(signature::HEADER, signed)
                .body(text);
            requests.push(with_code(request));
        }
        let mut receipts = Vec::with_capacity(shares.len());
        for (share, response) in shares.iter().zip(http::send_many(requests)?) {
            let response = response?;
            match answer::read(response.status, wait(&response), &response.body)? {
                Outcome::Decided { accepted, number, message } => {
                    receipts.push(Receipt { share: share.id.clone(), accepted, reference: number, message });
                }
                Outcome::Pending { number, message } => note(&share.id, &number, &message),
            }
        }
        Ok(receipts)
    }

    fn query(request: QueryRequest) -> Result<Table, Error> {
        let titles = tables::Language::of(&request.language);
        let asked = |name: &str| Attribute::find(&request.parameters, name).and_then(Value::as_text);
        match request.name.as_str() {
            "stock" => {
                let mut path = "/v1/stock".to_owned();
                if let Some(product) = asked("product").filter(|product| !product.is_empty()) {
                    path = format!("{path}?product={}", outgoing::encoded(product));
                }
                let response = get(&path)?;
                answer::check(response.status, wait(&response), &response.body)?;
                tables::stock(&response.body, titles)
            }
            "order-status" => {
                let number = asked("number").filter(|number| !number.is_empty()).ok_or_else(|| {
                    Error::invalid("order-status needs the parameter number: the order's number.")
                })?;
                let response = get(&format!("/v1/orders/{}", outgoing::encoded(number)))?;
                answer::check(response.status, wait(&response), &response.body)?;
                tables::order(&response.body, titles)
            }
            other => {
                let text =
                    format!("The dealer knows no question {other:?}; it knows stock and order-status.");
                Err(Error::new("unsupported", text))
            }
        }
    }
}

impl hospes_sdk::Channel for Dealer {
    /// What the dealer says of a share after it has got it.
    fn receive(request: HttpRequest) -> Result<Inbound, Error> {
        if request.path != "decisions" {
            return Err(Error::not_found("The dealer's word comes by POST to `decisions`."));
        }
        if request.method != "POST" {
            let headers = vec![Header::new("allow", "POST")];
            return Ok(Inbound::answer(HttpAnswer { headers, ..HttpAnswer::status(405) }));
        }
        authenticate(&request)?;
        let said = decision::read(&request.body)?;
        let share = records::get("share", &said.share)?;
        records::update("share", &said.share, share.version, &said.attributes())?;
        Ok(Inbound::answer(HttpAnswer::json(&json!({ "received": true }))?))
    }
}

hospes_sdk::export!(Dealer: partner, channel);

/// Lets only the dealer in: it signs the time and the body with the key that both sides have.
fn authenticate(request: &HttpRequest) -> Result<(), Error> {
    let header = request
        .header(signature::HEADER)
        .ok_or_else(|| Error::denied(format!("The header {} is missing.", signature::HEADER)))?;
    let (at, given) = signature::read(header).ok_or_else(|| {
        Error::denied(format!("The header {} is written t=SECONDS,v1=HEX.", signature::HEADER))
    })?;
    if (clock::now() / 1_000_000 - at).abs() > DRIFT {
        return Err(Error::denied("The signature's time is more than five minutes off."));
    }
    let signed = signature::signed(at, &request.body);
    if signing_key()?.verify_hmac(Hash::Sha256, &signed, &given)? {
        Ok(())
    } else {
        Err(Error::denied("The signature isn't made with the secret `signing-key`."))
    }
}

fn signing_key() -> Result<Secret, Error> {
    secrets::get("signing-key").map_err(|error| {
        Error::denied(format!("Nothing can be signed: {} Set the secret `signing-key`.", error.message))
    })
}

/// Keeps the number that the dealer has given, until its decision comes. A share that has moved on has a newer word.
fn note(share: &str, number: &str, message: &str) {
    let attributes = [Attribute::new("reference", number), Attribute::new("message", message)];
    let noted = records::get("share", share)
        .and_then(|entity| records::update("share", share, entity.version, &attributes));
    if let Err(error) = noted {
        log::warn(&format!("The number {number} of share {share} can't be kept: {}", error.message));
    }
}

fn get(path: &str) -> Result<Response, Error> {
    with_code(Request::get(address(path)?).bearer("token").header("accept", "application/json")).send()
}

fn with_code(request: Request) -> Request {
    match code() {
        code if code.is_empty() => request,
        code => request.header("x-dealer-code", code),
    }
}

fn address(path: &str) -> Result<String, Error> {
    match config::text("base-url").filter(|base| !base.is_empty()) {
        Some(base) => Ok(format!("{}{path}", base.trim_end_matches('/'))),
        None => Err(Error::denied("Nobody can be asked: set the setting `base-url`.")),
    }
}

fn code() -> String {
    config::text("dealer-code").unwrap_or_default()
}

/// How long the dealer asks to wait, in milliseconds.
fn wait(response: &Response) -> Option<u32> {
    let seconds: u32 = response.header("retry-after")?.trim().parse().ok()?;
    Some(seconds.clamp(1, 3_600) * 1_000)
}
