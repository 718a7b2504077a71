//! A ticket's page: what stands on it is changed there, files go and come, focus and unsent texts stay with who works.

use reqwest::Method;
use serde_json::{Value, json};
use support::company::{Company, company, message};
use support::console::PASSWORD;
use support::store::Engine;

use crate::driver::{Browser, browse, keys};
use crate::slow_line::SlowLine;

support::on_both_engines!(
    class_priority_tags_and_waiting_are_changed_where_they_are_shown,
    fields_are_changed_without_scripts,
    the_customer_is_changed_beside_the_ticket,
    a_file_goes_with_a_reply_and_a_picture_is_seen,
    focus_goes_where_work_goes_on,
    unsent_text_outlives_the_page_until_it_is_sent_or_its_writer_leaves,
    answering_a_resolved_ticket_reopens_it_and_says_so,
    who_writes_on_before_the_answer_came_loses_nothing,
    a_late_answer_does_not_put_back_what_was_before,
    a_late_request_is_not_undone_by_what_was_before,
    a_thread_begins_at_the_top_and_a_long_one_shows_its_end_and_its_beginning,
);

/// A company whose people can sign in, and the id of 小王's complaint.
async fn at_work(engine: Engine) -> (Company, String) {
    let company = company(engine).await;
    for id in [&company.li, &company.ann] {
        company.app.let_in(id).await;
    }
    company.deliver(&message(1, 42, "小王", "zh-hans", "净水器漏电了，我要投诉！")).await.expect(200);
    let given = |list: &Value| !list["items"][0]["assignee_id"].is_null();
    let id = company.app.until("/v1/tickets", given).await["items"][0]["id"].as_str().unwrap().to_owned();
    (company, id)
}

async fn open(browser: &Browser, company: &Company, email: &str, id: &str) {
    browser.open(&company.app.url("/sign-in")).await;
    browser.fill("[name=email]", email).await;
    browser.fill("[name=password]", PASSWORD).await;
    browser.click("button.primary").await;
    browser.until("location.pathname", "/inbox").await;
    browser.open(&company.app.url(&format!("/tickets/{id}"))).await;
}

async fn ticket(company: &Company, id: &str) -> Value {
    company.app.get(&format!("/v1/tickets/{id}")).await
}

async fn rename(company: &Company, id: &str, subject: &str) {
    let change = json!({"subject": subject});
    company.app.call(Method::PATCH, &format!("/v1/tickets/{id}"), Some(&change)).await.expect(200);
}

async fn class_priority_tags_and_waiting_are_changed_where_they_are_shown(engine: Engine) {
    fields(engine, true).await;
}

async fn fields_are_changed_without_scripts(engine: Engine) {
    fields(engine, false).await;
}

async fn fields(engine: Engine, scripts: bool) {
    let (company, id) = at_work(engine).await;
    browse(scripts, async |browser| {
        open(browser, &company, "ann@example.com", &id).await;
        browser.click("#fields summary").await;
        browser.choose("#fields [name=class]", "After-sales").await;
        browser.choose("#fields [name=priority]", "Low").await;
        browser.fill("#fields [name=tags]", "退款，vip").await;
        browser.click("#fields button").await;
        browser.until_in("#head .mark", "After-sales").await;
        browser.until_in("#head .mark.low", "Low").await;
        browser.until_in("#head .tag", "vip").await;
        browser.until("document.querySelector('#fields').open", false).await;
        let now = ticket(&company, &id).await;
        assert_eq!(
            (&now["class"], &now["priority"], &now["tags"]),
            (&json!("after-sales"), &json!("low"), &json!(["退款", "vip"]))
        );
        browser.click("#pending").await;
        browser.until_in("#head .status-pending", "Waiting for customer").await;
        browser.click("#pending").await;
        browser.until_in("#head .status-open", "Open").await;

        // What somebody else has changed since isn't overwritten; what only moved on with a message is no conflict.
        browser.click("#fields summary").await;
        browser.choose("#fields [name=priority]", "Urgent").await;
        let path = format!("/v1/tickets/{id}");
        let change = json!({"priority": "normal"});
        company.app.call(Method::PATCH, &path, Some(&change)).await.expect(200);
        browser.click("#fields button").await;
        browser.until_in("#fields .fault", "somebody else has just changed this").await;
        assert_eq!(ticket(&company, &id).await["priority"], "normal");
        assert_eq!(browser.eval("document.querySelector('#fields [name=priority]').value").await, "urgent");
        browser.click("#fields button").await;
        browser.until_in("#head .mark.urgent", "Urgent").await;
        company.deliver(&message(2, 42, "小王", "zh-hans", "还有，漏水")).await.expect(200);
        company.app.settle().await;
        browser.click("#fields summary").await;
        browser.fill("#fields [name=subject]", "漏电").await;
        browser.click("#fields button").await;
        browser.until_in("#head h1", "漏电").await;
    })
    .await;
}

