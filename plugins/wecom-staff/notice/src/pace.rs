//! How often is written, where a messenger silently drops what is too much or punishes it.

use hospes_sdk::{Error, kv, log};

/// The time in which sendings are counted, in milliseconds.
const WINDOW: i64 = 60_000;

/// So many sendings a minute, counted under a key of the plugin's store.
pub struct Pace<'a> {
    /// The key.
    pub key: &'a str,
    /// How many may go within any minute.
    pub most: usize,
}

impl Pace<'_> {
    /// Counts a sending at `now` (milliseconds since 1970); or else how many milliseconds to wait. Without a store nothing
    /// is counted.
    pub fn take(&self, now: i64) -> Result<Option<u32>, Error> {
        let mut sent: Vec<i64> = match kv::json(self.key) {
            Ok(sent) => sent.unwrap_or_default(),
            // Of another version of the plugin.
            Err(error) if error.code == "invalid" => Vec::new(),
            Err(error) if error.code == "denied" => return Ok(None),
            Err(error) => return Err(error),
        };
        if let Some(wait) = self.admit(&mut sent, now) {
            return Ok(Some(wait));
        }
        // A store that is full is no reason to send nothing.
        if let Err(error) = kv::set_json(self.key, &sent) {
            log::warn(&format!("How much was sent can't be counted: {}", error.message));
        }
        Ok(None)
    }

    fn admit(&self, sent: &mut Vec<i64>, now: i64) -> Option<u32> {
        sent.retain(|at| (0..WINDOW).contains(&(now - at)));
        if sent.len() >= self.most {
            let oldest = sent.iter().copied().min().unwrap_or(now);
            return Some(u32::try_from(oldest + WINDOW - now).unwrap_or_default().max(1));
        }
        sent.push(now);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_takes_so_many_and_then_the_next() {
        let pace = Pace { key: "sent", most: 2 };
        let mut sent = vec![99_999_999];
        assert_eq!(pace.admit(&mut sent, 1_000), None, "a clock that was wrong is forgotten");
        assert_eq!(pace.admit(&mut sent, 2_000), None);
        assert_eq!(pace.admit(&mut sent, 3_000), Some(58_000));
        assert_eq!(pace.admit(&mut sent, 61_000), None);
    }
}
