//! Lists, records and forms of any kind, as people work with them: in both languages, by keyboard, without scripts and on
//! a telephone.

use reqwest::{Method, StatusCode};
use serde_json::json;
use support::app::TestApp;
use support::console::PASSWORD;
use support::store::Engine;

use crate::console::{sound, sound_at};
use crate::driver::{Browser, browse, keys};

support::on_both_engines!(
    a_record_is_found_made_and_changed_by_keyboard,
    a_record_is_named_by_what_it_is_called,
    a_list_is_set_up_and_changed_without_scripts,
    a_view_is_changed_by_who_owns_it,
    colleagues_are_asked_beside_any_record,
    a_token_is_made_shown_once_and_revoked,
);

/// A company with some records of each kind; the id of a customer.
async fn at_work(engine: Engine) -> (TestApp, String) {
    let app = TestApp::start(engine, &[]).await;
    app.person("Ann", "ann@example.com", "administrator").await;
    let stages = json!([{"name": "New", "probability": 20}]);
    app.post("/v1/pipelines", &json!({"name": "Own", "kind": "sales", "stages": stages})).await.expect(201);
    let field = json!({
        "name": "industry", "value_type": "word", "en": "Industry", "zh": "行业", "choices": ["制造业", "物流"],
    });
    app.post("/v1/kinds/customer/fields", &field).await.expect(201);
    let new =
        json!({"name": "星河物业", "kind": "organisation", "region": "华东", "custom": {"industry": "物流"}});
    let organisation = app.post("/v1/customers", &new).await.expect(201)["id"].clone();
    let new = json!({
        "name": "王芳", "organisation_id": organisation, "stage": "repeat", "tags": ["vip"], "birthday": "1990-02-28",
        "identities": [{"scheme": "phone", "value": "+86 138 0013 8000"}],
    });
    let customer = app.post("/v1/customers", &new).await.expect(201)["id"].as_str().unwrap().to_owned();
    let amount = json!({"amount": "36000.00", "currency": "CNY"});
    let deal = json!({"customer_id": customer, "name": "20 张升降桌", "amount": amount});
    app.post("/v1/deals", &deal).await.expect(201);
    app.post("/v1/teams", &json!({"name": "客服"})).await.expect(201);
    app.post("/v1/tasks", &json!({"title": "上门检修空调"})).await.expect(201);
    (app, customer)
}