async fn the_customer_is_changed_beside_the_ticket(engine: Engine) {
    let (company, id) = at_work(engine).await;
    let customer = ticket(&company, &id).await["customer_id"].as_str().unwrap().to_owned();
    let path = format!("/v1/customers/{customer}");
    let change = json!({"attributes": {"shoe_size": 39}});
    company.app.call(Method::PATCH, &path, Some(&change)).await.expect(200);
    browse(true, async |browser| {
        open(browser, &company, "ann@example.com", &id).await;
        browser.click("#customer-edit summary").await;
        browser.fill("#customer-edit [name=name]", "王小明").await;
        browser.fill("#customer-edit [name=organisation]", "Acme").await;
        browser.fill("#customer-edit [name=language]", "zh-CN").await;
        browser.fill("#customer-edit [name=region]", "华东").await;
        browser.fill("#customer-edit [name=\"field:shoe_size\"]", "40").await;
        browser.fill("#customer-edit [name=new-field]", "car").await;
        browser.fill("#customer-edit [name=new-value]", "none").await;
        browser.choose("#customer-edit [name=stage]", "Repeat customer").await;
        browser.click("#customer-edit button").await;
        browser.until_in("#customer h2", "王小明").await;
        browser.until_in("#customer dl", "Acme").await;
        browser.until("document.querySelector('#customer-edit').open", false).await;
        let now = company.app.get(&path).await;
        assert_eq!((&now["region"], &now["stage"]), (&json!("华东"), &json!("repeat")));
        assert_eq!(now["attributes"], json!({"shoe_size": 40, "car": "none"}));
        let organisation = now["organisation_id"].as_str().unwrap();
        let organisation = company.app.get(&format!("/v1/customers/{organisation}")).await;
        assert_eq!((&organisation["name"], &organisation["kind"]), (&json!("Acme"), &json!("organisation")));

        browser.click("#customer-edit summary").await;
        browser.fill("#customer-edit [name=region]", "华南").await;
        let change = json!({"region": "华北"});
        company.app.call(Method::PATCH, &path, Some(&change)).await.expect(200);
        browser.click("#customer-edit button").await;
        browser.until_in("#customer-edit .fault", "somebody else has just changed this customer").await;
        browser.until_in("#customer dl", "华北").await;
        browser.click("#customer-edit button").await;
        browser.until_in("#customer dl", "华南").await;
    })
    .await;
}

/// Puts a file of these bytes into a page's field, as choosing one does.
async fn choose_file(browser: &Browser, name: &str, kind: &str, bytes: &str) {
    let script = format!(
        "(() => {{ const data = new DataTransfer(); data.items.add(new File([{bytes}], {}, {{type: {}}})); \
         const input = document.querySelector('.reply [type=file]'); input.files = data.files; \
         input.dispatchEvent(new Event('change', {{bubbles: true}})); }})()",
        json!(name),
        json!(kind)
    );
    browser.eval(&script).await;
}

