//! How a call can fail, as the rest of the host sees it.

use super::effects::LogLine;
use super::engine::limits::Limit;
use crate::store::db::DbError;

/// Why a call left nothing behind.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The guest itself returned an error.
    #[error("{0}")]
    Refused(GuestError),
    /// The guest used too much and was ended.
    #[error("the plugin was stopped: {which} went over its limit ({used} used, {allowed} {unit} allowed){}", Tail(tail), unit = which.unit())]
    LimitExceeded {
        /// Which limit.
        which: Limit,
        /// How much was allowed.
        allowed: u64,
        /// How much it used or asked for.
        used: u64,
        /// The last of its log.
        tail: Vec<LogLine>,
    },
    /// The guest broke down.
    #[error("the plugin broke down: {message}{}", Tail(tail))]
    Trapped {
        /// What happened, and in which functions.
        message: String,
        /// The last of its log.
        tail: Vec<LogLine>,
    },
    /// The guest took too long.
    #[error("the plugin didn't answer within {after_ms} ms{}", Tail(tail))]
    TimedOut {
        /// How long it was waited for.
        after_ms: u64,
        /// The last of its log.
        tail: Vec<LogLine>,
    },
    /// Too many calls of this installation wait already, or the host is full.
    #[error("the plugin is busy; try again in {retry_after_ms} ms")]
    Busy {
        /// When to try again.
        retry_after_ms: u32,
    },
    /// It failed so often that it is left alone for a while.
    #[error("the plugin failed too often and is left alone for {retry_after_ms} ms")]
    Broken {
        /// When it is tried again.
        retry_after_ms: u32,
    },
    /// The plugin doesn't export the function's interface.
    #[error("the plugin offers no {ability}")]
    NotOffered {
        /// The interface.
        ability: &'static str,
    },
    /// The host's own database failed under the call.
    #[error("the database failed during the call: {0}")]
    Store(DbError),
}

impl CallError {
    /// Whether it speaks against the plugin. A refusal doesn't: whoever forges a webhook makes a plugin
    /// refuse, and mustn't be able to silence it by that.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::LimitExceeded { .. } | Self::Trapped { .. } | Self::TimedOut { .. })
    }

    /// Whether trying again can't help: the guest has refused for good, or can't do it at all.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Refused(guest) => {
                guest.retry_after_ms.is_none() && !matches!(guest.code.as_str(), "unavailable" | "timed-out")
            }
            Self::NotOffered { .. } => true,
            _ => false,
        }
    }

    /// When trying again may help, in milliseconds.
    pub fn retry_after_ms(&self) -> Option<u32> {
        match self {
            Self::Refused(error) => error.retry_after_ms,
            Self::Busy { retry_after_ms } | Self::Broken { retry_after_ms } => Some(*retry_after_ms),
            Self::LimitExceeded { .. } | Self::Trapped { .. } | Self::TimedOut { .. } => None,
            Self::NotOffered { .. } | Self::Store(_) => None,
        }
    }

    /// The log of the failed call, to be kept for the plugin's operator.
    pub fn log(&self) -> &[LogLine] {
        match self {
            Self::Refused(error) => &error.log,
            Self::LimitExceeded { tail, .. } | Self::Trapped { tail, .. } | Self::TimedOut { tail, .. } => {
                tail
            }
            Self::Busy { .. } | Self::Broken { .. } | Self::NotOffered { .. } | Self::Store(_) => &[],
        }
    }
}

/// An error that a guest returned.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct GuestError {
    /// A word that programs compare.
    pub code: String,
    /// A sentence for a person.
    pub message: String,
    /// When trying again may help: how long to wait.
    pub retry_after_ms: Option<u32>,
    /// What it logged before.
    pub log: Vec<LogLine>,
}

/// How many lines an error's text shows.
const SHOWN: usize = 5;

/// Shows the end of a log within an error's text.
struct Tail<'a>(&'a [LogLine]);

impl std::fmt::Display for Tail<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        f.write_str("; it logged last:")?;
        for line in &self.0[self.0.len().saturating_sub(SHOWN)..] {
            write!(f, "\n  {}: {}", line.level.word(), line.text)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::Timestamp;
    use crate::plugins::effects::LogLevel;

    #[test]
    fn a_failure_shows_the_end_of_the_log() {
        let tail = (1..=7)
            .map(|number| LogLine {
                at: Timestamp::from_micros(0),
                level: LogLevel::Warn,
                text: format!("line {number}"),
                attributes: Vec::new(),
            })
            .collect();
        let text = CallError::LimitExceeded { which: Limit::Memory, allowed: 10, used: 12, tail }.to_string();
        assert!(text.contains("memory went over its limit (12 used, 10 bytes allowed)"), "{text}");
        assert!(
            text.ends_with("warn: line 7") && text.contains("line 3") && !text.contains("line 2"),
            "{text}"
        );
    }
}
