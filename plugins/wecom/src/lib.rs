//! WeCom (企业微信) as a channel: an application of the company's own, and WeChat customer service (微信客服).
//!
//! Callbacks come signed and encrypted. What is in them is read at once; what they only announce (messages of customer
//! service, new contacts) is asked for by the next poll, which has HTTP. Here stands only what speaks to the host.

mod customers;
mod events;
mod incoming;
mod outcome;
mod outgoing;
mod poll;
mod service;
mod settings;
mod signals;
mod thread;

use hospes_sdk::http::Request;
use hospes_sdk::serde_json::json;
use hospes_sdk::{
    Batch, ConversationRequest, Error, Header, HttpAnswer, HttpRequest, Inbound, Media, OutboundMessage,
    Sent, Source, Started, clock, http,
};
use hospes_wechat::answer;
use hospes_wechat::api::{self, Api, Token};
use hospes_wechat::envelope::{self, Signed};
use hospes_wechat::media::{self, Found};
use hospes_wechat::query;
use hospes_wechat::xml::Element;
use incoming::Around;
use outgoing::Part;
use settings::Settings;
use thread::Thread;

struct Wecom;

impl hospes_sdk::Channel for Wecom {
    fn receive(request: HttpRequest) -> Result<Inbound, Error> {
        let settings = Settings::complete()?;
        match request.method.as_str() {
            "GET" => verified(&request, &settings),
            "POST" => called_back(&request, &settings),
            _ => {
                let headers = vec![Header::new("allow", "GET, POST")];
                Ok(Inbound::answer(HttpAnswer { headers, ..HttpAnswer::status(405) }))
            }
        }
    }
}

impl hospes_sdk::ChannelSend for Wecom {
    fn send(message: OutboundMessage) -> Result<Sent, Error> {
        let thread = Thread::parse(&message.conversation).ok_or_else(|| {
            Error::invalid(format!(
                "`{}` is the name of none of WeCom's conversations.",
                message.conversation
            ))
        })?;
        let api = api(&Settings::complete()?);
        let mut id = String::new();
        for (index, part) in outgoing::plan(&message, &thread)?.into_iter().enumerate() {
            let (path, mut body) = outgoing::address(&thread, &message.id, index)?;
            let (kind, data) = match part {
                Part::Ready(kind, data) => (kind, data),
                Part::File(media) => {
                    let (kind, reference) = handed_over(&api, &media, &message.id)?;
                    (kind, json!({"media_id": reference}))
                }
            };
            body["msgtype"] = json!(kind);
            body[kind] = data;
            let answer = api.post(path, &body)?.map_err(|refusal| outcome::error(&refusal))?;
            if let Some(error) = outgoing::unreached(&answer) {
                return Err(error);
            }
            id = answer["msgid"].as_str().unwrap_or_default().to_owned();
        }
        Ok(Sent { external_id: id, attributes: Vec::new() })
    }

    /// Members can be written to at any time; customers have to begin.
    fn start(request: ConversationRequest) -> Result<Started, Error> {
        let Settings { corporation, agent, .. } = Settings::complete()?;
        let member = request
            .recipient
            .into_iter()
            .find(|known| known.scheme == "wecom-member" && known.issuer == corporation && known.attested);
        match member {
            Some(member) if !agent.is_empty() => {
                Ok(Started { conversation: Thread::App { agent, user: member.value }.to_string() })
            }
            _ => Err(Error::new(
                "unsupported",
                "WeCom lets an application write first only to members of the corporation; customers have to open the \
                 service account's chat.",
            )),
        }
    }
}

impl hospes_sdk::ChannelPoll for Wecom {
    fn poll(cursor: Option<String>) -> Result<Batch, Error> {
        let settings = Settings::read();
        poll::poll(cursor, &settings, &api(&settings))
    }
}

impl hospes_sdk::ChannelMedia for Wecom {
    fn fetch(media: Media) -> Result<Source, Error> {
        let path = format!("/cgi-bin/media/get?media_id={}", query::encoded(&media.reference));
        match media::find(&api(&Settings::complete()?), &path)?.map_err(|refusal| outcome::error(&refusal))? {
            Found::File(source) => Ok(*source),
            Found::Described(_) => {
                Err(Error::not_found("WeCom answered with data in the place of the file."))
            }
        }
    }
}

hospes_sdk::export!(Wecom: channel, channel_send, channel_poll, channel_media);

/// The platform tries the address: it wants back what it encrypted.
fn verified(request: &HttpRequest, settings: &Settings) -> Result<Inbound, Error> {
    let signed = Signed::of(&request.query, "msg_signature")?;
    let encrypted = query::parameter(&request.query, "echostr").unwrap_or_default();
    signed.verify(&encrypted)?;
    let echo = envelope::open(&encrypted, &settings.corporation)?;
    Ok(Inbound::answer(HttpAnswer::text(String::from_utf8_lossy(&echo))))
}

fn called_back(request: &HttpRequest, settings: &Settings) -> Result<Inbound, Error> {
    let signed = Signed::of(&request.query, "msg_signature")?;
    let outer = Element::parse(&request.body)?;
    let encrypted = outer.text_of("Encrypt").trim();
    if encrypted.is_empty() {
        return Err(Error::invalid("There is no element `Encrypt`; WeCom's callbacks are always encrypted."));
    }
    signed.verify(encrypted)?;
    let document = envelope::open(encrypted, &settings.corporation)?;
    let around = Around {
        corporation: &settings.corporation,
        agent: &settings.agent,
        language: settings.language,
        now: clock::now() / 1_000,
    };
    let reading = incoming::read(&document, around);
    if let Some(signal) = &reading.signal {
        signal.leave()?;
    }
    let (messages, kept) = (reading.message.into_iter().collect(), reading.kept.into_iter().collect());
    Ok(Inbound { messages, kept, ..Inbound::answer(HttpAnswer::status(200)) })
}

fn api(settings: &Settings) -> Api {
    Api {
        base: settings.api.clone(),
        account: settings.corporation.clone(),
        renew: token,
        is_stale: outcome::is_stale,
    }
}

/// A new access token (<https://developer.work.weixin.qq.com/document/path/91039>). WeCom gives the same one as long as
/// it is good, so there is nothing to force.
fn token(api: &Api, _rejected: bool) -> Result<Token, Error> {
    let before = format!("{}/cgi-bin/gettoken?corpid={}&corpsecret=", api.base, query::encoded(&api.account));
    let response = Request::get([http::Piece::text(before), http::Piece::secret("app-secret")]).send()?;
    let answer = answer::read(&response)?.map_err(|refusal| outcome::error(&refusal))?;
    api::token(&answer)
}

/// The media id of a file that goes out, and its kind.
fn handed_over(api: &Api, media: &Media, id: &str) -> Result<(&'static str, String), Error> {
    let Some(file) = media::attached(media)? else {
        return Ok((outgoing::file_kind(&media.media_type), media.reference.clone()));
    };
    let kind = outgoing::file_kind(&file.media_type);
    let uploaded = media::upload(api, "/cgi-bin/media/upload", kind, (&file, id))?;
    Ok((kind, uploaded.map_err(|refusal| outcome::error(&refusal))?))
}