async fn a_file_goes_with_a_reply_and_a_picture_is_seen(engine: Engine) {
    const PIXEL: &str = "Uint8Array.from(atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='), (c) => c.charCodeAt(0))";
    let (company, id) = at_work(engine).await;
    browse(true, async |browser| {
        open(browser, &company, "ann@example.com", &id).await;
        browser.fill(".reply textarea", "See the picture").await;
        choose_file(browser, "valve.png", "image/png", PIXEL).await;
        browser.click(".reply button").await;
        browser.until("document.querySelector('#messages .out img')?.naturalWidth", 1).await;
        assert_eq!(browser.eval("document.querySelector('#messages img').alt").await, "valve.png");
        let messages = company
            .app
            .get(&format!(
                "/v1/conversations/{}/messages",
                ticket(&company, &id).await["conversation_id"].as_str().unwrap()
            ))
            .await;
        assert_eq!(messages["items"][0]["attachments"][0]["name"], "valve.png");
        browser.fill(".reply textarea", "And the manual").await;
        choose_file(browser, "manual.pdf", "application/pdf", "'%PDF-1.7'").await;
        browser.click(".reply button").await;
        browser.until_in("#messages .out .files a", "manual.pdf").await;
        browser.until_in("#messages .out .files", "8 B").await;

        // A file that is too large isn't sent, and what was typed stays.
        browser.fill(".reply textarea", "Too large").await;
        choose_file(browser, "film.mov", "video/quicktime", "new Uint8Array(25 * 1024 * 1024 + 1)").await;
        assert_eq!(browser.eval("document.querySelector('.reply').checkValidity()").await, false);
        browser.eval("document.querySelector('.reply [type=file]').setCustomValidity('')").await;
        browser.click(".reply button").await;
        browser.until_in(".reply .fault", "25 MB").await;
        assert_eq!(browser.eval("document.querySelector('.reply textarea').value").await, "Too large");
        let complaints = browser.complaints().await;
        let unexpected: Vec<_> = complaints.iter().filter(|line| !line.contains("413")).collect();
        assert!(unexpected.is_empty(), "{unexpected:#?}");
        browser.picture("ticket-files").await;
    })
    .await;
}

async fn focus_goes_where_work_goes_on(engine: Engine) {
    const AT: &str =
        "document.activeElement.id || document.activeElement.name || document.activeElement.tagName";
    let (company, id) = at_work(engine).await;
    browse(true, async |browser| {
        open(browser, &company, "ann@example.com", &id).await;
        browser.fill(".reply textarea", "On it").await;
        browser.press(keys::TAB).await;
        browser.press(keys::ENTER).await;
        browser.until_in("#messages .out", "On it").await;
        browser.until(&format!("({AT}).startsWith('reply-text-')"), true).await;
        assert_eq!(browser.eval("document.activeElement.value").await, "");
        browser.click("#assign summary").await;
        browser.choose("#assign select", "李娜").await;
        browser.click("#assign button").await;
        browser.until_in("#assignee", "李娜").await;
        browser.until("document.activeElement.closest('#assign')?.open", false).await;
        browser.fill("[action$=comment] textarea", "noted").await;
        browser.click("[action$=comment] button").await;
        browser.until_in("#comments", "noted").await;
        browser.until(AT, "comment-text").await;
        browser.click("#resolve").await;
        browser.until(AT, "reopen-button").await;
        browser.press(keys::ENTER).await;
        browser.until(&format!("({AT}).startsWith('reply-text-')"), true).await;
    })
    .await;
}

