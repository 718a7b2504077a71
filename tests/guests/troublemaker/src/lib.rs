//! A guest that misbehaves on demand: the tests tell it what to do, and see what the host lets through.

mod inbound;

use std::hint::black_box;
use std::sync::atomic::{AtomicU32, Ordering};

use hospes_sdk::http::{Piece, Request};
use hospes_sdk::{
    Attribute, Channel, ChannelSend, Error, HttpAnswer, HttpRequest, Identity, Inbound, Message, Money,
    OutboundMessage, Receipt, ReceiptStatus, Sent, Tools, clock, config, kv, log, random, records, secrets,
};
use serde::Deserialize;
use serde_json::{Value, json};

struct Troublemaker;

hospes_sdk::export!(Troublemaker: tools, channel, channel_send);

/// Calls since this instance came to life; more than one would mean that it lived on.
static CALLS: AtomicU32 = AtomicU32::new(0);

/// What to do.
#[derive(Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
enum Task {
    /// Stages a record, a key and a line, and returns the record's id.
    Stage,
    /// The same, and then breaks down.
    StageAndTrap,
    /// The same, and then refuses.
    StageAndRefuse,
    /// Computes for ever.
    Spin,
    /// Takes memory without end.
    Hog,
    /// Logs so many kibibytes.
    Chatter { kib: usize },
    /// Keeps a value of so many bytes under a key.
    Keep { key: String, bytes: usize },
    /// Reads a key.
    Get { key: String },
    /// Adds one to a counter.
    Count,
    /// Sends a request, with the secret in address and header if wanted.
    Fetch {
        url: String,
        #[serde(default)]
        with_secret: bool,
    },
    /// Reads a record.
    Read { kind: String, id: String },
    /// Looks at the secret's text.
    Reveal,
    /// Checks candidates against the secret, and says what each check is answered.
    Guess { candidates: Vec<String> },
    /// Checks WeChat's signature of parts.
    Wechat { timestamp: String, nonce: String, encrypted: String, signature: String },
    /// Makes so many HMACs of so many bytes with the secret.
    Macs { count: usize, bytes: usize },
    /// Sends a request that names the secret so often in a place: `url`, `header` or `body`.
    Stuff { url: String, place: String, count: usize },
    /// Finds records by so many conditions, so often.
    Find { conditions: usize, times: usize },
    /// Gives the customers whose added field `industry` is one text another one, unless it sees a field that isn't its own.
    Industry { from: String, to: String },
    /// Stages records with so many values in their JSON, so often.
    Json { values: usize, times: usize },
    /// Holds so many handles of the secret at once.
    Hold { count: usize },
    /// Sends a request with so many header fields.
    Headers { url: String, count: usize },
    /// Sends so many requests at once.
    FetchMany { url: String, count: usize },
    /// Stages so many new records.
    Changes { count: usize },
    /// Keeps so many small values under keys of their own.
    KeepMany { count: usize, bytes: usize },
    /// Looks at so many keys that nobody has kept.
    Look { count: usize },
    /// Changes the name of a record.
    Rename { kind: String, id: String, version: i64 },
    /// Enters an order of a customer's, or corrects the total of one that is there.
    Order { customer: String, number: String, total: String, correct: Option<(String, i64)> },
    /// Comments on a record.
    Comment { kind: String, id: String },
    /// Refuses with a message of so many bytes.
    Refuse { bytes: usize },
    /// Tells of itself: calls so far, the time twice, some random bytes and a setting.
    Tell,
}

impl Tools for Troublemaker {
    fn call(_name: String, arguments: String) -> Result<String, Error> {
        let calls = CALLS.fetch_add(1, Ordering::Relaxed) + 1;
        let task: Task = serde_json::from_str(&arguments)?;
        perform(task, calls).map(|value| value.to_string())
    }
}

/// What a provider says of a message.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Word {
    Sent,
    Delivered,
    Read,
    Failed,
}

/// A receipt as it comes to the path `receipt`.
#[derive(Deserialize)]
struct Slip {
    id: String,
    word: Word,
    reason: Option<String>,
}