pub async fn sign_in(browser: &Browser, app: &TestApp, language: &str) {
    browser.open(&app.url("/sign-in")).await;
    browser.fill("[name=email]", "ann@example.com").await;
    browser.fill("[name=password]", PASSWORD).await;
    browser.click("button.primary").await;
    browser.until("location.pathname !== '/sign-in'", true).await;
    if language != "en" {
        browser.click(".account summary").await;
        browser.click(&format!("[name=language][value={language}]")).await;
        browser.until("document.documentElement.lang", language).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_is_sound_in_both_languages() {
    let (app, customer) = at_work(Engine::Sqlite).await;
    let record = format!("/records/customer/{customer}");
    let first = async |path: &str| app.get(path).await["items"][0]["id"].as_str().unwrap().to_owned();
    let deal = format!("/records/deal/{}", first("/v1/deals").await);
    let team = format!("/records/team/{}", first("/v1/teams").await);
    let session = app.sign_in("ann@example.com").await;
    app.submit(&session, "/account/second-factor", &[]).await;
    for (language, title) in [("en", "Customers"), ("zh-CN", "客户")] {
        browse(true, async |browser| {
            sign_in(browser, &app, language).await;
            browser.open(&app.url("/records/customer")).await;
            browser.until_in("h1", title).await;
            for (name, path) in [
                ("list", "/records/customer"),
                ("narrowed", "/records/customer?set=1&f.stage=repeat&filter=stage%20=="),
                ("deals", "/records/deal"),
                ("users", "/records/user"),
                ("record", record.as_str()),
                ("deal", deal.as_str()),
                ("team", team.as_str()),
                ("new", "/records/customer/new"),
                ("new-deal", "/records/deal/new"),
                ("tokens", "/records/token"),
                ("new-token", "/records/token/new"),
                ("fields", "/fields/customer"),
                ("find", "/find?q=%E7%8E%8B"),
                ("account", "/account"),
            ] {
                sound_at(browser, &app, path, &format!("{name}-{language}")).await;
            }
            assert_eq!(browser.complaints().await, [""; 0]);
        })
        .await;
    }
}

async fn a_record_is_found_made_and_changed_by_keyboard(engine: Engine) {
    let (app, _) = at_work(engine).await;
    browse(true, async |browser| {
        sign_in(browser, &app, "en").await;
        browser.open(&app.url("/records/customer")).await;
        browser.until("document.querySelectorAll('.records tbody tr').length", 2).await;
        browser.press("j").await;
        browser.until("document.activeElement.innerText", "王芳").await;
        browser.press("jk").await;
        browser.until("document.activeElement.innerText", "王芳").await;
        browser.press(keys::ENTER).await;
        browser.until_in("h1", "王芳").await;
        browser.until_in("#identities", "+8613800138000").await;
        browser.until_in("aside", "20 张升降桌").await;
        browser.fill("#field-region", "华南").await;
        browser.press(keys::ENTER).await;
        browser.until_in("#history", "华南").await;
        assert_eq!(browser.eval("document.querySelector('#field-region').value").await, "华南");
        // From every page: a record or a place by its name.
        browser.eval("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'k', ctrlKey: true}))").await;
        browser.until("document.querySelector('#finder').open", true).await;
        browser.fill("#finder-q", "星河").await;
        browser.until_in("#finder-found", "星河物业").await;
        assert_eq!(browser.axe().await, [""; 0]);
        browser.fill("#finder-q", "升降桌").await;
        browser.until_in("#finder-found", "20 张升降桌").await;
        browser.fill("#finder-q", "new: ta").await;
        browser.until_in("#finder-found", "New: Task").await;
        browser.eval("document.querySelector('#finder-found a').click()").await;
        browser.until_in("h1", "New: Task").await;
        browser.fill("#field-title", "回访").await;
        browser.choose("#field-priority", "Urgent").await;
        browser.press(keys::ENTER).await;
        browser.until_in("h1", "回访").await;
        let tasks = app.get("/v1/tasks?filter=title%20==%20%22%E5%9B%9E%E8%AE%BF%22").await;
        assert_eq!(tasks["items"][0]["priority"], "urgent");
        assert_eq!(browser.complaints().await, [""; 0]);
    })
    .await;
}

async fn a_record_is_named_by_what_it_is_called(engine: Engine) {
    let (app, customer) = at_work(engine).await;
    browse(true, async |browser| {
        sign_in(browser, &app, "en").await;
        browser.open(&app.url("/records/deal/new")).await;
        browser.fill("#field-customer_id", "王").await;
        browser.until("document.querySelector('#field-customer_id-list option')?.value ?? ''", "王芳").await;
        browser.fill("#field-customer_id", "王芳").await;
        browser.fill("#field-name", "净水器").await;
        browser.fill("#field-amount", "1,299 CNY").await;
        browser.click("#fields button").await;
        browser.until_in("h1", "净水器").await;
        let deals = app.get("/v1/deals?filter=name%20==%20%22%E5%87%80%E6%B0%B4%E5%99%A8%22").await;
        assert_eq!(deals["items"][0]["customer_id"], customer.as_str());
        assert_eq!(deals["items"][0]["amount"]["amount"], "1299.00");
        assert_eq!(browser.complaints().await, [""; 0]);
    })
    .await;
}

async fn a_list_is_set_up_and_changed_without_scripts(engine: Engine) {
    let (app, _) = at_work(engine).await;
    browse(false, async |browser| {
        sign_in(browser, &app, "en").await;
        browser.open(&app.url("/records/customer")).await;
        browser.choose("#filter [name='f.stage']", "Repeat customer").await;
        browser.click("#filter > button").await;
        browser.until("document.querySelectorAll('.records tbody tr').length", 1).await;
        browser.click("#saving summary").await;
        browser.fill("#saving [name=name]", "Loyal").await;
        browser.click("#saving button").await;
        browser.until_in(".tabs [aria-current]", "Loyal").await;
        browser.click(".records [name=id]").await;
        browser.choose("#set-field", "Stage: Lapsed").await;
        browser.click(".foot button").await;
        browser.until_in("#outcome", "1 record changed.").await;
        browser.until_in("main", "Nothing was found.").await;
        browser.open(&app.url("/records/customer?set=1&sort=custom.industry&column=custom.industry")).await;
        browser.until_in(".records", "物流").await;
        browser.click("#forget, .head .button").await;
        browser.until_in("h1", "New: Customer").await;
        browser.fill("#field-name", "Ada").await;
        browser.choose("#field-custom-industry", "制造业").await;
        browser.click("#fields button").await;
        browser.until_in("h1", "Ada").await;
        let found =
            app.get("/v1/customers?filter=custom.industry%20==%20%22%E5%88%B6%E9%80%A0%E4%B8%9A%22").await;
        assert_eq!(found["items"][0]["name"], "Ada");
    })
    .await;
}

async fn a_view_is_changed_by_who_owns_it(engine: Engine) {
    let (app, _) = at_work(engine).await;
    browse(false, async |browser| {
        sign_in(browser, &app, "en").await;
        browser.open(&app.url("/records/customer?set=1&filter=stage%20==%20%22repeat%22")).await;
        browser.click("#saving summary").await;
        browser.fill("#saving [name=name]", "Loyal").await;
        browser.click("#saving button").await;
        browser.until_in(".tabs [aria-current]", "Loyal").await;
        let view = app.get("/v1/saved-views?kind=customer").await;
        assert_eq!(view["items"], json!([]), "it is hers alone");
        // Shown in another order, and called otherwise.
        let shown = browser.eval("location.search").await.as_str().unwrap().to_owned();
        browser
            .open(&app.url(&format!("/records/customer{shown}&set=1&filter=stage%20==%20%22lead%22")))
            .await;
        browser.click("#changing summary").await;
        browser.fill("#changing [name=name]", "New ones").await;
        browser.click("#changing [name=shared]").await;
        browser.click("#changing button").await;
        browser.until_in(".tabs [aria-current]", "New ones").await;
        let view = app.get("/v1/saved-views?kind=customer").await["items"][0].clone();
        assert_eq!((&view["name"], &view["filter"]), (&json!("New ones"), &json!("stage == \"lead\"")));
        // Whoever has the form open from before overwrites nothing.
        let path = format!("/v1/saved-views/{}", view["id"].as_str().unwrap());
        browser.click("#changing summary").await;
        app.call(Method::PATCH, &path, Some(&json!({"name": "Leads"}))).await.expect(200);
        browser.fill("#changing [name=name]", "Mine").await;
        browser.click("#changing button").await;
        browser.until_in("#outcome", "Somebody else has just changed this view.").await;
        assert_eq!(app.get(&path).await["name"], "Leads");
    })
    .await;
}

async fn colleagues_are_asked_beside_any_record(engine: Engine) {
    let (app, _) = at_work(engine).await;
    app.person("李娜", "li@example.com", "agent").await;
    let deal = app.get("/v1/deals").await["items"][0]["id"].as_str().unwrap().to_owned();
    let page = format!("/records/deal/{deal}");
    browse(true, async |browser| {
        sign_in(browser, &app, "en").await;
        browser.open(&app.url(&page)).await;
        browser.until_in("#comments", "No comments yet.").await;
        browser.eval("document.querySelector('#comment-text').focus()").await;
        browser.press("Ask @lin").await;
        browser.until("document.querySelector('#names').hidden", false).await;
        assert_eq!(browser.axe().await, [""; 0]);
        browser.press(keys::ENTER).await;
        browser.until("document.querySelector('#comment-text').value", "Ask @李娜 ").await;
        browser.click("#comment button").await;
        browser.until_in("#comments .text", "Ask @李娜").await;
        browser.until("document.querySelector('#comment-text').value", "").await;
        sound(browser, "record-comments").await;
        assert_eq!(browser.complaints().await, [""; 0]);
    })
    .await;
    // Without scripts: the bell leads to the record.
    browse(false, async |browser| {
        browser.open(&app.url("/sign-in")).await;
        browser.fill("[name=email]", "li@example.com").await;
        browser.fill("[name=password]", PASSWORD).await;
        browser.click("button.primary").await;
        browser.click("#bell a").await;
        browser.click(".notices li a").await;
        browser.until("location.pathname", page.as_str()).await;
        browser.fill("#comment-text", "好的@Ann，我来").await;
        browser.click("#comment button").await;
        browser.until_in("#comments", "好的@Ann，我来").await;
    })
    .await;
}

async fn a_token_is_made_shown_once_and_revoked(engine: Engine) {
    let (app, _) = at_work(engine).await;
    browse(false, async |browser| {
        sign_in(browser, &app, "en").await;
        browser.open(&app.url("/records/token")).await;
        browser.click("#new").await;
        browser.until_in("h1", "New: API token").await;
        browser.fill("[name=name]", "web shop").await;
        browser.click("#fields button.primary").await;
        browser.until_in("[role=alert]", "Choose what it may do.").await;
        assert_eq!(browser.eval("document.querySelector('[name=name]').value").await, "web shop");
        browser.click("[name=permission][value='customers:read']").await;
        browser.click("#fields button.primary").await;
        browser.until_in("#made", "It is shown this once").await;
        let text = browser.eval("document.querySelector('#made code').innerText").await;
        let text = text.as_str().unwrap().to_owned();
        let asked =
            async |path: &str| app.send(app.request(Method::GET, path).bearer_auth(&text)).await.status;
        assert_eq!(
            (asked("/v1/customers").await, asked("/v1/deals").await),
            (StatusCode::OK, StatusCode::FORBIDDEN)
        );
        browser.click("#made a").await;
        browser.until_in("h1", "web shop").await;
        browser.until_in(".facts", "customers:read").await;
        browser.until_in(".facts", "Ann").await;
        let page = browser.eval("document.documentElement.innerText").await;
        assert!(!page.as_str().unwrap().contains(&text), "{page}");
        browser.click("#revoke [type=checkbox]").await;
        browser.click("#revoke button").await;
        browser.until("document.querySelector('#revoke')", json!(null)).await;
        assert_eq!(asked("/v1/customers").await, StatusCode::UNAUTHORIZED);
        browser.until_in("#history", "API token").await;
    })
    .await;
}
