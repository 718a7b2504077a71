use super::contract::contract;
use super::manifest::Manifest;
use super::{BuildError, Package, PackageError, Unfit, build, preview1};
use crate::plugins::grants::ability::Ability;
use wasm_encoder::{
    CodeSection, ComponentSection, CustomSection, EntityType, ExportKind, ExportSection, Function,
    FunctionSection, ImportSection, MemorySection, MemoryType, Module, TypeSection, ValType,
};

const RUN: &str = "hospes:plugin/schedule@0.1.0#run";
const NOW: (&str, &str) = ("hospes:plugin/clock@0.1.0", "now");
const YIELD: (&str, &str) = (preview1::NAME, "sched_yield");
const DELETE: (&str, &str) = ("hospes:plugin/kv@0.1.0", "delete");

/// A core module whose functions do nothing: it imports the one given, and exports, under the given name, one
/// that has the type of `schedule.run`, besides what every guest exports.
fn module(import: (&str, &str), export: &str) -> Vec<u8> {
    use ValType::{I32, I64};
    let mut types = TypeSection::new();
    types.ty().function([I32, I32, I64], [I32]);
    types.ty().function([I32, I32, I32, I32], [I32]);
    types.ty().function([I32, I32, I32], []);
    types.ty().function([], [I64]);
    types.ty().function([], [I32]);
    let mut imports = ImportSection::new();
    let of_type = match import {
        NOW => 3,
        YIELD => 4,
        _ => 2,
    };
    imports.import(import.0, import.1, EntityType::Function(of_type));
    let mut functions = FunctionSection::new();
    let mut code = CodeSection::new();
    for kind in [0, 1] {
        functions.function(kind);
        let mut body = Function::new([]);
        body.instructions().unreachable().end();
        code.function(&body);
    }
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut exports = ExportSection::new();
    exports.export(export, ExportKind::Func, 1).export("cabi_realloc", ExportKind::Func, 2);
    exports.export("memory", ExportKind::Memory, 0);
    // What a toolchain says of the module's type must not matter, even if it can't be read.
    let section = CustomSection { name: "component-type:everything".into(), data: b"nonsense"[..].into() };
    let mut module = Module::new();
    module
        .section(&types)
        .section(&imports)
        .section(&functions)
        .section(&memories)
        .section(&exports)
        .section(&code)
        .section(&section);
    module.finish()
}

fn manifest(more: &str) -> Manifest {
    Manifest::from_toml(&format!(
        r#"
        id = "nightly"
        version = "1.2.3"
        contract = "0.1"
        license = "Apache-2.0"
        name = {{ zh-CN = "夜间", en = "Nightly" }}
        summary = {{ zh-CN = "夜里运行。", en = "Runs at night." }}
        [[schedule]]
        name = "night"
        cron = "0 3 * * *"
        reason = {{ zh-CN = "夜里", en = "At night" }}
        {more}"#
    ))
    .unwrap()
}

fn good() -> Vec<u8> {
    build(&module(NOW, RUN), &manifest("")).unwrap().0
}