/// A channel whose webhook says what to do; when that succeeds, it brings a message with the query as its id.
impl Channel for Troublemaker {
    fn receive(request: HttpRequest) -> Result<Inbound, Error> {
        if request.path == "receipt" {
            let slip: Slip = serde_json::from_slice(&request.body)?;
            let status = match slip.word {
                Word::Sent => ReceiptStatus::Sent,
                Word::Delivered => ReceiptStatus::Delivered,
                Word::Read => ReceiptStatus::Read,
                Word::Failed => ReceiptStatus::Failed,
            };
            let error = slip.reason.map(Error::invalid);
            let receipt = Receipt { external_id: slip.id, status, at: clock::now(), error };
            let answer = HttpAnswer { status: 200, headers: Vec::new(), body: b"{}".to_vec() };
            return Ok(Inbound { answer, messages: Vec::new(), receipts: vec![receipt], kept: Vec::new() });
        }
        if request.path == "empty" {
            let answer = HttpAnswer { status: 200, headers: Vec::new(), body: b"{}".to_vec() };
            return Ok(Inbound::answer(answer));
        }
        if request.path == "inbound" {
            return serde_json::from_slice::<inbound::Script>(&request.body)?.play();
        }
        let task: Task = serde_json::from_slice(&request.body)?;
        let result = perform(task, 1)?;
        let sender = Identity {
            scheme: "test".into(),
            issuer: String::new(),
            value: "somebody".into(),
            attested: true,
        };
        let message = Message {
            external_id: request.query,
            conversation: "thread".into(),
            kind: "message".into(),
            sender: vec![sender],
            sent_at: clock::now(),
            text: "hello, I want to buy one".into(),
            attachments: Vec::new(),
            attributes: Vec::new(),
        };
        let answer = HttpAnswer { status: 200, headers: Vec::new(), body: result.to_string().into_bytes() };
        Ok(Inbound { answer, messages: vec![message], receipts: Vec::new(), kept: Vec::new() })
    }
}

/// A provider that knows each message by its text, and can't take one that says so.
impl ChannelSend for Troublemaker {
    fn send(message: OutboundMessage) -> Result<Sent, Error> {
        if message.text == "no" {
            return Err(Error::unavailable("not now, on demand", None));
        }
        Ok(Sent { external_id: message.text, attributes: Vec::new() })
    }
}

/// What a check is answered: `true`, `false`, or the error's code.
fn answered(check: Result<bool, Error>) -> String {
    check.map_or_else(|error| error.code, |fits| fits.to_string())
}

fn stage() -> Result<Value, Error> {
    let id = records::create("customer", &[Attribute::new("name", "Staged")])?;
    kv::set("staged", b"yes")?;
    log::warn("about to misbehave");
    Ok(json!({ "id": id, "name": records::get("customer", &id)?.text("name") }))
}

