//! Which problem an operation's refusal is.

use std::convert::Infallible;

use super::{Problem, ProblemKind};
use crate::ops::Refusal;
use crate::store::db::DbError;

/// How long a client is asked to wait for the database, in milliseconds.
const DATABASE_WAIT_MS: u64 = 2_000;
/// What a client can do about a query that looks at too much.
const TOO_SLOW: &str =
    "the query takes too long; narrow it by a field that is equal to something, or leave out the sort";
const TOO_LARGE: &str = "these records are too large for one answer; ask for fewer with a smaller limit";

/// How long a client is asked to wait whose plugins' calls lost one race after the other.
const RACE_WAIT_MS: u64 = 1_000;

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let text = refusal.to_string();
        match refusal {
            Refusal::Denied(_) | Refusal::Forbidden(_) => Self::new(ProblemKind::Denied, text),
            Refusal::NotFound { .. } => Self::new(ProblemKind::NotFound, text),
            Refusal::Query(_) => Self::new(ProblemKind::Malformed, text),
            Refusal::Invalid(faults) => Self::new(ProblemKind::Invalid, text).with_faults(faults),
            Refusal::Conflict(_) => Self::new(ProblemKind::Conflict, text),
            Refusal::Stale { .. } => Self::new(ProblemKind::Stale, text),
            Refusal::LostRace => Self::unavailable(text, RACE_WAIT_MS),
            Refusal::Unavailable { retry_after_ms, .. } => Self::unavailable(text, retry_after_ms),
            Refusal::Store(error) => error.into(),
        }
    }
}

impl From<Infallible> for Problem {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Unavailable(_) | DbError::Collision(_) => {
                Self::unavailable("the database can't take this now", DATABASE_WAIT_MS).because(error)
            }
            DbError::TooSlow => Self::unavailable(TOO_SLOW, DATABASE_WAIT_MS).because(error),
            DbError::TooLarge(_) => Self::new(ProblemKind::Invalid, TOO_LARGE).because(error),
            error => Self::internal(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::actor::Permission;
    use crate::ops::InvalidField;

    #[test]
    fn each_refusal_has_its_status() {
        let cases = [
            (Refusal::Denied(Permission::TicketsRead), 403),
            (Refusal::Forbidden("only its author edits a comment".into()), 403),
            (Refusal::not_found("ticket", 7), 404),
            (Refusal::invalid("/name", "too long"), 422),
            (Refusal::Query("sort: what?".into()), 400),
            (Refusal::Conflict("resolved already".into()), 409),
            (Refusal::Stale { expected: 1, actual: 2 }, 412),
            (Refusal::LostRace, 503),
            (Refusal::Unavailable { reason: "later".into(), retry_after_ms: 5 }, 503),
            (Refusal::Store(DbError::Unavailable("disk full".into())), 503),
            (Refusal::Store(DbError::Collision("again".into())), 503),
            (Refusal::Store(DbError::Decode("what?".into())), 500),
            (Refusal::Store(DbError::Unique("tokens_name".into())), 500),
        ];
        for (refusal, status) in cases {
            let text = refusal.to_string();
            assert_eq!(Problem::from(refusal).kind().status(), status, "{text}");
        }
    }

    #[test]
    fn a_clients_text_has_nothing_of_the_databases() {
        for error in [DbError::Unavailable("disk /dev/sda1 full".into()), DbError::Other("table x".into())] {
            let problem = Problem::from(Refusal::Store(error));
            assert!(!problem.detail().contains("sda1") && !problem.detail().contains("table"), "{problem:?}");
        }
    }

    #[test]
    fn all_places_are_named() {
        let fault = |pointer: &str| InvalidField { pointer: pointer.into(), detail: "wrong".into() };
        let problem = Problem::from(Refusal::Invalid(vec![fault("/a"), fault("/b")]));
        assert_eq!(problem.faults().len(), 2);
    }
}
