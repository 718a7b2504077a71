//! `hospes:plugin/log`: lines for the installation's operator, with the installation's secrets redacted.

use super::view::view;
use super::wasi::Wasi;
use crate::domain::clock::Timestamp;
use crate::domain::value::{Attribute, Value};
use crate::plugins::bindings::hospes::plugin::{log, types};
use crate::plugins::effects::{LogLevel, LogLine};
use crate::plugins::engine::fault::Fault;
use crate::plugins::engine::state::CallContext;
use crate::plugins::recordings::redaction;
use crate::plugins::values;

/// What a line costs beside its text, so that empty lines aren't free.
const LINE_COST: usize = 32;
/// Attributes of a line, and bytes of their names; more is left out.
const MOST_ATTRIBUTES: usize = 32;
const LONGEST_NAME: usize = 100;

/// The log of one call.
#[derive(Debug, Default)]
pub(in crate::plugins) struct Lines {
    lines: Vec<LogLine>,
    size: usize,
    cut: bool,
}

impl Lines {
    /// Adds a line, or what of it fits.
    fn add(&mut self, mut line: LogLine, size: usize, most: usize) {
        if self.cut {
            return;
        }
        let left = most.saturating_sub(self.size);
        self.size += size + LINE_COST;
        if size + LINE_COST <= left {
            self.lines.push(line);
            return;
        }
        self.cut = true;
        line.attributes.clear();
        line.text.truncate(line.text.floor_char_boundary(left.saturating_sub(LINE_COST)));
        let note = format!("The log of this call is cut here: {} KiB is the most.", most / 1024);
        let note = LogLine { at: line.at, level: LogLevel::Warn, text: note, attributes: Vec::new() };
        self.lines.extend([line, note]);
    }

    /// The lines, in the order they were written.
    pub fn take(&mut self) -> Vec<LogLine> {
        std::mem::take(&mut self.lines)
    }
}

impl CallContext {
    fn log_line(
        &mut self,
        level: log::Level,
        text: &str,
        attributes: Vec<types::Attribute>,
    ) -> wasmtime::Result<()> {
        let size = text.len() + values::size(&attributes);
        self.meter.transfer(size)?;
        if self.log.cut {
            return Ok(());
        }
        self.meter.hold(values::weight(&attributes))?;
        let secrets = &self.installation.secrets;
        let attributes = attributes.into_iter().take(MOST_ATTRIBUTES).map(|attribute| {
            let mut attribute = Attribute::from(attribute);
            attribute.name.truncate(attribute.name.floor_char_boundary(LONGEST_NAME));
            if let Value::Text(text) = &mut attribute.value {
                *text = redaction::redact(text, secrets);
            } else if let Value::Json(json) = &attribute.value {
                // A secret in deeper JSON is redacted of its text; what isn't JSON afterwards stays text.
                let redacted = redaction::redact(&json.to_string(), secrets);
                attribute.value = serde_json::from_str(&redacted).map_or(Value::Text(redacted), Value::Json);
            }
            attribute
        });
        let attributes = attributes.collect();
        let text = redaction::redact(text, secrets);
        let line = LogLine { at: self.clock.now(), level: level.into(), text, attributes };
        let most = self.meter.limits().log;
        self.log.add(line, size, most);
        Ok(())
    }

    /// A line of the host's own in the call's log.
    pub(super) fn note(&mut self, level: LogLevel, text: &str) {
        let text = redaction::redact(text, &self.installation.secrets);
        let (size, most) = (text.len(), self.meter.limits().log);
        let at: Timestamp = self.clock.now();
        self.log.add(LogLine { at, level, text, attributes: Vec::new() }, size, most);
    }

    /// Notes a denial, so that the operator sees what the plugin lacks, and makes it the guest's error.
    pub(super) fn refuse(&mut self, denied: &crate::plugins::grants::Denied) -> Fault {
        let text = denied.to_string();
        self.note(LogLevel::Warn, &text);
        Fault::denied(text)
    }
}

view! {
    /// The call's log, behind what was printed.
    LogView { wasi: Wasi = wasi }
}

impl log::Host for LogView<'_> {
    fn write(
        &mut self,
        level: log::Level,
        text: String,
        attributes: Vec<types::Attribute>,
    ) -> wasmtime::Result<()> {
        self.wasi.log_printed(self.call);
        let answer = self.call.log_line(level, &text, attributes);
        self.call.leave(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> LogLine {
        let at = Timestamp::from_micros(0);
        LogLine { at, level: LogLevel::Info, text: text.to_owned(), attributes: Vec::new() }
    }

    #[test]
    fn a_long_log_is_cut_once_and_says_so() {
        let mut lines = Lines::default();
        for text in ["first", "密".repeat(40).as_str(), "never seen"] {
            lines.add(line(text), text.len(), 100);
        }
        let lines = lines.take();
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[0].text, "first");
        assert_eq!(lines[1].text, "密".repeat(10), "cut between characters");
        assert!(lines[2].text.contains("is cut here"));
    }

    #[test]
    fn empty_lines_are_not_free() {
        let mut lines = Lines::default();
        for _ in 0..1_000_000 {
            lines.add(line(""), 0, 1_000);
        }
        assert!(lines.take().len() < 40);
    }
}
