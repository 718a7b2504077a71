//! The engine with real modules.

use super::*;
use crate::plugins::package::manifest::Manifest;
use crate::plugins::package::{Package, build};

const MANIFEST: &str = r#"
id = "tiny"
version = "1.0.0"
contract = "0.1"
license = "MIT"
name = { zh-CN = "小", en = "Tiny" }
summary = { zh-CN = "小", en = "Tiny" }
events = ["ticket.resolved"]
"#;

fn made(root: &str, files: &[(&str, &str)]) -> Result<Vec<u8>, ScriptError> {
    let files = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    Script { abilities: vec![Ability::Hooks], root: root.to_owned(), files }.component()
}

fn refused(root: &str, files: &[(&str, &str)]) -> String {
    made(root, files).unwrap_err().to_string()
}

#[test]
fn modules_become_a_component_that_imports_the_contract_and_what_the_host_answers() {
    let root = "import { unit } from './lib/units';\nimport table from './table.json';\nexport const hooks = { onEvent(event: hospes.Event): void { console.log(unit, table.a, event); } };\n";
    let files = [
        ("plugin.ts", root),
        ("lib/units.ts", "export const unit: string = 'kg';\n"),
        ("table.json", r#"{"a": 1}"#),
    ];
    let component = made("plugin.ts", &files).unwrap();
    let (_, package) = build(&component, &Manifest::from_toml(MANIFEST).unwrap()).unwrap();
    let Package { exports, imports, .. } = package;
    assert_eq!(exports, [Ability::Hooks]);
    assert!(
        imports.iter().all(|name| name.starts_with("hospes:plugin/") || name.starts_with("wasi:")),
        "{imports:?}"
    );
    assert_eq!(component, made("plugin.ts", &files).unwrap(), "the same modules give the same bytes");
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let hooks = "export const hooks = { onEvent() {} };\n";
    let said = refused("plugin.js", &[("plugin.js", "export const hooks = {\n  onEvent() { let = 3 }\n}};")]);
    assert!(said.contains("plugin.js:2"), "{said}");
    let said = refused("plugin.js", &[("plugin.js", &format!("{hooks}let a = 1;\nnothing.at.all;"))]);
    assert!(said.contains("nothing") && said.contains("plugin.js:3"), "{said}");
    let said = refused("plugin.ts", &[("plugin.ts", "export const hooks = {\n  onEvent(a: ) {} };")]);
    assert!(said.starts_with("plugin.ts:2:14:") || said.contains("plugin.ts:2:14:"), "{said}");
    let said = refused("plugin.ts", &[("plugin.ts", &format!("{hooks}enum Colour {{ Red }}"))]);
    assert!(said.contains("plugin.ts:2:1:") && said.contains("enum, namespace"), "{said}");
    let said = refused("plugin.js", &[("plugin.js", "import './lost.js';")]);
    assert!(said.contains("plugin.js imports ./lost.js, and there is no such file"), "{said}");
    let said = refused("plugin.js", &[("plugin.js", "import '../../etc/passwd';")]);
    assert!(said.contains("outside of the plugin's folder"), "{said}");
    let said = refused("plugin.js", &[("plugin.js", "import 'left-pad';")]);
    assert!(said.contains("imports the package left-pad"), "{said}");
}

#[test]
fn a_top_level_is_bounded_and_does_nothing_to_the_world() {
    let said = refused("plugin.js", &[("plugin.js", "for (;;) {}")]);
    assert!(said.contains("a loop without an end"), "{said}");
    let said =
        refused("plugin.js", &[("plugin.js", "const all = []; for (;;) all.push(new Uint8Array(1 << 20));")]);
    assert!(said.contains("memory"), "{said}");
    let said = refused("plugin.js", &[("plugin.js", "import { kv } from 'hospes'; kv.get('a');")]);
    assert!(said.contains("kv"), "{said}");
    let said =
        refused("plugin.js", &[("plugin.js", "import { config } from 'hospes'; config.get('address');")]);
    assert!(said.contains("the setting address is asked for at the top level"), "{said}");
}
