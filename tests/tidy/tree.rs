//! The shape of the tree: names at the top, length of files, lints, locked packages.

use crate::source::{Finding, Source, Tree, words};

/// Names at the top, besides those that begin with a dot.
const TOP: &[&str] = &[
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "README.zh-CN.md",
    "clippy.toml",
    "deny.toml",
    "host",
    "plugins",
    "sdk",
    "tests",
    "wit",
];

/// 150 lines are usual, 400 a lot, this is the end.
const LONGEST: usize = 500;
const LANGUAGES: &[&str] = &["rs", "js", "py", "c", "html", "css", "sql", "wit"];

/// A newcomer finds the rooms at the top and nothing else.
pub fn top(tree: &Tree) -> Vec<Finding> {
    let strange = |source: &&Source| {
        let name = source.path.split('/').next().unwrap_or_default();
        !name.starts_with('.') && !TOP.contains(&name)
    };
    let say =
        |source: &Source| source.finding(0, "a name at the top that was not agreed", "put it into a room");
    tree.sources.iter().filter(strange).map(say).collect()
}

/// No file is too long to be read.
pub fn length(source: &Source) -> Vec<Finding> {
    let lines = source.text.lines().count();
    let counts = source.path.rsplit_once('.').is_some_and(|(_, ending)| LANGUAGES.contains(&ending));
    if !counts || source.is_vendored() || lines <= LONGEST {
        return Vec::new();
    }
    let rule = format!("{lines} lines, {LONGEST} are the end");
    vec![source.finding(source.text.len(), rule, "split it: one file, one job")]
}

/// rustc asks for a doc line on every public item where `missing_docs` is on, and `cargo verify` denies warnings.
pub fn lints(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for manifest in tree.sources.iter().filter(|source| source.path.ends_with("Cargo.toml")) {
        // A template is copied by its user, who has no workspace of ours.
        if manifest.is_vendored() || manifest.path.contains("/template") {
            continue;
        }
        let inherits = manifest.path != "Cargo.toml" && has_line(manifest, "[lints]", "workspace = true");
        let own = ["[workspace.lints.rust]", "[lints.rust]"].iter().any(|table| {
            ["warn", "deny", "forbid"]
                .iter()
                .any(|level| has_line(manifest, table, &format!("missing_docs = \"{level}\"")))
        });
        if !inherits && !own {
            findings.push(manifest.finding(0, "missing_docs is not on", "add [lints] workspace = true"));
        }
    }
    findings
}

/// Packages come from one registry, and those that `deny.toml` bans don't come at all.
pub fn packages(tree: &Tree) -> Vec<Finding> {
    let (Some(lock), Some(deny)) = (tree.file("Cargo.lock"), tree.file("deny.toml")) else {
        return vec![Source::new("deny.toml", "").finding(
            0,
            "Cargo.lock or deny.toml is missing",
            "commit both",
        )];
    };
    let banned: Vec<_> = deny
        .text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("{ crate = \"")?.split_once('"'))
        .map(|(name, rest)| (name, wrappers(rest)))
        .collect();
    if banned.is_empty() {
        return vec![deny.finding(
            0,
            "no package is banned",
            "list them as { crate = \"...\", reason = \"...\" }",
        )];
    }
    let mut place = 0;
    let mut findings = Vec::new();
    let mut package = "";
    for line in lock.text.split_inclusive('\n') {
        let said = line.trim();
        let quoted = |text: &'static str| said.strip_prefix(text).and_then(|rest| rest.split('"').next());
        package = quoted("name = \"").unwrap_or(package);
        let needed = quoted("\"").and_then(|needed| needed.split(' ').next());
        // A package that some others may bring is there by them alone.
        let unwanted = banned.iter().any(|(name, wrappers)| match wrappers.is_empty() {
            true => said == format!("name = \"{name}\""),
            false => needed == Some(name) && !wrappers.contains(&package),
        });
        if unwanted {
            let remedy =
                "turn off the feature that brings it (cargo tree -i PACKAGE), or take another library";
            findings.push(lock.finding(place, format!("deny.toml bans the package of {said}"), remedy));
        }
        if said.starts_with("source = ")
            && !said.contains("registry+https://github.com/rust-lang/crates.io-index")
        {
            findings.push(lock.finding(
                place,
                format!("{said} is not the registry"),
                "depend on a published version",
            ));
        }
        place += line.len();
    }
    findings
}

/// A package that a manifest asks for is named somewhere in its sources.
pub fn dependencies(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for manifest in &tree.sources {
        let Some(folder) = manifest.path.strip_suffix("Cargo.toml").filter(|folder| !folder.is_empty())
        else {
            continue;
        };
        let sources =
            || tree.sources.iter().filter(|source| source.is_rust() && source.path.starts_with(folder));
        let (mut place, mut asks) = (0, false);
        for line in manifest.text.split_inclusive('\n') {
            if line.starts_with('[') {
                asks = line.trim().ends_with("dependencies]");
            } else if let Some((name, _)) = line.split_once(['.', ' ', '=']).filter(|_| asks) {
                let word = lib_of(tree, name).replace('-', "_");
                if !name.is_empty() && !sources().any(|source| words(&source.code, &word).next().is_some()) {
                    findings.push(manifest.finding(place, format!("nothing uses {name}"), "take it out"));
                }
            }
            place += line.len();
        }
    }
    findings
}

