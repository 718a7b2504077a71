//! Notifies people who work here by messages of a WeCom (企业微信) application
//! (<https://developer.work.weixin.qq.com/document/path/90236>). Here stands only what speaks to the host.

mod message;
mod outcome;
mod people;
mod settings;

use hospes_notice::pace::Pace;
use hospes_notice::{Notice, delivery};
use hospes_sdk::http::{Piece, Request};
use hospes_sdk::messenger::{Notification, Receipt};
use hospes_sdk::{Error, clock};
use hospes_wechat::answer;
use hospes_wechat::api::{self, Api, Token};
use hospes_wechat::query;
use settings::Settings;

/// How much WeCom shows one member of one application within a minute; it drops the rest without a word.
const A_MINUTE: usize = 30;

struct WecomStaff;

impl hospes_sdk::Messenger for WecomStaff {
    fn deliver(notifications: Vec<Notification>) -> Result<Vec<Receipt>, Error> {
        let settings = Settings::read();
        let api = Api {
            base: settings.api.clone(),
            account: format!("{} {}", settings.corporation, settings.agent),
            renew: token,
            is_stale: outcome::is_stale,
        };
        Ok(delivery::each(notifications, |notification| {
            deliver(&api, &settings, &Notice::of(notification, settings.offset))
        }))
    }
}

hospes_sdk::export!(WecomStaff: messenger);

/// Sends one, and answers with WeCom's id of the message.
fn deliver(api: &Api, settings: &Settings, notice: &Notice) -> Result<String, Error> {
    let agent = settings.agent(notice.language)?;
    let person = people::find(api, settings, notice)?;
    if let Some(wait) = pace(&person.userid)? {
        let text = notice.language.pick(
            "企业微信每分钟最多给一位成员发送 30 条，其余稍后发送。",
            "WeCom shows a member 30 messages a minute at most; the others follow.",
        );
        return Err(Error::unavailable(text, Some(wait)));
    }
    let body = message::body(notice, &person.userid, agent);
    let sent = api.post("/cgi-bin/message/send", &body)?;
    let sent = sent.map_err(|refusal| outcome::of_sending(&refusal, notice, &person));
    let sent = sent.and_then(|answer| match outcome::unreached(&answer, notice, &person) {
        Some(error) => Err(error),
        None => Ok(answer["msgid"].as_str().unwrap_or_default().to_owned()),
    });
    if sent.as_ref().is_err_and(|error| error.code == "not-found") {
        // Whoever was found by e-mail may have another userid by now.
        people::forget(notice);
    }
    sent
}

fn pace(userid: &str) -> Result<Option<u32>, Error> {
    let key = format!("sent/{}", userid.to_ascii_lowercase());
    Pace { key: &key, most: A_MINUTE }.take(clock::now() / 1_000)
}

/// A new access token (<https://developer.work.weixin.qq.com/document/path/91039>). WeCom gives the same one as long as it
/// is good, so there is nothing to force.
fn token(api: &Api, _rejected: bool) -> Result<Token, Error> {
    let corporation = api.account.split(' ').next().unwrap_or_default();
    let before = format!("{}/cgi-bin/gettoken?corpid={}&corpsecret=", api.base, query::encoded(corporation));
    let response = Request::get([Piece::text(before), Piece::secret("app-secret")]).send()?;
    let answer = answer::read(&response)?.map_err(|refusal| outcome::of_token(&refusal))?;
    api::token(&answer)
}
