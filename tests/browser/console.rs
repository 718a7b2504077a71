//! The console: a day's work in both languages, live, without scripts, by two at once, and with hostile texts.

use serde_json::{Value, json};
use support::app::TestApp;
use support::company::{Company, company, message, press};
use support::console::PASSWORD;
use support::store::Engine;

use crate::driver::{Browser, browse, keys};
use crate::slow_line::SlowLine;

support::on_both_engines!(
    a_day_in_chinese,
    a_day_in_english,
    a_day_without_scripts,
    two_see_each_others_changes_and_nothing_typed_is_lost,
    who_only_looks_on_is_told_that_the_session_has_ended,
    where_no_reply_can_go_there_is_no_place_to_write_one,
    a_session_that_ends_keeps_what_was_typed,
    the_keyboard_is_enough_and_language_and_theme_are_chosen,
);

const COMPLAINT: &str = "你们的净水器漏电了，我要投诉！";

/// A company whose people can sign in, with one urgent complaint of 小王's.
async fn at_work(engine: Engine) -> Company {
    let company = company(engine).await;
    for id in [&company.li, &company.ann] {
        company.app.let_in(id).await;
    }
    complain(&company, 1, 42, "小王").await;
    company
}

/// A customer complains, and somebody gets the ticket; its id.
async fn complain(company: &Company, update: i64, customer: i64, name: &str) -> String {
    company.deliver(&message(update, customer, name, "zh-hans", COMPLAINT)).await.expect(200);
    let count = usize::try_from(update).unwrap();
    let given = |list: &Value| {
        let items = list["items"].as_array().unwrap();
        items.len() == count && items.iter().all(|ticket| !ticket["assignee_id"].is_null())
    };
    let tickets = company.app.until("/v1/tickets", given).await;
    let ids =
        tickets["items"].as_array().unwrap().iter().map(|ticket| ticket["id"].as_str().unwrap().to_owned());
    ids.max().unwrap()
}

pub(crate) async fn sign_in(browser: &Browser, company: &Company, email: &str) {
    browser.open(&company.app.url("/")).await;
    browser.fill("[name=email]", email).await;
    browser.fill("[name=password]", PASSWORD).await;
    browser.click("button.primary").await;
    browser.until("location.pathname", "/inbox").await;
}

async fn ticket(company: &Company, id: &str) -> Value {
    company.app.get(&format!("/v1/tickets/{id}")).await
}

/// The words of a language that the walk looks for.
struct Words {
    email: &'static str,
    language: &'static str,
    inbox: &'static str,
    resolved: &'static str,
    others: &'static str,
    waits: &'static str,
    sent: &'static str,
}

const CHINESE: Words = Words {
    email: "li@example.com",
    language: "zh-CN",
    inbox: "收件箱",
    resolved: "已解决",
    others: "Ann",
    waits: "等待 售后 After-sales 接收",
    sent: "已发送",
};

const ENGLISH: Words = Words {
    email: "ann@example.com",
    language: "en",
    inbox: "Inbox",
    resolved: "Resolved",
    others: "李娜",
    waits: "Waiting for 售后 After-sales to accept",
    sent: "Sent",
};

async fn a_day_in_chinese(engine: Engine) {
    a_day(engine, &CHINESE, true).await;
}

async fn a_day_in_english(engine: Engine) {
    a_day(engine, &ENGLISH, true).await;
}

async fn a_day_without_scripts(engine: Engine) {
    a_day(engine, &CHINESE, false).await;
}