fn perform(task: Task, calls: u32) -> Result<Value, Error> {
    match task {
        Task::Stage => stage(),
        Task::StageAndTrap => {
            stage()?;
            black_box(None::<u32>).expect("a breakdown on demand");
            Ok(Value::Null)
        }
        Task::StageAndRefuse => {
            stage()?;
            Err(Error::invalid("refused on demand"))
        }
        Task::Spin => loop {
            black_box(calls);
        },
        Task::Hog => {
            let mut all = Vec::new();
            loop {
                all.push(black_box(vec![1_u8; 1 << 20]));
            }
        }
        Task::Chatter { kib } => {
            for _ in 0..kib {
                log::info(&"x".repeat(1024));
            }
            Ok(Value::Null)
        }
        Task::Keep { key, bytes } => kv::set(&key, &vec![7; bytes]).map(|()| Value::Null),
        Task::Get { key } => {
            Ok(json!(kv::get(&key)?.map(|value| String::from_utf8_lossy(&value).into_owned())))
        }
        Task::Count => Ok(json!(kv::increment("count", 1)?)),
        Task::Fetch { url, with_secret } => {
            let mut pieces = vec![Piece::text(url)];
            if with_secret {
                pieces.extend([Piece::text("?token="), Piece::secret("token")]);
            }
            let mut request = Request::get(pieces);
            if with_secret {
                request = request.header("x-token", [Piece::secret("token")]);
            }
            let answer = request.send()?;
            Ok(json!({ "status": answer.status, "body": String::from_utf8_lossy(&answer.body) }))
        }
        Task::Read { kind, id } => {
            let entity = records::get(&kind, &id)?;
            let names: Vec<_> = entity.attributes.iter().map(|attribute| attribute.name.as_str()).collect();
            Ok(json!({ "version": entity.version, "fields": names }))
        }
        Task::Hold { count } => {
            let mut held = Vec::new();
            for _ in 0..count {
                held.push(secrets::get("token")?);
            }
            Ok(json!(held.len()))
        }
        Task::Guess { candidates } => {
            let secret = secrets::get("token")?;
            let checks = candidates.iter().map(|candidate| secret.equals(candidate.as_bytes()));
            Ok(json!(checks.map(answered).collect::<Vec<_>>()))
        }
        Task::Wechat { timestamp, nonce, encrypted, signature } => {
            let fits = secrets::get("token")?.verify_wechat(&timestamp, &nonce, &encrypted, &signature);
            Ok(json!(answered(fits)))
        }
        Task::Macs { count, bytes } => {
            let (secret, data) = (secrets::get("token")?, vec![7; bytes]);
            let mut made = 0;
            for _ in 0..count {
                made += secret.hmac(secrets::Hash::Sha256, &data)?.len();
            }
            Ok(json!(made))
        }
        Task::Stuff { url, place, count } => {
            let secrets = || std::iter::repeat_with(|| Piece::secret("token")).take(count);
            let request = match place.as_str() {
                "url" => {
                    let pieces: Vec<Piece> = std::iter::once(Piece::text(url)).chain(secrets()).collect();
                    Request::get(pieces)
                }
                "header" => Request::get(url).header("x-token", secrets().collect::<Vec<_>>()),
                _ => Request::post(url).form_pieces(secrets().collect::<Vec<_>>()),
            };
            Ok(json!(answered(request.send().map(|answer| answer.status == 200))))
        }
        Task::Find { conditions, times } => {
            let condition = || records::Condition {
                field: "name".into(),
                comparison: records::Comparison::Contains,
                value: hospes_sdk::Value::Text("nobody is called so".into()),
            };
            for _ in 0..times {
                let conditions = std::iter::repeat_with(condition).take(conditions).collect();
                records::find(&records::Query {
                    kind: "customer".into(),
                    conditions,
                    limit: 200,
                    cursor: None,
                })?;
            }
            Ok(Value::Null)
        }
        Task::Json { values, times } => {
            let list = hospes_sdk::Value::Json(format!("[{}0]", "0,".repeat(values)));
            let attribute = Attribute { name: "name".into(), value: list };
            for _ in 0..times {
                records::create("customer", std::slice::from_ref(&attribute))?;
            }
            Ok(Value::Null)
        }
        Task::Headers { url, count } => {
            let mut request = Request::get([Piece::text(url)]);
            for number in 0..count {
                request = request.header(format!("x-{number}"), [Piece::text("y")]);
            }
            Ok(json!(request.send()?.status))
        }
        Task::FetchMany { url, count } => {
            let requests = (0..count).map(|_| Request::get([Piece::text(url.clone())])).collect();
            let answers = hospes_sdk::http::send_many(requests)?;
            let codes =
                answers.into_iter().map(|answer| answer.map_or_else(|error| error.code, |_| "ok".into()));
            Ok(json!(codes.collect::<Vec<_>>()))
        }
        Task::Changes { count } => {
            for _ in 0..count {
                records::create("customer", &[Attribute::new("name", "One of many")])?;
            }
            Ok(Value::Null)
        }
        Task::KeepMany { count, bytes } => {
            for number in 0..count {
                kv::set(&format!("many-{number}"), &vec![7; bytes])?;
            }
            Ok(Value::Null)
        }
        Task::Look { count } => {
            for number in 0..count {
                kv::get(&format!("nobody-{number:0500}"))?;
            }
            Ok(Value::Null)
        }
        Task::Industry { from, to } => {
            let field = "custom.industry";
            let condition = records::Condition {
                field: field.into(),
                comparison: records::Comparison::Equal,
                value: hospes_sdk::Value::Text(from),
            };
            let (kind, conditions) = ("customer".to_owned(), vec![condition]);
            let found = records::find(&records::Query { kind, conditions, limit: 10, cursor: None })?;
            for entity in &found.items {
                let foreign = entity.attributes.iter().find(|of| of.name != "name" && of.name != field);
                if let Some(foreign) = foreign {
                    return Err(Error::invalid(format!("saw {}", foreign.name)));
                }
                let change = [Attribute::new(field, to.as_str())];
                records::update("customer", &entity.id, entity.version, &change)?;
            }
            Ok(json!(found.items.len()))
        }
        Task::Order { customer, number, total, correct } => {
            let total = Attribute::new("total", Money::new(total, "CNY"));
            if let Some((id, version)) = correct {
                return Ok(json!(records::update("order", &id, version, &[total])?));
            }
            let placed_at = Attribute::new("placed_at", hospes_sdk::Value::Time(clock::now()));
            let order =
                [Attribute::new("customer_id", customer), Attribute::new("number", number), total, placed_at];
            Ok(json!(records::create("order", &order)?))
        }
        Task::Rename { kind, id, version } => {
            records::update(&kind, &id, version, &[Attribute::new("name", "Mine now")]).map(|()| Value::Null)
        }
        Task::Comment { kind, id } => records::comment(&kind, &id, "I was here").map(|id| json!(id)),
        Task::Refuse { bytes } => Err(Error::invalid("x".repeat(bytes))),
        Task::Reveal => Ok(json!(secrets::get("token")?.reveal()?)),
        Task::Tell => {
            let before = clock::now();
            let mut sum = 0_u64;
            for number in 0..1_000_000 {
                sum = black_box(sum.wrapping_add(number));
            }
            let after = clock::now();
            Ok(json!({
                "calls": calls,
                "computing": after - before,
                "random": random::bytes(8),
                "answer": config::integer("answer"),
            }))
        }
    }
}
