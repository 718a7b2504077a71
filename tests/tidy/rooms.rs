//! The rooms of the host: who may know whom, and which library lives where.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{Finding, Source, Tree, words};

/// Rooms by rank; a room may use those of a lower rank and itself. `boot` wires all of them together.
const RANKS: &[(&str, u8)] = &[
    ("domain", 0),
    ("store", 1),
    ("plugins", 2),
    ("ops", 3),
    ("jobs", 4),
    ("http", 4),
    ("boot", 5),
    // A command may start the host, which is what boot does.
    ("cli", 6),
];

/// Commands use boot and what is below `http` and `jobs`, not these two: they speak to a running host.
const NOT_FOR_CLI: &[&str] = &["http", "jobs"];

/// A library, the rooms it may be named in, and what others do instead.
const LIBRARIES: &[(&str, &[&str], &str)] = &[
    ("sqlx", &["store"], "speak to the database through host/src/store"),
    ("rusqlite", &["store"], "speak to the database through host/src/store"),
    ("axum", &["http", "boot"], "keep HTTP in host/src/http"),
    ("wasmtime", &["plugins"], "call plugins through host/src/plugins"),
];

/// `http, cli, jobs -> ops -> plugins -> store -> domain`, never back.
pub fn imports(source: &Source) -> Vec<Finding> {
    let Some(room) = room(source) else {
        return Vec::new();
    };
    let Some(own) = rank(room) else { return Vec::new() };
    let allowed = |other: &str| {
        // What is no room, such as a macro at the crate's root, has no rank.
        let lower = rank(other).is_none_or(|other_rank| other_rank < own);
        other == room || (lower && !(room == "cli" && NOT_FOR_CLI.contains(&other)))
    };
    uses(source)
        .into_iter()
        .filter(|(_, other)| !allowed(other))
        .map(|(place, other)| {
            source.finding(
                place,
                format!(
                    "{room} must not know {other} (http, cli, jobs -> ops -> plugins -> store -> domain)"
                ),
                "move the shared part down, or hand it in as an argument",
            )
        })
        .collect()
}

/// The rooms whose folders and files know each other in one direction.
const ORDERED: &[&str] = &["ops"];

/// Folders of a room don't know each other in a circle: whoever reads one would have to read them all.
pub fn circles(tree: &Tree) -> Vec<Finding> {
    ORDERED.iter().flat_map(|room| circles_in(tree, room)).collect()
}

fn circles_in(tree: &Tree, room: &str) -> Vec<Finding> {
    let root = format!("host/src/{room}/");
    let files = || tree.sources.iter().filter_map(|source| Some((source, source.path.strip_prefix(&root)?)));
    let entry =
        |inside: &str| inside.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned();
    let entries: BTreeSet<String> = files().map(|(_, inside)| entry(inside)).collect();
    // What the room's own file re-exports stands for the file that it comes from.
    let reexports: BTreeMap<String, String> = files()
        .filter(|(_, inside)| *inside == "mod.rs")
        .flat_map(|(source, _)| words(&source.code, "pub use self").map(|place| &source.code[place..]))
        .filter_map(|after| after.split_once(';')?.0.strip_prefix("pub use self::")?.split_once("::"))
        .flat_map(|(from, names)| {
            let names = names.split(|character: char| !character.is_alphanumeric());
            names.map(|name| (name.to_owned(), from.to_owned()))
        })
        .collect();
    // From each entry to those that it knows, with a place where it says so.
    let mut known: BTreeMap<String, BTreeMap<String, (&Source, usize)>> = BTreeMap::new();
    for (source, inside) in files().filter(|(_, inside)| *inside != "mod.rs") {
        let own = entry(inside);
        for (place, name) in named_in(source, room, inside) {
            let other = reexports.get(&name).unwrap_or(&name).clone();
            if other != own && entries.contains(&other) {
                known.entry(own.clone()).or_default().entry(other).or_insert((source, place));
            }
        }
    }
    // Who knows nobody that is left, or is known by nobody, is in no circle.
    let outside = |known: &BTreeMap<String, BTreeMap<String, _>>| {
        let out = |own: &str| known[own].keys().all(|other| !known.contains_key(other));
        let into = |own: &str| known.values().all(|others| !others.contains_key(own));
        known.keys().find(|own| out(own) || into(own)).cloned()
    };
    while let Some(entry) = outside(&known) {
        known.remove(&entry);
    }
    let arrows = known.iter().flat_map(|(own, others)| others.iter().map(move |arrow| (own, arrow)));
    arrows
        .filter(|(_, (other, _))| known.contains_key(*other))
        .map(|(own, (other, (source, place)))| {
            let rule = format!("{room}/{own} knows {room}/{other}, which knows it by way of others");
            source.finding(*place, rule, "move the shared part down, or hand it in as an argument")
        })
        .collect()
}