async fn a_day(engine: Engine, words: &Words, scripts: bool) {
    let company = at_work(engine).await;
    browse(scripts, async |browser| {
        sign_in(browser, &company, words.email).await;
        assert_eq!(browser.eval("document.documentElement.lang").await, words.language);
        browser.until_text("h1", words.inbox).await;
        browser.until_in(".lines .name", "小王").await;

        // A new one arrives: by itself where scripts run.
        let id = complain(&company, 2, 43, "小李").await;
        if !scripts {
            browser.open(&company.app.url("/inbox?view=all")).await;
        }
        browser.until_in(".lines .name", "小李").await;
        browser.click(&format!("#line-{id} a")).await;
        browser.until("location.pathname", format!("/tickets/{id}")).await;
        browser.until_in("#messages .in .text", COMPLAINT).await;
        browser.until_in("#customer h2", "小李").await;
        // Why whoever has it has it.
        let why = company
            .app
            .request(reqwest::Method::GET, &format!("/v1/tickets/{id}"))
            .bearer_auth(support::app::ADMIN)
            .header("accept-language", words.language);
        let why = company.app.send(why).await.expect(200)["assignment_reason"]["text"].clone();
        browser.until_in("#state", why.as_str().unwrap()).await;

        browser.fill(".reply textarea", "您好，工程师马上联系您。").await;
        browser.click(".reply button").await;
        browser.until_in("#messages .out .text", "工程师马上联系您").await;
        let sent = company.bot.wait_for(1).await;
        assert_eq!(sent[0].parameters["text"], "您好，工程师马上联系您。");
        company.app.settle().await;
        if !scripts {
            browser.open(&company.app.url(&format!("/tickets/{id}"))).await;
        }
        browser.until_in("#messages .out .delivery", words.sent).await;
        browser.until("document.querySelector('.reply textarea').value", "").await;

        browser.click("#assign summary").await;
        browser.choose("#assign select", words.others).await;
        browser.fill("#assign [name=reason]", "懂设备").await;
        browser.click("#assign button").await;
        browser.until_in("#assignee", words.others).await;
        browser.until_in("#state", "懂设备").await;

        browser.fill("[action$=comment] textarea", "客户很着急").await;
        browser.click("[action$=comment] button").await;
        browser.until_in("#comments", "客户很着急").await;

        browser.click("#hand-off summary").await;
        browser.choose("#hand-off select", "售后 After-sales").await;
        browser.fill("#hand-off textarea", "需要上门").await;
        browser.click("#hand-off button").await;
        browser.until_in("#waiting", words.waits).await;

        browser.click("#resolve").await;
        browser.until_in("#head .status-resolved", words.resolved).await;
        assert_eq!(ticket(&company, &id).await["status"], "resolved");

        // The survey's question goes out; what the customer presses reads as it stands on the button.
        // Telegram takes one message a second, and what failed for a moment is tried again later.
        let asked = &company.passing(2).await[1];
        let (label, data) = &asked.buttons()[4];
        company.deliver(&press(3, 43, asked.message, data)).await.expect(200);
        if !scripts {
            company.app.settle().await;
            browser.open(&company.app.url(&format!("/tickets/{id}"))).await;
        }
        browser.until_in("#messages .in .text", label).await;
        assert_eq!(browser.complaints().await, [""; 0]);
    })
    .await;
}

