//! A web form as a channel: a form on the company's site posts to the installation's address.
//!
//! Here stands only what speaks to the host; reading fields, people and origins stands in the modules,
//! which are tested without one.

mod contact;
mod fields;
mod origin;
mod submission;

use fields::Encoding;
use hospes_sdk::serde_json::json;
use hospes_sdk::{Error, Header, HttpAnswer, HttpRequest, Inbound, Kept, Message, clock, config};
use origin::Origin;
use submission::{Refusal, Rules};

struct WebForm;

impl hospes_sdk::Channel for WebForm {
    fn receive(request: HttpRequest) -> Result<Inbound, Error> {
        let allowed: Vec<String> = config::json("allowed-origins")?.unwrap_or_default();
        let origin = origin::judge(request.header("origin"), &allowed);
        if origin == Origin::Refused {
            let said = [(
                "Posting from this site isn't allowed; add it to the setting `allowed-origins`.",
                "不允许从该网站提交；请把它加入设置 `allowed-origins`。",
            )];
            return refuse(403, "origin-not-allowed", &said, Vec::new());
        }
        let cors = origin::headers(&origin);
        match request.method.as_str() {
            "OPTIONS" => {
                let mut headers = cors;
                if matches!(origin, Origin::Allowed(_)) {
                    headers.extend(origin::preflight());
                }
                headers.push(Header::new("allow", "POST, OPTIONS"));
                Ok(Inbound::answer(HttpAnswer { headers, ..HttpAnswer::status(204) }))
            }
            "POST" => post(&request, cors),
            _ => {
                let said = [("Forms are posted here: use POST.", "此地址只接受 POST 提交。")];
                refuse(405, "method-not-allowed", &said, vec![Header::new("allow", "POST, OPTIONS")])
            }
        }
    }
}

hospes_sdk::export!(WebForm: channel);

/// Takes a submission.
fn post(request: &HttpRequest, cors: Vec<Header>) -> Result<Inbound, Error> {
    let Some(encoding) = fields::encoding(request.header("content-type").unwrap_or_default()) else {
        let said = [(
            "Send application/json or application/x-www-form-urlencoded, in UTF-8.",
            "请以 UTF-8 编码的 application/json 或 application/x-www-form-urlencoded 提交。",
        )];
        return refuse(415, "unsupported-media-type", &said, cors);
    };
    let fields = fields::read(encoding, &request.body).map_err(Error::invalid)?;

    // People don't see the honeypot, so whoever fills it in is a robot. It is told that all went well.
    let honeypot = config::text("honeypot").unwrap_or_default();
    let robot = |(name, value): &(String, String)| *name == honeypot && !value.trim().is_empty();
    let robot = !honeypot.is_empty() && fields.iter().any(robot);

    let rules = Rules {
        names: config::json("fields")?.unwrap_or_default(),
        region: config::text("region").unwrap_or_default(),
    };
    let mut submission = match submission::read(&fields, &rules) {
        Ok(submission) => submission,
        Err(_) if robot => return Ok(kept(String::new(), None, thanks(encoding, cors)?)),
        Err(wrong) => return unprocessable(&wrong, cors),
    };
    if submission.language.is_empty() {
        submission.language = preferred_language(request.header("accept-language").unwrap_or_default());
    }
    let now = clock::now();
    let key = request.header("idempotency-key").unwrap_or(&submission.id).trim();
    let external_id = match key {
        "" => format!("form:{}", submission.fingerprint(now)),
        key if key.len() <= 128 => format!("key:{key}"),
        key => format!("key:{}", submission::digest(key)),
    };
    let message = submission.into_message(external_id.clone(), now);
    if robot {
        return Ok(kept(external_id, Some(message), thanks(encoding, cors)?));
    }
    Ok(Inbound { messages: vec![message], ..Inbound::answer(thanks(encoding, cors)?) })
}

/// A submission that only a robot can have made, for people to see that nobody's message was among them.
fn kept(external_id: String, message: Option<Message>, answer: HttpAnswer) -> Inbound {
    let detail = "the field that people can't see was filled in".to_owned();
    let kept = Kept { external_id, reason: "automatic".into(), detail, message };
    Inbound { kept: vec![kept], ..Inbound::answer(answer) }
}

/// The first language of an `Accept-Language` header.
fn preferred_language(header: &str) -> String {
    let first = header.split([',', ';']).next().unwrap_or_default().trim();
    let plain = first.len() <= 35 && first.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if plain { first.to_owned() } else { String::new() }
}

/// What a submission that was taken is answered: scripts get JSON; a browser goes on to the
/// operator's page, or gets a line of text.
fn thanks(encoding: Encoding, cors: Vec<Header>) -> Result<HttpAnswer, Error> {
    let mut answer = match (encoding, config::text("redirect-url").filter(|url| !url.is_empty())) {
        (Encoding::Json, _) => HttpAnswer::json(&json!({ "received": true }))?,
        (Encoding::Form, Some(url)) => {
            HttpAnswer { headers: vec![Header::new("location", url)], ..HttpAnswer::status(303) }
        }
        (Encoding::Form, None) => {
            HttpAnswer::text("谢谢，我们已收到您的留言。\nThank you, we have received your message.\n")
        }
    };
    answer.headers.extend(cors);
    Ok(answer)
}

/// 422: names each field and what is wrong with it, in both languages.
fn unprocessable(wrong: &[Refusal], cors: Vec<Header>) -> Result<Inbound, Error> {
    let errors: Vec<_> = wrong
        .iter()
        .map(|refusal| {
            json!({
                "field": refusal.field,
                "en": format!("{}: {}.", refusal.field, refusal.en),
                "zh-CN": format!("{}：{}。", refusal.field, refusal.zh),
            })
        })
        .collect();
    let mut answer =
        HttpAnswer::json(&json!({ "received": false, "code": "invalid-fields", "errors": errors }))?;
    answer.status = 422;
    answer.headers.extend(cors);
    Ok(Inbound::answer(answer))
}

/// An answer that takes nothing.
fn refuse(status: u16, code: &str, said: &[(&str, &str)], headers: Vec<Header>) -> Result<Inbound, Error> {
    let errors: Vec<_> = said.iter().map(|(en, zh)| json!({ "en": en, "zh-CN": zh })).collect();
    let mut answer = HttpAnswer::json(&json!({ "received": false, "code": code, "errors": errors }))?;
    answer.status = status;
    answer.headers.extend(headers);
    Ok(Inbound::answer(answer))
}
