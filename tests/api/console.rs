//! The console's pages: who gets in, and who may do what there.

use std::collections::BTreeSet;
use std::path::Path;

use reqwest::Method;
use support::app::TestApp;
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(nobody_gets_in_without_signing_in);

/// Paths that anybody may open, and forms that anybody may send.
const OPEN: [&str; 9] = [
    "/",
    "/sign-in",
    "/sign-in/code",
    "/sign-in/provider",
    "/sign-in/provider/return",
    "/sign-in/provider/logout",
    "/password/forgotten",
    "/password/new",
    "/preferences",
];

/// Every path of the console as its source has it, with the methods that it takes.
fn routes() -> Vec<(String, Vec<Method>)> {
    let source = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../host/src/http/console/mod.rs"));
    let text = std::fs::read_to_string(source).expect("the console's routes");
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let routes: Vec<_> = flat
        .split(".route(")
        .skip(1)
        .map(|route| {
            let mut parts = route.split('"');
            let path = parts.nth(1).expect("a path").to_owned();
            let rest = parts.next().expect("its handlers");
            let methods = [("get(", Method::GET), ("post(", Method::POST)];
            (path, methods.into_iter().filter(|(word, _)| rest.contains(word)).map(|(_, m)| m).collect())
        })
        .collect();
    assert!(routes.len() >= 5, "{routes:?}");
    routes
}

async fn nobody_gets_in_without_signing_in(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    app.person("Ann", "ann@example.com", "agent").await;
    let session = app.sign_in("ann@example.com").await;
    let before = app.kinds().await;
    let routes = routes();
    for (route, methods) in &routes {
        let id = "01900000-0000-7000-8000-000000000000";
        let path = route.replace("{id}", id).replace("{delivery}", id).replace("{view}", id);
        assert!(!methods.is_empty(), "{route} takes no method that is known here");
        for method in methods {
            if OPEN.contains(&route.as_str()) {
                continue;
            }
            let stranger = app.send(app.request(method.clone(), &path)).await;
            let scripted = app.send(app.request(method.clone(), &path).header("hx-request", "true")).await;
            assert_eq!(scripted.status, 401, "{method} {path}");
            if *method == Method::GET {
                assert_eq!(stranger.status, 303, "{method} {path}");
                assert!(stranger.header("location").starts_with("/sign-in?next="), "{method} {path}");
                continue;
            }
            assert_eq!(stranger.status, 401, "{method} {path}");
            let form = [("text", "typed already"), ("csrf", "guess")];
            let request = app.request(method.clone(), &path).header("cookie", &session.cookie).form(&form);
            let unproven = app.send(request).await;
            assert_eq!(unproven.status, 403, "{method} {path}");
            assert!(unproven.text.contains("typed already"), "what was typed isn't lost: {}", unproven.text);
        }
    }
    let open: BTreeSet<_> = routes.iter().map(|(path, _)| path.as_str()).collect();
    assert!(OPEN.iter().all(|path| open.contains(path)), "a path is open that isn't there");
    assert_eq!(app.kinds().await, before, "nothing is done");
}
