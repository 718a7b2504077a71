//! A WeChat official account (微信公众号, 服务号) as a channel: reads its callbacks and answers as customer service.
//!
//! Here stands only what speaks to the host; what callbacks and refusals mean stands in the modules.

mod followers;
mod incoming;
mod outcome;
mod outgoing;
mod settings;

use followers::Signal;
use hospes_sdk::http::{Piece, Request};
use hospes_sdk::serde_json::json;
use hospes_sdk::{
    Batch, ConversationRequest, Error, Header, HttpAnswer, HttpRequest, Inbound, Media, OutboundMessage,
    Sent, Source, Started, clock, log,
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

struct WechatService;

impl hospes_sdk::Channel for WechatService {
    fn receive(request: HttpRequest) -> Result<Inbound, Error> {
        match request.method.as_str() {
            "GET" => verified(&request),
            "POST" => called_back(&request),
            _ => {
                let headers = vec![Header::new("allow", "GET, POST")];
                Ok(Inbound::answer(HttpAnswer { headers, ..HttpAnswer::status(405) }))
            }
        }
    }
}

impl hospes_sdk::ChannelSend for WechatService {
    fn send(message: OutboundMessage) -> Result<Sent, Error> {
        let api = api(&Settings::complete()?);
        for part in outgoing::plan(&message)? {
            let (kind, data) = match part {
                Part::Ready(kind, data) => (kind, data),
                Part::File(kind, media) => {
                    (kind, json!({"media_id": handed_over(&api, kind, &media, &message.id)?}))
                }
            };
            let mut body = json!({"touser": message.conversation, "msgtype": kind});
            body[kind] = data;
            api.post("/cgi-bin/message/custom/send", &body)?.map_err(|refusal| outcome::error(&refusal))?;
        }
        // WeChat names no id, and never speaks of the message again.
        Ok(Sent { external_id: message.id, attributes: Vec::new() })
    }

    /// The conversation is the follower's openid. Whether WeChat lets a message through shows when the first goes out.
    fn start(request: ConversationRequest) -> Result<Started, Error> {
        let account = Settings::complete()?.account;
        let follower = request
            .recipient
            .into_iter()
            .find(|known| known.scheme == "wechat" && known.issuer == account && known.attested);
        follower.map(|follower| Started { conversation: follower.value }).ok_or_else(|| {
            Error::new(
                "unsupported",
                "This customer isn't known as a follower of this account; they have to write first.",
            )
        })
    }
}

impl hospes_sdk::ChannelPoll for WechatService {
    fn poll(cursor: Option<String>) -> Result<Batch, Error> {
        let settings = Settings::read();
        followers::poll(cursor, &settings, &api(&settings))
    }
}

impl hospes_sdk::ChannelMedia for WechatService {
    fn fetch(media: Media) -> Result<Source, Error> {
        let path = format!("/cgi-bin/media/get?media_id={}", query::encoded(&media.reference));
        match media::find(&api(&Settings::complete()?), &path)?.map_err(|refusal| outcome::error(&refusal))? {
            Found::File(source) => Ok(*source),
            // Of a video WeChat says where it is, by an address without encryption that works with it, too.
            Found::Described(described) => match described["video_url"].as_str() {
                Some(address) => Request::get(address.replacen("http://", "https://", 1)).source(),
                None => Err(Error::not_found("WeChat answered with data in the place of the file.")),
            },
        }
    }
}

hospes_sdk::export!(WechatService: channel, channel_send, channel_poll, channel_media);

/// The platform tries the address: it wants back what it sent.
fn verified(request: &HttpRequest) -> Result<Inbound, Error> {
    Signed::of(&request.query, "signature")?.verify("")?;
    let echo = query::parameter(&request.query, "echostr").unwrap_or_default();
    Ok(Inbound::answer(HttpAnswer::text(echo)))
}

fn called_back(request: &HttpRequest) -> Result<Inbound, Error> {
    let settings = Settings::complete()?;
    let document = document(request, &settings)?;
    let around =
        Around { account: &settings.account, language: settings.language, now: clock::now() / 1_000 };
    let reading = incoming::read(&document, around);
    // A message is worth more than the unionid of who wrote it.
    if let Some(Err(error)) = reading.signal.as_ref().map(Signal::leave) {
        log::warn(&format!("The follower can't be asked about: {}", error.message));
    }
    let (messages, kept) = (reading.message.into_iter().collect(), reading.kept.into_iter().collect());
    Ok(Inbound { messages, kept, ..Inbound::answer(HttpAnswer::text("success")) })
}

/// The document of a callback. In the safe mode it is encrypted; in the compatible mode it is there encrypted as well, and
/// only that is read, because the signature covers it.
fn document(request: &HttpRequest, settings: &Settings) -> Result<Vec<u8>, Error> {
    let is_encrypted = query::parameter(&request.query, "msg_signature").is_some();
    if is_encrypted {
        let signed = Signed::of(&request.query, "msg_signature")?;
        let outer = Element::parse(&request.body)?;
        let encrypted = outer.text_of("Encrypt").trim();
        if encrypted.is_empty() {
            return Err(Error::invalid(
                "There is no element `Encrypt`, although the query has a msg_signature.",
            ));
        }
        signed.verify(encrypted)?;
        return envelope::open(encrypted, &settings.account);
    }
    Signed::of(&request.query, "signature")?.verify("")?;
    if !settings.plain {
        return Err(Error::denied(
            "The message isn't encrypted. Choose the safe mode (安全模式) on the platform, or set the setting `plain`.",
        ));
    }
    Ok(request.body.clone())
}

fn api(settings: &Settings) -> Api {
    Api {
        base: settings.api.clone(),
        account: settings.account.clone(),
        renew: token,
        is_stale: outcome::is_stale,
    }
}

/// A new access token, which leaves those of other programs good
/// (<https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/getStableAccessToken.html>). A token that was just
/// given and isn't taken is replaced by force, which WeChat allows 20 times a day.
fn token(api: &Api, rejected: bool) -> Result<Token, Error> {
    let before = json!({"grant_type": "client_credential", "appid": api.account, "force_refresh": rejected})
        .to_string();
    let before = format!("{},\"secret\":\"", before.trim_end_matches('}'));
    let body = vec![Piece::text(before), Piece::secret("app-secret"), Piece::text("\"}")];
    let response = Request::post(format!("{}/cgi-bin/stable_token", api.base)).json_pieces(body).send()?;
    let answer = answer::read(&response)?.map_err(|refusal| outcome::of_token(&refusal))?;
    api::token(&answer)
}

/// The media id of a file that goes out.
fn handed_over(api: &Api, kind: &str, media: &Media, id: &str) -> Result<String, Error> {
    let Some(file) = media::attached(media)? else { return Ok(media.reference.clone()) };
    let uploaded = media::upload(api, "/cgi-bin/media/upload", kind, (&file, id))?;
    uploaded.map_err(|refusal| outcome::error(&refusal))
}
