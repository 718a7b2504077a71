//! The top level of a WebAssembly file, as far as packaging needs it. What is nested inside is skipped.

use super::{MANIFEST_SECTION, PackageError};
use std::ops::Range;
use wasmparser::{Encoding, Parser, Payload};

/// What kind of WebAssembly a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SectionKind {
    Module,
    Component,
}

/// What a file shows on its outside.
pub(super) struct Surface<'a> {
    pub kind: SectionKind,
    /// Interfaces that a component imports; of a module, the modules it imports from.
    pub imports: Vec<&'a str>,
    pub exports: Vec<&'a str>,
    pub manifest: Option<&'a [u8]>,
    /// Custom sections: name, where they lie with their headers, and what they hold.
    custom: Vec<(&'a str, Range<usize>, &'a [u8])>,
}

impl<'a> Surface<'a> {
    pub fn read(bytes: &'a [u8]) -> Result<Self, PackageError> {
        if !bytes.starts_with(b"\0asm") {
            return Err(PackageError::NotWasm);
        }
        let mut surface = Self {
            kind: SectionKind::Module,
            imports: Vec::new(),
            exports: Vec::new(),
            manifest: None,
            custom: Vec::new(),
        };
        let mut depth = 0_usize;
        let mut section_start = 8;
        for payload in Parser::new(0).parse_all(bytes) {
            let payload = payload?;
            if depth == 0 {
                surface.take(&payload, section_start)?;
                if let Some((_, range)) = payload.as_section() {
                    section_start = range.end;
                }
            }
            match payload {
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
                Payload::End(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        Ok(surface)
    }

    fn take(&mut self, payload: &Payload<'a>, section_start: usize) -> Result<(), PackageError> {
        match payload {
            Payload::Version { encoding: Encoding::Component, .. } => self.kind = SectionKind::Component,
            Payload::ImportSection(section) => {
                for import in section.clone().into_imports() {
                    self.imports.push(import?.module);
                }
            }
            Payload::ExportSection(section) => {
                for export in section.clone() {
                    self.exports.push(export?.name);
                }
            }
            Payload::ComponentImportSection(section) => {
                for import in section.clone() {
                    self.imports.push(import?.name.name);
                }
            }
            Payload::ComponentExportSection(section) => {
                for export in section.clone() {
                    self.exports.push(export?.name.name);
                }
            }
            Payload::CustomSection(section) => {
                self.custom.push((section.name(), section_start..section.range().end, section.data()));
                if section.name() == MANIFEST_SECTION && self.manifest.replace(section.data()).is_some() {
                    let message = format!("a second section `{MANIFEST_SECTION}`");
                    return Err(PackageError::Broken { at: section_start as u64, message });
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// What the last custom section of this name holds.
    pub fn custom(&self, wanted: &str) -> Option<&'a [u8]> {
        self.custom.iter().rev().find(|(name, ..)| *name == wanted).map(|(.., data)| *data)
    }

    /// The file without the custom sections whose names are unwanted.
    pub fn without(&self, bytes: &[u8], unwanted: impl Fn(&str) -> bool) -> Vec<u8> {
        let mut kept = Vec::with_capacity(bytes.len());
        let mut from = 0;
        for (_, range, _) in self.custom.iter().filter(|(name, ..)| unwanted(name)) {
            kept.extend_from_slice(&bytes[from..range.start]);
            from = range.end;
        }
        kept.extend_from_slice(&bytes[from..]);
        kept
    }
}
