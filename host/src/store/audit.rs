//! The event log as an auditor reads it: whether anything in it was changed, taken out, exchanged or cut off.
//!
//! The chain binds every column that is shown. Data enters it as a salted digest, so that data can be erased and the
//! chain stays whole; but an erasure is an event of its own, [`ERASED`], that names the places whose data it took.
//! Data that is gone without one was taken by somebody else. What the chain can't tell is that its end was cut off:
//! for that there are checkpoints, kept outside the database.

use std::collections::BTreeSet;

use super::db::{DbError, Tx, args, row};
use super::events::{self, Bound};
use crate::domain::event::{CHAIN_START, ChainHash, data_digest};

/// The type of event that tells of an erasure, in whose transaction it is: `{"events": [places], "reason": ...}`.
pub const ERASED: &str = "log.erased";

row! {
    struct Sealed {
        seq: i64,
        data: Option<String>,
        salt: Option<Vec<u8>>,
        hash: Vec<u8>,
        chain_version: i64,
    }
}

/// The first thing that is wrong with the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// A place is missing: an event was deleted, or two were exchanged.
    Gap {
        /// The place that was expected.
        expected: i64,
        /// The place that was found.
        found: i64,
    },
    /// An event's data isn't what was written.
    Data {
        /// Its place.
        sequence: i64,
    },
    /// An event's data is gone, and no erasure names it.
    Missing {
        /// Its place.
        sequence: i64,
    },
    /// An event's envelope, or one before it, isn't what was sealed.
    Envelope {
        /// Its place.
        sequence: i64,
    },
    /// The log isn't the one that a checkpoint was made of: it was written anew up to there.
    Rewritten {
        /// The checkpoint's place.
        sequence: i64,
    },
    /// The log ends before a checkpoint's place: its end was cut off.
    Cut {
        /// The checkpoint's place.
        expected: i64,
        /// Where the log ends.
        found: i64,
    },
}

/// What a check of the log saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// How many events are in order.
    pub checked: i64,
    /// Of these, how many have had their data erased.
    pub erased: i64,
    /// The last link's hash.
    pub head: ChainHash,
    /// The first thing that is wrong.
    pub flaw: Option<Flaw>,
}

/// The end of the sealed log: its place and hash.
pub async fn end(tx: &mut Tx) -> Result<(i64, ChainHash), DbError> {
    events::end(tx).await.map(|chain| (chain.sequence, chain.hash))
}

/// Erases the data of these places; those that it took. Places that aren't there, and erasures themselves, stay.
pub async fn erase(tx: &mut Tx, places: &[i64]) -> Result<Vec<i64>, DbError> {
    let mut erased = Vec::new();
    for place in places {
        let sql = "update events set data = null, salt = null where seq = $1 and kind <> $2";
        if tx.execute(sql, args![*place, ERASED]).await? == 1 {
            erased.push(*place);
        }
    }
    Ok(erased)
}

/// Follows the chain from its start, past the checkpoints: places with the hashes that stood there.
pub async fn verify(tx: &mut Tx, checkpoints: &[(i64, ChainHash)]) -> Result<Verification, DbError> {
    const PAGE: i64 = 1_000;
    let checkpoints: BTreeSet<(i64, ChainHash)> = checkpoints.iter().copied().collect();
    let mut follower = Follower {
        seen: Verification { checked: 0, erased: 0, head: CHAIN_START, flaw: None },
        version: 0,
        missing: BTreeSet::new(),
        erased: BTreeSet::new(),
    };
    loop {
        let page: Vec<(Sealed, Bound)> = tx
            .all(
                "select seq, id, kind, subject_kind, subject_id, customer_id, source_id, actor_kind, actor_id, at, \
                 cause_id, depth, data, salt, data_digest, hash, chain_version \
                 from events where seq > $1 order by seq limit $2",
                args![follower.seen.checked, PAGE],
            )
            .await?;
        for (sealed, event) in &page {
            follower.seen.flaw = follower.follow(sealed, event);
            let here = checkpoints.range((sealed.seq, [0; 32])..=(sealed.seq, [255; 32]));
            if follower.seen.flaw.is_none() && here.into_iter().any(|(_, hash)| *hash != follower.seen.head) {
                follower.seen.flaw = Some(Flaw::Rewritten { sequence: sealed.seq });
            }
            if follower.seen.flaw.is_some() {
                return Ok(follower.seen);
            }
        }
        if page.is_empty() {
            break;
        }
    }
    let Follower { mut seen, missing, erased, .. } = follower;
    let taken = missing.iter().find(|sequence| !erased.contains(sequence));
    let beyond =
        checkpoints.last().map(|(sequence, _)| *sequence).filter(|sequence| *sequence > seen.checked);
    seen.flaw = match (taken, beyond) {
        (Some(sequence), _) => Some(Flaw::Missing { sequence: *sequence }),
        (None, Some(expected)) => Some(Flaw::Cut { expected, found: seen.checked }),
        (None, None) => None,
    };
    Ok(seen)
}

/// On its way along the chain.
struct Follower {
    seen: Verification,
    /// The rule by which the link before was made; a later link isn't made by an earlier rule.
    version: i64,
    /// Places whose data is gone.
    missing: BTreeSet<i64>,
    /// Places that an erasure names which came after them.
    erased: BTreeSet<i64>,
}

impl Follower {
    /// Goes on by one event, unless something is wrong with it.
    fn follow(&mut self, sealed: &Sealed, event: &Bound) -> Option<Flaw> {
        let (sequence, expected) = (sealed.seq, self.seen.checked + 1);
        if sequence != expected {
            return Some(Flaw::Gap { expected, found: sequence });
        }
        let whole = match (&sealed.data, &sealed.salt) {
            (Some(data), Some(salt)) => data_digest(salt, data).as_slice() == event.data_digest,
            // Both or none: data without its salt can't be checked.
            (None, None) => event.kind != ERASED,
            _ => false,
        };
        if !whole {
            return Some(Flaw::Data { sequence });
        }
        let hash = event.envelope(sealed.chain_version, sequence).chained(&self.seen.head);
        if hash.as_slice() != sealed.hash || sealed.chain_version < self.version {
            return Some(Flaw::Envelope { sequence });
        }
        match &sealed.data {
            None => {
                self.missing.insert(sequence);
                self.seen.erased += 1;
            }
            Some(data) if event.kind == ERASED => {
                let erased: serde_json::Value = serde_json::from_str(data).unwrap_or_default();
                let places = erased["events"].as_array().into_iter().flatten();
                self.erased.extend(places.filter_map(serde_json::Value::as_i64).filter(|at| *at < sequence));
            }
            Some(_) => {}
        }
        self.version = sealed.chain_version;
        self.seen.checked = sequence;
        self.seen.head = hash;
        None
    }
}
