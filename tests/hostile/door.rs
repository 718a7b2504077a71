//! Crimes at the front door: what is uploaded is looked at before it is compiled, and compiled within bounds.

use std::fmt::Write as _;

use serde_json::json;
use support::artifacts::artifact;
use support::store::Engine;

use crate::guests::{Module, TOOLS, custom_section};
use crate::house::House;

/// What is uploaded and a piece of the reason why it isn't taken.
async fn turned_away(house: &House, name: &str, plugin: Vec<u8>, reason: &str) {
    let answer = house.beside(house.upload(plugin)).await;
    assert_eq!(answer.status, 422, "{name}: {answer:?}");
    let detail = answer.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains(reason), "{name}: {detail}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_manifest_can_not_be_doubled_or_smuggled_in() {
    let house = House::new(Engine::Sqlite, &[]).await;
    let honest = artifact("tests/troublemaker");
    let package = hospes::plugins::package::Package::read(&honest).unwrap();
    let mut forged = json!(package.manifest);
    forged["wants"]["kv"]["bytes"] = json!(1);
    let section = custom_section("hospes:manifest", forged.to_string().as_bytes());
    let doubled = [honest.as_slice(), &section].concat();
    turned_away(&house, "a second manifest", doubled, "a second section").await;

    // Within a nested module it is nobody's.
    let module = [b"\0asm\x01\0\0\0".as_slice(), &section].concat();
    let mut smuggled = b"\0asm\x0d\0\x01\0".to_vec();
    smuggled.push(1);
    smuggled.push(u8::try_from(module.len() & 0x7f).unwrap() | 0x80);
    smuggled.push(u8::try_from(module.len() >> 7).unwrap());
    smuggled.extend(&module);
    turned_away(&house, "a nested manifest", smuggled, "no section `hospes:manifest`").await;

    let cut = honest[..honest.len() / 2].to_vec();
    turned_away(&house, "half a plugin", cut, "damaged").await;
    turned_away(&house, "no plugin", b"MZ\x90\0 and so on".to_vec(), "isn't WebAssembly").await;
    let mut greedy = json!(package.manifest);
    greedy["wants"]["kv"]["bytes"] = json!(u64::MAX);
    let mut bytes = custom_section("hospes:manifest", greedy.to_string().as_bytes());
    bytes.splice(0..0, b"\0asm\x0d\0\x01\0".iter().copied());
    turned_away(&house, "wants everything", bytes, "wants.kv.bytes").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bomb_for_the_compiler_is_not_let_in() {
    let house = House::new(Engine::Sqlite, &[]).await;
    let functions = |count: usize| -> &'static str {
        let mut text = String::new();
        for number in 0..count {
            let _ = write!(text, "(func $f{number} nop)");
        }
        Box::leak(text.into_boxed_str())
    };
    let body = |piece: &str, times: usize| -> &'static str {
        Box::leak(format!("(func $big {})", piece.repeat(times)).into_boxed_str())
    };
    for (name, more, reason) in [
        ("many-functions", functions(70_000), "functions"),
        ("a-giant-function", body("(drop (i32.const 1))", 600_000), "bytes of code"),
        ("many-locals", body("(local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)", 4_000), "local"),
    ] {
        let module = Module { more, ..Module::default() };
        turned_away(&house, name, module.plugin(name, &[TOOLS]), reason).await;
    }
    let installed = house.app.get("/v1/plugins").await.to_string();
    assert!(!installed.contains("giant"), "{installed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_that_is_too_large_is_turned_away_before_it_is_read() {
    let house = House::new(Engine::Sqlite, &[]).await;
    let mut large = b"\0asm\x0d\0\x01\0".to_vec();
    large.extend(custom_section("filler", &vec![0; 65 << 20]));
    let answer = house.beside(house.upload(large)).await;
    assert_eq!(answer.status, 413, "{answer:?}");
}
