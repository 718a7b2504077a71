//! Roles on their pages: one is made, given, and what somebody sees by it looked at.

use serde_json::json;
use support::app::TestApp;
use support::console::PASSWORD;
use support::store::Engine;

use crate::console::sound;
use crate::driver::{Browser, browse};

support::on_both_engines!(a_role_is_made_and_its_sight_looked_at, what_is_masked_is_shown_for_a_purpose,);

async fn sign_in(browser: &Browser, app: &TestApp, email: &str) {
    browser.open(&app.url("/sign-in")).await;
    browser.fill("[name=email]", email).await;
    browser.fill("[name=password]", PASSWORD).await;
    browser.click("button.primary").await;
    browser.until("location.pathname !== '/sign-in'", true).await;
}

/// A company with two teams and a deal of each; the id of the role that the seller has, and the seller's.
async fn at_work(engine: Engine) -> (TestApp, String, String) {
    let app = TestApp::start(engine, &[]).await;
    app.person("Ada", "ada@example.com", "administrator").await;
    let role = json!({
        "name": "branch", "title_en": "Branch", "title_zh": "分店",
        "permissions": ["customers:read", "customers:write", "deals:read", "deals:write", "records:unmask"],
        "reach": {"deal": {"read": "team", "change": "own"}}, "classes": {"contact": "masked"},
    });
    let role = app.post("/v1/roles", &role).await.expect(201)["id"].as_str().unwrap().to_owned();
    let seller = app.person("李雷", "li@example.com", "branch").await;
    let north = app.post("/v1/teams", &json!({"name": "North"})).await.expect(201);
    let north = north["id"].as_str().unwrap();
    app.post(&format!("/v1/teams/{north}/members"), &json!({"user_id": seller})).await.expect(200);
    let customer = json!({"name": "王芳", "identities": [{"scheme": "phone", "value": "13800138000"}]});
    let customer = app.post("/v1/customers", &customer).await.expect(201)["id"].clone();
    for (name, team) in [("20 张升降桌", Some(north)), ("机密商机", None)] {
        let deal = json!({"customer_id": customer, "name": name, "team_id": team});
        app.post("/v1/deals", &deal).await.expect(201);
    }
    (app, role, seller)
}

async fn a_role_is_made_and_its_sight_looked_at(engine: Engine) {
    let (app, _, seller) = at_work(engine).await;
    browse(true, async |browser| {
        sign_in(browser, &app, "ada@example.com").await;
        browser.open(&app.url("/roles")).await;
        browser.until_in("main", "Supervisor").await;
        browser.fill("[name=name]", "key-accounts").await;
        browser.fill("[name=title_en]", "Key accounts").await;
        browser.click("#add button.primary").await;
        browser.until_in("h1", "Key accounts").await;
        browser.click("[value='deals:read']").await;
        browser.choose("[name=read-deal]", "their departments'").await;
        browser.choose("[name=change-deal]", "their own").await;
        browser.choose("[name=class-contact]", "masked").await;
        browser.click("#change button.primary").await;
        browser.until("document.querySelector('[name=class-contact]').value", "masked").await;
        browser.until("document.querySelector('[name=version]').value", "2").await;
        let roles = app.get("/v1/roles").await;
        let made = roles["items"].as_array().unwrap().iter().find(|role| role["name"] == "key-accounts");
        let made = made.unwrap();
        assert_eq!(made["permissions"], json!(["deals:read"]));
        assert_eq!(made["reach"], json!({"deal": {"read": "department", "change": "own"}}));
        assert_eq!(made["classes"], json!({"contact": "masked"}));
        // What makes no sense is said on the page.
        browser.choose("[name=change-deal]", "all").await;
        browser.click("#change button.primary").await;
        browser.until_in("[role=alert]", "nobody changes what they don't see").await;
        // It is given on the person's page, and seen by their eyes.
        browser.open(&app.url(&format!("/records/user/{seller}"))).await;
        browser.click("[name=roles][value=key-accounts]").await;
        browser.click("#fields button.primary").await;
        browser.until_in("#history", "key-accounts").await;
        browser.open(&app.url(&format!("/preview/{seller}"))).await;
        browser.until_in("main", "20 张升降桌").await;
        assert!(!browser.text("main").await.as_str().unwrap().contains("机密商机"));
        // A browser tells of the one answer that wasn't a page as it should be.
        assert_eq!(browser.complaints().await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_of_roles_is_sound() {
    let (app, role, seller) = at_work(Engine::Sqlite).await;
    for (language, title) in [("en", "Roles"), ("zh-CN", "角色")] {
        browse(true, async |browser| {
            sign_in(browser, &app, "ada@example.com").await;
            if language != "en" {
                browser.click(".account summary").await;
                browser.click(&format!("[name=language][value={language}]")).await;
                browser.until("document.documentElement.lang", language).await;
            }
            browser.open(&app.url("/roles")).await;
            browser.until_in("h1", title).await;
            for (name, path) in [
                ("roles", "/roles".to_owned()),
                ("role", format!("/roles/{role}")),
                ("preview", format!("/preview/{seller}")),
                ("user", format!("/records/user/{seller}")),
            ] {
                browser.open(&app.url(&path)).await;
                sound(browser, &format!("{name}-{language}")).await;
            }
            assert_eq!(browser.complaints().await, [""; 0]);
        })
        .await;
    }
}

async fn what_is_masked_is_shown_for_a_purpose(engine: Engine) {
    let (app, ..) = at_work(engine).await;
    let customer = app.get("/v1/customers").await["items"][0]["id"].as_str().unwrap().to_owned();
    browse(true, async |browser| {
        sign_in(browser, &app, "li@example.com").await;
        browser.open(&app.url(&format!("/records/customer/{customer}"))).await;
        browser.until_in("#identities", "+86138****8000").await;
        browser.fill("[name=purpose]", "delivery").await;
        browser.click("#masked button").await;
        browser.until_in("#masked", "+8613800138000").await;
        sound(browser, "unmasked").await;
        browser.open(&app.url("/records/deal")).await;
        browser.until_in("main", "20 张升降桌").await;
        assert!(!browser.text("main").await.as_str().unwrap().contains("机密商机"));
        assert_eq!(browser.complaints().await, [""; 0]);
    })
    .await;
}
