//! What `hospes plugin new` leaves builds and passes its cases at once, whatever the language.

use crate::project::{ABILITIES, Project};

async fn it_works_at_once(language: &'static str) {
    works_at_once(language, &ABILITIES, "21 cases passed").await;
}

async fn works_at_once(language: &'static str, abilities: &[&str], passed: &str) {
    let project = Project::begin(language, abilities).await;
    let built = project.must("build").await;
    for ability in abilities {
        assert!(built.contains(&format!("({ability})")), "{built}");
    }
    let tested = project.must("test").await;
    assert!(tested.contains(passed), "{tested}");
    let checked = project.must("check").await;
    assert!(checked.contains("fits the contract 0.1 and starts"), "{checked}");
}

#[tokio::test]
async fn rust_works_at_once() {
    it_works_at_once("rust").await;
}

#[tokio::test]
async fn javascript_works_at_once() {
    it_works_at_once("javascript").await;
}

#[tokio::test]
async fn typescript_works_at_once() {
    it_works_at_once("typescript").await;
}

#[tokio::test]
async fn python_works_at_once() {
    it_works_at_once("python").await;
}

#[tokio::test]
async fn c_works_at_once() {
    it_works_at_once("c").await;
}

#[tokio::test]
async fn zig_works_at_once() {
    works_at_once("zig", &["channel", "scoring", "hooks", "tools"], "5 cases passed").await;
}

#[tokio::test]
async fn what_makes_no_plugin_is_said() {
    let project = Project::begin("javascript", &[]).await;
    let dir = project.dir();
    let new = async |dir: &str, more: &[&str]| {
        let arguments = [&["plugin", "new", dir], more].concat();
        let output = support::commands::hospes_with(&[], &arguments, "").await;
        assert!(!output.status.success());
        support::commands::text(&output)
    };
    let js = ["--language", "javascript"];
    let full = new(dir.to_str().unwrap(), &js).await;
    assert!(full.contains("has something in it"), "{full}");
    let named = new("/nowhere/My Plugin", &js).await;
    assert!(named.contains("small letters"), "{named}");
    let unknown = new("/nowhere/demo", &["--language", "javascript", "--ability", "chanel"]).await;
    assert!(
        unknown.contains("there is no ability \"chanel\"") && unknown.contains("channel-send"),
        "{unknown}"
    );
    let folder = tempfile::tempdir().unwrap();
    let survey = folder.path().join("demo");
    let survey = new(survey.to_str().unwrap(), &["--language", "zig", "--ability", "survey"]).await;
    assert!(survey.contains("no beginning with survey in this language"), "{survey}");
    let asked = new("/nowhere/demo", &[]).await;
    assert!(asked.contains("--language"), "{asked}");

    // The manifest and what is exported have to say the same.
    let manifest = project.read("plugin.toml");
    project.write("plugin.toml", &manifest.replace("abilities = [\"channel\"]", "abilities = [\"chanel\"]"));
    let (_, said) = project.plugin("build").await;
    assert!(said.contains("chanel") && said.contains("channel-send"), "{said}");
    project.write("plugin.toml", &manifest.replace("abilities = [\"channel\"]", ""));
    let (_, said) = project.plugin("build").await;
    assert!(said.contains("abilities = [\"channel\"]"), "{said}");
    std::fs::remove_file(dir.join("plugin.js")).unwrap();
    project.write("plugin.toml", &manifest);
    let (_, said) = project.plugin("build").await;
    assert!(said.contains("plugin.py") && said.contains("--module"), "{said}");
}
