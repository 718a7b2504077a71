//! What is remembered of receipts: which were seen, so that a correction is known as one, and whose they were, so that a
//! refund that names no member finds theirs.
//!
//! Many receipts share a key of the store; what is older than [`DAYS`] goes when its key is written.

use hospes_sdk::{Identity, Message, clock, kv, log};

/// Keys that receipts are spread over.
const KEYS: u32 = 2_048;
/// How long a receipt is remembered.
const DAYS: i64 = 90;
/// Receipts under one key; the oldest go first. With all keys full, that is 120,000 receipts.
const MOST: usize = 60;
const DAY: i64 = 24 * 3_600_000_000;

/// What was seen of a receipt.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The content that came last.
    content: u64,
    /// 0: as it first came; greater with each correction.
    revision: i64,
    /// Who it belongs to.
    owner: Identity,
}

/// The receipt's owner, where it is remembered.
pub fn owner(id: &str) -> Option<Identity> {
    lines(&key(id)).iter().find_map(|line| parse(line, id)).map(|seen| seen.owner)
}

/// What a message is to what was seen under its id: none for a new one or one that comes again unchanged, otherwise the
/// revision that a correction has. It is remembered. `counted` is the sender's own count of versions.
pub fn revision(message: &Message, counted: Option<i64>) -> Option<i64> {
    let owner = message.sender.first()?.clone();
    let id = &message.external_id;
    let key = key(id);
    let before = lines(&key);
    let known = before.iter().find_map(|line| parse(line, id));
    let content = hash(&format!("{message:?}"));
    let (seen, revision) = judge(known, content, counted, owner);
    if let Some(seen) = seen {
        keep(&key, &before, id, &seen);
    }
    revision
}

/// What is to be remembered, if that changes, and the revision of a correction.
fn judge(
    known: Option<Seen>,
    content: u64,
    counted: Option<i64>,
    owner: Identity,
) -> (Option<Seen>, Option<i64>) {
    let Some(known) = known else {
        return (Some(Seen { content, revision: 0, owner }), None);
    };
    if known.content == content {
        return (None, Some(known.revision).filter(|revision| *revision > 0));
    }
    let next = known.revision.saturating_add(1);
    match counted {
        // An earlier version that comes late: the host puts it aside by its revision.
        Some(counted) if counted < known.revision => (None, Some(counted)),
        Some(counted) => {
            let revision = counted.max(1);
            (Some(Seen { content, revision, owner: known.owner }), Some(revision))
        }
        None => (Some(Seen { content, revision: next, owner: known.owner }), Some(next)),
    }
}

fn key(id: &str) -> String {
    kv::shared_key("receipts/", id, KEYS)
}

fn lines(key: &str) -> Vec<String> {
    let kept = kv::get(key).unwrap_or_else(|error| {
        log::warn(&format!("Receipts can't be remembered: {}", error.message));
        None
    });
    String::from_utf8_lossy(&kept.unwrap_or_default()).lines().map(str::to_owned).collect()
}

/// Without a store receipts are taken all the same. Of two requests at once the one that comes too late runs again, with what
/// the other has kept.
fn keep(key: &str, before: &[String], id: &str, seen: &Seen) {
    let today = clock::now() / DAY;
    let mark = format!("{:016x} ", hash(id));
    let recent = |line: &&String| {
        let day = line.split(' ').nth(1).and_then(|day| day.parse::<i64>().ok());
        !line.starts_with(&mark) && day.is_some_and(|day| today - day < DAYS)
    };
    let mut after: Vec<String> = before.iter().filter(recent).cloned().collect();
    after.drain(..after.len().saturating_sub(MOST - 1));
    let Identity { scheme, issuer, value, attested } = &seen.owner;
    let owner = hospes_sdk::serde_json::json!([scheme, issuer, value, attested]);
    after.push(format!("{mark}{today} {:016x} {} {owner}", seen.content, seen.revision));
    let kept =
        kv::get(key).and_then(|kept| kv::swap(key, kept.as_deref(), Some(after.join("\n").as_bytes())));
    if let Err(error) = kept {
        log::warn(&format!("A receipt can't be remembered: {}", error.message));
    }
}

/// Reads a line that [`keep`] has written, if it is of this receipt: `ID DAY CONTENT REVISION OWNER`.
fn parse(line: &str, id: &str) -> Option<Seen> {
    let mut parts = line.splitn(5, ' ');
    if parts.next()? != format!("{:016x}", hash(id)) {
        return None;
    }
    let (_, content, revision, owner) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let (scheme, issuer, value, attested) = hospes_sdk::serde_json::from_str(owner).ok()?;
    Some(Seen {
        content: u64::from_str_radix(content, 16).ok()?,
        revision: revision.parse().ok()?,
        owner: Identity { scheme, issuer, value, attested },
    })
}

/// FNV-1a, 64 bits: it tells receipts apart, and is no protection against whoever may sign them.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn li() -> Identity {
        Identity::typed("member", "", "8800")
    }

    fn seen(content: u64, revision: i64) -> Option<Seen> {
        Some(Seen { content, revision, owner: li() })
    }

    #[test]
    fn a_repeat_is_no_correction() {
        assert_eq!(judge(None, 1, None, li()), (seen(1, 0), None));
        assert_eq!(judge(seen(1, 0), 1, None, li()), (None, None));
        assert_eq!(judge(seen(2, 1), 2, None, li()), (None, Some(1)), "a correction stays one");
    }

    #[test]
    fn a_correction_has_a_revision_and_keeps_its_owner() {
        let wang = Identity::typed("member", "", "9900");
        assert_eq!(judge(seen(1, 0), 2, None, wang), (seen(2, 1), Some(1)));
        assert_eq!(
            judge(seen(2, 1), 1, None, li()),
            (seen(1, 2), Some(2)),
            "without a count the last one counts"
        );
        assert_eq!(judge(seen(2, 5), 3, Some(7), li()), (seen(3, 7), Some(7)));
        assert_eq!(judge(seen(2, 5), 1, Some(3), li()), (None, Some(3)), "late");
    }

    #[test]
    fn lines_are_read_back() {
        let line = format!(
            "{:016x} 20458 00000000000000ff 3 [\"phone\",\"\",\"138 0013 8000\",false]",
            hash("S1/7")
        );
        let phone = Identity::typed("phone", "", "138 0013 8000");
        assert_eq!(parse(&line, "S1/7"), Some(Seen { content: 255, revision: 3, owner: phone }));
        assert_eq!(parse(&line, "S1/8"), None);
        assert_eq!(parse("x", "S1/7"), None);
    }
}
