//! A ticket goes to another team: it is seen there, answered there, and who gave it sees what became of it. Colleagues
//! are mentioned by name and find what they were told.

use serde_json::{Value, json};
use support::company::{Company, company, message};
use support::console::PASSWORD;
use support::store::Engine;

use crate::driver::{Browser, browse, keys};

support::on_both_engines!(
    a_hand_off_is_seen_by_its_receivers_and_accepted_from_their_inbox,
    a_hand_off_is_received_without_scripts,
    a_refusal_reaches_the_giver_with_its_reason,
    who_gave_a_ticket_takes_it_back,
    a_colleague_is_mentioned_by_typing_in_either_script,
);

/// A company where Bo is in the team that gets tickets, and the id of a complaint that the service team has.
async fn at_work(engine: Engine) -> (Company, String) {
    let company = company(engine).await;
    let new = json!({
        "name": "Bo", "email": "bo@example.com", "language": "en", "languages": ["en"], "capacity": 5, "skills": [],
        "teams": [company.after_sales],
    });
    let bo = company.app.post("/v1/users", &new).await.expect(201)["id"].as_str().unwrap().to_owned();
    for id in [&company.li, &company.ann, &bo] {
        company.app.let_in(id).await;
    }
    company.deliver(&message(1, 42, "小王", "zh-hans", "净水器漏电了，我要投诉！")).await.expect(200);
    let given = |list: &Value| !list["items"][0]["assignee_id"].is_null();
    let id = company.app.until("/v1/tickets", given).await["items"][0]["id"].as_str().unwrap().to_owned();
    (company, id)
}

async fn sign_in(browser: &Browser, company: &Company, email: &str) {
    browser.open(&company.app.url("/sign-in")).await;
    browser.fill("[name=email]", email).await;
    browser.fill("[name=password]", PASSWORD).await;
    browser.click("button.primary").await;
    browser.until("location.pathname", "/inbox").await;
}

async fn hand_off(company: &Company, id: &str) {
    let to = json!({"team_id": company.after_sales, "note": "需要上门"});
    company.app.post(&format!("/v1/tickets/{id}/hand-off"), &to).await.expect(201);
}

async fn a_hand_off_is_seen_by_its_receivers_and_accepted_from_their_inbox(engine: Engine) {
    received(engine, true).await;
}

async fn a_hand_off_is_received_without_scripts(engine: Engine) {
    received(engine, false).await;
}

async fn received(engine: Engine, scripts: bool) {
    let (company, id) = at_work(engine).await;
    browse(scripts, async |bo| {
        sign_in(bo, &company, "bo@example.com").await;
        let before =
            bo.eval("Number(document.querySelector('#bell a').dataset.count)").await.as_i64().unwrap();
        hand_off(&company, &id).await;
        if !scripts {
            bo.open(&company.app.url("/inbox")).await;
        }
        bo.until_in(".waiting h2", "Waiting for your team").await;
        bo.until_in(".waiting li", "净水器漏电了").await;
        bo.until_in(".waiting li", "需要上门").await;
        bo.until("Number(document.querySelector('#bell a').dataset.count)", before + 1).await;
        bo.until(&format!("document.title.startsWith('({}) ')", before + 1), true).await;
        bo.picture(&format!("inbox-waiting-{scripts}")).await;
        if scripts {
            assert_eq!(bo.axe().await, [""; 0]);
        }

        // Why it came to Bo stands beside it.
        bo.click("#bell a").await;
        bo.until_in(".notices li", "需要上门").await;
        bo.until_in(".notices li .soft", "You get this as a member of 售后 After-sales.").await;
        bo.open(&company.app.url("/inbox")).await;
        bo.click(".waiting form[action$=accept] button").await;
        bo.until("location.pathname", format!("/tickets/{id}")).await;
        bo.until_in("#assignee", "Bo").await;
        bo.until("document.querySelectorAll('#waiting').length", 0).await;
        // Who has seen the ticket has seen what was told of it.
        let unread = "Number(document.querySelector('#bell a').dataset.count)";
        bo.until(unread, 0).await;
    })
    .await;
}

