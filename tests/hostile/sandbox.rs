//! Crimes inside the sandbox: time, memory, stack, and lies to the host about what lies where.

use hospes::plugins::engine::limits::Limit;
use serde_json::json;
use support::artifacts::artifact;
use support::store::Engine;

use crate::guests::{Module, TOOLS, as_another, hoarder, says};
use crate::house::{End, House, assert_end};

const GROW: &str = "(func $grow (param $pages i32) (drop (memory.grow (local.get $pages))))";

/// Every crime with its end. The bodies that lie about texts are made by [`says`].
fn crimes() -> Vec<(&'static str, Module, End)> {
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let honest = Module::default();
    let says = |at, length| Module { body: leak(says(at, length)), ..honest };
    vec![
        ("spins", Module { body: "(loop $on (br $on)) unreachable", ..honest }, End::Limit(Limit::Cpu)),
        (
            "spins-in-allocator",
            Module { realloc: "(loop $on (br $on)) unreachable", ..honest },
            End::Limit(Limit::Cpu),
        ),
        (
            "recurses",
            Module {
                more: "(func $deep (param $n i32) (result i32)
                         (i32.add (call $deep (i32.add (local.get $n) (i32.const 1))) (local.get $n)))",
                body: "(call $deep (i32.const 0))",
                ..honest
            },
            End::Trap("call stack exhausted"),
        ),
        (
            "recurses-in-allocator",
            Module {
                realloc: "(i32.add (i32.const 1)
                            (call $realloc (local.get $old) (local.get $old_size) (local.get $align) (local.get $size)))",
                ..honest
            },
            End::Trap("call stack exhausted"),
        ),
        (
            "allocates-outside",
            Module { realloc: "(i32.const -8)", ..honest },
            End::Trap("realloc"),
        ),
        (
            "allocates-askew",
            Module {
                imports: r#"(import "hospes:plugin/config@0.1.0" "get" (func $get (param i32 i32 i32)))"#,
                body: "(call $get (i32.const 0) (i32.const 0) (i32.const 3)) (i32.const 0)",
                ..honest
            },
            End::Trap("not aligned"),
        ),
        (
            "calls-out-of-allocator",
            Module {
                imports: r#"(import "hospes:plugin/clock@0.1.0" "now" (func $now (result i64)))"#,
                realloc: "(drop (call $now)) (i32.const 131072)",
                ..honest
            },
            End::Trap("cannot leave component instance"),
        ),
        (
            "grows-one-memory",
            Module { more: GROW, body: "(loop $on (call $grow (i32.const 16)) (br $on)) unreachable", ..honest },
            End::Limit(Limit::Memory),
        ),
        ("says-too-much", says(65_536, 3 << 20), End::Limit(Limit::Transfer)),
        ("claims-a-giant-text", says(65_536, u32::MAX - 15), End::Trap("out of bounds")),
        ("points-outside", Module { body: "(i32.const -16)", ..honest }, End::Trap("out of bounds")),
        (
            "answers-with-no-case",
            Module { body: "(i32.store8 (i32.const 1024) (i32.const 9)) (i32.const 1024)", ..honest },
            End::Trap("discriminant"),
        ),
        (
            "says-what-is-no-text",
            Module {
                more: r#"(data (i32.const 2048) "\ff\fe\80")"#,
                body: leak(crate::guests::says(2_048, 3)),
                ..honest
            },
            End::Trap("utf-8"),
        ),
        (
            "claims-a-giant-list",
            Module {
                imports: r#"(import "hospes:plugin/http@0.1.0" "send-many" (func $send (param i32 i32 i32)))"#,
                body: "(call $send (i32.const 65536) (i32.const 0x0fffffff) (i32.const 1024)) unreachable",
                ..honest
            },
            End::Trap("out of bounds"),
        ),
        (
            "nests-lists",
            // A thousand requests whose addresses all are the same thousand pieces: forty kibibytes that say that
            // they are a million pieces.
            Module {
                imports: r#"(import "hospes:plugin/http@0.1.0" "send-many" (func $send (param i32 i32 i32)))"#,
                body: "(local $at i32)
                       (local.set $at (i32.const 65536))
                       (loop $on
                         (i32.store offset=8 (local.get $at) (i32.const 2097152))
                         (i32.store offset=12 (local.get $at) (i32.const 1000))
                         (local.set $at (i32.add (local.get $at) (i32.const 40)))
                         (br_if $on (i32.lt_u (local.get $at) (i32.const 105536))))
                       (call $send (i32.const 65536) (i32.const 1000) (i32.const 1024)) unreachable",
                ..honest
            },
            End::Limit(Limit::Transfer),
        ),
        (
            "forges-a-handle",
            Module {
                imports: r#"(import "hospes:plugin/secrets@0.1.0" "[method]secret.equals"
                              (func $equals (param i32 i32 i32 i32)))"#,
                body: "(call $equals (i32.const 4711) (i32.const 0) (i32.const 0) (i32.const 1024)) unreachable",
                ..honest
            },
            End::Trap("unknown handle"),
        ),
        (
            "drops-what-it-never-had",
            Module {
                imports: r#"(import "hospes:plugin/secrets@0.1.0" "[resource-drop]secret" (func $drop (param i32)))"#,
                body: "(call $drop (i32.const 1)) unreachable",
                ..honest
            },
            End::Trap("unknown handle"),
        ),
        (
            "calls-the-host-without-end",
            Module {
                imports: r#"(import "hospes:plugin/clock@0.1.0" "now" (func $now (result i64)))"#,
                body: "(loop $on (drop (call $now)) (br $on)) unreachable",
                ..honest
            },
            End::Limit(Limit::Cpu),
        ),
        (
            "asks-for-chance-without-end",
            Module {
                imports: r#"(import "hospes:plugin/random@0.1.0" "bytes" (func $bytes (param i32 i32)))"#,
                realloc: "(i32.const 131072)",
                body: "(loop $on (call $bytes (i32.const -1) (i32.const 1024)) (br $on)) unreachable",
                ..honest
            },
            End::Limit(Limit::Cpu),
        ),
        (
            "logs-without-end",
            Module {
                imports: r#"(import "hospes:plugin/log@0.1.0" "write" (func $log (param i32 i32 i32 i32 i32)))"#,
                body: "(loop $on
                         (call $log (i32.const 0) (i32.const 65536) (i32.const 65536) (i32.const 0) (i32.const 0))
                         (br $on)) unreachable",
                ..honest
            },
            End::Limit(Limit::Transfers),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_crime_in_the_sandbox_meets_its_end_and_the_neighbour_notices_nothing() {
    let house = House::new(Engine::Sqlite, &[]).await;
    for (name, module, end) in crimes() {
        let guest = house.admit(&module.plugin(name, &[TOOLS]), &json!({})).await;
        let task = json!({});
        let ended = house.beside(house.call(&guest, &task)).await;
        assert_end(name, &ended, &end);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_and_tables_count_in_sum_however_many_modules_they_are_spread_over() {
    let house = House::new(Engine::Sqlite, &[]).await;
    // 350 pages are 22 MiB: one such memory is allowed, three beside the first are not.
    for (name, hoard, end) in [
        (
            "grows-several-memories",
            "(memory 1) (func (export \"grow\") (drop (memory.grow (i32.const 350))))",
            End::Limit(Limit::Memory),
        ),
        (
            "grows-several-tables",
            "(table 1 funcref) (func (export \"grow\") (drop (table.grow (ref.null func) (i32.const 8000))))",
            End::Limit(Limit::Tables),
        ),
    ] {
        let guest = house.admit(&hoarder(name, hoard), &json!({})).await;
        let task = json!({});
        let ended = house.beside(house.call(&guest, &task)).await;
        assert_end(name, &ended, &end);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_starts_with_a_crime_is_not_let_in() {
    let house = House::new(Engine::Sqlite, &[]).await;
    let honest = Module::default();
    for (name, module, reason) in [
        (
            "spins-at-the-start",
            Module { more: "(func $begin (loop $on (br $on))) (start $begin)", ..honest },
            "cpu went over its limit",
        ),
        (
            "breaks-down-at-the-start",
            Module { more: "(func $begin unreachable) (start $begin)", ..honest },
            "unreachable",
        ),
        (
            "takes-memory-at-the-start",
            Module { memory: r#"(memory (export "memory") 1100)"#, ..honest },
            "memory went over its limit",
        ),
        (
            "has-five-memories",
            Module {
                memory: r#"(memory (export "memory") 1) (memory 1) (memory 1) (memory 1) (memory 1)"#,
                ..honest
            },
            "exceeds the per-instance limit",
        ),
        (
            "has-a-giant-table",
            Module { memory: r#"(memory (export "memory") 1) (table 4000000 funcref)"#, ..honest },
            "exceeds the limit",
        ),
    ] {
        let plugin = module.plugin(name, &[TOOLS]);
        let answer = house.beside(house.upload(plugin)).await;
        assert_eq!(answer.status, 422, "{name}: {answer:?}");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(reason), "{name}: {detail}");
    }
    let plugins = house.app.get("/v1/plugins").await.to_string();
    assert!(!plugins.contains("at-the-start"), "nothing of them is kept: {plugins}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_survives_from_one_call_to_the_next_whatever_the_last_one_did() {
    let house = House::new(Engine::Sqlite, &[]).await;
    let bytes = as_another(&artifact("tests/troublemaker"), |manifest| manifest["id"] = json!("forgetful"));
    let guest = house.admit(&bytes, &json!({})).await;
    // It counts calls in a static, in what its memory held, and through its own store.
    for crime in ["stage-and-trap", "hog", "spin", "stage-and-refuse", "tell"] {
        let _ended = house.call(&guest, &json!({"what": crime})).await;
        let told = house.call(&guest, &json!({"what": "tell"})).await.unwrap();
        let told: serde_json::Value = serde_json::from_str(&told.value).unwrap();
        assert_eq!(told["calls"], 1, "after {crime} a guest met its own past");
        let kept = house.call(&guest, &json!({"what": "get", "key": "staged"})).await.unwrap();
        assert_eq!(kept.value, "null", "after {crime} something was kept that nobody applied");
    }
    // Memory that one guest filled is clean when the next gets it: a fresh page says so, through the answer.
    let dirt = Module {
        body: "(memory.fill (i32.const 131072) (i32.const 65) (i32.const 1048576)) unreachable",
        ..Module::default()
    };
    let look = says(131_072, 262_144);
    let clean = Module { body: Box::leak(look.into_boxed_str()), ..Module::default() };
    let dirt = house.admit(&dirt.plugin("leaves-dirt", &[TOOLS]), &json!({})).await;
    let clean = house.admit(&clean.plugin("looks-for-dirt", &[TOOLS]), &json!({})).await;
    for _ in 0..9 {
        let _trap = house.call(&dirt, &json!({})).await;
        let found = house.call(&clean, &json!({})).await.unwrap().value;
        assert!(found.bytes().all(|byte| byte == 0), "a guest saw another's memory");
    }
}
