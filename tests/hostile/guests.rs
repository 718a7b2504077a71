//! Guests written by hand, for crimes that a compiler wouldn't commit: each is a core module in text, made into a
//! plugin as `hospes plugin build` does it.

use hospes::plugins::package;
use hospes::plugins::package::manifest::Manifest;
use serde_json::{Value, json};

/// The start of the memory that a guest's own realloc hands out.
pub const HEAP: u32 = 65_536;
/// Where the guests here put what they return.
const ANSWER: u32 = 1_024;

/// What core parameters a function of the contract has, all of which return the address of their answer.
pub const TOOLS: (&str, &str) = ("hospes:plugin/tools@0.1.0#call", "i32 i32 i32 i32");
/// `channel.receive`.
pub const CHANNEL: (&str, &str) =
    ("hospes:plugin/channel@0.1.0#receive", "i32 i32 i32 i32 i32 i32 i32 i32 i32 i32");
/// `triage.classify`.
pub const TRIAGE: (&str, &str) = ("hospes:plugin/triage@0.1.0#classify", "i32 i32");
/// `assignment.choose`.
pub const ASSIGNMENT: (&str, &str) =
    ("hospes:plugin/assignment@0.1.0#choose", "i32 i32 i32 i32 i64 i32 i32 i32 i32");
/// `scoring.score`.
pub const SCORING: (&str, &str) = ("hospes:plugin/scoring@0.1.0#score", "i32 i32");

/// A module, piece by piece. What isn't said is as an honest guest would have it.
#[derive(Clone, Copy)]
pub struct Module {
    /// Imports, before everything else.
    pub imports: &'static str,
    /// The memory's size in pages, and what stands beside it.
    pub memory: &'static str,
    /// The body of the allocator, with the parameters `$old $old_size $align $size`.
    pub realloc: &'static str,
    /// Functions and whatever else.
    pub more: &'static str,
    /// The body of every exported function.
    pub body: &'static str,
}

impl Default for Module {
    fn default() -> Self {
        Self {
            imports: "",
            memory: r#"(memory (export "memory") 64)"#,
            realloc: "
                (local $at i32)
                (local.set $at (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
                (global.set $top (i32.add (local.get $at) (local.get $size)))
                (block $fits
                  (br_if $fits (i32.le_u (global.get $top) (i32.mul (memory.size) (i32.const 65536))))
                  (drop (memory.grow (i32.add (i32.shr_u (local.get $size) (i32.const 16)) (i32.const 1)))))
                (local.get $at)",
            more: "",
            body: "unreachable",
        }
    }
}

impl Module {
    /// The module's bytes, exporting these functions.
    pub fn wasm(&self, exports: &[(&str, &str)]) -> Vec<u8> {
        let Self { imports, memory, realloc, more, body } = self;
        let functions: String = exports
            .iter()
            .map(|(name, parameters)| {
                format!("(func (export \"{name}\") (param {parameters}) (result i32) {body})\n")
            })
            .collect();
        let text = format!(
            "(module {imports} {memory} (global $top (mut i32) (i32.const {HEAP}))
             (func $realloc (export \"cabi_realloc\")
               (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32) {realloc})
             {more} {functions})"
        );
        wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
    }

    /// The finished plugin with these functions.
    pub fn plugin(&self, id: &str, exports: &[(&str, &str)]) -> Vec<u8> {
        let (bytes, _) = package::build(&self.wasm(exports), &manifest(id, exports)).expect("a plugin");
        bytes
    }
}

/// A component of several core modules, of which three hoard when the tool is called.
pub fn hoarder(id: &str, hoard: &str) -> Vec<u8> {
    let text = format!(
        r#"(component
          (type $record (record (field "code" string) (field "message" string) (field "retry-after-ms" (option u32))))
          (import "hospes:plugin/types@0.1.0" (instance $types (export "error" (type (eq $record)))))
          (alias export $types "error" (type $error))
          (core module $hoard {hoard})
          (core instance $b (instantiate $hoard))
          (core instance $c (instantiate $hoard))
          (core instance $d (instantiate $hoard))
          (core module $main
            (import "b" "grow" (func $b)) (import "c" "grow" (func $c)) (import "d" "grow" (func $d))
            (memory (export "memory") 1)
            (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 8))
            (func (export "call") (param i32 i32 i32 i32) (result i32)
              (call $b) (call $c) (call $d) unreachable))
          (core instance $guest (instantiate $main
            (with "b" (instance $b)) (with "c" (instance $c)) (with "d" (instance $d))))
          (func $call (param "name" string) (param "arguments" string) (result (result string (error $error)))
            (canon lift (core func $guest "call") (memory $guest "memory")
              (realloc (func $guest "realloc"))))
          (instance $tools (export "error" (type $error)) (export "call" (func $call)))
          (export "hospes:plugin/tools@0.1.0" (instance $tools)))"#
    );
    let component = wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}"));
    package::build(&component, &manifest(id, &[TOOLS])).expect("a plugin").0
}

/// Instructions that return a text of the memory as a tool's answer.
pub fn says(at: u32, length: u32) -> String {
    format!(
        "(i32.store8 (i32.const {ANSWER}) (i32.const 0))
         (i32.store offset=4 (i32.const {ANSWER}) (i32.const {at}))
         (i32.store offset=8 (i32.const {ANSWER}) (i32.const {length}))
         (i32.const {ANSWER})"
    )
}

/// A manifest that wants what any of the guests here tries to use.
fn manifest(id: &str, exports: &[(&str, &str)]) -> Manifest {
    let text = json!({"zh-CN": "测试", "en": "Tests"});
    let mut manifest = json!({
        "id": id, "version": "0.1.0", "contract": "0.1", "license": "Apache-2.0", "name": text, "summary": text,
        "wants": {
            "http": [{"host": "api.example.com", "methods": ["GET"], "paths": ["/*"], "reason": text}],
            "secrets": [{"name": "token", "uses": ["header", "hmac-sha256"], "reason": text}],
        },
    });
    let has = |function: (&str, &str)| exports.contains(&function);
    if has(TOOLS) {
        manifest["tools"] =
            json!([{"name": "do", "summary": text, "arguments": {"type": "object"}, "result": {}}]);
    }
    if has(CHANNEL) {
        manifest["channel"] = json!({"scheme": "test"});
    }
    if has(SCORING) {
        manifest["events"] = json!(["interaction.received"]);
    }
    read(&manifest)
}

fn read(manifest: &Value) -> Manifest {
    Manifest::from_json(manifest.to_string().as_bytes()).expect("a manifest")
}

/// A finished plugin under another name and with other wants; its code stays.
pub fn as_another(plugin: &[u8], change: impl Fn(&mut Value)) -> Vec<u8> {
    let package = package::Package::read(plugin).expect("a plugin");
    let mut manifest = json!(package.manifest);
    change(&mut manifest);
    package::build(plugin, &read(&manifest)).expect("a plugin").0
}

/// A custom section as the format has it: a zero, the length, the name with its length, the data.
pub fn custom_section(name: &str, data: &[u8]) -> Vec<u8> {
    let mut content = leb(name.len());
    content.extend_from_slice(name.as_bytes());
    content.extend_from_slice(data);
    let mut section = vec![0];
    section.extend(leb(content.len()));
    section.extend(content);
    section
}

/// A length as the format writes it: seven bits a byte, the lowest first.
fn leb(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(number & 0x7f).expect("seven bits");
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}