/// What a file of a room names right below the room.
fn named_in(source: &Source, room: &str, inside: &str) -> Vec<(usize, String)> {
    let steps = inside.matches('/').count();
    let depth = if inside.ends_with("/mod.rs") { steps } else { steps + 1 };
    let ways = [format!("crate::{room}"), vec!["super"; depth].join("::")];
    let ways = ways.into_iter().filter(|way| !way.is_empty());
    ways.flat_map(|way| {
        let places: Vec<_> = words(&source.shipped, &way)
            .filter(|place| !source.shipped[..*place].ends_with("::"))
            .map(|place| place + way.len())
            .collect();
        places.into_iter().flat_map(|after| firsts(&source.shipped, after)).collect::<Vec<_>>()
    })
    .collect()
}

/// Every file of the host but `main.rs` and `lib.rs` belongs to a room.
pub fn rooms(source: &Source) -> Vec<Finding> {
    let Some(inside) = source.path.strip_prefix("host/src/") else {
        return Vec::new();
    };
    if ["main.rs", "lib.rs"].contains(&inside) || room(source).is_some_and(|room| rank(room).is_some()) {
        return Vec::new();
    }
    let known: Vec<_> = RANKS.iter().map(|(room, _)| *room).collect();
    vec![source.finding(
        0,
        format!("no room has this name (there are {})", known.join(", ")),
        "put it into one",
    )]
}

/// A library is named in its room alone.
pub fn libraries(source: &Source) -> Vec<Finding> {
    if !source.is_rust() || !source.path.starts_with("host/src/") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (library, rooms, remedy) in LIBRARIES {
        if room(source).is_some_and(|room| rooms.contains(&room)) {
            continue;
        }
        let rule = format!("{library} is named outside {}", rooms.join(" and "));
        findings
            .extend(words(&source.code, library).map(|place| source.finding(place, rule.as_str(), remedy)));
    }
    findings
}

/// Plugins are called through `host/src/ops/calls/driver.rs`, which alone makes calls: whoever else did would send twice
/// what a call has sent that lost a race.
pub fn plugin_calls(source: &Source) -> Vec<Finding> {
    let calls = room(source).is_some_and(|room| ["ops", "jobs", "http", "cli"].contains(&room));
    if !calls || source.path == "host/src/ops/calls/driver.rs" {
        return Vec::new();
    }
    let rule = "a call of a plugin is made outside the driver";
    let remedy = "use PluginCalls of host/src/ops/calls/driver.rs";
    let made = ["plugins::Call", "plugins::CallId"].into_iter().flat_map(|name| words(&source.code, name));
    made.map(|place| source.finding(place, rule, remedy)).collect()
}

/// The room a file of the host stands in: `ops` for `host/src/ops/intake/mod.rs`.
fn room(source: &Source) -> Option<&str> {
    let inside = source.path.strip_prefix("host/src/")?;
    match inside.split_once('/') {
        Some((room, _)) => Some(room),
        None => inside.strip_suffix(".rs").filter(|name| !["main", "lib"].contains(name)),
    }
}

fn rank(room: &str) -> Option<u8> {
    RANKS.iter().find(|(name, _)| *name == room).map(|(_, rank)| *rank)
}

/// The rooms that a file names, by `crate::ROOM`, `crate::{ROOM, ...}` or enough `super::`.
fn uses(source: &Source) -> Vec<(usize, String)> {
    let mut used = Vec::new();
    for place in words(&source.code, "crate") {
        used.extend(firsts(&source.code, place + "crate".len()));
    }
    let steps = source.path.trim_start_matches("host/src/").matches('/').count();
    let depth = if source.path.ends_with("/mod.rs") { steps } else { steps + 1 };
    let up = vec!["super"; depth].join("::");
    for place in words(&source.code, &up) {
        used.extend(firsts(&source.code, place + up.len()));
    }
    used
}

/// The names right after a path's `::`, one or a group's.
fn firsts(code: &str, after: usize) -> Vec<(usize, String)> {
    let Some(rest) = code[after..].trim_start().strip_prefix("::") else {
        return Vec::new();
    };
    let rest = rest.trim_start();
    let start = after + code[after..].len() - rest.len();
    let Some(group) = rest.strip_prefix('{') else {
        return name(rest, start).into_iter().collect();
    };
    let (mut depth, mut at_start, mut names) = (0_i32, true, Vec::new());
    for (place, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => at_start = true,
            _ if character.is_whitespace() => {}
            _ if at_start && depth == 0 => {
                names.extend(name(&group[place..], start + 1 + place));
                at_start = false;
            }
            _ => {}
        }
    }
    names
}

fn name(rest: &str, place: usize) -> Option<(usize, String)> {
    let name: String = rest.chars().take_while(|one| one.is_alphanumeric() || *one == '_').collect();
    (!name.is_empty()).then_some((place, name))
}