async fn unsent_text_outlives_the_page_until_it_is_sent_or_its_writer_leaves(engine: Engine) {
    let (company, id) = at_work(engine).await;
    browse(true, async |browser| {
        open(browser, &company, "ann@example.com", &id).await;
        browser.fill(".reply textarea", "half a reply").await;
        browser.fill("[action$=comment] textarea", "half a comment").await;
        browser.open(&company.app.url("/inbox")).await;
        browser.open(&company.app.url(&format!("/tickets/{id}"))).await;
        let reply = "document.querySelector('.reply textarea').value";
        let comment = "document.querySelector('[action$=comment] textarea').value";
        browser.until(reply, "half a reply").await;
        browser.until(comment, "half a comment").await;
        browser.click(".reply button").await;
        browser.until_in("#messages .out", "half a reply").await;
        browser.open(&company.app.url(&format!("/tickets/{id}"))).await;
        browser.until(comment, "half a comment").await;
        assert_eq!(browser.eval(reply).await, "");
        browser.click(".account summary").await;
        browser.click("form[action='/sign-out'] button").await;
        browser.until("location.pathname", "/sign-in").await;
        assert_eq!(
            browser.eval("Object.keys(localStorage).filter((key) => key.startsWith('draft:')).length").await,
            0
        );
    })
    .await;
}

async fn answering_a_resolved_ticket_reopens_it_and_says_so(engine: Engine) {
    let (company, id) = at_work(engine).await;
    browse(true, async |browser| {
        open(browser, &company, "li@example.com", &id).await;
        assert_eq!(browser.eval("document.querySelector('.when-resolved').checkVisibility()").await, false);
        browser.click("#resolve").await;
        browser.until_in(".when-resolved", "回复后会重新打开").await;
        browser.fill(".reply textarea", "还有一件事").await;
        browser.click(".reply button").await;
        browser.until_in("#head .status-open", "处理中").await;
        browser.until_in(".timeline", "工单重新打开 回复了客户").await;
        assert_eq!(ticket(&company, &id).await["status"], "open");
        browser.picture("ticket-reopened").await;
    })
    .await;
}

/// Sets `window.done` once the page has dealt with an answer.
const WHEN_DONE: &str =
    "document.addEventListener('htmx:finally:request', () => setTimeout(() => { window.done = true; }))";

async fn who_writes_on_before_the_answer_came_loses_nothing(engine: Engine) {
    let (company, id) = at_work(engine).await;
    browse(true, async |browser| {
        open(browser, &company, "li@example.com", &id).await;
        let line = SlowLine::back_from(&company.app.url("/"), &format!("POST /tickets/{id}/resolve")).await;
        browser.open(&line.url(&format!("/tickets/{id}"))).await;
        browser.eval(WHEN_DONE).await;
        browser.click("#resolve").await;
        browser.fill(".reply textarea", "还有").await;
        browser.until("window.done ?? false", true).await;
        browser.until_in(".when-resolved", "回复后会重新打开").await;
        assert_eq!(browser.eval("document.activeElement.tagName").await, "TEXTAREA");
        assert_eq!(browser.eval("document.activeElement.value").await, "还有");
    })
    .await;
}

async fn a_late_answer_does_not_put_back_what_was_before(engine: Engine) {
    let (company, id) = at_work(engine).await;
    browse(true, async |browser| {
        open(browser, &company, "li@example.com", &id).await;
        // What is sent is answered by the page itself, to which the host leads on.
        let line = SlowLine::back_from(&company.app.url("/"), &format!("GET /tickets/{id} ")).await;
        browser.open(&line.url(&format!("/tickets/{id}"))).await;
        line.answer().await;
        // The stream is there.
        browser.until("document.querySelector('.thread')._htmx?.sse?.status ?? 0", 200).await;
        browser.eval(WHEN_DONE).await;
        browser.click("#pending").await;
        line.answer().await;
        // It is older than this, and arrives after what the stream says of it.
        rename(&company, &id, "净水器换新").await;
        browser.until("window.done ?? false", true).await;
        browser.until_in("#head", "净水器换新").await;
        browser.until("document.querySelector('#pending').ariaPressed", "true").await;
    })
    .await;
}