/// What code calls a package: its own name, or that of its library where a manifest of the tree says another.
fn lib_of<'t>(tree: &'t Tree, package: &'t str) -> &'t str {
    let says = |manifest: &&Source| has_line(manifest, "[package]", &format!("name = \"{package}\""));
    let manifests = tree.sources.iter().filter(|source| source.path.ends_with("Cargo.toml"));
    let lib = manifests.filter(says).find_map(|manifest| {
        let lines = manifest.text.lines().skip_while(|line| *line != "[lib]").skip(1);
        let mut lines = lines.take_while(|line| !line.starts_with('['));
        lines.find_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'))
    });
    lib.unwrap_or(package)
}

/// The packages that may bring a banned one: `wrappers = ["a", "b"]`.
fn wrappers(entry: &str) -> Vec<&str> {
    let list = entry.split_once("wrappers = [").and_then(|(_, rest)| rest.split(']').next());
    list.into_iter().flat_map(|list| list.split(',')).map(|name| name.trim().trim_matches('"')).collect()
}

/// Whether a table of a manifest has this line.
fn has_line(manifest: &Source, table: &str, wanted: &str) -> bool {
    let lines = manifest.text.lines().map(str::trim).skip_while(|line| *line != table).skip(1);
    lines.take_while(|line| !line.starts_with('[')).any(|line| line == wanted)
}

#[cfg(test)]
fn tree(files: &[(&str, &str)]) -> Tree {
    Tree { sources: files.iter().map(|(path, text)| Source::new(path, text)).collect() }
}

#[test]
fn a_strange_name_at_the_top_is_found() {
    assert_eq!(top(&tree(&[("notes.md", ""), ("docs/a.md", "")])).len(), 2);
    assert_eq!(top(&tree(&[(".ci/run", ""), ("host/src/main.rs", ""), ("README.md", "")])).len(), 0);
}

#[test]
fn a_long_file_is_found() {
    let count = |path, lines| length(&Source::new(path, &"x\n".repeat(lines))).len();
    for path in ["host/src/ops/a.rs", "host/assets/web/a.css", "host/templates/console/a.html"] {
        assert_eq!(count(path, 501), 1, "{path}");
        assert_eq!(count(path, 500), 0, "{path}");
    }
    assert_eq!(count("host/assets/vendor/htmx.js", 9000), 0);
    assert_eq!(count("wit/README.md", 9000), 0);
}

#[test]
fn a_package_without_the_lint_is_found() {
    assert_eq!(
        lints(&tree(&[("sdk/rust/Cargo.toml", "[package]\n[dependencies]\nworkspace = true\n")])).len(),
        1
    );
    assert_eq!(
        lints(&tree(&[("Cargo.toml", "[workspace.lints.rust]\nmissing_docs = \"allow\"\n")])).len(),
        1
    );
    let good = [
        ("Cargo.toml", "[workspace.lints.rust]\nmissing_docs = \"warn\"\n"),
        ("host/Cargo.toml", "[lints]\nworkspace = true\n"),
        ("tests/Cargo.toml", "[lints.rust]\nmissing_docs = \"warn\"\n"),
    ];
    assert_eq!(lints(&tree(&good)).len(), 0);
}

#[test]
fn an_unwanted_package_is_found() {
    let deny = ("deny.toml", "deny = [\n    { crate = \"openssl\", reason = \"no\" },\n]\n");
    let good =
        "name = \"openssl-probe\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n";
    assert_eq!(packages(&tree(&[deny, ("Cargo.lock", good)])).len(), 0);
    let bad = "name = \"openssl\"\nsource = \"git+https://example.com/openssl\"\n";
    assert_eq!(packages(&tree(&[deny, ("Cargo.lock", bad)])).len(), 2);
    let wrapped =
        ("deny.toml", "deny = [\n    { crate = \"chrono\", wrappers = [\"oauth2\"], reason = \"no\" },\n]\n");
    let lock = |package: &str| {
        format!("name = \"chrono\"\nname = \"{package}\"\ndependencies = [\n \"chrono\",\n]\n")
    };
    assert_eq!(packages(&tree(&[wrapped, ("Cargo.lock", &lock("oauth2"))])).len(), 0);
    assert_eq!(packages(&tree(&[wrapped, ("Cargo.lock", &lock("hospes"))])).len(), 1);
    assert_eq!(packages(&tree(&[("deny.toml", ""), ("Cargo.lock", good)])).len(), 1);
    assert_eq!(packages(&tree(&[("Cargo.lock", good)])).len(), 1);
}

#[test]
fn a_package_that_nothing_uses_is_found() {
    let manifest = "[package]\nname = \"a\"\n[dependencies]\nserde-json = \"1\"\nhttp.workspace = true\n[lints]\nworkspace = true\n";
    let tree = tree(&[("a/Cargo.toml", manifest), ("a/src/lib.rs", "use serde_json::json; // http")]);
    let found: Vec<_> = dependencies(&tree).iter().map(ToString::to_string).collect();
    assert_eq!(found, ["a/Cargo.toml:5: nothing uses http; take it out"]);
}