async fn two_see_each_others_changes_and_nothing_typed_is_lost(engine: Engine) {
    let company = at_work(engine).await;
    let tickets = company.app.get("/v1/tickets").await;
    let id = tickets["items"][0]["id"].as_str().unwrap().to_owned();
    let page = company.app.url(&format!("/tickets/{id}"));
    browse(true, async |li| {
        sign_in(li, &company, "li@example.com").await;
        li.open(&page).await;
        li.fill(".reply textarea", "还没写完").await;
        li.click("#assign summary").await;
        browse(true, async |ann| {
            sign_in(ann, &company, "ann@example.com").await;
            ann.open(&page).await;
            ann.fill(".reply textarea", "Ann is on it").await;
            ann.click(".reply button").await;
            ann.until_in("#messages .out", "Ann is on it").await;
            ann.click("#take").await;
            ann.until_in("#assignee", "Ann").await;
        })
        .await;
        li.until_in("#messages .out", "Ann is on it").await;
        li.until_in("#assignee", "Ann").await;
        assert_eq!(li.eval("document.querySelector('.reply textarea').value").await, "还没写完");
        assert_eq!(li.eval("document.querySelector('#assign').open").await, true);
        // Her page was drawn when she had the ticket, so what she does about it now is answered in words.
        li.choose("#assign select", "李娜").await;
        li.fill("#assign [name=reason]", "我来").await;
        li.click("#assign button").await;
        li.until_in("#assign .fault", "其他人刚刚改了负责人").await;
        assert_eq!(li.eval("document.querySelector('#assign [name=reason]').value").await, "我来");
        assert_eq!(li.eval("document.querySelector('.reply textarea').value").await, "还没写完");
        company.app.post(&format!("/v1/tickets/{id}/resolve"), &json!({})).await.expect(200);
        // The buttons follow, so that what can't be done any more isn't offered.
        li.until_in("#head .marks", "已解决").await;
        li.until("document.querySelectorAll('#resolve, #take').length", 0).await;
        li.until("document.querySelectorAll('#reopen-button').length", 1).await;
        assert_eq!(li.eval("document.querySelector('#assign').checkVisibility()").await, false);
        assert_eq!(li.eval("document.querySelector('.reply textarea').value").await, "还没写完");
        let complaints = li.complaints().await;
        let unexpected: Vec<_> = complaints.iter().filter(|line| !line.contains("409")).collect();
        assert!(unexpected.is_empty(), "{unexpected:#?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_texts_are_texts() {
    const NAME: &str = "\"><img src=x onerror=alert(1)>";
    const TEXT: &str = "投诉！<script>alert(1)</script>\r\n</textarea><hx-partial hx-target=\"#state\">hacked</hx-partial> {{7*7}}";
    let company = company(Engine::Sqlite).await;
    company.app.let_in(&company.li).await;
    browse(true, async |browser| {
        sign_in(browser, &company, "li@example.com").await;
        browser.open(&company.app.url("/inbox?view=all")).await;
        company.deliver(&message(1, 42, NAME, "zh-hans", TEXT)).await.expect(200);
        browser.until_in(".lines .name", NAME).await;
        browser.click(".lines a").await;
        browser.until_in("#messages .text", "<script>alert(1)</script>").await;
        browser.until_in("#messages .text", "<hx-partial").await;
        browser.until_in("#customer h2", NAME).await;
        // The same again by an event.
        company.deliver(&message(2, 42, NAME, "zh-hans", TEXT)).await.expect(200);
        browser.until("document.querySelectorAll('#messages .in').length", 2).await;
        assert_eq!(browser.eval("document.querySelectorAll('main img, main script').length").await, 0);
        let state = browser.text("#state").await;
        assert!(!state.as_str().unwrap().contains("hacked"), "{state}");
        // What is typed and comes back is a text, too.
        browser.eval("document.querySelector('.reply textarea').removeAttribute('required')").await;
        browser.fill(".reply textarea", " ").await;
        browser.click(".reply button").await;
        browser.until_in(".reply .fault", "没有发送").await;
        let complaints = browser.complaints().await;
        let unexpected: Vec<_> = complaints.iter().filter(|line| !line.contains("422")).collect();
        assert!(unexpected.is_empty(), "{unexpected:#?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_come_over_a_line_that_brings_the_scripts_late() {
    let company = at_work(Engine::Sqlite).await;
    let line = SlowLine::to(&company.app.url("/"), "GET /assets/vendor/hx-sse").await;
    browse(true, async |browser| {
        sign_in(browser, &company, "li@example.com").await;
        browser.open(&line.url("/inbox?view=all")).await;
        browser.until_in(".lines .name", "小王").await;
        complain(&company, 2, 43, "小李").await;
        browser.until_in(".lines .name", "小李").await;
        assert_eq!(browser.complaints().await, [""; 0]);
    })
    .await;
}

async fn who_only_looks_on_is_told_that_the_session_has_ended(engine: Engine) {
    let company = at_work(engine).await;
    browse(true, async |browser| {
        sign_in(browser, &company, "li@example.com").await;
        browser.until_in(".lines .name", "小王").await;
        company.app.reset(&company.li).await;
        browser.until_in("#notice", "登录已过期").await;
        browser.until_in(".lines .name", "小王").await;
    })
    .await;
}

async fn where_no_reply_can_go_there_is_no_place_to_write_one(engine: Engine) {
    let company = company(engine).await;
    company.app.let_in(&company.li).await;
    company.app.install("web-form", &json!({}), &[]).await;
    let form = json!({"name": "Ann", "email": "ann@example.com", "message": "How much is the large one?"});
    company.app.post("/in/web-form/", &form).await.expect(200);
    browse(true, async |browser| {
        sign_in(browser, &company, "li@example.com").await;
        browser.open(&company.app.url("/inbox?view=all")).await;
        browser.until_in(".lines .name", "Ann").await;
        browser.click(".lines a").await;
        browser.until_in("#messages .text", "How much is the large one?").await;
        browser.until_in(".thread", "这段对话不能从这里回复").await;
        assert_eq!(browser.eval("document.querySelectorAll('.thread textarea').length").await, 0);
        browser.until("document.querySelectorAll('#resolve').length", 1).await;
        assert_eq!(browser.complaints().await, [""; 0]);
    })
    .await;
}

async fn a_session_that_ends_keeps_what_was_typed(engine: Engine) {
    let company = at_work(engine).await;
    browse(true, async |browser| {
        sign_in(browser, &company, "li@example.com").await;
        browser.click(".lines a").await;
        browser.fill(".reply textarea", "写了很久").await;
        company.app.reset(&company.li).await;
        browser.click(".reply button").await;
        browser.until_in("#notice", "登录已过期").await;
        assert_eq!(browser.eval("document.querySelector('.reply textarea').value").await, "写了很久");
    })
    .await;
}

async fn the_keyboard_is_enough_and_language_and_theme_are_chosen(engine: Engine) {
    let company = at_work(engine).await;
    browse(true, async |browser| {
        browser.open(&company.app.url("/sign-in")).await;
        browser.press(keys::TAB).await;
        assert_eq!(browser.eval("document.activeElement.className").await, "skip");
        browser.fill("[name=email]", "li@example.com").await;
        browser.fill("[name=password]", PASSWORD).await;
        browser.press(keys::ENTER).await;
        browser.until("location.pathname", "/inbox").await;
        browser.eval("document.querySelector('.account summary').focus()").await;
        browser.press(keys::SPACE).await;
        browser.until("document.querySelector('.account').open", true).await;
        browser.press(keys::ESCAPE).await;
        browser.until("document.querySelector('.account').open", false).await;
        browser.click(".account summary").await;
        browser.click("[name=language][value=en]").await;
        browser.until_text("h1", "Inbox").await;
        let me = company.app.get("/v1/users").await;
        let li =
            me["items"].as_array().unwrap().iter().find(|user| user["id"] == company.li.as_str()).unwrap();
        assert_eq!(li["language"], "en");
        browser.click(".account summary").await;
        browser.click("[name=theme][value=dark]").await;
        browser.until("document.documentElement.dataset.theme", "dark").await;
        let back = "getComputedStyle(document.documentElement).backgroundColor";
        assert_eq!(browser.eval(back).await, "rgb(20, 24, 31)");
        browser.click(".account summary").await;
        browser.click("form[action='/sign-out'] button").await;
        browser.until("location.pathname", "/sign-in").await;
        assert_eq!(browser.complaints().await, [""; 0]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_is_open_to_everybody_by_day_and_by_night() {
    let company = at_work(Engine::Sqlite).await;
    company.app.person("Boss", "boss@example.com", "administrator").await;
    let tickets = company.app.get("/v1/tickets").await;
    let id = tickets["items"][0]["id"].as_str().unwrap().to_owned();
    company.app.post(&format!("/v1/tickets/{id}/resolve"), &json!({})).await.expect(200);
    company.bot.wait_for(1).await;
    let open = complain(&company, 2, 43, "Ada Lovelace").await;
    browse(true, async |browser| {
        browser.open(&company.app.url("/sign-in")).await;
        sound(browser, "sign-in").await;
        sign_in(browser, &company, "boss@example.com").await;
        let pages = [
            ("inbox", "/inbox?view=all".to_owned()),
            ("resolved", "/inbox?view=all&status=resolved".to_owned()),
            ("ticket", format!("/tickets/{open}")),
            ("ticket-resolved", format!("/tickets/{id}")),
            ("plugins", "/plugins".to_owned()),
            ("notifications", "/notifications".to_owned()),
            ("nowhere", "/no/such/page".to_owned()),
            ("password", "/password".to_owned()),
        ];
        for (name, path) in pages {
            browser.open(&company.app.url(&path)).await;
            browser
                .eval("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
                .await;
            sound(browser, name).await;
        }
        let complaints = browser.complaints().await;
        let unexpected: Vec<_> = complaints.iter().filter(|line| !line.contains("404")).collect();
        assert!(unexpected.is_empty(), "{unexpected:#?}");
    })
    .await;
}

/// Nobody is kept out, in either theme, on either screen; and nothing is wider than the screen.
pub(crate) async fn sound(browser: &Browser, page: &str) {
    for (width, scheme) in [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")] {
        browser.screen((width, 800), scheme).await;
        browser.picture(&format!("{page}-{scheme}-{width}")).await;
        let fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";
        assert_eq!(browser.eval(fits).await, true, "{page} at {width}");
        assert_eq!(browser.axe().await, [""; 0], "{page} at {width}, {scheme}");
    }
}

/// Whether a page is sound with everything on it unfolded.
pub async fn sound_at(browser: &Browser, app: &TestApp, path: &str, name: &str) {
    browser.open(&app.url(path)).await;
    browser.eval("document.querySelectorAll('main details').forEach((one) => { one.open = true; })").await;
    sound(browser, name).await;
}
