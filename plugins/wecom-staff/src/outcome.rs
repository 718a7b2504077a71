//! What WeCom's refusals mean: whether to try again, and what people have to do
//! (<https://developer.work.weixin.qq.com/document/path/90313>). Whoever isn't reached reads it in their own settings.

use hospes_notice::Notice;
use hospes_sdk::Error;
use hospes_wechat::answer::Refusal;
use serde_json::Value as Json;

use crate::people::Person;

/// How long to wait, in milliseconds: while WeCom is busy, and for the next minute's calls.
const BUSY: u32 = 5_000;
const MINUTE: u32 = 60_000;

/// Whether a token isn't taken any more: it is unknown, or has expired.
pub fn is_stale(code: i64) -> bool {
    matches!(code, 40_001 | 40_014 | 42_001)
}

/// Whether a code says that there is no such member, or none that the application sees.
pub fn is_nobody(code: i64) -> bool {
    matches!(code, 40_003 | 40_031 | 46_004 | 60_111 | 81_013 | 82_001)
}

/// Why no token was given.
pub fn of_token(refusal: &Refusal) -> Error {
    match refusal.code {
        40_001 | 40_013 | 40_091 | 41_002 | 41_004 => Error::denied(format!(
            "WeCom doesn't take the secret `app-secret` or the setting `corp-id`: an administrator compares both with the \
             console. 企业微信不接受 Secret 或企业 ID，请管理员核对。({})",
            refusal.message
        )),
        _ => general(refusal),
    }
}

/// Why a message wasn't sent.
pub fn of_sending(refusal: &Refusal, notice: &Notice, person: &Person) -> Error {
    match is_nobody(refusal.code) {
        true => nobody(notice, person, &refusal.message),
        false => general(refusal),
    }
}

/// Why nobody could be looked up.
pub fn of_lookup(refusal: &Refusal, notice: &Notice) -> Error {
    let error = general(refusal);
    // The application may well send, only not look people up; so it is no fault of the whole.
    match error.code.as_str() {
        "denied" | "invalid" => {
            Error::not_found(format!("{} ({})", no_address(notice).message, refusal.message))
        }
        _ => error,
    }
}

/// Whom an answer that is no refusal says the message didn't reach; none where it arrived.
pub fn unreached(answer: &Json, notice: &Notice, person: &Person) -> Option<Error> {
    let named = |name: &str| answer[name].as_str().is_some_and(|users| !users.is_empty());
    if named("unlicenseduser") {
        let text = notice.language.pick(
            "企业微信中没有您的接口许可（基础账号），请管理员为您分配。",
            "You have no licence for WeCom's interfaces; an administrator assigns one in WeCom's console.",
        );
        return Some(Error::new("unlicensed", text));
    }
    named("invaliduser").then(|| nobody(notice, person, "invaliduser"))
}

/// Nobody is reached by the userid.
fn nobody(notice: &Notice, person: &Person, said: &str) -> Error {
    let userid = &person.userid;
    let way = match person.by_email {
        true => notice.language.pick("（按邮箱查到）", " (found by your e-mail address)"),
        false => "",
    };
    Error::not_found(notice.language.pick(
        format!(
            "企业微信找不到账号 {userid}{way}，或者您不在该应用的可见范围内。请在“通知”设置中填写企业微信账号（管理后台通讯录中的“账号”），\
             并请管理员检查应用的可见范围。({said})"
        ),
        format!(
            "WeCom reaches nobody by the userid {userid}{way}, or the application isn't visible to you. Enter your WeCom \
             userid (“账号” in WeCom's address book) in your settings under notifications, and ask an administrator to check \
             the application's visible range. ({said})"
        ),
    ))
}

/// What was entered is no userid.
pub fn no_userid(notice: &Notice) -> Error {
    Error::invalid(notice.language.pick(
        format!(
            "“{}”不是企业微信账号。请在“通知”设置中填写一个账号（字母、数字和 _-@.，见管理后台通讯录），或留空以按邮箱查找。",
            notice.address
        ),
        format!(
            "“{}” is no WeCom userid. In your settings under notifications, enter one userid (letters, digits and _-@., as \
             “账号” in WeCom's address book), or nothing, to be found by e-mail.",
            notice.address
        ),
    ))
}

/// Nothing was entered, and nothing else leads to a userid.
pub fn no_address(notice: &Notice) -> Error {
    Error::not_found(notice.language.pick(
        "没有可用的企业微信账号。请在“通知”设置中填写您的企业微信账号（管理后台通讯录中的“账号”）。",
        "No WeCom userid is known. Enter yours (“账号” in WeCom's address book) in your settings under notifications.",
    ))
}

/// Nobody in WeCom has the e-mail address.
pub fn no_member(notice: &Notice) -> Error {
    let email = &notice.email;
    Error::not_found(notice.language.pick(
        format!("企业微信中没有邮箱为 {email} 的成员。请在“通知”设置中填写您的企业微信账号（管理后台通讯录中的“账号”）。"),
        format!(
            "No member in WeCom has the e-mail address {email}. Enter your WeCom userid (“账号” in WeCom's address book) in \
             your settings under notifications."
        ),
    ))
}

/// What concerns neither the person nor the token's secret. One with a time to wait is tried again.
fn general(refusal: &Refusal) -> Error {
    let said = &refusal.message;
    match refusal.code {
        // Busy; two requests at once; the same data being changed.
        -1 | 6_000 | 45_033 => Error::unavailable(format!("WeCom is busy: {said}"), Some(BUSY)),
        45_009 => Error::unavailable(format!("WeCom's limit of calls is used up: {said}"), Some(MINUTE)),
        code if is_stale(code) => {
            Error::unavailable(format!("WeCom takes no access token: {said}"), Some(MINUTE))
        }
        60_020 => Error::denied(format!(
            "WeCom doesn't trust this server's address: an administrator adds it to the application's trusted IPs. \
             请管理员把服务器地址加入应用的“企业可信IP”。({said})"
        )),
        40_056 | 48_002 | 48_004 | 50_001 | 60_011 | 81_012 | 301_002 => Error::denied(format!(
            "The application may not do this: an administrator compares the setting `agent-id` with the console, and looks \
             at the application's permissions. 请管理员核对 AgentId 和应用权限。({said})"
        )),
        _ => Error::invalid(format!("WeCom refused: {said}")),
    }
}
