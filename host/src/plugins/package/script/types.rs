//! TypeScript's types, taken out: nothing is checked and nothing compiled, so that lines and columns stay where they are.

use std::sync::{Arc, Mutex, PoisonError};

use swc_common::errors::{DiagnosticBuilder, Emitter, Handler};
use swc_common::sync::Lrc;
use swc_common::{BytePos, GLOBALS, SourceMap};
use swc_ts_fast_strip::{ErrorCode, Mode, Options, operate};

/// One thing that is wrong, and where.
type Said = (String, Option<BytePos>);

/// What the parser finds wrong.
#[derive(Clone, Default)]
struct Faults(Arc<Mutex<Vec<Said>>>);

impl Emitter for Faults {
    fn emit(&mut self, fault: &mut DiagnosticBuilder<'_>) {
        let at = fault.span.primary_span().map(|span| span.lo);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((fault.message(), at));
    }
}

/// The text of a module without its types. The error names file, line and column.
pub(super) fn taken_out(name: &str, text: String) -> Result<String, String> {
    let map = Lrc::new(SourceMap::default());
    let faults = Faults::default();
    let handler = Handler::with_emitter(true, false, Box::new(faults.clone()));
    let options = Options { module: Some(true), mode: Mode::StripOnly, ..Options::default() };
    let done = GLOBALS.set(&swc_common::Globals::default(), || operate(&map, &handler, text, options));
    let error = match done {
        Ok(stripped) => return Ok(stripped.code),
        Err(error) => error,
    };
    let faults = faults.0.lock().unwrap_or_else(PoisonError::into_inner);
    let mut lines: Vec<String> = faults
        .iter()
        .map(|(message, at)| match at.map(|at| map.lookup_char_pos(at)) {
            Some(at) => format!("{name}:{}:{}: {message}", at.line, at.col.0 + 1),
            None => format!("{name}: {message}"),
        })
        .collect();
    if lines.is_empty() {
        lines.push(format!("{name}: {}", error.message));
    }
    if matches!(error.code, ErrorCode::UnsupportedSyntax) {
        lines.push(
            "Types are taken out and nothing is compiled: write what makes code (enum, namespace, parameters that are \
             properties) as JavaScript has it."
                .to_owned(),
        );
    }
    Err(lines.join("\n"))
}
