//! What a guest prints: lines of the call's log, those of stderr as warnings. Toolchains print in fragments, a panic of Go
//! in a hundred of them, so they are joined until their line ends.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use wasmtime::Result;
use wasmtime::component::Resource;
use wasmtime_wasi::async_trait;
use wasmtime_wasi::p2::{DynOutputStream, OutputStream, Pollable, StreamResult};

use super::{SystemView, Wasi};
use crate::plugins::effects::LogLevel;
use crate::plugins::engine::state::CallContext;

/// Bytes of a line; a longer one becomes several.
const LONGEST_LINE: usize = 8 << 10;
/// What a guest may print at once.
const AT_ONCE: usize = 64 << 10;
/// What is kept until it goes to the log, which has a limit of its own; the rest is lost there anyway.
const MOST: usize = 256 << 10;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum To {
    /// stdout
    Out,
    /// stderr
    Err,
}

/// What a call has printed, shared with its streams.
#[derive(Clone, Default)]
pub(super) struct Printed(Arc<Mutex<Lines>>);

#[derive(Default)]
struct Lines {
    whole: Vec<(LogLevel, String)>,
    size: usize,
    begun: [Vec<u8>; 2],
}

impl Printed {
    /// Lines have no state that a panic could leave half done.
    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lines {
    fn add(&mut self, to: To, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            if self.size >= MOST {
                return;
            }
            self.size += piece.len();
            let begun = &mut self.begun[to as usize];
            begun.extend_from_slice(piece.strip_suffix(b"\n").unwrap_or(piece));
            if piece.ends_with(b"\n") || begun.len() >= LONGEST_LINE {
                self.end(to);
            }
        }
    }

    fn end(&mut self, to: To) {
        let line = std::mem::take(&mut self.begun[to as usize]);
        let level = if to == To::Out { LogLevel::Info } else { LogLevel::Warn };
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        if !text.is_empty() {
            self.whole.push((level, text));
        }
    }

    /// The lines, those that haven't ended among them.
    fn take(&mut self) -> Vec<(LogLevel, String)> {
        self.end(To::Out);
        self.end(To::Err);
        std::mem::take(&mut self.whole)
    }
}

/// One of the two, as a guest holds it.
struct Printer {
    to: To,
    printed: Printed,
}

#[async_trait]
impl Pollable for Printer {
    async fn ready(&mut self) {}
}

impl OutputStream for Printer {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.printed.lock().add(self.to, &bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(AT_ONCE)
    }
}

impl SystemView<'_> {
    pub(super) fn printer(&mut self, to: To) -> Result<Resource<DynOutputStream>> {
        let printed = self.wasi.printed.get_or_insert_default().clone();
        let printer: DynOutputStream = Box::new(Printer { to, printed });
        Ok(self.table.push(printer)?)
    }
}

impl Wasi {
    /// Puts what was printed so far into the call's log.
    pub(in crate::plugins) fn log_printed(&self, call: &mut CallContext) {
        let Some(printed) = &self.printed else { return };
        let lines = printed.lock().take();
        for (level, text) in lines {
            call.note(level, &text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_are_joined_into_lines() {
        let mut lines = Lines::default();
        for (to, piece) in [
            (To::Err, "panic: "),
            (To::Out, "half a line"),
            (To::Err, "no such key\n\ngoroutine 1\n"),
            (To::Out, " and the rest\r\nlast"),
        ] {
            lines.add(to, piece.as_bytes());
        }
        let wanted = [
            (LogLevel::Warn, "panic: no such key"),
            (LogLevel::Warn, "goroutine 1"),
            (LogLevel::Info, "half a line and the rest"),
            (LogLevel::Info, "last"),
        ];
        assert_eq!(lines.take(), wanted.map(|(level, text)| (level, text.to_owned())));
    }

    #[test]
    fn who_prints_without_end_fills_nothing() {
        let mut lines = Lines::default();
        for _ in 0..1_000 {
            lines.add(To::Out, &[b'x'; 4_096]);
        }
        let kept: usize = lines.take().iter().map(|(_, text)| text.len()).sum();
        assert!((MOST..=MOST + 4_096).contains(&kept), "{kept}");
    }
}
