//! What DingTalk's refusals mean: whether to try again, and what people have to do
//! (<https://open.dingtalk.com/document/orgapp/server-api-error-codes-1>). Whoever isn't reached reads it in their own settings.

use hospes_notice::{Language, Notice};
use hospes_sdk::Error;

use crate::answer::Refusal;
use crate::people::Person;

/// How long to wait, in milliseconds: while DingTalk is busy, for the next second's and minute's calls, and for a robot that
/// was silenced.
const BUSY: u32 = 5_000;
const SECOND: u32 = 2_000;
const MINUTE: u32 = 60_000;
const SILENCED: u32 = 600_000;

/// Whether a token isn't taken any more: it is unknown, or has expired.
pub fn is_stale(code: i64) -> bool {
    matches!(code, 40_001 | 40_014 | 42_001)
}

/// Whether a code says that there is no such person, or none that the application sees.
pub fn is_nobody(code: i64) -> bool {
    matches!(code, 33_012 | 40_003 | 40_031 | 60_111 | 60_121)
}

/// Why no token was given.
pub fn of_token(refusal: &Refusal) -> Error {
    match refusal.code {
        40_001 | 40_013 | 40_035 | 40_089 | 40_096 | 41_001 | 41_002 | 41_004 => Error::denied(format!(
            "DingTalk doesn't take the setting `app-key` or the secret `app-secret`: an administrator compares both with the \
             developer console. 钉钉不接受 AppKey 或 AppSecret，请管理员核对。({})",
            refusal.message
        )),
        _ => general(refusal),
    }
}

/// Why a work notification wasn't taken.
pub fn of_sending(refusal: &Refusal, notice: &Notice, person: &Person) -> Error {
    match is_nobody(refusal.code) {
        true => nobody(notice, person, &refusal.message),
        false => general(refusal),
    }
}

/// Why nobody could be looked up. Whoever entered a userid may well be written to, so it is no fault of the whole.
pub fn of_lookup(refusal: &Refusal) -> Error {
    match general(refusal) {
        error if error.code == "denied" => Error::not_found(format!(
            "DingTalk doesn't let the application find people by mobile number: enter your userid in your settings under \
             notifications, or have an administrator grant the application the permission. 应用没有按手机号查询成员的权限：\
             请在“通知”设置中改填 userid，或请管理员开通权限。({})",
            refusal.message
        )),
        error => error,
    }
}

/// Why a robot wrote nothing.
pub fn of_robot(refusal: &Refusal) -> Error {
    let said = &refusal.message;
    match refusal.code {
        130_101 | 410_100 => Error::unavailable(
            format!("DingTalk silences the robot for ten minutes after too many messages: {said}"),
            Some(SILENCED),
        ),
        310_000 => Error::denied(format!(
            "DingTalk's safety settings refuse the robot's message: an administrator compares the secret `robot-secret`, the \
             keywords and the addresses in the robot's settings. 请管理员核对群机器人的安全设置（加签密钥、关键词、IP）。({said})"
        )),
        40_035 | 300_001 | 300_005 | 400_013 | 400_101 | 400_102 | 400_106 => Error::denied(format!(
            "DingTalk knows no such robot: an administrator compares the secret `robot-token` with the robot's webhook \
             address. 请管理员核对群机器人的 Webhook 地址和状态。({said})"
        )),
        _ => general(refusal),
    }
}

/// Why DingTalk kept a work notification back that it had taken.
pub fn withheld(code: i64) -> &'static str {
    match code {
        143_105 => "the person got as many of this application as a day allows (143105)",
        143_106 => "the person got the same words today (143106)",
        _ => "it was over a limit",
    }
}

/// Nobody is reached by the userid.
pub fn nobody(notice: &Notice, person: &Person, said: &str) -> Error {
    let userid = &person.userid;
    Error::not_found(notice.language.pick(
        format!(
            "钉钉找不到 userid 为 {userid} 的成员，或者您不在该应用的使用范围内。请在“通知”设置中填写您的 userid（管理后台通讯录中的\
             “员工 UserID”）或手机号，并请管理员检查应用的使用范围。({said})"
        ),
        format!(
            "DingTalk reaches nobody by the userid {userid}, or the application isn't visible to you. Enter your userid \
             (“员工 UserID” in DingTalk's address book) or mobile number in your settings under notifications, and ask an \
             administrator to check who may use the application. ({said})"
        ),
    ))
}

/// What was entered is neither a userid nor a number.
pub fn no_userid(notice: &Notice) -> Error {
    let address = &notice.address;
    Error::invalid(notice.language.pick(
        format!("“{address}”既不是钉钉 userid，也不是手机号。请在“通知”设置中填写其中一个。"),
        format!(
            "“{address}” is neither a DingTalk userid nor a mobile number. Enter one of them in your settings under \
             notifications."
        ),
    ))
}

/// Nothing was entered; DingTalk finds nobody by e-mail.
pub fn no_address(notice: &Notice) -> Error {
    Error::not_found(notice.language.pick(
        "没有可用的钉钉账号。请在“通知”设置中填写您的钉钉 userid 或手机号。",
        "No DingTalk account is known. Enter your DingTalk userid or mobile number in your settings under notifications.",
    ))
}

/// Nobody in DingTalk has the number.
pub fn no_member(notice: &Notice) -> Error {
    let address = &notice.address;
    Error::not_found(notice.language.pick(
        format!("钉钉通讯录中没有手机号为 {address} 的成员。请在“通知”设置中核对手机号，或填写您的钉钉 userid。"),
        format!(
            "Nobody in DingTalk's address book has the mobile number {address}. Correct it in your settings under \
             notifications, or enter your DingTalk userid."
        ),
    ))
}

/// The operator hasn't filled in what work notifications need.
pub fn not_set_up(language: Language) -> Error {
    Error::denied(language.pick(
        "钉钉通知还没有配置好：请管理员填写设置 `app-key` 和 `agent-id`。",
        "DingTalk notifications aren't set up yet: an administrator fills in the settings `app-key` and `agent-id`.",
    ))
}

/// What concerns neither a person nor a secret. One with a time to wait is tried again.
fn general(refusal: &Refusal) -> Error {
    let said = &refusal.message;
    match refusal.code {
        -1 | 15 => Error::unavailable(format!("DingTalk is busy: {said}"), Some(BUSY)),
        90_002 | 90_018 | 90_019 => {
            Error::unavailable(format!("DingTalk's limit of calls a second is used up: {said}"), Some(SECOND))
        }
        90_001..=90_017 | 90_020..=90_099 | 143_103 | 143_104 => {
            Error::unavailable(format!("DingTalk's limit of calls a minute is used up: {said}"), Some(MINUTE))
        }
        code if is_stale(code) => {
            Error::unavailable(format!("DingTalk takes no access token: {said}"), Some(MINUTE))
        }
        60_020 => Error::denied(format!(
            "DingTalk doesn't trust this server's address: an administrator adds it to the application's exit IPs. \
             请管理员把服务器地址加入应用的“服务器出口IP”。({said})"
        )),
        40_056 | 50_002 | 50_004 | 60_011 => Error::denied(format!(
            "The application may not do this: an administrator compares the setting `agent-id` with the developer console, and \
             looks at the application's permissions and scope. 请管理员核对 AgentId、接口权限和授权范围。({said})"
        )),
        _ => Error::invalid(format!("DingTalk refused: {said}")),
    }
}