/// What doesn't fit about a module with this manifest.
fn unfit(module: &[u8], manifest: &Manifest) -> Vec<Unfit> {
    match build(module, manifest) {
        Err(BuildError::Package(PackageError::Unfit(unfit))) => unfit,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_embedded_contract_is_the_whole_contract() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../wit/hospes-0.1");
    let mut there: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    there.sort();
    let mut embedded: Vec<_> = contract().iter().map(|(name, _)| *name).collect();
    embedded.sort_unstable();
    assert_eq!(embedded, there);
    super::world_of(&Ability::ALL).unwrap();
}

#[test]
fn a_module_becomes_a_plugin_that_reads_back() {
    let (bytes, package) = build(&module(NOW, RUN), &manifest("")).unwrap();
    assert_eq!(package, Package::read(&bytes).unwrap());
    assert_eq!(package.manifest, manifest(""));
    assert_eq!(package.exports, [Ability::Schedule]);
    assert!(package.imports.contains(&"hospes:plugin/clock@0.1.0".to_owned()), "{:?}", package.imports);
    assert!(!package.imports.iter().any(|import| import.contains("/kv@")), "{:?}", package.imports);
    assert_eq!(package.digest.len(), 64);
}

#[test]
fn packaging_a_plugin_again_replaces_its_manifest() {
    let mut newer = manifest("");
    newer.version = "1.2.4".to_owned();
    let (bytes, package) = build(&good(), &newer).unwrap();
    assert_eq!(package.manifest.version, "1.2.4");
    assert_eq!(bytes.len(), good().len());
}

#[test]
fn what_is_no_plugin_is_told_apart() {
    assert!(matches!(Package::read(b""), Err(PackageError::NotWasm)));
    assert!(matches!(Package::read(b"id = \"nightly\""), Err(PackageError::NotWasm)));
    assert!(matches!(Package::read(&module(NOW, RUN)), Err(PackageError::CoreModule)));
    let empty = wasm_encoder::Component::new().finish();
    assert!(matches!(Package::read(&empty), Err(PackageError::NoManifest)));
}

#[test]
fn a_plugin_cut_short_anywhere_is_no_plugin() {
    let whole = good();
    for length in 0..whole.len() {
        assert!(Package::read(&whole[..length]).is_err(), "cut at {length} of {}", whole.len());
    }
}

#[test]
fn a_manifest_inside_a_nested_component_is_not_the_plugins() {
    let mut outer = wasm_encoder::Component::new();
    let inner = CustomSection { name: super::MANIFEST_SECTION.into(), data: b"{}"[..].into() };
    let mut nested = wasm_encoder::Component::new().finish();
    inner.append_to_component(&mut nested);
    outer.section(&wasm_encoder::RawSection { id: 4, data: &nested });
    assert!(matches!(Package::read(&outer.finish()), Err(PackageError::NoManifest)));
}

#[test]
fn two_manifests_are_none() {
    let mut bytes = good();
    let other = manifest("").canonical_json();
    CustomSection { name: super::MANIFEST_SECTION.into(), data: other.as_bytes().into() }
        .append_to_component(&mut bytes);
    assert!(matches!(Package::read(&bytes), Err(PackageError::Broken { .. })));
}

#[test]
fn another_contract_is_named() {
    let name = "hospes:plugin/schedule@0.2.0";
    let found = unfit(&module(NOW, "hospes:plugin/schedule@0.2.0#run"), &manifest(""));
    assert_eq!(found, [Unfit::OtherContract(name.to_owned())]);
    let found = unfit(&module(("hospes:plugin/clock@0.2.0", "now"), RUN), &manifest(""));
    assert_eq!(found, [Unfit::OtherContract("hospes:plugin/clock@0.2.0".to_owned())]);
}

#[test]
fn an_import_that_nobody_offers_is_named() {
    for import in ["env", "wasi_unstable", "hospes:plugin/nothing@0.1.0"] {
        let found = unfit(&module((import, "f"), RUN), &manifest(""));
        assert_eq!(found, [Unfit::NotOffered(import.to_owned())]);
    }
}

#[test]
fn what_is_built_for_an_older_wasi_needs_the_contract_alone() {
    let (_, package) = build(&module(YIELD, RUN), &manifest("")).unwrap();
    let foreign = package.imports.iter().find(|import| !import.starts_with("hospes:plugin/"));
    assert_eq!(foreign, None);
    let unknown = build(&module((preview1::NAME, "sock_open"), RUN), &manifest("")).unwrap_err();
    assert!(unknown.to_string().contains("sock_open"), "{unknown}");
}

#[test]
fn an_import_that_the_manifest_does_not_ask_for_is_noted() {
    let (_, package) = build(&module(DELETE, RUN), &manifest("")).unwrap();
    assert_eq!(package.unwanted(), [("kv", "[wants.kv]")]);
    let wants = "[wants.kv]\nbytes = 1000\nreason = { zh-CN = \"记\", en = \"To remember\" }";
    let (_, package) = build(&module(DELETE, RUN), &manifest(wants)).unwrap();
    assert_eq!(package.unwanted(), []);
}

#[test]
fn abilities_and_manifest_have_to_agree() {
    let mut silent = manifest("");
    silent.schedule.clear();
    let undeclared = Unfit::Undeclared { ability: Ability::Schedule, key: "[[schedule]]" };
    assert_eq!(unfit(&module(NOW, RUN), &silent), [undeclared]);
    let boastful = manifest("[channel]\nscheme = \"nightly\"");
    let unexported = Unfit::Unexported { ability: Ability::Channel, key: "[channel]" };
    assert_eq!(unfit(&module(NOW, RUN), &boastful), [unexported]);
}

#[test]
fn exports_that_are_missing_or_misspelt_are_named() {
    assert_eq!(unfit(&module(NOW, "run"), &manifest("")), [Unfit::NoAbility]);
    let name = "hospes:plugin/scheduel@0.1.0";
    let found = unfit(&module(NOW, "hospes:plugin/scheduel@0.1.0#run"), &manifest(""));
    assert_eq!(found, [Unfit::NoSuchAbility(name.to_owned())]);
    let wrong = build(&module(NOW, "hospes:plugin/schedule@0.1.0#walk"), &manifest(""));
    let Err(BuildError::Encode(message)) = wrong else { panic!("{wrong:?}") };
    assert!(message.contains("walk") || message.contains("run"), "{message}");
}
