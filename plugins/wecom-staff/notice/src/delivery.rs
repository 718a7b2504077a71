//! One receipt for each notification.

use hospes_sdk::Error;
use hospes_sdk::messenger::{Notification, Receipt};

/// How long to wait when a call may make no more requests, in milliseconds.
const NEXT_CALL: u32 = 1_000;

/// Sends notifications in their order; `send` answers with the messenger's id of each. After a failure that the next one
/// would meet as well (the messenger is down, a limit is used up, the application isn't allowed to), the rest fails alike
/// without being sent: what happened later doesn't arrive earlier.
pub fn each(
    notifications: Vec<Notification>,
    mut send: impl FnMut(&Notification) -> Result<String, Error>,
) -> Vec<Receipt> {
    let mut stopped: Option<Error> = None;
    let mut receipt = |notification: Notification| {
        let sent = match &stopped {
            Some(error) => Err(error.clone()),
            None => send(&notification).map_err(later),
        };
        let (reference, failure) = match sent {
            Ok(reference) => (reference, None),
            Err(error) => (String::new(), Some(error)),
        };
        stopped = failure.clone().filter(concerns_all);
        Receipt { notification: notification.id, reference, failure }
    };
    notifications.into_iter().map(&mut receipt).collect()
}

/// A call's own limit of requests is no reason to give up: the next call has its own.
fn later(error: Error) -> Error {
    match error.code.as_str() {
        "limit-exceeded" => Error::unavailable(error.message, Some(NEXT_CALL)),
        _ => error,
    }
}

fn concerns_all(error: &Error) -> bool {
    error.retry_after_ms.is_some() || matches!(error.code.as_str(), "unavailable" | "timed-out" | "denied")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(errors: &[Option<Error>; 3]) -> (usize, Vec<Option<String>>) {
        let one = |id: usize| Notification {
            id: id.to_string(),
            address: String::new(),
            text: String::new(),
            url: String::new(),
            attributes: Vec::new(),
        };
        let mut sent = 0;
        let receipts = each((0..3).map(one).collect(), |notification| {
            sent += 1;
            errors[notification.id.parse::<usize>().unwrap()].clone().map_or(Ok("r".into()), Err)
        });
        (sent, receipts.into_iter().map(|receipt| receipt.failure.map(|error| error.code)).collect())
    }

    #[test]
    fn one_that_fails_by_itself_leaves_the_others_alone() {
        let codes = vec![None, Some("invalid".to_owned()), None];
        assert_eq!(outcome(&[None, Some(Error::invalid("x")), None]), (3, codes));
    }

    #[test]
    fn what_all_would_meet_stops_the_rest() {
        for error in [Error::unavailable("x", None), Error::denied("x"), Error::new("limit-exceeded", "x")] {
            let (sent, codes) = outcome(&[None, Some(error), None]);
            assert_eq!((sent, codes[1].is_some()), (2, true));
            assert_eq!(codes[1], codes[2]);
        }
    }
}