#[test]
fn an_arrow_back_is_found() {
    let count = |path, text| imports(&Source::new(path, text)).len();
    assert_eq!(count("host/src/ops/intake.rs", "use crate::http::Problem;"), 1);
    assert_eq!(count("host/src/ops/intake.rs", "use crate::{domain::Id, http, store::{Db, jobs}};"), 1);
    assert_eq!(count("host/src/ops/intake.rs", "fn f() { crate :: jobs::run() }"), 1);
    assert_eq!(count("host/src/ops/intake.rs", "use super::super::http::Problem;"), 1);
    assert_eq!(count("host/src/ops/mod.rs", "use super::boot;"), 1);
    assert_eq!(count("host/src/domain/id.rs", "use crate::store::Db;"), 1);
    assert_eq!(count("host/src/http/api/list.rs", "use crate::jobs::timers;"), 1);
    assert_eq!(count("host/src/cli/list.rs", "use crate::http::Problem;"), 1);
    let found = imports(&Source::new("host/src/ops/intake.rs", "// first\n\nuse crate::{\n    http,\n};"));
    assert!(found[0].to_string().starts_with("host/src/ops/intake.rs:4: "), "{}", found[0]);
}

#[test]
fn arrows_forth_and_comments_are_fine() {
    let count = |path, text| imports(&Source::new(path, text)).len();
    assert_eq!(
        count("host/src/ops/intake.rs", "use crate::{domain::Id, ops::assign, plugins, store::Db};"),
        0
    );
    assert_eq!(
        count("host/src/ops/intake.rs", "// crate::http\nlet a = \"crate::http\"; pub(crate) fn f() {}"),
        0
    );
    assert_eq!(count("host/src/store/customers.rs", "crate::args![id]; use super::db::Tx;"), 0);
    assert_eq!(count("host/src/http/api/list.rs", "use super::super::problem; use crate::ops::list;"), 0);
    assert_eq!(count("host/src/cli/serve.rs", "use crate::boot::serve;"), 0);
    assert_eq!(count("host/src/boot/serve.rs", "use crate::{http, jobs, domain};"), 0);
}

#[test]
fn a_circle_of_folders_is_found() {
    let tree = |files: &[(&str, &str)]| Tree {
        sources: files.iter().map(|(path, text)| Source::new(path, text)).collect(),
    };
    let circle = tree(&[
        ("host/src/ops/mod.rs", "pub use self::app::App;"),
        ("host/src/ops/app/mod.rs", "use super::tickets;"),
        ("host/src/ops/tickets/sla.rs", "use crate::ops::{App, Refusal};"),
        ("host/src/ops/desk.rs", "use super::tickets::sla; use super::app::App;"),
    ]);
    let found: Vec<_> = circles(&circle).iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("host/src/ops/app/mod.rs:1: ops/app knows ops/tickets"), "{}", found[0]);
    let straight = tree(&[
        ("host/src/ops/app/mod.rs", "use super::refusal::Refusal; // use super::tickets"),
        ("host/src/ops/refusal.rs", "#[cfg(test)] mod tests { use crate::ops::app::App; }"),
        ("host/src/ops/tickets/sla.rs", "use super::super::app::App; use super::hand_offs;"),
        ("host/src/ops/tickets/mod.rs", "use super::app; use self::sla::Timer;"),
    ]);
    assert!(circles(&straight).is_empty());
}

#[test]
fn a_file_outside_the_rooms_is_found() {
    assert_eq!(rooms(&Source::new("host/src/util.rs", "")).len(), 1);
    assert_eq!(rooms(&Source::new("host/src/helpers/text.rs", "")).len(), 1);
    for path in ["host/src/main.rs", "host/src/lib.rs", "host/src/ops/mod.rs", "host/src/store.rs"] {
        assert_eq!(rooms(&Source::new(path, "")).len(), 0, "{path}");
    }
}

#[test]
fn a_call_beside_the_driver_is_found() {
    let count = |path, text| plugin_calls(&Source::new(path, text)).len();
    assert_eq!(count("host/src/jobs/push.rs", "let call = plugins::Call::from(job.id.0);"), 1);
    assert_eq!(count("host/src/ops/hooks.rs", "use crate::plugins::CallError;"), 0);
    assert_eq!(count("host/src/ops/calls/driver.rs", "plugins::Call::again(&effects)"), 0);
}

#[test]
fn a_library_outside_its_room_is_found() {
    let count = |path, text| libraries(&Source::new(path, text)).len();
    assert_eq!(count("host/src/ops/intake.rs", "use sqlx::Row; use axum::Json; use wasmtime::Store;"), 3);
    assert_eq!(count("host/src/cli/bench.rs", "let engine = wasmtime::Engine::default();"), 1);
    assert_eq!(count("host/src/boot/serve.rs", "axum::serve(listener, app)"), 0);
    assert_eq!(count("host/src/store/db.rs", "use sqlx::Row; use rusqlite::Connection;"), 0);
    assert_eq!(count("host/src/plugins/engine.rs", "use wasmtime::Engine; // not axum"), 0);
}