async fn a_late_request_is_not_undone_by_what_was_before(engine: Engine) {
    let (company, id) = at_work(engine).await;
    browse(true, async |browser| {
        open(browser, &company, "li@example.com", &id).await;
        let line = SlowLine::to(&company.app.url("/"), &format!("POST /tickets/{id}/resolve")).await;
        browser.open(&line.url(&format!("/tickets/{id}"))).await;
        browser.until("document.querySelector('.thread')._htmx?.sse?.status ?? 0", 200).await;
        browser.eval(WHEN_DONE).await;
        browser.click("#resolve").await;
        // The stream brings this, as it was before what was asked for, and the page that answers has it, too.
        rename(&company, &id, "净水器换新").await;
        browser.until("window.done ?? false", true).await;
        browser.until_in("#head", "净水器换新").await;
        rename(&company, &id, "净水器又换新").await;
        browser.until_in("#head", "净水器又换新").await;
        assert_eq!(browser.eval("document.activeElement.id").await, "reopen-button");
    })
    .await;
}

async fn a_thread_begins_at_the_top_and_a_long_one_shows_its_end_and_its_beginning(engine: Engine) {
    let (company, id) = at_work(engine).await;
    browse(true, async |browser| {
        open(browser, &company, "ann@example.com", &id).await;
        browser.screen((1280, 800), "light").await;
        let gap = "document.querySelector('.messages').getBoundingClientRect().top - \
                   document.querySelector('.scroll').getBoundingClientRect().top < 40";
        browser.until(gap, true).await;
        assert_eq!(
            browser.eval("getComputedStyle(document.querySelector('#messages .text')).fontSize").await,
            "15px"
        );
        assert_eq!(browser.text("#head .number").await, "#1");
        for update in 2..212 {
            let text = format!("第{update}条");
            company.deliver(&message(update, 42, "小王", "zh-hans", &text)).await.expect(200);
        }
        company.app.settle().await;
        browser.open(&company.app.url(&format!("/tickets/{id}"))).await;
        let seen = "(() => { const last = [...document.querySelectorAll('#messages li')].at(-1).getBoundingClientRect(); \
                    return last.bottom <= document.querySelector('.scroll').getBoundingClientRect().bottom; })()";
        browser.until(seen, true).await;
        browser.until_in("#messages li:last-child", "第211条").await;
        let first = "document.querySelector('#messages').innerText.includes('净水器漏电了，我要投诉！')";
        assert_eq!(browser.eval(first).await, false, "the oldest isn't shown until it is asked for");
        browser.eval("document.querySelector('#messages a').click()").await;
        browser.until_in("#messages .messages", "净水器漏电了，我要投诉！").await;
        browser.until("document.querySelectorAll('#messages li').length", 211).await;
        // By its number it is found again.
        browser.open(&company.app.url("/inbox")).await;
        browser.fill("main [name=q]", "#1").await;
        browser.press(keys::ENTER).await;
        browser.until_in(".lines .what", "净水器漏电了").await;
        browser.until("document.querySelectorAll('.lines li').length", 1).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_menu_fits_a_telephone_whatever_its_user_is_called() {
    let company = company(Engine::Sqlite).await;
    let long = "Wolfeschlegelsteinhausenbergerdorff Hubert Blaine";
    company.app.person(long, "wolfeschlegelsteinhausenbergerdorff@example.com", "administrator").await;
    browse(true, async |browser| {
        browser.open(&company.app.url("/sign-in")).await;
        browser.fill("[name=email]", "wolfeschlegelsteinhausenbergerdorff@example.com").await;
        browser.fill("[name=password]", PASSWORD).await;
        browser.click("button.primary").await;
        browser.until("location.pathname", "/inbox").await;
        for width in [390, 320] {
            browser.screen((width, 800), "light").await;
            browser.eval("document.querySelector('.account').open = true").await;
            let outside = "[...document.querySelectorAll('.bar, .bar > *, .menu-items, .menu-items *')].filter((one) => { \
                const box = one.getBoundingClientRect(); return box.right > innerWidth + 0.5 || box.left < -0.5; }) \
                .map((one) => one.outerHTML.slice(0, 80))";
            assert_eq!(browser.eval(outside).await, json!([]), "{width}");
            browser.picture(&format!("menu-{width}")).await;
        }
    })
    .await;
}
