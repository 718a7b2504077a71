//! Requests as they are answered: how many, how, and how fast, by route.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::{Method, StatusCode};

/// The longest time, in microseconds, that a request of each class took; the last class is longer than all.
pub const CLASSES_US: [u64; 7] = [1_000, 5_000, 20_000, 100_000, 500_000, 2_000_000, 10_000_000];

/// Which requests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Answered {
    /// The route, never the path: paths carry ids and secrets.
    pub route: String,
    /// The method; `OTHER` for one that isn't in use here, because a client may make methods up without end.
    pub method: &'static str,
    /// The status of the answer.
    pub status: u16,
}

/// How many there were, and how long they took.
#[derive(Debug, Clone, Copy, Default)]
pub struct Took {
    /// How long all took together, in microseconds.
    pub total_us: u64,
    /// How many fell into each class of [`CLASSES_US`], and how many took longer than all.
    pub classes: [u64; 8],
}

/// This process's account of the requests that it has answered.
#[derive(Debug, Default)]
pub struct Requests(Mutex<BTreeMap<Answered, Took>>);

impl Requests {
    /// Notes an answer.
    pub fn note(&self, route: &str, method: &Method, status: StatusCode, took: Duration) {
        let of = Answered { route: route.to_owned(), method: known(method), status: status.as_u16() };
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let class = CLASSES_US.iter().position(|class| took <= *class).unwrap_or(CLASSES_US.len());
        let mut account = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sums = account.entry(of).or_default();
        sums.total_us += took;
        sums.classes[class] += 1;
    }

    /// Everything since the start.
    pub fn all(&self) -> Vec<(Answered, Took)> {
        let account = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        account.iter().map(|(of, took)| (of.clone(), *took)).collect()
    }
}

fn known(method: &Method) -> &'static str {
    ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
        .into_iter()
        .find(|known| *known == method.as_str())
        .unwrap_or("OTHER")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_that_are_made_up_are_one() {
        let requests = Requests::default();
        for name in ["GET", "BREW", "BROWSE"] {
            let method = Method::from_bytes(name.as_bytes()).unwrap();
            requests.note("/x", &method, StatusCode::OK, Duration::from_millis(1));
        }
        let all = requests.all();
        let counts: Vec<_> = all.iter().map(|(of, took)| (of.method, took.classes[0])).collect();
        assert_eq!(counts, [("GET", 1), ("OTHER", 2)]);
    }
}
