//! Keeps the house: reads the tree and fails where a rule of its architecture or style is broken. Each failure
//! names the place, the rule and the remedy; each rule has a test below it that shows it on a bad sample.

#[path = "tidy/rooms.rs"]
mod rooms;
#[path = "tidy/rust.rs"]
mod rust;
#[path = "tidy/source.rs"]
mod source;
#[path = "tidy/sql.rs"]
mod sql;
#[path = "tidy/tree.rs"]
mod tree;
#[path = "tidy/words.rs"]
mod words;

use source::{Finding, Source, Tree};

/// Fails with all that a rule finds in any file of the tree.
fn keep(rule: fn(&Source) -> Vec<Finding>) {
    report(&Tree::read().sources.iter().flat_map(rule).collect::<Vec<_>>());
}

/// The same for a rule that looks at the tree as a whole.
fn keep_tree(rule: fn(&Tree) -> Vec<Finding>) {
    report(&rule(&Tree::read()));
}

fn report(findings: &[Finding]) {
    let lines: Vec<_> = findings.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
}

#[test]
fn the_tree_is_really_read() {
    let tree = Tree::read();
    for path in ["Cargo.toml", "host/src/main.rs", "tests/tidy.rs", "tests/xtask/src/main.rs"] {
        assert!(tree.sources.iter().any(|source| source.path == path), "{path} was not read");
    }
}

#[test]
fn imports_run_one_way() {
    keep(rooms::imports);
}

#[test]
fn no_folder_knows_another_in_a_circle() {
    keep_tree(rooms::circles);
}

#[test]
fn every_file_of_the_host_stands_in_a_room() {
    keep(rooms::rooms);
}

#[test]
fn each_library_stays_in_its_room() {
    keep(rooms::libraries);
}

#[test]
fn plugins_are_called_through_the_driver() {
    keep(rooms::plugin_calls);
}

#[test]
fn databases_are_told_apart_in_few_places() {
    keep(sql::engines);
}

#[test]
fn sql_is_not_put_together_from_text() {
    keep(sql::formatted);
}

#[test]
fn nothing_panics_by_intent() {
    keep(rust::panics);
}

#[test]
fn the_clock_is_read_in_boot() {
    keep(rust::clock);
}

#[test]
fn files_are_short() {
    keep(tree::length);
}

#[test]
fn work_is_finished_before_it_is_committed() {
    keep(words::unfinished);
}

#[test]
fn the_code_speaks_the_words_of_its_field() {
    keep(words::dialect);
}

#[test]
fn a_name_has_one_meaning() {
    keep_tree(words::one_meaning);
}

#[test]
fn the_project_speaks_of_itself_alone() {
    keep(words::workplace);
}

#[test]
fn the_top_of_the_tree_is_as_agreed() {
    keep_tree(tree::top);
}

#[test]
fn public_items_must_have_docs() {
    keep_tree(tree::lints);
}

#[test]
fn every_dependency_is_used() {
    keep_tree(tree::dependencies);
}

#[test]
fn no_unwanted_package_is_locked() {
    keep_tree(tree::packages);
}
