//! What WeChat's refusals mean: whether to try again, and what people have to do
//! (<https://developers.weixin.qq.com/doc/offiaccount/Getting_Started/Global_Return_Code.html>).

use hospes_sdk::Error;
use hospes_wechat::answer::Refusal;

/// Whether a token isn't taken any more: it is unknown, isn't the latest, or has expired.
pub fn is_stale(code: i64) -> bool {
    matches!(code, 40_001 | 40_014 | 42_001)
}

/// The error of a refusal. One with a time to wait is tried again; the others are final.
pub fn error(refusal: &Refusal) -> Error {
    let said = &refusal.message;
    match refusal.code {
        -1 => Error::unavailable(format!("WeChat is busy: {said}"), Some(5_000)),
        45_011 => {
            Error::unavailable(format!("WeChat's limit of calls a minute is used up: {said}"), Some(60_000))
        }
        // The day's calls begin anew at midnight in Beijing; the host gives up before, and the message can be sent again.
        45_009 => {
            Error::unavailable(format!("WeChat's limit of calls a day is used up: {said}"), Some(600_000))
        }
        code if is_stale(code) => {
            Error::unavailable(format!("WeChat takes no access token: {said}"), Some(5_000))
        }
        40_164 | 61_004 => Error::denied(format!(
            "WeChat doesn't trust this server's address: {said}. Add it to the account's IP allow list (IP白名单)."
        )),
        40_013 | 40_125 | 41_004 => Error::denied(format!(
            "WeChat doesn't take the secret `app-secret` or the setting `app-id`: {said}. Compare both with the console."
        )),
        48_001 | 48_004 | 50_001 | 50_002 | 61_007 => Error::denied(format!(
            "The account may not do this: {said}. Customer service messages need an account that WeChat has verified."
        )),
        40_003 | 43_004 | 46_004 => {
            Error::not_found(format!("This isn't a follower of the account any more: {said}"))
        }
        40_007 => {
            Error::not_found(format!("WeChat has this file no more; it keeps files for three days: {said}"))
        }
        45_015 => Error::new(
            "window-closed",
            format!(
                "The follower did nothing for 48 hours or has unsubscribed, so WeChat lets nothing through until they \
                 write again: {said}"
            ),
        ),
        45_047 => Error::new(
            "reply-limit",
            format!(
                "The follower has got as many messages as WeChat allows for what they did last; the next may go when they \
                 write again: {said}"
            ),
        ),
        _ => Error::invalid(format!("WeChat refused: {said}")),
    }
}

/// The error of a refusal to give a token: what would be a stale token elsewhere is a wrong secret here.
pub fn of_token(refusal: &Refusal) -> Error {
    let code = if is_stale(refusal.code) { 40_125 } else { refusal.code };
    error(&Refusal { code, message: refusal.message.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_tried_again_or_final() {
        for (code, word, wait) in [
            (-1, "unavailable", Some(5_000)),
            (45_009, "unavailable", Some(600_000)),
            (45_011, "unavailable", Some(60_000)),
            (40_001, "unavailable", Some(5_000)),
            (40_125, "denied", None),
            (40_164, "denied", None),
            (48_001, "denied", None),
            (40_003, "not-found", None),
            (45_015, "window-closed", None),
            (45_047, "reply-limit", None),
            (45_002, "invalid", None),
        ] {
            let refusal = Refusal { code, message: format!("said (errcode {code})") };
            let error = error(&refusal);
            assert_eq!((error.code.as_str(), error.retry_after_ms), (word, wait), "{code}");
            assert!(error.message.contains(&refusal.message));
            assert!(of_token(&refusal).message.contains(&refusal.message));
        }
        assert_eq!(of_token(&Refusal { code: 40_001, message: String::new() }).code, "denied");
    }
}
