//! What WeCom's refusals mean: whether to try again, and what people have to do
//! (<https://developer.work.weixin.qq.com/document/path/90313>).

use hospes_sdk::Error;
use hospes_wechat::answer::Refusal;

/// Whether a token isn't taken any more: it is unknown, or has expired.
pub fn is_stale(code: i64) -> bool {
    matches!(code, 40_014 | 42_001)
}

/// The error of a refusal. One with a time to wait is tried again; the others are final.
pub fn error(refusal: &Refusal) -> Error {
    let said = &refusal.message;
    match refusal.code {
        // Busy; two requests at once; the same data being changed.
        -1 | 6_000 | 45_033 => Error::unavailable(format!("WeCom is busy: {said}"), Some(5_000)),
        45_009 => Error::unavailable(
            format!("WeCom's limit of calls is used up for a minute: {said}"),
            Some(60_000),
        ),
        code if is_stale(code) => {
            Error::unavailable(format!("WeCom takes no access token: {said}"), Some(5_000))
        }
        40_001 | 40_013 | 41_004 => Error::denied(format!(
            "WeCom doesn't take the secret `app-secret` or the setting `corp-id`: {said}. Compare both with the console."
        )),
        60_020 => Error::denied(format!(
            "WeCom doesn't trust this server's address: {said}. Add it to the application's trusted IPs (企业可信IP)."
        )),
        40_056 | 48_002 | 48_004 | 60_011 | 81_012 | 95_011 | 95_012 | 95_017 | 301_002 => {
            Error::denied(format!(
                "The application may not do this: {said}. In the console, look at its visible range, its API permissions and \
             whether WeChat customer service is opened for it."
            ))
        }
        40_003 | 40_031 | 40_096 | 60_111 | 81_013 | 84_061 | 95_000 | 95_004 => {
            Error::not_found(format!("WeCom doesn't know whom this is for: {said}"))
        }
        40_007 => {
            Error::not_found(format!("WeCom has this file no more; it keeps files for three days: {said}"))
        }
        95_001 => limit(format!(
            "The customer has got five messages since writing last, which is WeCom's limit; the next may go when the \
             customer has answered: {said}"
        )),
        95_002 => window(format!(
            "The customer wrote more than 48 hours ago, so WeCom lets nothing through until the customer writes again: \
             {said}"
        )),
        95_013 => window(format!(
            "The customer's session has ended and begins when the customer writes again: {said}"
        )),
        95_018 => Error::new(
            "session-elsewhere",
            format!(
                "In WeCom the session is with a person, waits for one, or has ended, and only there can be answered: \
                 {said}. In WeChat customer service, let this application receive the account's customers."
            ),
        ),
        _ => Error::invalid(format!("WeCom refused: {said}")),
    }
}

/// Why a message of ours wasn't delivered, by the `fail_type` of a `msg_send_fail` event
/// (<https://developer.work.weixin.qq.com/document/path/94670>).
pub fn undelivered(kind: i64) -> Error {
    match kind {
        1 => Error::not_found("The service account was deleted."),
        2 => Error::denied("The application is switched off."),
        4 => window("The customer wrote more than 48 hours ago.".to_owned()),
        5 => window("The customer's session has ended.".to_owned()),
        6 => limit("The customer has got five messages since writing last.".to_owned()),
        8 => Error::denied("The corporation isn't verified with WeCom."),
        10 => Error::new("recipient-blocked", "The customer refuses messages of this account."),
        11 => Error::denied("No member of the corporation has ever signed in to WeCom's app."),
        12 => Error::new("unsupported", "Messages of this kind are forbidden here."),
        13 => Error::denied("WeCom's safety rules stopped the message."),
        other => Error::new("failed", format!("WeCom couldn't deliver the message (fail_type {other}).")),
    }
}

fn window(message: String) -> Error {
    Error::new("window-closed", message)
}

fn limit(message: String) -> Error {
    Error::new("reply-limit", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_tried_again_or_final() {
        for (code, word, wait) in [
            (-1, "unavailable", Some(5_000)),
            (45_009, "unavailable", Some(60_000)),
            (42_001, "unavailable", Some(5_000)),
            (40_001, "denied", None),
            (60_020, "denied", None),
            (48_002, "denied", None),
            (81_013, "not-found", None),
            (40_007, "not-found", None),
            (95_001, "reply-limit", None),
            (95_002, "window-closed", None),
            (95_013, "window-closed", None),
            (95_018, "session-elsewhere", None),
            (40_008, "invalid", None),
        ] {
            let error = error(&Refusal { code, message: format!("said (errcode {code})") });
            assert_eq!((error.code.as_str(), error.retry_after_ms), (word, wait), "{code}");
            assert!(error.message.contains(&format!("said (errcode {code})")), "{}", error.message);
        }
    }

    #[test]
    fn whatever_was_not_delivered_has_a_reason() {
        assert_eq!(undelivered(4).code, "window-closed");
        assert_eq!(undelivered(6).code, "reply-limit");
        assert_eq!(undelivered(10).code, "recipient-blocked");
        assert_eq!(undelivered(99).code, "failed");
    }
}