async fn a_refusal_reaches_the_giver_with_its_reason(engine: Engine) {
    let (company, id) = at_work(engine).await;
    browse(true, async |browser| {
        sign_in(browser, &company, "li@example.com").await;
        browser.open(&company.app.url(&format!("/tickets/{id}"))).await;
        browser.click("#hand-off summary").await;
        browser.choose("#hand-off select", "售后 After-sales").await;
        browser.click("#hand-off button").await;
        browser.until_in("#waiting", "等待 售后 After-sales 接收").await;
        browse(true, async |bo| {
            sign_in(bo, &company, "bo@example.com").await;
            bo.open(&company.app.url(&format!("/tickets/{id}"))).await;
            bo.until_in("#waiting", "Handed to your team.").await;
            bo.picture("ticket-waiting").await;
            assert_eq!(bo.axe().await, [""; 0]);
            bo.fill("#refuse-reason", "not under warranty").await;
            bo.click("#refuse button").await;
            bo.until("document.querySelectorAll('#waiting').length", 0).await;
        })
        .await;
        browser.until_in("#came-back", "售后 After-sales 拒收了转交： not under warranty").await;
        browser.open(&company.app.url("/notifications?view=unread")).await;
        browser
            .until_in(".notices .unread", "拒收工单：净水器漏电了，我要投诉！（not under warranty）")
            .await;
        browser.click(".head form button").await;
        browser.until_in("main", "没有通知").await;
        assert_eq!(browser.complaints().await, [""; 0]);
    })
    .await;
}

async fn who_gave_a_ticket_takes_it_back(engine: Engine) {
    let (company, id) = at_work(engine).await;
    browse(true, async |browser| {
        sign_in(browser, &company, "li@example.com").await;
        hand_off(&company, &id).await;
        browser.open(&company.app.url(&format!("/tickets/{id}"))).await;
        browser.click("#withdraw button").await;
        browser.until("document.querySelectorAll('#waiting').length", 0).await;
        browser.until("document.activeElement.closest('details')?.id", "hand-off").await;
        assert_eq!(company.app.get("/v1/hand-offs").await["items"][0]["status"], "withdrawn");
        browser.until_in(".timeline", "转交已撤回").await;
    })
    .await;
}

async fn a_colleague_is_mentioned_by_typing_in_either_script(engine: Engine) {
    let (company, id) = at_work(engine).await;
    browse(true, async |browser| {
        sign_in(browser, &company, "ann@example.com").await;
        browser.open(&company.app.url(&format!("/tickets/{id}"))).await;
        let shown = "[...document.querySelectorAll('#names li')].filter((one) => one.checkVisibility()) \
                     .map((one) => one.firstChild.textContent.trim())";
        browser.eval("document.querySelector('#comment-text').focus()").await;
        browser.press("ask @lin").await;
        browser.until(shown, json!(["李娜"])).await;
        browser.picture("mention").await;
        assert_eq!(browser.axe().await, [""; 0]);
        browser.press(keys::ENTER).await;
        browser.until("document.querySelector('#comment-text').value", "ask @李娜 ").await;
        browser.until(shown, json!([])).await;
        browser.press("and @售").await;
        browser.until(shown, json!(["售后 After-sales"])).await;
        browser.press(keys::ESCAPE).await;
        browser.until(shown, json!([])).await;
        browser.press("后").await;
        browser.until(shown, json!(["售后 After-sales"])).await;
        browser.press(keys::TAB).await;
        browser
            .until("document.querySelector('#comment-text').value", "ask @李娜 and @售后 After-sales ")
            .await;
        assert_eq!(browser.eval("document.activeElement.id").await, "comment-text");
        browser.click("[action$=comment] button").await;
        browser.until_in("#comments .text", "ask @李娜 and @售后 After-sales").await;
        assert_eq!(browser.complaints().await, [""; 0]);
    })
    .await;
    // Without scripts the name alone is enough.
    browse(false, async |browser| {
        sign_in(browser, &company, "li@example.com").await;
        browser.click("#bell a").await;
        browser.until_in(".notices li", "Ann 提到了您：ask @李娜 and @售后 After-sales").await;
        browser.until_in(".notices li .soft", "有人提到了您。").await;
        browser.click(".notices li a").await;
        browser.until("location.pathname", format!("/tickets/{id}")).await;
        browser.fill("[action$=comment] textarea", "好的@Ann，我来").await;
        browser.click("[action$=comment] button").await;
        browser.until_in("#comments .text", "好的@Ann，我来").await;
    })
    .await;
    let told = company.app.get(&format!("/v1/notifications?user_id={}", company.ann)).await;
    let told = told["items"].as_array().unwrap();
    assert!(told.iter().any(|one| one["kind"] == "mention"), "{told:#?}");
}
