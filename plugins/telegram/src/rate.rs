//! Keeps to Telegram's limits: about one message a second to a chat, 20 a minute to a group, 30 a
//! second in all. Whoever is over gets told how long to wait, instead of Telegram hearing of it.
//!
//! The record is a few numbers in the plugin's store. It is approximate: calls that run side by side don't see
//! each other's, and one that loses the race for a shard is forgotten. That is on purpose, because a call
//! that ran again for the sake of a counter could send twice; Telegram's 429 stands behind it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60_000;
const IN_ALL: u32 = 30;
const TO_A_GROUP: usize = 20;
/// Into how many keys the chats are spread, so that few calls meet in one and each stays small.
const SHARDS: i64 = 64;

/// The key under which a chat's record lies.
pub fn shard(chat: i64) -> String {
    format!("rate/{:02}", chat.rem_euclid(SHARDS))
}

/// When messages went to the chats of one shard: milliseconds since 1970. A text in several parts counts
/// a second ahead for each.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Chats(BTreeMap<String, Vec<i64>>);

impl Chats {
    /// Takes note of `messages` to a chat at `now`, or says how many milliseconds to wait first.
    pub fn take(&mut self, chat: i64, messages: usize, now: i64) -> Result<(), u32> {
        // Groups and channels have negative ids.
        let group = chat < 0;
        for (name, times) in &mut self.0 {
            let window = if name.starts_with('-') { MINUTE } else { SECOND };
            times.retain(|time| *time > now - window && *time < now + MINUTE);
        }
        self.0.retain(|_, times| !times.is_empty());

        let times = self.0.entry(chat.to_string()).or_default();
        let mut free = times.iter().max().map_or(now, |last| last + SECOND);
        if group {
            // More parts than a minute allows are let through at once when the minute is empty.
            let room = TO_A_GROUP.saturating_sub(messages.min(TO_A_GROUP));
            if times.len() > room {
                times.sort_unstable();
                free = free.max(times[times.len() - room - 1] + MINUTE);
            }
        }
        if free > now {
            return Err(u32::try_from(free - now).unwrap_or(u32::MAX));
        }
        times.extend((0..messages.min(TO_A_GROUP)).scan(now, |time, _| {
            let this = *time;
            *time += SECOND;
            Some(this)
        }));
        Ok(())
    }
}

/// The key under which the record of all chats lies.
pub const ALL: &str = "rate/all";

/// How many messages went out within the running second.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct All {
    since: i64,
    sent: u32,
}

impl All {
    /// Takes note of `messages` at `now` (milliseconds), or says how many milliseconds to wait first.
    pub fn take(&mut self, messages: usize, now: i64) -> Result<(), u32> {
        if now - self.since >= SECOND || now < self.since {
            *self = Self { since: now, sent: 0 };
        }
        let sent = self.sent.saturating_add(u32::try_from(messages).unwrap_or(u32::MAX));
        if self.sent > 0 && sent > IN_ALL {
            return Err(u32::try_from(self.since + SECOND - now).unwrap_or(1_000).max(1));
        }
        self.sent = sent;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_message_a_second_to_a_person() {
        let mut chats = Chats::default();
        assert_eq!(chats.take(42, 1, 10_000), Ok(()));
        assert_eq!(chats.take(42, 1, 10_400), Err(600));
        assert_eq!(chats.take(43, 1, 10_400), Ok(()));
        assert_eq!(chats.take(42, 1, 11_000), Ok(()));
    }

    #[test]
    fn a_text_in_three_parts_takes_three_seconds_of_the_chat() {
        let mut chats = Chats::default();
        assert_eq!(chats.take(42, 3, 0), Ok(()));
        assert_eq!(chats.take(42, 1, 1_500), Err(1_500));
        assert_eq!(chats.take(42, 1, 3_000), Ok(()));
    }

    #[test]
    fn twenty_a_minute_to_a_group() {
        let mut chats = Chats::default();
        for message in 0..20 {
            assert_eq!(chats.take(-100, 1, message * 1_000), Ok(()), "{message}");
        }
        assert_eq!(chats.take(-100, 1, 20_000), Err(40_000));
        assert_eq!(chats.take(-100, 1, 60_000), Ok(()));
        assert_eq!(chats.take(-100, 1, 60_500), Err(500));
        assert_eq!(Chats::default().take(-100, 30, 0), Ok(()));
    }

    #[test]
    fn thirty_a_second_in_all() {
        let mut all = All::default();
        for _ in 0..30 {
            assert_eq!(all.take(1, 5_000), Ok(()));
        }
        assert_eq!(all.take(1, 5_900), Err(100));
        assert_eq!(all.take(1, 6_000), Ok(()));
    }

    #[test]
    fn old_chats_leave_nothing_behind() {
        let mut chats = Chats::default();
        for chat in 0..100 {
            assert_eq!(chats.take(chat, 1, 0), Ok(()));
        }
        assert_eq!(chats.take(7, 1, 2_000), Ok(()));
        assert_eq!(chats.0.len(), 1);
    }

    #[test]
    fn a_clock_that_was_set_back_stops_nobody_for_long() {
        let mut chats = Chats::default();
        assert_eq!(chats.take(42, 1, 10_000_000), Ok(()));
        assert_eq!(chats.take(42, 1, 1_000), Ok(()));
        let mut all = All { since: 10_000_000, sent: 30 };
        assert_eq!(all.take(1, 1_000), Ok(()));
    }
}
